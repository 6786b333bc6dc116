"""Checks what an operator configures of the map, before any page relies on it."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

_BLANKS: Final = ("{z}", "{x}", "{y}")
_UNWRITABLE: Final = frozenset(" ;,'\"\\<>")
"""What would end a word of a content security policy, or an address."""


def checked_tiles(value: str | None) -> str | None:
    """Return the address of tiles; raise ValueError when pages could not load them, or only unsafely."""
    if not value:
        return None
    parts = urlsplit(value)
    missing = [blank for blank in _BLANKS if blank not in value]
    if parts.scheme != "https" or not parts.hostname or missing or _UNWRITABLE.intersection(value):
        example = "https://tiles.example.org/{z}/{x}/{y}.png"
        raise ValueError(f"an https:// address with {{z}}, {{x}} and {{y}} is needed, such as {example}")
    if any(sign in parts.netloc for sign in "{}@*"):
        raise ValueError("the host has to be one, written out: {s} is not needed any more, and nobody signs in there")
    return value


def problems_of_map(*, tiles: str | None, folder: Path | None, attribution: str) -> list[str]:
    """Say what is wrong with the map's settings together; nothing when they fit."""
    problems = []
    if tiles is not None and folder is not None:
        problems.append("map_tiles and map_folder are both set: choose where the map's tiles come from.")
    if (tiles is not None or folder is not None) and not attribution.strip():
        problems.append("map_attribution is missing: whoever drew the map wants to be named below it.")
    if folder is not None and not folder.is_dir():
        problems.append(f"map_folder: there is no folder {folder}.")
    return problems
