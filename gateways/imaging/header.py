"""Reads the format and the size of a picture from its header, in pure Python and without decoding."""

from __future__ import annotations

import importlib.util
import math
from typing import TYPE_CHECKING, BinaryIO, Final

import imagesize  # type: ignore[import-untyped]  # it says nothing of its types

from gateways.imaging.boxes import read_size
from showme.domain.pictures import MOST_PIXELS, PictureFormat, PictureHeader
from showme.errors import NotAPicture, NotReadable

if TYPE_CHECKING:
    from pathlib import Path

MOST_READS: Final = 20_000
"""A phone's JPEG with a depth map has some hundred segments before its size, each read in four steps."""

MOST_AT_ONCE: Final = 64 * 1024

HEVC_BRANDS: Final = frozenset({b"heic", b"heix", b"hevc", b"hevx"})
"""Of a HEIC: its pictures are coded as in HEVC. ISO 23008-12, annex B."""

GENERAL_BRANDS: Final = frozenset({b"mif1", b"msf1"})
"""Of any HEIF, whatever codes its pictures: AVIF writes them as well. ISO 23008-12, chapter 10."""

_HEAD: Final = 256


def read_header(file: Path) -> PictureHeader:
    """Read format and size in pixels, as stored, from the first bytes.

    The format is what the bytes at the very beginning say, whatever follows them, and never a name or a declared type.
    Raise NotAPicture (also for a HEIC where the extra is missing: ``heic_not_installed``), or NotReadable
    (``picture_damaged``; ``too_many_pixels`` with ``megapixels`` and ``most``).
    """
    with file.open("rb") as opened:
        kind = sniff(opened.read(_HEAD))
        if kind is None:
            raise NotAPicture
        if kind == "heic" and not heic_is_installed():
            raise NotAPicture("heic_not_installed")
        width, height = _heic_size(opened) if kind == "heic" else _size(opened)
    if width <= 0 or height <= 0:
        raise NotReadable("picture_damaged")
    refuse_too_many_pixels(width, height)
    return PictureHeader(format=kind, width=width, height=height)


def _size(file: BinaryIO) -> tuple[int, int]:
    size: tuple[int, int] = imagesize.get(_Budgeted(file), exif_rotation=False)
    return size


def _heic_size(file: BinaryIO) -> tuple[int, int]:
    try:
        return read_size(file)
    except ValueError as fault:
        raise NotReadable("picture_damaged") from fault


def sniff(head: bytes) -> PictureFormat | None:
    """Tell the format from the first bytes, or None. A phone's MPO is a JPEG with more JPEGs behind it."""
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head[:4] == b"RIFF" and head[8:15] == b"WEBPVP8":
        return "webp"
    if head[4:8] == b"ftyp" and _is_heic(head[: int.from_bytes(head[:4], "big")]):
        return "heic"
    return None


def heic_is_installed() -> bool:
    """Tell whether the workers can decode HEIC, without loading what decodes it."""
    return importlib.util.find_spec("pi_heif") is not None


def _is_heic(kinds: bytes) -> bool:
    """Read a HEIF's first box: what the file is, a version, and what else it is."""
    major, others = kinds[8:12], {kinds[at : at + 4] for at in range(16, len(kinds), 4)}
    return major in HEVC_BRANDS or (major in GENERAL_BRANDS and not others.isdisjoint(HEVC_BRANDS))


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
