"""Reads which way up a picture is from EXIF bytes that may hold anything."""

from __future__ import annotations

import struct
from typing import Final

UPRIGHT: Final = 1

_ORIENTATION_TAG: Final = 0x0112
_SHORT: Final = 3
_MOST_TAGS: Final = 512


def orientation(exif: bytes) -> int:
    """Return the EXIF orientation, 1 to 8; 1 (upright) whenever the bytes do not say it properly.

    Source: EXIF 2.32, tag 274 of the first directory: one unsigned short. Pillow's own reading follows every
    directory and raised AttributeError, TypeError and struct.error on pictures that decode well.
    """
    tiff = exif.removeprefix(b"Exif\x00\x00")
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(tiff[:4])
    if order is None:
        return UPRIGHT
    try:
        (directory,) = struct.unpack_from(f"{order}L", tiff, 4)
        (tags,) = struct.unpack_from(f"{order}H", tiff, directory)
        for number in range(min(tags, _MOST_TAGS)):
            tag, kind, count, value = struct.unpack_from(f"{order}HHLH", tiff, directory + 2 + 12 * number)
            if tag == _ORIENTATION_TAG:
                return value if kind == _SHORT and count == 1 and 1 <= value <= 8 else UPRIGHT  # noqa: PLR2004 - EXIF
    except struct.error:
        pass
    return UPRIGHT
