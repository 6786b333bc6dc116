"""Tells which way up a picture is."""

from __future__ import annotations

from typing import Final

from gateways.imaging.exif import SHORT, Exif

UPRIGHT: Final = 1

_ORIENTATION: Final = 0x0112


def orientation(exif: Exif) -> int:
    """Return the EXIF orientation, 1 to 8; 1 (upright) whenever it is not said properly.

    Source: EXIF 2.32, tag 274 of the first directory: one unsigned short.
    """
    said = exif.picture.get(_ORIENTATION)
    value = said.whole() if said is not None and said.kind == SHORT else None
    return value if value is not None and 1 <= value <= 8 else UPRIGHT  # noqa: PLR2004 - EXIF
