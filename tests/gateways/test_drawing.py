"""A report's picture can be read on a phone, whatever the figures are."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image, ImageDraw

from gateways import drawing
from gateways.drawing import SMALLEST_TEXT, WIDTH, ReportPainter
from showme.domain.ladder import Rung
from showme.domain.reports import Report
from showme.domain.sheets import Bar, Block, ReportWords, Sheet, Tile
from showme.domain.words import TEAM_LANGUAGES, Catalogue
from showme.errors import Unavailable
from tests.showme.domain.test_reports import SHOWN, course, report_of
from tests.showme.domain.test_sheets import UNTIL, huge_report
from words import read_words

WORDS = Catalogue(read_words())


def a_day() -> Report:
    return report_of(*[course(*SHOWN)] * 12, course(Rung.SMS_ACCEPTED), course(by_sms=False))


async def drawn(report: Report, language: str = "en") -> bytes:
    return await ReportPainter().draw(ReportWords(WORDS, language).sheet(report, name="112 Brussels"))


def opened(png: bytes) -> Image.Image:
    with Image.open(io.BytesIO(png)) as picture:
        assert picture.format == "PNG"
        return picture.convert("RGB")


def is_blank(picture: Image.Image, box: tuple[int, int, int, int]) -> bool:
    return picture.crop(box).getextrema() == ((255, 255),) * 3


@pytest.mark.parametrize("language", TEAM_LANGUAGES)
@pytest.mark.parametrize("report", [a_day(), huge_report(), Report(since=UNTIL - timedelta(days=1), until=UNTIL)])
async def test_nothing_is_drawn_over_the_edges(report: Report, language: str) -> None:
    png = await drawn(report, language)
    picture = opened(png)
    assert picture.width == WIDTH
    # What Telegram takes of a photo: sides together 10 000 pixels, one at most twenty times the other, 10 MB.
    assert picture.height < 3000
    assert len(png) < 500_000
    width, height = picture.size
    assert is_blank(picture, (0, 0, 40, height))
    assert is_blank(picture, (width - 40, 0, width, height))
    assert is_blank(picture, (0, height - 12, width, height))
    assert not is_blank(picture, (40, 40, width - 40, height - 12))


async def test_the_columns_leave_the_middle_free() -> None:
    picture = opened(await drawn(huge_report()))
    assert is_blank(picture, (WIDTH // 2 - 20, 330, WIDTH // 2 + 20, 1100))


async def test_the_same_report_is_the_same_picture() -> None:
    assert await drawn(a_day()) == await drawn(a_day())


async def test_every_letter_of_every_language_has_its_shape() -> None:
    missing = (
        drawing._font("Regular", 40).getmask("\ufffe").getbbox(),
        bytes(drawing._font("Regular", 40).getmask("\ufffe")),
    )
    used = {letter for language in TEAM_LANGUAGES for text in _texts(language) for letter in text} | {
        "\u202f",
        "…",
        "\u2013",
    }
    lacking = []
    for weight in ("Regular", "Semibold", "Bold"):
        font = drawing._font(weight, 40)
        for letter in used - {"\n"}:
            mask = font.getmask(drawing._drawable(letter))
            if not letter.isspace() and (mask.getbbox(), bytes(mask)) == missing:
                lacking.append((weight, letter))
    assert used >= set("éèàçüöß≤>")
    assert lacking == []


def _texts(language: str) -> list[str]:
    said: list[str] = []

    def walk(words: object) -> None:
        if isinstance(words, str):
            said.append(words)
        elif isinstance(words, dict):
            for inner in words.values():
                walk(inner)

    for section in ("tiles", "headings", "times", "sms", "causes"):
        walk(WORDS.section(language, "report")[section])
    walk(WORDS.section(language, "ladder")["rungs"])
    return said


async def test_no_text_is_smaller_than_a_phone_can_show(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    write = ImageDraw.ImageDraw.text

    def noting(self: ImageDraw.ImageDraw, *arguments: Any, **more: Any) -> None:
        sizes.append(more["font"].size)
        write(self, *arguments, **more)

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", noting)
    for language in TEAM_LANGUAGES:
        await drawn(a_day(), language)
    assert sizes
    assert min(sizes) >= SMALLEST_TEXT >= 28


async def test_a_figure_is_never_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    write = ImageDraw.ImageDraw.text

    def noting(self: ImageDraw.ImageDraw, place: Any, text: str, **more: Any) -> None:
        written.append(text)
        write(self, place, text, **more)

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", noting)
    figure = "123 456 789 012 345"
    bar = Bar(label="A label that is far too long to stand beside such a figure", figure=figure, parts=(("late", 1),))
    stand = Block(heading="h", bars=(bar,) * 5, stand=True)
    sheet = Sheet(title="t", span="s", tiles=(Tile(label="l", figure=figure),) * 4,
                  left=(Block(heading="h", bars=(bar,)),), right=(stand,))  # fmt: skip
    await ReportPainter().draw(sheet)
    assert sum(text == figure for text in written) >= 4 + 1 + 5
    assert any(text.endswith("…") for text in written)


async def test_a_few_are_seen_beside_very_many() -> None:
    bar = Bar(label="Twilio", figure="1", parts=(("reached", 0.999_999), ("fault", 0.000_001)))
    sheet = Sheet(title="t", span="s", tiles=(), left=(Block(heading="h", bars=(bar,)),))
    picture = opened(await ReportPainter().draw(sheet))
    colours: Any = [colour for count, colour in picture.getcolors(1 << 24) or [] if count >= 40]
    assert any(red > 180 and green < 120 and blue < 60 for red, green, blue in colours)


async def test_what_cannot_be_drawn_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> bytes:
        raise OSError("no font")

    monkeypatch.setattr(drawing, "_draw", broken)
    with pytest.raises(Unavailable):
        await drawn(a_day())
