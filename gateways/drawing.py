"""Draws a report's sheet as a picture, off the loop and alike every time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from io import BytesIO
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageDraw, ImageFont

from showme.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from showme.domain.sheets import Bar, Block, Sheet, Tile, Tone

WIDTH: Final = 1280
"""Pixels; as wide as Telegram shows a photo."""
SMALLEST_TEXT: Final = 28
"""Pixels; below it a phone, which shows the picture a third as wide, cannot be read."""

_EDGE: Final = 56
_GAP: Final = 48
_FINE: Final = 2
"""Shapes are drawn so many times as large and reduced, which makes their corners smooth."""

_LEAST_SEEN: Final = 8
_SMALLEST_FIGURE: Final = 16
"""Pixels; a figure that is too long shrinks further than words may, because one that is cut would lie."""

_PAPER: Final = "#ffffff"
_INK: Final = "#16202a"
_SOFT: Final = "#55626e"
_RAISED: Final = "#f1f4f7"
_TRACK: Final = "#e3e8ed"
_COLOURS: Final[dict[Tone, str]] = {
    "reached": "#0072b2",
    "soon": "#0072b2",
    "late": "#e69f00",
    "fault": "#d55e00",
    "open": "#7cc4ec",
    "unsure": "#e69f00",
}
"""From Okabe and Ito's palette, whose colours people with any colour vision tell apart, and greys do by lightness."""

_Font = ImageFont.FreeTypeFont


class ReportPainter:
    """Implements ``showme.ports.Drawing`` with Pillow, one sheet at a time in a thread."""

    def __init__(self) -> None:
        """Draw nothing yet."""
        self._turn = asyncio.Lock()

    async def draw(self, sheet: Sheet) -> bytes:
        """Return a PNG of the sheet; raise Unavailable."""
        async with self._turn:
            try:
                return await asyncio.to_thread(_draw, sheet)
            except (OSError, ValueError) as error:
                raise Unavailable from error


