"""Finds the browsers and servers that the tests use, and installs what is missing where it may.

As root on a machine with apt-get it installs; otherwise it prints the command and fails.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Need:
    """One thing the tests cannot do without.

    `anyone_of` are names on PATH or patterns of absolute paths; the first that exists is taken.
    """

    name: str
    why: str
    package: str
    anyone_of: tuple[str, ...]

    def found(self) -> str | None:
        """Return the path of the first that exists."""
        for candidate in self.anyone_of:
            if not candidate.startswith("/"):
                path = shutil.which(candidate)
            else:
                path = max(map(str, Path("/").glob(candidate[1:])), default=None)
            if path:
                return path
        return None


NEEDS = (
    Need("Chromium", "journeys", "chromium", ("chromium", "chromium-browser", "google-chrome")),
    Need("Firefox", "journeys", "firefox-esr", ("firefox-esr", "/usr/lib/firefox-esr/firefox-esr")),
    Need("letters", "readable screenshots", "fonts-dejavu-core", ("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",)),
    Need("nginx", "the sample of a reverse proxy", "nginx-light", ("nginx", "/usr/sbin/nginx")),
    Need("turnserver", "live video through a relay", "coturn", ("turnserver",)),
    Need("PostgreSQL", "storage on PostgreSQL", "postgresql", ("/usr/lib/postgresql/*/bin/postgres", "postgres")),
    Need("ffmpeg", "clips and fake cameras", "ffmpeg", ("ffmpeg",)),
    Need("ffprobe", "clips", "ffmpeg", ("ffprobe",)),
    Need("strace", "the order of writes before an acknowledgement", "strace", ("strace",)),
    Need("git", "the house rules", "git", ("git",)),
    Need("ip", "two networks with a cable between them", "iproute2", ("ip", "/usr/sbin/ip")),
)


def missing(needs: tuple[Need, ...] = NEEDS) -> tuple[Need, ...]:
    """Return what this machine lacks."""
    return tuple(need for need in needs if need.found() is None)


def packages(needs: tuple[Need, ...]) -> list[str]:
    """Return the Debian packages that bring `needs`, each once."""
    return sorted({need.package for need in needs})


def install(needs: tuple[Need, ...]) -> None:
    """Install `needs` with apt-get, which asks nothing and starts nothing it need not.

    Raises subprocess.CalledProcessError when apt-get fails.
    """
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "--quiet"], check=True, env=quiet)
    command = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *packages(needs)]
    subprocess.run(command, check=True, env=quiet)


def main() -> None:
    """Leave the machine ready for the tests, or say what to do and fail."""
    lacking = missing()
    for need in lacking:
        print(f"missing: {need.name}, for {need.why}", file=sys.stderr)
    if not lacking:
        return
    if shutil.which("apt-get") is None:
        sys.exit(f"Install them, then try again. Debian calls them: {' '.join(packages(lacking))}")
    if os.geteuid() != 0:
        sys.exit(f"Install them, then try again:\n    sudo apt-get install {' '.join(packages(lacking))}")
    try:
        install(lacking)
    except subprocess.CalledProcessError as error:
        sys.exit(f"apt-get failed with status {error.returncode}; see above.")
    if still := missing():
        sys.exit(f"apt-get brought no {', '.join(need.name for need in still)}.")


if __name__ == "__main__":
    main()
