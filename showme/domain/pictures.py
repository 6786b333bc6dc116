"""What we take as a picture, and what we know of one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from showme.domain.takings import Taking

PictureFormat = Literal["jpeg", "png", "webp", "heic"]
MediaKind = Literal["original", "wall", "thumbnail", "clip"]
"""What is kept of a photo; ``clip`` is the film that every browser plays, and stands for clips alone."""

MEDIA_TYPES: Final[dict[str, str]] = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "heic": "image/heic",
}
EXTENSIONS: Final[dict[str, str]] = {"jpeg": "jpg", "png": "png", "webp": "webp", "heic": "heic"}

MOST_BYTES: Final = 50 * 1024 * 1024
MOST_PIXELS: Final = 64_000_000
"""Phones' "50 megapixels" are 8192 x 6144 = 50.3 million; 64 million leaves room for the next ones."""

WALL_EDGE: Final = 1600
THUMBNAIL_EDGE: Final = 400
"""Longest edges of the derived pictures, in pixels."""


@dataclass(frozen=True, kw_only=True)
class PictureHeader:
    """What the first bytes of a picture say, before anything is decoded: format, and size in pixels as stored."""

    format: PictureFormat
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class Derived:
    """A picture that was decoded whole: its size in pixels once upright, the bytes of both derivatives.

    ``taking`` is what it told before it was stripped: neither derivative holds any of it.
    """

    width: int
    height: int
    wall_bytes: int
    thumbnail_bytes: int
    taking: Taking = field(default_factory=Taking)
