"""A report is put into the words of each language, for the eye and for who only reads."""

from __future__ import annotations

import json
import string
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from showme.domain.ladder import Rung
from showme.domain.reports import ProviderFigures, Report, RungFigures, Stop
from showme.domain.sheets import MOST_CAPTION, MOST_STOPS, Block, ReportWords, Sheet, grouped
from showme.domain.words import TEAM_LANGUAGES, Catalogue
from tests.showme.domain.test_reports import SHOWN, course, report_of
from words import read_words

UNTIL = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
HUGE = 2_147_483_647
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue(read_words())


def huge_report() -> Report:
    return Report(
        since=UNTIL - timedelta(days=31), until=UNTIL, invitations=HUGE, under_way=HUGE,
        rungs=tuple(RungFigures(rung=rung, reached=HUGE - 1, of=HUGE - 1) for rung in Rung),
        median_seconds=3_599.0, slow_seconds=86_399.0, times=(HUGE, 0, 1, HUGE, HUGE),
        stops=tuple(Stop(cause=f"a_cause_that_nobody_knew_of_when_this_was_written_{n}", count=HUGE) for n in range(9)),
        providers=tuple(
            ProviderFigures(provider=f"provider of renown {n}", delivered=HUGE, accepted=HUGE, unknown=1, failed=HUGE)
            for n in range(9)
        ),
        photos=HUGE, credits=HUGE,
    )  # fmt: skip


def texts(sheet: Sheet) -> list[str]:
    """Return everything that a sheet shows."""
    shown = [sheet.title, sheet.span, *(text for tile in sheet.tiles for text in (tile.label, tile.figure))]
    for block in (*sheet.left, *sheet.right, *sheet.below):
        shown += [block.heading, block.note or "", *(label for _, label in block.legend)]
        shown += [text for bar in block.bars for text in (bar.label, bar.figure)]
    return [*shown, sheet.sentence or ""]


def blocks(sheet: Sheet) -> tuple[Block, ...]:
    return (*sheet.left, *sheet.right, *sheet.below)


@pytest.mark.parametrize("language", TEAM_LANGUAGES)
@pytest.mark.parametrize("report", [huge_report(), report_of(course(*SHOWN), course()), report_of()])
def test_no_language_leaves_a_blank_or_a_caption_too_long(catalogue: Catalogue, language: str, report: Report) -> None:
    said = ReportWords(catalogue, language)
    shown = [said.text(report), *texts(said.sheet(report, name="112 Brussels"))]
    assert [text for text in shown if "{" in text] == []
    assert len(said.text(report)) <= MOST_CAPTION


@pytest.mark.parametrize("report", [huge_report(), report_of(course(*SHOWN), course(by_sms=False))])
def test_no_bar_is_longer_than_its_track(catalogue: Catalogue, report: Report) -> None:
    bars = [bar for block in blocks(ReportWords(catalogue, "en").sheet(report, name="x")) for bar in block.bars]
    assert bars
    for bar in bars:
        assert 0 <= sum(share for _, share in bar.parts) <= bar.track + 1e-9 <= 1 + 2e-9


def test_the_text_says_every_figure_of_the_picture(catalogue: Catalogue) -> None:
    providers = (ProviderFigures(provider="twilio", delivered=118, accepted=11, unknown=3, failed=5),)
    report = report_of(*[course(*SHOWN, photos=2)] * 40, *[course(Rung.SMS_ACCEPTED)] * 9, providers=providers)
    assert ReportWords(catalogue, "en").text(report) == (
        "Report 2026-11-20 12:00 to 2026-11-21 12:00 UTC\n"
        "created 49 → SMS accepted 49 → SMS delivered 40 → page loaded 40 → tapped 40 → first picture 40\n"
        "First picture: half within 40 s, nine of ten within 40 s\n"
        "Where they stopped: 9 SMS not delivered, page not opened\n"
        "Photos: 80\n"
        "SMS, twilio: 118 delivered · 11 no receipt · 3 unknown · 5 failed\n"
        "Credits left: 7"
    )


def test_an_empty_day_says_so(catalogue: Catalogue) -> None:
    said = ReportWords(catalogue, "en")
    assert said.sheet(report_of(), name="112 Brussels").sentence == "No invitations in this time."
    assert said.text(report_of()).split("\n")[1:] == ["No invitations in this time.", "Credits left: 7"]


def test_rare_causes_are_counted_together(catalogue: Catalogue) -> None:
    stops = tuple(Stop(cause=cause, count=9 - place) for place, cause in enumerate(known_causes()[:8]))
    sheet = ReportWords(catalogue, "en").sheet(
        Report(since=UNTIL, until=UNTIL, invitations=60, stops=stops), name="112 Brussels"
    )
    bars = sheet.below[0].bars
    assert len(bars) == MOST_STOPS + 1
    assert (bars[-1].label, bars[-1].figure) == ("Other causes", str(4 + 3 + 2))


def test_large_figures_are_grouped() -> None:
    assert [grouped(number) for number in (0, 999, 1000, 1_234_567)] == [
        "0",
        "999",
        "1\u202f000",
        "1\u202f234\u202f567",
    ]


def known_causes() -> list[str]:
    refusals = json.loads((ROOT / "words/en/refusals.json").read_text("utf-8"))
    stopping = {"sms_not_accepted", "sms_not_delivered", "page_not_loaded", "not_tapped", "no_picture",
                "not_connecting", "photo_unreadable", "location_refused", "camera_refused", "unreachable"}  # fmt: skip
    asked = {"sms_on_its_way"}
    sms = {cause for cause in refusals if cause.startswith("sms_") and not cause.startswith("sms_too_many")}
    return sorted((sms | stopping) - asked)


def test_every_cause_has_a_name(catalogue: Catalogue) -> None:
    camera = {f"camera_{reason}" for reason in ("refused", "missing", "in_use", "in_app", "insecure", "unsupported")}
    named = catalogue.section("en", "report")["causes"]
    assert isinstance(named, dict)
    assert {*known_causes(), *camera} - set(named) == set()
    assert all(not any(name for _, name, _, _ in string.Formatter().parse(label)) for label in named.values())
