"""Reads what a HEIC's boxes say: how large its main picture is, and where the bytes of each item lie."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, Final

MOST_BOXES: Final = 100
"""At the top of a file: phones write three to six."""

MOST_META: Final = 1024 * 1024
"""Bytes of the box that describes everything: 64 megapixels in 252 tiles take 10 kB."""

_IN_THE_FILE: Final = 0
"""How an item's bytes are found: by their place in the file. Others lie inside a box that has been read already."""


def read_size(file: BinaryIO) -> tuple[int, int]:
    """Read width and height in pixels, as stored, of the main picture; raise ValueError where they are not said.

    imagesize 2.0.1 cannot: it takes the box that tells the rotation for one with a version, and gives up on every
    photo that was turned. Source: ISO 14496-12, section 8.11; ISO 23008-12, sections 6.5.3 and 9.3.
    """
    try:
        return _size_of_main(_meta(file))
    except (struct.error, IndexError) as fault:
        raise ValueError("boxes that end too early") from fault


def is_cut_off(heic: bytes) -> bool:
    """Tell whether bytes of any item lie behind the end, or nothing says where they lie.

    Raise struct.error or IndexError where the boxes cannot be read.

    The decoder shows a grid whose last tiles are missing as if nothing were wrong, and half a picture could be taken
    for the whole. Source: ISO 14496-12, sections 4.2 and 8.11.3.
    """
    for outer, start, end in _boxes(heic, 0, len(heic)):
        if outer != b"meta":
            continue
        tables = [heic[first:last] for inner, first, last in _boxes(heic, start + 4, end) if inner == b"iloc"]
        return any(behind > len(heic) for table in tables for behind in _ends(table))
    return True


def _meta(file: BinaryIO) -> bytes:
    """Return what the box that describes everything holds."""
    at = 0
    for _ in range(MOST_BOXES):
        file.seek(at)
        head = file.read(16)
        size, kind = struct.unpack_from(">L4s", head)
        start = 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", head, start)
            start = 16
        if kind == b"meta" and start <= size <= MOST_META:
            file.seek(at + start)
            return file.read(size - start)
        if size < start or kind == b"meta":
            break
        at += size
    raise ValueError("nothing describes a picture")


def _size_of_main(meta: bytes) -> tuple[int, int]:
    main: int | None = None
    looks: list[tuple[bytes, int]] = []
    said: dict[int, list[int]] = {}
    for kind, start, end in _boxes(meta, 4, len(meta)):
        if kind == b"pitm":
            main = _number(meta, start + 4, 4 if meta[start] else 2)
        elif kind == b"iprp":
            for inner, first, last in _boxes(meta, start, end):
                if inner == b"ipco":
                    looks = [(look, inside) for look, inside, _ in _boxes(meta, first, last)]
                elif inner == b"ipma":
                    said |= dict(_looks_of_items(meta[first:last]))
    for number in said.get(main, ()) if main is not None else ():
        if 1 <= number <= len(looks) and looks[number - 1][0] == b"ispe":
            inside = looks[number - 1][1] + 4
            return _number(meta, inside, 4), _number(meta, inside + 4, 4)
    raise ValueError("the main picture has no size")


def _looks_of_items(table: bytes) -> Iterator[tuple[int, list[int]]]:
    """Yield each item's number and which of all properties are its own, counted from one."""
    item_bytes = 4 if table[0] else 2
    look_bytes = 2 if table[3] & 1 else 1
    at = 8
    for _ in range(_number(table, 4, 4)):
        item, count = _number(table, at, item_bytes), _number(table, at + item_bytes, 1)
        at += item_bytes + 1
        # The highest bit says that it must be understood.
        own = [
            _number(table, one, look_bytes) & (0x7FFF if look_bytes == 2 else 0x7F)  # noqa: PLR2004 - bytes
            for one in range(at, at + count * look_bytes, look_bytes)
        ]
        at += count * look_bytes
        yield item, own


def _boxes(content: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, begin and end of what each box holds, as far as they can be followed."""
    while at + 8 <= end:
        size, kind = struct.unpack_from(">L4s", content, at)
        start = at + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", content, start)
            start += 8
        elif size == 0:
            size = end - at
        if size < start - at:
            return
        yield kind, start, min(at + size, end)
        at += size


def _ends(table: bytes) -> Iterator[int]:
    """Yield where the bytes of each item end in the file."""
    version = table[0]
    lengths = (table[4] >> 4, table[4] & 15, table[5] >> 4, table[5] & 15 if version else 0)
    offset_bytes, length_bytes, base_bytes, index_bytes = lengths
    number_bytes = 4 if version == 2 else 2  # noqa: PLR2004 - versions are 0, 1 and 2
    extent_bytes = index_bytes + offset_bytes + length_bytes
    at = 6 + number_bytes
    for _ in range(_number(table, 6, number_bytes)):
        at += number_bytes
        method = _number(table, at, 2) & 15 if version else _IN_THE_FILE
        at += 4 if version else 2
        base, at = _number(table, at, base_bytes), at + base_bytes
        extents, at = _number(table, at, 2), at + 2
        if extent_bytes and method == _IN_THE_FILE:
            for extent in range(at, at + extents * extent_bytes, extent_bytes):
                offset = _number(table, extent + index_bytes, offset_bytes)
                yield base + offset + _number(table, extent + index_bytes + offset_bytes, length_bytes)
        at += extents * extent_bytes


def _number(table: bytes, at: int, length: int) -> int:
    if at + length > len(table):
        raise IndexError("the table is shorter than it says")
    return int.from_bytes(table[at : at + length], "big")
