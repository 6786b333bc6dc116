"""What the build made for the browsers: the citizen's inlined script and style, and hashed static files."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from showme.errors import NotFound

MEDIA_TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".png": "image/png",
    ".mp3": "audio/mpeg",
}


@dataclass(frozen=True)
class Inline:
    """A text that a page carries inside, and the CSP source that allows just this text (CSP3, 2.3.1)."""

    text: str

    @property
    def source(self) -> str:
        """The hash source, quotes included."""
        return f"'sha256-{base64.b64encode(hashlib.sha256(self.text.encode()).digest()).decode()}'"


@dataclass(frozen=True, kw_only=True)
class CitizenFiles:
    """The script and the style that the citizen's first response carries."""

    script: Inline
    style: Inline


@lru_cache(maxsize=4)
def citizen_files(built: Path) -> CitizenFiles:
    """Read the citizen's script and style once."""
    folder = built / "citizen"
    return CitizenFiles(
        script=Inline((folder / "page.js").read_text("utf-8")), style=Inline((folder / "page.css").read_text("utf-8"))
    )


@lru_cache(maxsize=4)
def manifest(built: Path) -> dict[str, str]:
    """Read which hashed name each static file has."""
    names: dict[str, str] = json.loads((built / "static" / "manifest.json").read_text("utf-8"))
    return names


@lru_cache(maxsize=256)
def static_file(built: Path, name: str) -> tuple[bytes, str]:
    """Return a hashed static file and its media type; raise NotFound for any name that the build did not make."""
    if name not in manifest(built).values():
        raise NotFound
    path = built / "static" / name
    return path.read_bytes(), MEDIA_TYPES.get(path.suffix, "application/octet-stream")
