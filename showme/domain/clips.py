"""What we take as a clip, and what we know of one."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final, Literal

from showme.domain.takings import Taking
from showme.errors import NotReadable, TooLarge

ClipFormat = Literal["mp4", "mov", "webm"]
ClipState = Literal["making", "playable", "unplayable"]

MEDIA_TYPES: Final[dict[str, str]] = {"mp4": "video/mp4", "mov": "video/quicktime", "webm": "video/webm"}
EXTENSIONS: Final[dict[str, str]] = {"mp4": "mp4", "mov": "mov", "webm": "webm"}

MOST_SECONDS: Final = 300
_ROUNDING: Final = 1
"""A camera that stops after five minutes writes a frame more."""

MOST_PIXELS: Final = 4096 * 2304
"""Of one frame: 4K as cinemas have it (4096 x 2160) and as some phones do."""


@dataclass(frozen=True, kw_only=True)
class Film:
    """What a clip says of itself: format, upright size in pixels, seconds if it tells, and whether browsers play it."""

    format: ClipFormat
    width: int
    height: int
    seconds: float | None
    is_playable: bool
    """Whether every browser plays its pictures as they are, so that they need no other encoding."""
    taking: Taking = field(default_factory=Taking)


def refuse_too_much(film: Film) -> None:
    """Raise TooLarge (``clip_too_long``) or NotReadable (``clip_too_many_pixels``) for what we do not take."""
    if film.seconds is not None and film.seconds > MOST_SECONDS + _ROUNDING:
        raise TooLarge("clip_too_long", minutes=math.ceil(film.seconds / 60), most=MOST_SECONDS // 60)
    if film.width * film.height > MOST_PIXELS:
        raise NotReadable("clip_too_many_pixels", width=film.width, height=film.height)
