"""Plants every fault of tests/faults in a copy of the checkout, and tells which of them no test notices.

`python tools/plant_faults.py [word …]` plants those whose name has one of the words, or all. Each entry names a file, a
piece of it that occurs once, what to put in its place, and the tests that must turn red; a test that stays green with
its fault is void. A fault in browser modules needs no build: their tests build what they load.
"""

import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = "tests/faults"

_SHARED = (".venv", "node_modules", "vendor")
_RED = 1
"""What pytest answers when tests failed; anything else means that they did not run (pytest, "Exit codes")."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A fault, and the tests that must notice it."""

    name: str
    file: str
    was: str
    becomes: str
    tests: tuple[str, ...]


def faults(root: Path = ROOT) -> Iterator[Fault]:
    """Read the list; raise KeyError or TypeError where an entry is not whole."""
    for page in sorted((root / LIST).glob("*.toml")):
        for entry in tomllib.loads(page.read_text("utf-8"))["fault"]:
            yield Fault(**{**entry, "tests": tuple(entry["tests"])})


def plant(fault: Fault, root: Path) -> str:
    """Plant a fault below ``root``; return what the file said. Raise LookupError when the place is not there once."""
    place = root / fault.file
    told = place.read_text("utf-8")
    if told.count(fault.was) != 1:
        raise LookupError(f"{fault.name}: the piece stands {told.count(fault.was)} times in {fault.file}, not once")
    place.write_text(told.replace(fault.was, fault.becomes), "utf-8")
    return told


def copy_of_checkout(folder: Path) -> Path:
    """Copy what git knows, and lend the rest."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
    for name in _SHARED:
        if (ROOT / name).exists():
            (folder / name).symlink_to(ROOT / name)
    return folder


def is_noticed(fault: Fault, copy: Path) -> bool:
    """Run the fault's tests in a copy where it stands; raise RuntimeError when they could not run."""
    was = plant(fault, copy)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "--exitfirst", "--quiet", "--no-header", *fault.tests],
            cwd=copy, capture_output=True, text=True, check=False,
        )  # fmt: skip
    finally:
        (copy / fault.file).write_text(was, "utf-8")
    if done.returncode not in {0, _RED}:
        raise RuntimeError(f"{fault.name}: the tests did not run\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.returncode == _RED


def main(words: Sequence[str]) -> None:
    """Plant, tell, and fail when a fault went unnoticed."""
    chosen = [fault for fault in faults() if not words or any(word in fault.name for word in words)]
    unnoticed = 0
    with tempfile.TemporaryDirectory(prefix="showme-faults-") as folder:
        copy = copy_of_checkout(Path(folder))
        for fault in chosen:
            noticed = is_noticed(fault, copy)
            unnoticed += not noticed
            print(f"{'noticed  ' if noticed else 'UNNOTICED'}  {fault.name}", flush=True)
    print(f"{len(chosen) - unnoticed} of {len(chosen)} faults noticed")
    if unnoticed or not chosen:
        sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
