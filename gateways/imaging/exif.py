"""Reads the directories of EXIF bytes that may hold anything."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

SHORT: Final = 3

_ASCII: Final = 2
_LONG: Final = 4
_RATIONAL: Final = 5
_SIZES: Final = {_ASCII: 1, SHORT: 2, _LONG: 4, _RATIONAL: 8}
"""Bytes of one value, by kind; values of other kinds are nothing to us."""

_MOST_TAGS: Final = 512
_MOST_BYTES: Final = 256
"""Of one value: names of cameras, dates and places are shorter. A maker's note or a picture in there is left alone."""

_DETAIL: Final = 0x8769
_PLACE: Final = 0x8825


@dataclass(frozen=True, kw_only=True)
class Value:
    """What one tag holds, as it lies there."""

    kind: int
    count: int
    content: bytes
    order: str

    def text(self) -> str:
        """Return the text up to its end mark; empty when it is none."""
        return self.content.partition(b"\0")[0].decode("utf-8", "ignore") if self.kind == _ASCII else ""

    def whole(self) -> int | None:
        """Return the one whole number, or None."""
        code = {SHORT: "H", _LONG: "L"}.get(self.kind)
        return struct.unpack(f"{self.order}{code}", self.content)[0] if code and self.count == 1 else None

    def ratios(self) -> tuple[float, ...]:
        """Return the ratios; ``nan`` for one that divides by nothing; none when they are something else."""
        if self.kind != _RATIONAL:
            return ()
        parts = struct.unpack(f"{self.order}{2 * self.count}L", self.content)
        return tuple(above / below if below else math.nan for above, below in zip(parts[::2], parts[1::2], strict=True))


Directory = Mapping[int, Value]


@dataclass(frozen=True, kw_only=True)
class Exif:
    """The three directories that we know: of the picture, of how it was taken, of where."""

    picture: Directory = field(default_factory=dict)
    detail: Directory = field(default_factory=dict)
    place: Directory = field(default_factory=dict)


def read_exif(content: bytes) -> Exif:
    """Read what makes sense and leave out the rest; never raise.

    Source: EXIF 2.32, section 4.6. Only these three directories are looked at, each once: no chain can be a circle.
    Pillow's own reading follows every directory, and raised AttributeError, TypeError and struct.error on pictures
    that decode well.
    """
    tiff = content.removeprefix(b"Exif\x00\x00")
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 8:  # noqa: PLR2004 - the mark, and where the first directory lies
        return Exif()
    picture = _directory(tiff, order, struct.unpack_from(f"{order}L", tiff, 4)[0])
    return Exif(
        picture=picture,
        detail=_directory(tiff, order, _whole(picture, _DETAIL)),
        place=_directory(tiff, order, _whole(picture, _PLACE)),
    )


def _whole(directory: Directory, tag: int) -> int | None:
    return directory[tag].whole() if tag in directory else None


def _directory(tiff: bytes, order: str, at: int | None) -> Directory:
    if at is None or at + 2 > len(tiff):
        return {}
    (announced,) = struct.unpack_from(f"{order}H", tiff, at)
    there = min(announced, _MOST_TAGS, (len(tiff) - at - 2) // 12)
    found: dict[int, Value] = {}
    for number in range(there):
        entry = at + 2 + 12 * number
        tag, kind, count = struct.unpack_from(f"{order}HHL", tiff, entry)
        length = _SIZES.get(kind, 0) * count
        if not 0 < length <= _MOST_BYTES:
            continue
        start = entry + 8 if length <= 4 else struct.unpack_from(f"{order}L", tiff, entry + 8)[0]  # noqa: PLR2004 - EXIF
        content = tiff[start : start + length]
        if len(content) == length:
            found.setdefault(tag, Value(kind=kind, count=count, content=content, order=order))
    return found
