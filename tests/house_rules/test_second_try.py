"""A test that waits may fail once, and not twice; the run says which ones did."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.run_tests import MOST

PASSES_THE_SECOND_TIME = """
def test_waits():
    tried = Path(__file__).with_suffix(".tried")
    was_tried = tried.exists()
    tried.touch()
    assert was_tried
"""
FAILS = "def test_fails(): assert False\n"
PASSES = "def test_passes(): pass\n"


def run(folder: Path, tests: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the tests of a small project with the real runner; keys are files below ``tests``."""
    (folder / "pytest.ini").write_text("[pytest]\n")
    for name, text in tests.items():
        file = folder / "tests" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"from pathlib import Path\n{text}")
    runner = Path(__file__).resolve().parents[2] / "tools" / "run_tests.py"
    return subprocess.run(
        [sys.executable, str(runner), "--numprocesses=2", "--dist=loadfile"],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_passes_alone_is_green_and_told_loudly(tmp_path: Path) -> None:
    done = run(tmp_path, {"bot/test_a.py": PASSES_THE_SECOND_TIME, "bot/test_b.py": PASSES})
    assert done.returncode == 0, done.stdout
    said = done.stdout[done.stdout.index("UNSTEADY") :]
    assert "tests/bot/test_a.py::test_waits" in said
    assert "test_b" not in said


def test_what_fails_twice_is_red(tmp_path: Path) -> None:
    done = run(tmp_path, {"bot/test_a.py": PASSES_THE_SECOND_TIME, "bot/test_b.py": FAILS})
    assert done.returncode == 1
    assert "UNSTEADY" not in done.stdout
    assert "Failed twice" in done.stdout


@pytest.mark.parametrize(
    "tests",
    [
        {"showme/domain/test_a.py": PASSES_THE_SECOND_TIME},
        {f"bot/test_{number}.py": PASSES_THE_SECOND_TIME for number in range(MOST + 1)},
    ],
)
def test_some_have_no_second_try(tmp_path: Path, tests: dict[str, str]) -> None:
    done = run(tmp_path, tests)
    assert done.returncode == 1
    assert "No second try" in done.stdout


def test_what_cannot_be_read_is_red(tmp_path: Path) -> None:
    assert run(tmp_path, {"bot/test_a.py": PASSES, "bot/test_b.py": "import no_such_module_anywhere\n"}).returncode != 0


def test_what_passes_is_green(tmp_path: Path) -> None:
    done = run(tmp_path, {"bot/test_a.py": PASSES})
    assert done.returncode == 0
    assert "!!!" not in done.stdout
