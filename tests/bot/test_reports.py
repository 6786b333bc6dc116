"""A supervisor asks the chat how the service does, and sees it."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from PIL import Image

from bot.supervising import write_notice
from bot.voice import Voice
from practice.telegram.faults import Refuse
from practice.telegram.records import Membership, Message
from showme.domain.events import Event, Kind
from showme.domain.trials import Trial
from showme.domain.words import Catalogue
from tests.bot.conftest import Station
from tests.bot.test_supervisors import Office


@pytest.fixture
async def office(station: Station) -> Office:
    bot = station.chats.bot
    chat = station.chats.open_group("Supervisors", station.anna, bot=Membership(bot))
    await station.enrol(chat.id, role="supervisor")
    station.desk.clock.forward(minutes=2)
    return Office(station, chat.id)


async def asked(office: Office, text: str) -> Message:
    said = office.station.people.say(office.chat, office.station.anna, text)
    return await office.station.answer_to(said)


async def test_a_report_is_a_picture_with_the_figures_below(office: Office) -> None:
    station = office.station
    await station.invite_from_wall()
    answer = await asked(office, "/report")
    assert answer.kind == "photo"
    assert "created 1 → SMS accepted 1" in answer.text
    assert "SMS, outbox: 1 no receipt" in answer.text
    assert answer.text.endswith("Credits left: 9")
    assert answer.file is not None
    with Image.open(io.BytesIO(answer.file.content)) as picture:
        assert picture.width > 600


async def test_a_report_looks_back_as_far_as_asked(office: Office) -> None:
    station = office.station
    await station.invite_from_wall()
    station.desk.clock.forward(days=3)
    assert "No invitations in this time." in (await asked(office, "/report")).text
    answer = await asked(office, "/report 7")
    assert "created 1" in answer.text
    assert "7 days" in answer.text


@pytest.mark.parametrize("arguments", ["0", "32", "-1", "seven", "²", "99999999999999999999"])
async def test_what_is_no_number_of_days_is_answered_with_the_way(office: Office, arguments: str) -> None:
    answer = await asked(office, f"/report {arguments}")
    assert answer.kind == "text"
    assert "/report 7" in answer.text


async def test_a_report_speaks_the_language_of_its_chat(office: Office) -> None:
    await asked(office, "/lang fr")
    assert (await asked(office, "/report")).text.startswith("Rapport ")


async def test_dispatchers_are_shown_no_report(station: Station) -> None:
    answer = await station.answer_to(station.say("/report"))
    assert answer.kind == "text"
    assert answer.text.startswith("Only a supervisor may do this. Nothing was changed, no credit was taken")


async def test_dispatchers_start_no_self_test(station: Station) -> None:
    answer = await station.answer_to(station.say("/selftest"))
    assert answer.text.startswith("Only a supervisor may do this. Nothing was changed, no credit was taken")
    assert station.desk.phone.done == []


async def test_a_group_that_takes_no_photos_gets_the_figures(office: Office) -> None:
    office.station.api.faults.next("sendPhoto", Refuse("not enough rights to send photos to the chat"))
    answer = await asked(office, "/report")
    assert answer.kind == "text"
    assert answer.text.startswith("Report ")


async def test_figures_come_also_when_nobody_can_draw(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> bytes:
        raise MemoryError

    monkeypatch.setattr(office.station.desk.reporting._drawing, "draw", broken)
    answer = await asked(office, "/report")
    assert answer.kind == "text"
    assert answer.text.startswith("Report ")
    assert [event for event, _ in office.station.desk.reports] == ["report_not_drawn"]


async def test_a_self_test_answers_at_once_and_tells_every_rung(office: Office) -> None:
    station = office.station
    said = station.people.say(office.chat, station.anna, "/selftest")
    await station.until(lambda: len(station.answers_to(said)) == 2)
    begins, result = station.answers_to(said)
    assert begins.text.startswith("The self-test runs.")
    lines = result.text.split("\n")
    assert lines[0].startswith("✓ Self-test: every rung was climbed in ")
    assert [line.rpartition(" ")[0].rpartition(" ")[0] for line in lines[1:-1]] == [
        "✓ invitation made", "✓ SMS sent", "✓ page opened", "✓ button tapped", "✓ signalling", "✓ photo sent",
        "✓ photo on the wall", "✓ link closed",
    ]  # fmt: skip
    assert lines[-1] == "Not tested: TURN relay."
    await station.settle()
    assert station.cards() == station.photos() == []
    assert station.cards(office.chat) == []


async def test_a_broken_rung_is_told_to_who_asked(office: Office) -> None:
    station = office.station
    station.desk.phone.broken.add("send_photo")
    said = station.people.say(office.chat, station.anna, "/selftest")
    await station.until(lambda: len(station.answers_to(said)) == 2)
    result = station.answers_to(said)[1].text
    assert result.startswith("⚠ Self-test: “photo sent” broke (HTTP 502).")
    assert result.endswith("✗ photo sent\nNot tested: TURN relay.")


async def test_others_are_answered_while_a_test_runs(office: Office) -> None:
    station = office.station
    async with station.desk.self_testing._turn:
        said = station.people.say(office.chat, station.anna, "/selftest")
        await station.answer_to(said)
        assert "Open invitations" in (await asked(office, "/status")).text
    await station.until(lambda: len(station.answers_to(said)) == 2)


@pytest.mark.parametrize("language", ["en", "fr", "nl", "de"])
@pytest.mark.parametrize("trial", Trial)
def test_a_broken_rung_is_named_to_all_supervisors(catalogue: Catalogue, language: str, trial: Trial) -> None:
    voice = Voice(catalogue, language)
    said = write_notice(_trouble(Kind.TROUBLE_BEGAN, where=trial), invitation=None, voice=voice)
    assert said is not None
    assert catalogue.say(language, f"report.selftest.rungs.{trial}") in said
    assert "11:00" in said
    assert "{" not in said
    over = write_notice(_trouble(Kind.TROUBLE_ENDED, until="2026-11-20T11:30:00+00:00"), invitation=None, voice=voice)
    assert over is not None
    assert "11:30" in over
    assert "{" not in over


def test_a_rung_of_tomorrow_is_still_told(catalogue: Catalogue) -> None:
    voice = Voice(catalogue, "en")
    said = write_notice(_trouble(Kind.TROUBLE_BEGAN, where="teleport"), invitation=None, voice=voice)
    assert said == "Self-test: ⚠ in trouble since 11:00 UTC."


def _trouble(kind: Kind, **more: object) -> Event:
    return Event(
        organisation=1, number=1, at=datetime(2026, 11, 20, 12, 0, tzinfo=UTC), kind=kind, actor="showme",
        invitation=None, photo=None, digest="", chain="",
        detail={"part": "selftest", "since": "2026-11-20T11:00:00+00:00", **more},
    )  # fmt: skip
