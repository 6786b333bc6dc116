"""The browser's files are all built, each time the same, and ready to be inlined or kept for ever."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from tests.house_rules.house import ROOT
from tools import build_browser
from tools.build_browser import BuildError, build, missing_entries, static_entries


def everything_below(folder: Path) -> dict[str, str]:
    """Return name -> hash of every file."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the real project into a folder of its own."""
    folder = tmp_path_factory.mktemp("built") / "vendor"
    build(ROOT, folder)
    return folder


@pytest.fixture
def small_project(tmp_path: Path) -> Path:
    """Make a project of two files that has our libraries."""
    (tmp_path / "web/static/wall").mkdir(parents=True)
    (tmp_path / "web/static/wall/main.js").write_text('import "./part.js";\n', encoding="utf-8")
    (tmp_path / "web/static/wall/part.js").write_text('document.title = "first";\n', encoding="utf-8")
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules", target_is_directory=True)
    shutil.copy(ROOT / "package-lock.json", tmp_path)
    return tmp_path


def test_no_listed_entry_is_missing() -> None:
    assert missing_entries(ROOT) == ()


def test_the_manifest_names_every_entry_and_every_name_leads_somewhere(built: Path) -> None:
    manifest = json.loads((built / "static/manifest.json").read_text(encoding="utf-8"))
    assert manifest.keys() == static_entries(ROOT).keys()
    assert {"wall/main.js", "sign_in/main.js"} <= manifest.keys()
    for name, hashed in manifest.items():
        stem, _, suffix = name.rpartition(".")
        assert hashed.startswith(f"{stem}.")
        assert hashed.endswith(f".{suffix}")
        assert hashed != name
        assert (built / "static" / hashed).is_file()


def test_the_same_sources_give_the_same_bytes(built: Path, tmp_path: Path) -> None:
    build(ROOT, tmp_path / "again")
    assert everything_below(tmp_path / "again") == everything_below(built)


def test_what_is_built_now_is_what_pages_load(built: Path) -> None:
    assert everything_below(ROOT / "vendor") == everything_below(built), "vendor/ is old: python tools/build_browser.py"


def test_the_citizens_script_can_be_inlined(built: Path) -> None:
    script = (built / "citizen/page.js").read_text(encoding="utf-8")
    assert script.strip()
    assert "</script" not in script.lower()
    assert "<!--" not in script
    assert "</style" not in (built / "citizen/page.css").read_text(encoding="utf-8").lower()


def test_nobody_is_sent_to_a_source_map(built: Path) -> None:
    scripts = [*built.rglob("*.js"), *built.rglob("*.css")]
    assert scripts
    assert [path.name for path in scripts if b"sourceMappingURL" in path.read_bytes()] == []


def test_a_changed_part_changes_the_name_of_the_whole(small_project: Path) -> None:
    before = build(small_project).manifest
    (small_project / "web/static/wall/part.js").write_text('document.title = "second";\n', encoding="utf-8")
    after = build(small_project).manifest
    assert before.keys() == after.keys() == {"wall/main.js"}
    assert before != after
    assert not (small_project / "vendor/static" / before["wall/main.js"]).exists()


def test_a_mistake_leaves_the_former_build_in_place(small_project: Path) -> None:
    build(small_project)
    before = everything_below(small_project / "vendor")
    (small_project / "web/static/wall/part.js").write_text("this is no script", encoding="utf-8")
    with pytest.raises(BuildError, match=r"part\.js"):
        build(small_project)
    assert everything_below(small_project / "vendor") == before
    assert [path.name for path in small_project.glob(".vendor-*")] == []


def test_two_files_cannot_share_a_name(small_project: Path) -> None:
    for folder in ("web/static/wall", "practice/static/wall"):
        (small_project / folder).mkdir(parents=True, exist_ok=True)
        (small_project / folder / "wall.css").write_text("p {}", encoding="utf-8")
    with pytest.raises(BuildError, match=r"wall/wall\.css"):
        build(small_project)


def test_without_npm_the_sentence_says_what_to_do(small_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (small_project / "package-lock.json").write_text("{}", encoding="utf-8")
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("tools.build_browser._wheel_npm", lambda: None)
    assert build_browser.needs_node_wheel()
    with pytest.raises(BuildError, match="there is no npm"):
        build(small_project)
