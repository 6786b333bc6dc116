"""The repository holds our own work only, and nothing of the machine it was written on."""

import json
import re
from pathlib import Path

import pytest

from tests.house_rules.house import ROOT, files_of_the_project

MADE_ELSEWHERE = {"vendor", "node_modules", ".venv", "dist", "build", "third_party"}

# Written so that this file does not find itself.
FOREIGN = re.compile(
    r"(?<![\w.~/-])/(?:root|work|home/\w+|Users/\w+)/"
    r"|[A-Z]:\\Users"
    r"|pypi\.org/simple|files\.pythonhosted\.org|registry\.(?:npmjs|yarnpkg)\.\w+|npmmirror|artifactory"
    r"|--(?:extra-)?index-url|--find-links",
)
ALLOWED = {Path("tests/house_rules/test_checkout.py")}


def text_of(path: Path) -> str | None:
    """Return a file's text, or nothing when it is a picture or the like."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def test_nothing_from_others_is_kept() -> None:
    kept = [path.relative_to(ROOT) for path in files_of_the_project()]
    assert kept
    assert [str(path) for path in kept if MADE_ELSEWHERE & set(path.parts)] == []


def test_nothing_is_minified_or_mapped() -> None:
    scripts = [path for path in files_of_the_project() if path.suffix in {".js", ".css", ".map"}]
    assert [path.name for path in scripts if path.suffix == ".map" or ".min." in path.name] == []
    long = 2_000
    lines = {path: max(map(len, (text_of(path) or "").splitlines()), default=0) for path in scripts}
    assert {str(path.relative_to(ROOT)): length for path, length in lines.items() if length > long} == {}


def test_no_file_names_a_machine_or_a_registry() -> None:
    found = {}
    for path in files_of_the_project():
        name = path.relative_to(ROOT)
        if name not in ALLOWED and (match := FOREIGN.search(text_of(path) or "")):
            found[str(name)] = match[0]
    assert found == {}


@pytest.mark.parametrize(
    "line",
    [
        "see /root/notes.txt",
        "open('/work/main/app')",
        '"/home/anna/showme"',
        "https://registry.npmjs.org/peerjs/-/peerjs-1.5.5.tgz",
        "--extra-index-url https://example.org",
    ],
)
def test_a_machine_or_a_registry_would_be_noticed(line: str) -> None:
    assert FOREIGN.search(line)


def test_an_address_of_our_own_is_no_machine() -> None:
    assert not FOREIGN.search("https://example.org/work/list and app/root/x")


def test_the_browser_lock_says_what_and_not_where_from() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    pinned = {name: facts for name, facts in lock["packages"].items() if name}
    assert pinned
    assert [name for name, facts in pinned.items() if "resolved" in facts] == []
    assert [name for name, facts in pinned.items() if not facts.get("integrity", "").startswith("sha512-")] == []
