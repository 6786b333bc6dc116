"""A module opens with one sentence, and only one module looks into the environment."""

import ast

import pytest

from tests.house_rules.house import ROOT, modules, packages

SETTINGS = "app/settings.py"
READERS = {"environ", "environb", "getenv", "getenvb"}


def first_sentence_missing(tree: ast.Module) -> bool:
    """Tell whether a module does not open with one sentence on a line of its own."""
    opening = (ast.get_docstring(tree) or "").partition("\n")[0]
    return not (opening and opening[0].isupper() and opening.endswith("."))


def reads_the_environment(tree: ast.Module) -> bool:
    """Tell whether a module names os.environ or os.getenv in any of the ways Python allows."""
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id="os" | "posix"), attr=attr) if attr in READERS:
                return True
            case ast.ImportFrom(module="os" | "posix", names=names) if READERS & {alias.name for alias in names}:
                return True
            case ast.Import(names=names) if any(alias.name == "os" and alias.asname for alias in names):
                return True  # under another name it could not be followed
            case _:
                pass
    return False


def test_every_module_says_what_it_is_for() -> None:
    silent = [str(path) for path, tree in modules(*packages(), "tools") if first_sentence_missing(tree)]
    assert silent == []


def test_only_the_settings_read_the_environment() -> None:
    readers = [str(path) for path, tree in modules(*packages()) if reads_the_environment(tree)]
    assert [path for path in readers if path != SETTINGS] == []


@pytest.mark.parametrize(
    "line",
    [
        "import os\nhome = os.environ['HOME']",
        "import os\ndef f():\n    return os.getenv('HOME')",
        "from os import environ",
        "from os import getenv as ask",
        "import os as machine",
    ],
)
def test_a_look_into_the_environment_would_be_noticed(line: str) -> None:
    assert reads_the_environment(ast.parse(line))


def test_os_may_be_used_for_other_things() -> None:
    assert not reads_the_environment(ast.parse("import os\nos.fsync(3)"))


@pytest.mark.parametrize("opening", ["", "x = 1", '"""keys"""', '"""Keys and other things"""'])
def test_a_silent_module_would_be_noticed(opening: str) -> None:
    assert first_sentence_missing(ast.parse(opening))


def test_every_folder_of_tests_is_a_package() -> None:
    folders = {path.parent for path in (ROOT / "tests").rglob("*.py")}
    # A folder between two packages is one as well.
    folders |= {parent for folder in folders for parent in folder.parents if parent.is_relative_to(ROOT / "tests")}
    assert [str(folder.relative_to(ROOT)) for folder in sorted(folders) if not (folder / "__init__.py").is_file()] == []
