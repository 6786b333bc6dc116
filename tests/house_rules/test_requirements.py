"""What pyproject.toml asks for is what the lock files pin, each with its hashes."""

import re
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.house_rules.house import ROOT, settings
from tools.build_browser import NODE_WHEEL

PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*])?==(?P<version>[^ ;\\]+)", re.MULTILINE)


def pins(lock: str) -> dict[str, set[Version]]:
    """Read a lock file: name -> versions (one for each kind of Python or machine)."""
    found: dict[str, set[Version]] = {}
    for match in PIN.finditer((ROOT / lock).read_text(encoding="utf-8")):
        found.setdefault(canonicalize_name(match["name"]), set()).add(Version(match["version"]))
    return found


def asked(*, for_tests: bool) -> list[Requirement]:
    """Return what has to be in a lock file; `make run` takes the extra `heic`, tests take everything."""
    project: dict[str, Any] = settings()["project"]
    extras = project["optional-dependencies"]
    lines = [*project["dependencies"], *extras["heic"]]
    if for_tests:
        lines += [line for extra in extras.values() for line in extra] + settings()["dependency-groups"]["dev"]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize(("lock", "for_tests"), [("requirements.lock", False), ("requirements-dev.lock", True)])
def test_the_lock_holds_everything_that_is_asked_for(lock: str, *, for_tests: bool) -> None:
    pinned = pins(lock)
    wanted = asked(for_tests=for_tests)
    wrong = [
        str(want)
        for want in wanted
        if not any(version in want.specifier for version in pinned.get(canonicalize_name(want.name), ()))
    ]
    assert wrong == [], f"make lock: {lock} does not hold them"


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_pin_has_its_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    assert len(entries) == sum(len(versions) for versions in pins(lock).values())
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_people_and_tests_run_the_same_versions() -> None:
    for_people, for_tests = pins("requirements.lock"), pins("requirements-dev.lock")
    assert {name: versions for name, versions in for_people.items() if for_tests.get(name) != versions} == {}


def test_tests_run_the_node_that_the_build_fetches() -> None:
    assert NODE_WHEEL in settings()["dependency-groups"]["dev"]
