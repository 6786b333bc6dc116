"""Tiles of a map that lies in a folder of the operator's, so that nobody outside learns where a citizen is."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from quart import Response

from showme.errors import NotFound

OWN: Final = "/map/{z}/{x}/{y}.png"
_DEEPEST: Final = 24
_LIKE_A_PICTURE: Final = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp"}
"""Tiles are served by what they are: many folders hold JPEGs that are called PNG."""


@dataclass(frozen=True, kw_only=True)
class MapSource:
    """Where the map's tiles come from: a folder of ours, a source outside, or nowhere."""

    tiles: str | None = None
    """An address with ``{z}``, ``{x}`` and ``{y}`` in it."""
    attribution: str = ""
    deepest: int = 19
    folder: Path | None = None

    @property
    def host(self) -> str:
        """The one origin outside that pages may load tiles from, empty for none."""
        if self.folder is not None or self.tiles is None:
            return ""
        parts = urlsplit(self.tiles)
        return f"{parts.scheme}://{parts.netloc}"

    def told(self, *, below: str = "") -> dict[str, object]:
        """Tell a page where its tiles are; those of our folder lie ``below`` an address that it may ask."""
        tiles = f"{below}{OWN}" if self.folder is not None else self.tiles
        return {"tiles": tiles, "attribution": self.attribution if tiles else "", "deepest": self.deepest}


async def tile(source: MapSource, z: int, x: int, y: int) -> Response:
    """Hand out a tile of the folder; raise NotFound."""
    if source.folder is None or z > _DEEPEST or max(x, y) >= 1 << z:
        raise NotFound
    found = await asyncio.to_thread(_read, source.folder, f"{z}/{x}/{y}.png")
    kind = next((kind for start, kind in _LIKE_A_PICTURE.items() if found.startswith(start)), None)
    if kind is None:
        raise NotFound
    answer = Response(found, content_type=kind)
    answer.headers["Cache-Control"] = "private, max-age=86400"
    return answer


def _read(folder: Path, name: str) -> bytes:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise NotFound
    return path.read_bytes()
