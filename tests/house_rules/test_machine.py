"""The look at the machine notices what is missing and names the package that brings it."""

import sys
from pathlib import Path

import pytest

from tools import check_machine
from tools.check_machine import NEEDS, Need, missing, packages

A_DRAGON = Need("Dragon", "fire", "dragon", ("no-such-program-anywhere", "/no/such/*/place"))


def test_what_is_there_is_found() -> None:
    python = Need("Python", "everything", "python3", ("no-such-program-anywhere", sys.executable))
    assert python.found() == sys.executable
    assert missing((python,)) == ()


def test_the_newest_of_several_is_taken(tmp_path: Path) -> None:
    for version in ("15", "17"):
        (tmp_path / version).touch()
    assert Need("x", "y", "z", (f"{tmp_path}/*",)).found() == str(tmp_path / "17")


def test_somebody_who_may_not_install_is_told_the_command(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(check_machine, "missing", lambda: (A_DRAGON,))
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr("shutil.which", lambda _: "/usr/bin/apt-get")
    with pytest.raises(SystemExit, match="sudo apt-get install dragon"):
        check_machine.main()
    assert "Dragon, for fire" in capsys.readouterr().err


def test_each_package_is_asked_for_once() -> None:
    names = packages(NEEDS)
    assert len(names) == len(set(names))
    needed = {"chromium", "coturn", "ffmpeg", "firefox-esr", "iproute2", "nginx-light", "postgresql", "strace"}
    assert needed <= set(names)
