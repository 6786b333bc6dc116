"""Runs the tests; what fails and waits for something is tried once more, alone, and the run says so loudly.

Whatever is given goes to pytest. See docs/decisions/0011-a-second-try-for-tests-that-wait.md.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

MOST = 10
"""Tests that may fail at first; more are no accident."""
WAIT_FOR_NOTHING = ("tests/showme/domain/", "tests/house_rules/")
"""Where no browser, socket, process or database is waited for: what fails there fails always."""
_LAST_FAILED = Path(".pytest_cache/v/cache/lastfailed")


def main() -> int:
    """Run everything, and perhaps a few tests again; return the status of the process."""
    given = sys.argv[1:]
    # What failed in an earlier run is no concern of this one.
    _LAST_FAILED.unlink(missing_ok=True)
    status = _pytest(given)
    if status != pytest.ExitCode.TESTS_FAILED:
        return status
    failed = _failed()
    if why := _no_second_try(failed):
        _say(f"No second try: {why}.", [])
        return status
    again = _pytest(["--numprocesses=0", *failed])
    if again != pytest.ExitCode.OK:
        _say("Failed twice, the second time alone, some of these:", failed)
        return again
    _say("UNSTEADY: failed at first, passed alone. Each is a fault, of the test or of what it tests:", failed)
    return pytest.ExitCode.OK


def _pytest(arguments: Sequence[str]) -> int:
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], check=False).returncode


def _failed() -> list[str]:
    if not _LAST_FAILED.exists():
        return []
    return sorted(json.loads(_LAST_FAILED.read_text(encoding="utf-8")))


def _no_second_try(failed: Sequence[str]) -> str | None:
    """Return why these are not tried again, if they are not."""
    steady = [test for test in failed if test.startswith(WAIT_FOR_NOTHING)]
    if not failed:
        return "pytest does not tell which tests failed"
    if steady:
        return f"{steady[0]} waits for nothing"
    if len(failed) > MOST:
        return f"{len(failed)} tests failed, more than {MOST}"
    return None


def _say(sentence: str, tests: Sequence[str]) -> None:
    line = "!" * 120
    print("\n".join(["", line, sentence, *(f"    {test}" for test in tests), line]), flush=True)


if __name__ == "__main__":
    sys.exit(main())
