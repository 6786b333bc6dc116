"""Reads the format and the size of a picture from its header, in pure Python and without decoding."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, BinaryIO, Final

import imagesize  # type: ignore[import-untyped]  # it says nothing of its types

from showme.domain.pictures import MOST_PIXELS, PictureFormat, PictureHeader
from showme.errors import NotAPicture, NotReadable

if TYPE_CHECKING:
    from pathlib import Path

MOST_READS: Final = 20_000
"""A phone's JPEG with a depth map has some hundred segments before its size, each read in four steps."""

MOST_AT_ONCE: Final = 64 * 1024


def read_header(file: Path) -> PictureHeader:
    """Read format and size in pixels, as stored, from the first bytes.

    The format is what the bytes at the very beginning say, whatever follows them, and never a name or a declared type.
    Raise NotAPicture, or NotReadable (``picture_damaged``; ``too_many_pixels`` with ``megapixels`` and ``most``).
    """
    with file.open("rb") as opened:
        kind = sniff(opened.read(16))
        if kind is None:
            raise NotAPicture
        size: tuple[int, int] = imagesize.get(_Budgeted(opened), exif_rotation=False)
    width, height = size
    if width <= 0 or height <= 0:
        raise NotReadable("picture_damaged")
    refuse_too_many_pixels(width, height)
    return PictureHeader(format=kind, width=width, height=height)


def sniff(head: bytes) -> PictureFormat | None:
    """Tell the format from the first sixteen bytes, or None. A phone's MPO is a JPEG with more JPEGs behind it."""
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head[:4] == b"RIFF" and head[8:15] == b"WEBPVP8":
        return "webp"
    return None


def refuse_too_many_pixels(width: int, height: int) -> None:
    """Raise NotReadable (``too_many_pixels``) for a size above what we decode."""
    if width * height > MOST_PIXELS:
        megapixels = math.ceil(width * height / 1_000_000)
        raise NotReadable("too_many_pixels", megapixels=megapixels, most=MOST_PIXELS // 1_000_000)


class _Budgeted:
    """A file that may be read a bounded number of times, a bounded number of bytes each.

    imagesize looks for a JPEG's next marker byte by byte: fifty megabytes of zeros would keep it busy for seconds.
    What is raised here comes out of imagesize as "size unknown".
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._reads_left = MOST_READS

    def read(self, size: int = -1) -> bytes:
        if self._reads_left == 0 or not 0 <= size <= MOST_AT_ONCE:
            raise ValueError("the header is longer than any camera's")
        self._reads_left -= 1
        return self._file.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)
