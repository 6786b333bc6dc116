"""Makes HEIC pictures as phones do: tiles of HEVC by ffmpeg, and around them boxes of our own.

Beside them lie small ones that libheif's own ``heif-enc`` has made of our test card: ``fixtures/``.
"""

from __future__ import annotations

import functools
import math
import struct
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from PIL import Image

FIXTURES: Final = Path(__file__).parent / "fixtures"
TILE: Final = 512
"""Pixels of a tile's edge, as iPhones have it."""

LYING: Final[dict[int, tuple[int, int | None]]] = {
    1: (0, None),
    2: (0, 1),
    3: (2, None),
    4: (0, 0),
    5: (3, 1),
    6: (3, None),
    7: (3, 0),
    8: (1, None),
}
"""What stands in the boxes for each orientation of EXIF: quarter turns to the left, then the mirror, if any."""

_VPS, _SPS, _PPS = 32, 33, 34


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing in the file: its kind, its bytes, its properties as whole boxes, and what it refers to."""

    kind: bytes
    content: bytes
    properties: tuple[bytes, ...] = ()
    refers: tuple[bytes, tuple[int, ...]] | None = None
    is_hidden: bool = True


@dataclass(frozen=True, kw_only=True)
class Story:
    """What a phone writes around the pixels; ``claims`` is another size than the true one."""

    exif: bytes = b""
    orientation: int = 1
    claims: tuple[int, int] | None = None
    major: bytes = b"heic"
    others: Sequence[bytes] = field(default=(b"mif1", b"heic"))


def heic(picture: Image.Image, story: Story | None = None, *, depth: int = 8, with_more: bool = False) -> bytes:
    """Save as a grid of tiles, as phones do; ``depth`` is 8 or 10 bits, ``with_more`` hides a preview and a gain map.

    ``story.orientation`` only says how it lies: the picture's pixels are taken as they are.
    """
    story = story or Story()
    width, height = picture.size
    columns, rows = math.ceil(width / TILE), math.ceil(height / TILE)
    cut = [
        picture.crop((x * TILE, y * TILE, (x + 1) * TILE, (y + 1) * TILE)) for y in range(rows) for x in range(columns)
    ]
    told, tiles = _hevc(tuple(tile.tobytes() for tile in cut), (TILE, TILE), depth)
    shape = b"\0\1" + struct.pack(">BBLL", rows - 1, columns - 1, width, height)
    turns, mirror = LYING[story.orientation]
    looks = [_size(*(story.claims or picture.size)), _COLOURS]
    looks += [_box(b"irot", bytes((turns,)))] if turns else []
    looks += [_box(b"imir", bytes((mirror,)))] if mirror is not None else []
    numbers = tuple(range(2, 2 + len(tiles)))
    items = [Item(kind=b"grid", content=shape, properties=tuple(looks), refers=(b"dimg", numbers), is_hidden=False)]
    items += [Item(kind=b"hvc1", content=tile, properties=(told, _size(TILE, TILE), _COLOURS)) for tile in tiles]
    if story.exif:
        items.append(Item(kind=b"Exif", content=struct.pack(">L", 6) + story.exif, refers=(b"cdsc", (1,))))
    if with_more:
        small = Image.new("RGB", (128, 96), (255, 0, 255))
        told, [preview] = _hevc((small.tobytes(),), small.size, 8)
        seen = (told, _size(*small.size), _COLOURS)
        gain = _full(b"auxC", b"urn:com:apple:photo:2020:aux:hdrgainmap\0")
        items.append(Item(kind=b"hvc1", content=preview, properties=seen, refers=(b"thmb", (1,))))
        items.append(Item(kind=b"hvc1", content=preview, properties=(*seen, gain), refers=(b"auxl", (1,))))
    return written(items, story)


def written(items: Sequence[Item], story: Story) -> bytes:
    """Put the boxes together; the first item is the picture that is meant. Source: ISO 14496-12 and 23008-12."""
    kinds = _box(b"ftyp", story.major + bytes(4) + b"".join(story.others))
    # The size does not depend on where the content begins, so the first try tells where that is.
    behind = len(kinds) + len(_meta(items, 0)) + 8
    return kinds + _meta(items, behind) + _box(b"mdat", b"".join(item.content for item in items))


def _meta(items: Sequence[Item], behind: int) -> bytes:
    known = list(dict.fromkeys(one for item in items for one in item.properties))
    names, places, looks, refers = b"", b"", b"", b""
    for number, item in enumerate(items, start=1):
        names += _full(b"infe", struct.pack(">HH4sx", number, 0, item.kind), version=2, flags=int(item.is_hidden))
        places += struct.pack(">HHHLL", number, 0, 1, behind, len(item.content))
        behind += len(item.content)
        if item.properties:
            looks += struct.pack(">HB", number, len(item.properties))
            # Which must be understood: how to decode, turn and mirror.
            needed = (b"hvcC", b"irot", b"imir")
            looks += bytes(known.index(one) + 1 + (128 if one[4:8] in needed else 0) for one in item.properties)
        if item.refers:
            how, others = item.refers
            refers += _box(how, struct.pack(f">HH{len(others)}H", number, len(others), *others))
    association_count = sum(1 for item in items if item.properties)
    return _full(
        b"meta",
        _full(b"hdlr", struct.pack(">4x4s13x", b"pict"))
        + _full(b"pitm", struct.pack(">H", 1))
        + _full(b"iloc", struct.pack(">BBH", 0x44, 0, len(items)) + places)
        + _full(b"iinf", struct.pack(">H", len(items)) + names)
        + _full(b"iref", refers)
        + _box(
            b"iprp",
            _box(b"ipco", b"".join(known)) + _full(b"ipma", struct.pack(">L", association_count) + looks),
        ),
    )


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">L4s", 8 + len(content), kind) + content


def _full(kind: bytes, content: bytes, *, version: int = 0, flags: int = 0) -> bytes:
    return _box(kind, bytes((version,)) + flags.to_bytes(3, "big") + content)


def _size(width: int, height: int) -> bytes:
    return _full(b"ispe", struct.pack(">LL", width, height))


_COLOURS: Final = _box(b"colr", b"nclx" + struct.pack(">HHHB", 1, 13, 6, 0))
"""What ffmpeg makes of RGB: the matrix of BT.601, in the range of television."""


@functools.cache
def _hevc(frames: tuple[bytes, ...], size: tuple[int, int], depth: int) -> tuple[bytes, tuple[bytes, ...]]:
    """Encode pictures of one size, each by itself; return the box that tells how, and the bytes of each."""
    pixels = "yuv420p" if depth == 8 else f"yuv420p{depth}le"
    shape = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{size[0]}x{size[1]}"]
    codec = ["-c:v", "libx265", "-preset", "ultrafast", "-crf", "18"]
    params = ["-x265-params", "keyint=1:repeat-headers=0:info=0:log-level=none:pools=none:frame-threads=1:aud=0"]
    done = subprocess.run(
        ["ffmpeg", "-v", "error", *shape, "-i", "-", *codec, "-pix_fmt", pixels, *params, "-f", "hevc", "-"],
        input=b"".join(frames),
        capture_output=True,
        check=True,
        timeout=120,
    )
    units = [unit.rstrip(b"\0") for unit in done.stdout.split(b"\0\0\1")[1:]]
    sets = {kind: next(unit for unit in units if _kind(unit) == kind) for kind in (_VPS, _SPS, _PPS)}
    slices = tuple(struct.pack(">L", len(unit)) + unit for unit in units if _kind(unit) < _VPS)
    if len(slices) != len(frames):
        raise ValueError(f"{len(frames)} pictures became {len(slices)}")
    profile = sets[_SPS].replace(b"\0\0\3", b"\0\0")[3:15]
    told = b"\1" + profile + struct.pack(">HBBBBHBB", 0xF000, 0xFC, 0xFD, 0xF0 + depth, 0xF0 + depth, 0, 0x0F, 3)
    for kind, unit in sets.items():
        told += struct.pack(">BHH", 0x80 + kind, 1, len(unit)) + unit
    return _box(b"hvcC", told), slices


def _kind(unit: bytes) -> int:
    return unit[0] >> 1 & 0x3F
