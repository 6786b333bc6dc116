"""A real `showme serve` behind a real nginx with the sample in `deploy/`, for tests; everything on the loopback."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import trustme

from tests.coturn import free_port, has_ipv6
from tools.check_machine import NEEDS

NAME: Final = "show.example.org"
SAMPLE: Final = Path(__file__).resolve().parents[2] / "deploy" / "nginx.conf"
_PATIENCE: Final = 120.0
_NGINX: Final = next(need for need in NEEDS if need.name == "nginx")


@dataclass(kw_only=True)
class Site:
    """Where everything is."""

    folder: Path
    port: int
    """Where showme itself listens."""
    plain_port: int
    secure_port: int
    authority: Path
    """The certificate that clients trust."""
    token: str
    serving: subprocess.Popen[bytes]

    @property
    def logs(self) -> str:
        """Return everything that nginx has written outside of its program's own files, and showme's log."""
        return "\n".join(
            path.read_text("utf-8", "replace")
            for path in self.folder.rglob("*")
            if path.is_file() and (path.suffix in {".log", ".out"} or "nginx" in path.parts)
        )

    def showme(self, *command: str) -> str:
        """Run the command line beside the server and return what it prints."""
        return _showme(self.folder, self.port, *command)


@contextmanager
def site(folder: Path) -> Iterator[Site]:
    """Serve an organisation at https://show.example.org, and end everything."""
    port, plain_port, secure_port = free_port(), free_port(), free_port()
    _showme(folder, port, "organisation", "add", "112 Test", "--region", "BE")
    token = _showme(folder, port, "organisation", "token", "1").strip()
    authority = trustme.CA()
    certificate = authority.issue_cert(NAME)
    trusted, served, key = folder / "authority.pem", folder / "fullchain.pem", folder / "privkey.pem"
    authority.cert_pem.write_to_path(trusted)
    served.write_bytes(b"".join(part.bytes() for part in certificate.cert_chain_pems))
    certificate.private_key_pem.write_to_path(key)
    with (folder / "showme.log").open("wb") as log:
        serving = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "serve"], env=_settings(folder, port), stdout=log, stderr=log
        )
    made = Site(
        folder=folder,
        port=port,
        plain_port=plain_port,
        secure_port=secure_port,
        authority=trusted,
        token=token,
        serving=serving,
    )
    with _ended(serving):
        _until_it_answers(f"http://127.0.0.1:{port}/healthz", serving, folder / "showme.log")
        places = {
            "127.0.0.1:8000": f"127.0.0.1:{port}",
            "listen 80;": f"listen 127.0.0.1:{plain_port};",
            "listen 443 ssl http2;": f"listen 127.0.0.1:{secure_port} ssl http2;",
            "listen [::]:80;": f"listen [::1]:{plain_port};" if has_ipv6() else "",
            "listen [::]:443 ssl http2;": f"listen [::1]:{secure_port} ssl http2;" if has_ipv6() else "",
            f"/etc/letsencrypt/live/{NAME}/fullchain.pem": str(served),
            f"/etc/letsencrypt/live/{NAME}/privkey.pem": str(key),
            "/var/log/nginx/showme.log": str(folder / "nginx" / "showme.log"),
        }
        with (folder / "nginx.out").open("wb") as said:
            nginx = subprocess.Popen(
                [str(_NGINX.found()), "-c", str(_configured(folder, places)), "-p", str(folder / "nginx")],
                stdout=said,
                stderr=said,
            )
        with _ended(nginx):
            _until_it_answers(f"http://127.0.0.1:{plain_port}/", nginx, folder / "nginx.out")
            yield made


def _configured(folder: Path, places: Mapping[str, str]) -> Path:
    """Write nginx's own frame, with a log of everything a mistake could log, around the sample of the documentation."""
    sample = SAMPLE.read_text("utf-8")
    for said, ours in places.items():
        assert said in sample, said
        sample = sample.replace(said, ours)
    inside = folder / "nginx"
    inside.mkdir()
    temporary = "\n".join(
        f"    {kind}_temp_path {inside / kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "site.conf").write_text(sample, "utf-8")
    configuration = folder / "nginx.conf"
    user = "user root;\n" if os.geteuid() == 0 else ""  # its workers must reach a folder that is ours alone
    configuration.write_text(
        f"{user}daemon off;\nworker_processes 1;\npid {inside / 'pid'};\nerror_log {inside / 'error.log'} info;\n"
        f"events {{}}\nhttp {{\n    access_log {inside / 'access.log'};\n{temporary}\n"
        f"    include {folder / 'site.conf'};\n}}\n",
        "utf-8",
    )
    return configuration


def _settings(folder: Path, port: int) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SHOWME_")}
    return inherited | {
        "SHOWME_BASE_URL": f"https://{NAME}",
        "SHOWME_DATA": str(folder / "data"),
        "SHOWME_BIND": f"127.0.0.1:{port}",
        "SHOWME_ALSO_HOSTS": f"127.0.0.1:{port}",
        "SHOWME_SMS_PROVIDERS": "outbox",
        "SHOWME_WITHOUT_TELEGRAM": "true",
        "SHOWME_IMAGE_WORKERS": "1",
        "SHOWME_SELF_TEST_HOURS": "0",
        "SHOWME_CONFIG": str(folder / "no.toml"),
        "SHOWME_SECRETS": str(folder / "no-secrets"),
    }


def _showme(folder: Path, port: int, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", *command],
        env=_settings(folder, port),
        capture_output=True,
        text=True,
        check=True,
        timeout=_PATIENCE,
    )
    return done.stdout


def _until_it_answers(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        assert process.poll() is None, log.read_text("utf-8", "replace")
        assert time.monotonic() < until, log.read_text("utf-8", "replace")
        try:
            httpx.get(address, timeout=5)
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return


@contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def variables_in(text: str) -> set[str]:
    """Return the names of our variables that a text speaks of."""
    return set(re.findall(r"\bSHOWME_[A-Z_]+[A-Z]\b", text))
