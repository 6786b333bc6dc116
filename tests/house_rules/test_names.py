"""Names say what a thing is for, and nobody else has taken ours."""

from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.house_rules.house import ROOT, files_of_the_project, packages

# A module of such a name is a drawer for what has no place.
DRAWERS = {"helper", "helpers", "manager", "managers", "misc", "util", "utils"}
BANNED = DRAWERS | {"common", "data", "process"}


def banned_parts(path: Path) -> set[str]:
    """Return the banned names in a relative path; a drawer is not hidden by an underscore."""
    parts = {*path.parent.parts, path.name.split(".")[0]}
    return parts & BANNED | {word for part in parts for word in part.split("_")} & DRAWERS


@pytest.mark.parametrize("name", packages())
def test_a_package_of_ours_is_on_no_other_shelf(name: str) -> None:
    owners = set(packages_distributions().get(name, []))
    assert owners <= {"showme"}, f"{owners - {'showme'}} also installs a package called {name}"


def test_every_package_that_is_promised_exists() -> None:
    assert [name for name in packages() if not (ROOT / name / "__init__.py").is_file()] == []


def test_no_drawer_for_what_has_no_place() -> None:
    ours = [path.relative_to(ROOT) for path in files_of_the_project() if path.suffix in {".py", ".js"}]
    assert ours
    assert {str(path): found for path in ours if (found := banned_parts(path))} == {}


def test_a_drawer_would_be_noticed() -> None:
    assert banned_parts(Path("web/utils/keys.py")) == {"utils"}
    assert banned_parts(Path("bot/card_helpers.py")) == {"helpers"}
    assert banned_parts(Path("practice/data.py")) == {"data"}
    assert banned_parts(Path("showme/domain/keys.py")) == set()