def _draw(sheet: Sheet) -> bytes:
    height = _Page(ImageDraw.Draw(Image.new("RGB", (1, 1))), shapes=None).write(sheet)
    large = Image.new("RGB", (WIDTH * _FINE, height * _FINE), _PAPER)
    _Page(None, shapes=ImageDraw.Draw(large)).write(sheet)
    picture = large.reduce(_FINE)
    _Page(ImageDraw.Draw(picture), shapes=None).write(sheet)
    written = BytesIO()
    # A palette keeps the file small; what is drawn has few colours, and their blends.
    picture.quantize(128, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    return written.getvalue()


@cache
def _font(weight: str, size: int) -> _Font:
    with as_file(files("font_source_sans_pro") / "files" / f"SourceSansPro-{weight}.ttf") as path:
        return ImageFont.truetype(path, size)


@dataclass(frozen=True)
class _Column:
    """Where a column stands, in pixels."""

    left: int
    right: int

    @property
    def width(self) -> int:
        return self.right - self.left


_WHOLE: Final = _Column(_EDGE, WIDTH - _EDGE)
_LEFT: Final = _Column(_EDGE, (WIDTH - _GAP) // 2)
_RIGHT: Final = _Column((WIDTH + _GAP) // 2, WIDTH - _EDGE)


class _Page:
    """Writes a sheet from top to bottom: its texts, or its shapes, or neither to measure it."""

    def __init__(self, texts: ImageDraw.ImageDraw | None, *, shapes: ImageDraw.ImageDraw | None) -> None:
        self._texts = texts
        self._shapes = shapes

    def write(self, sheet: Sheet) -> int:
        """Write all of it and return the height."""
        self._text(_EDGE, 44, sheet.title, size=54, weight="Bold", within=_WHOLE.width)
        self._text(_EDGE, 112, sheet.span, size=30, ink=_SOFT, within=_WHOLE.width)
        top = self._tiles(176, sheet.tiles) + 44
        if sheet.sentence:
            self._text(_EDGE, top, sheet.sentence, size=38, ink=_SOFT, within=_WHOLE.width)
            return top + 100
        if sheet.right:
            top = max(self._blocks(top, _LEFT, sheet.left), self._blocks(top, _RIGHT, sheet.right))
        else:
            top = self._blocks(top, _WHOLE, sheet.left)
        return self._blocks(top, _WHOLE, sheet.below) + 8

    def _tiles(self, top: int, tiles: Sequence[Tile]) -> int:
        gap, height = 20, 142
        width = (_WHOLE.width - gap * (len(tiles) - 1)) // max(1, len(tiles))
        for place, tile in enumerate(tiles):
            left = _EDGE + place * (width + gap)
            self._box(left, top, left + width, top + height, _RAISED, corner=18)
            self._text(left + 22, top + 18, tile.label, size=29, ink=_SOFT, within=width - 44)
            self._text(left + 22, top + 60, tile.figure, size=50, weight="Bold", within=width - 44, figure=True)
        return top + height

    def _blocks(self, top: int, column: _Column, blocks: Sequence[Block]) -> int:
        for block in blocks:
            top = self._block(top, column, block) + 40
        return top

    def _block(self, top: int, column: _Column, block: Block) -> int:
        self._text(column.left, top, block.heading, size=36, weight="Semibold", within=column.width)
        top += 62
        top = self._standing(top, column, block.bars) if block.stand else self._lying(top, column, block.bars)
        if block.legend:
            top = self._legend(top, column, block)
        if block.note:
            top = self._paragraph(top, column, block.note)
        return top

    def _lying(self, top: int, column: _Column, bars: Sequence[Bar]) -> int:
        for bar in bars:
            figure = self._width(bar.figure, size=31, weight="Semibold")
            self._text(column.left, top, _upright(bar.label), size=30, within=column.width - figure - 18)
            self._text(column.right - figure, top, bar.figure, size=31, weight="Semibold", within=figure, figure=True)
            self._strip(top + 42, column, bar)
            top += 78
        return top

    def _strip(self, top: int, column: _Column, bar: Bar) -> None:
        bottom = top + 18
        self._box(column.left, top, column.left + column.width * bar.track, bottom, _TRACK, corner=9)
        parts = [(tone, share) for tone, share in bar.parts if share > 0]
        between, corner = (3, 4) if len(parts) > 1 else (0, 9)
        left = float(column.left)
        for (tone, _), width in zip(parts, _widths([column.width * share for _, share in parts]), strict=True):
            self._box(left, top, left + width - between, bottom, _COLOURS[tone], corner=corner)
            left += width

    def _standing(self, top: int, column: _Column, bars: Sequence[Bar]) -> int:
        gap, tallest = 16, 170
        width = (column.width - gap * (len(bars) - 1)) // max(1, len(bars))
        floor = top + 44 + tallest
        for place, bar in enumerate(bars):
            left = column.left + place * (width + gap)
            share = sum(part for _, part in bar.parts)
            head = floor - max(round(tallest * share), 6 if share else 3)
            self._box(left, head, left + width, floor, _COLOURS[bar.parts[0][0]] if share else _TRACK, corner=8)
            self._centred(left, width, head - 44, bar.figure, size=31, weight="Semibold")
            self._centred(left, width, floor + 8, bar.label, size=28, ink=_SOFT)
        return floor + 58

    def _legend(self, top: int, column: _Column, block: Block) -> int:
        left = float(column.left)
        for tone, label in block.legend:
            width = 34 + self._width(label, size=28)
            if left > column.left and left + width > column.right:
                left, top = column.left, top + 40
            self._box(left, top + 10, left + 22, top + 32, _COLOURS[tone], corner=5)
            self._text(left + 34, top, label, size=28, ink=_SOFT, within=width)
            left += width + 28
        return top + 48

    def _paragraph(self, top: int, column: _Column, text: str) -> int:
        line = ""
        for word in text.split(" "):
            longer = f"{line} {word}".strip()
            if line and self._width(longer, size=29) > column.width:
                self._text(column.left, top, line, size=29, ink=_SOFT, within=column.width)
                top, line = top + 40, word
            else:
                line = longer
        self._text(column.left, top, line, size=29, ink=_SOFT, within=column.width)
        return top + 46

    def _centred(self, left: float, width: float, top: int, text: str, *, size: int, weight: str = "Regular",
                 ink: str = _INK) -> None:  # fmt: skip
        wide = min(self._width(text, size=size, weight=weight), width)
        self._text(left + (width - wide) / 2, top, text, size=size, weight=weight, ink=ink, within=width, figure=True)

    def _width(self, text: str, *, size: int, weight: str = "Regular") -> float:
        return _font(weight, size).getlength(_drawable(text))

    def _text(
        self,
        left: float,
        top: float,
        text: str,
        *,
        size: int,
        within: float,
        weight: str = "Regular",
        ink: str = _INK,
        figure: bool = False,
    ) -> None:
        """Write a line; what is too wide becomes smaller, to the smallest that can be read, and is then cut."""
        if self._texts is None:
            return
        text = _drawable(text)
        smaller = size
        smallest = _SMALLEST_FIGURE if figure else SMALLEST_TEXT
        while smaller > smallest and _font(weight, smaller).getlength(text) > within:
            smaller -= 1
        font = _font(weight, smaller)
        if font.getlength(text) > within:
            while len(text) > 1 and font.getlength(f"{text}…") > within:
                text = text[:-1].rstrip()
            text = f"{text}…"
        # On the line that the full size would stand on.
        base = top + _font(weight, size).getmetrics()[0]
        self._texts.text((left, base), text, fill=ink, font=font, anchor="ls")

    def _box(self, left: float, top: float, right: float, bottom: float, colour: str, *, corner: int) -> None:
        if self._shapes is None:
            return
        place = [round(edge * _FINE) for edge in (left, top, right, bottom)]
        place[2], place[3] = max(place[0], place[2] - 1), max(place[1], place[3] - 1)
        corner = min(corner * _FINE, (place[2] - place[0]) // 2)
        self._shapes.rounded_rectangle(place, radius=corner, fill=colour)


def _widths(widths: list[float]) -> list[float]:
    """Make each part wide enough to be seen, however few it stands for, at the widest one's cost."""
    seen = [max(width, _LEAST_SEEN) for width in widths]
    if len(seen) > 1:
        widest = seen.index(max(seen))
        seen[widest] = max(_LEAST_SEEN, seen[widest] - (sum(seen) - sum(widths)))
    return seen


def _drawable(text: str) -> str:
    """Put the spaces that the font has in the place of those that it lacks."""
    return text.replace("\u202f", "\u2009").replace("\u00a0", " ")


def _upright(label: str) -> str:
    """Begin a label with a capital."""
    return label[:1].upper() + label[1:]
