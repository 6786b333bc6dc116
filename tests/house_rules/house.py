"""Reads the project's own files for the house rules."""

import ast
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent


def settings() -> dict[str, Any]:
    """Return pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def packages() -> list[str]:
    """Name the top-level packages that the wheel holds."""
    names: list[str] = settings()["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    return names


def files_of_the_project() -> list[Path]:
    """List what git tracks, with what it would track next; asked of git, because git is the one to know."""
    command = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    paths = (ROOT / name for name in answer.split("\0") if name)
    return [path for path in paths if path.is_file()]


def modules(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    """Read the Python modules below `folders`: path relative to the project, syntax tree."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT), ast.parse(path.read_bytes(), filename=str(path))
