"""What is quarantined leaves the team chat at once; supervisors hear of it, and never see it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from telegram.error import TimedOut

from practice.telegram.records import Membership
from showme.domain.people import Dispatcher
from showme.services.holding import Holding
from showme.services.quarantining import Quarantining
from tests.bot.conftest import Station


def quarantining(station: Station) -> Quarantining:
    desk = station.desk

    def report(name: str, error: BaseException) -> None:
        desk.reports.append((name, error))

    return Quarantining(
        records=desk.records, clock=desk.clock, media=desk.media, showing=desk.showing, days=30, report=report
    )


def anna(station: Station) -> Dispatcher:
    return Dispatcher(organisation=station.desk.organisation.id, name="Anna")


def sofie(station: Station) -> Dispatcher:
    return Dispatcher(organisation=station.desk.organisation.id, name="Sofie", role="supervisor")


async def test_a_quarantined_photo_is_deleted_before_anything_else_is_said(station: Station) -> None:
    invited = await station.invite_from_wall()
    for _ in range(12):
        await station.send_photo(invited)
    await station.until(lambda: len(station.photos()) == 12, passing=0.2)
    await station.desk.hands.rest()
    # The minute of the group is nearly full, and more waits to be said: what is to go waits for neither.
    for _ in range(12):
        await station.send_photo(invited)
    standing = len(station.photos())
    await quarantining(station).quarantine(anna(station), "photo-of-citizen-0001")
    await station.until(lambda: all("Photo 1 ·" not in photo.text for photo in station.photos()))
    assert len(station.photos()) - standing < 12, "the clock stood still: the rest is still to be said"
    await station.until(lambda: len(station.photos()) == 23, passing=0.5)
    assert all(photo.text != "Photo 1 · No. 1" for photo in station.photos())
    await station.until(lambda: "24 photos · 1 removed" in station.cards()[0].text, passing=0.5)


async def test_quarantined_while_the_bot_is_sending_it_the_photo_does_not_stay(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    invited = await station.invite_from_wall()
    await station.card()
    sending, may_arrive = asyncio.Event(), asyncio.Event()
    real = station.wire.do_request

    async def slow(url: str, *arguments: Any, **more: Any) -> tuple[int, bytes]:
        if url.endswith("/sendPhoto"):
            sending.set()
            await may_arrive.wait()
        return await real(url, *arguments, **more)

    monkeypatch.setattr(station.wire, "do_request", slow)
    photo = await station.send_photo(invited)
    async with asyncio.timeout(60):
        while not sending.is_set():
            station.desk.clock.forward(seconds=0.2)
            await asyncio.sleep(0.01)
    await quarantining(station).quarantine(anna(station), photo.id)
    may_arrive.set()
    await station.until(
        lambda: any(message.is_deleted for message in station.chats.messages(station.group)), passing=0.2
    )
    await station.settle()
    assert station.photos() == []


async def test_a_photo_that_left_without_an_answer_is_told_to_people_who_can_look(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    invited = await station.invite_from_wall()
    await station.card()
    real = station.wire.do_request
    lost = asyncio.Event()

    async def silent(url: str, *arguments: Any, **more: Any) -> tuple[int, bytes]:
        answer = await real(url, *arguments, **more)
        if url.endswith("/sendPhoto") and not lost.is_set():
            lost.set()
            photo_id = "photo-of-citizen-0001"
            await quarantining(station).quarantine(anna(station), photo_id)
            raise TimedOut
        return answer

    monkeypatch.setattr(station.wire, "do_request", silent)
    await station.send_photo(invited)

    async def kinds() -> list[str]:
        organisation = station.desk.organisation.id
        events = await station.desk.records.read(lambda work: work.journal.since(organisation, 0, most=1000))
        return [str(event.kind) for event in events]

    async with asyncio.timeout(60):
        while "MessageNotForgotten" not in await kinds():
            station.desk.clock.forward(seconds=1)
            await asyncio.sleep(0.01)


async def test_supervisors_are_told_and_shown_nothing(station: Station) -> None:
    chief = station.chats.new_person("Chief")
    other = station.chats.open_group("Supervisors", chief, bot=Membership(station.chats.bot)).id
    await station.enrol(other, role="supervisor", by=chief)
    invited = await station.invite_from_wall()
    await station.send_photo(invited)
    await station.until(lambda: len(station.photos()) == 1, passing=0.2)
    rules = quarantining(station)
    await rules.quarantine(anna(station), "photo-of-citizen-0001")

    def told(text: str) -> bool:
        return any(text in message.text for message in station.of_bot(other))

    await station.until(lambda: told("Anna took photo 1 of No. 1 out of every view"), passing=0.2)
    station.desk.clock.forward(days=1)
    await rules.look()
    await station.until(lambda: told("Photo 1 of No. 1 still waits in quarantine"), passing=0.2)
    await rules.release(sofie(station), "photo-of-citizen-0001")
    await station.until(lambda: told("Sofie released photo 1 of No. 1"), passing=0.2)
    await rules.quarantine(anna(station), "photo-of-citizen-0001")
    await rules.delete(sofie(station), "photo-of-citizen-0001")
    await station.until(lambda: told("Photo 1 of No. 1 was deleted for ever"), passing=0.2)
    assert station.photos(other) == []


async def test_a_released_photo_is_back_in_the_chat(station: Station) -> None:
    invited = await station.invite_from_wall()
    await station.send_photo(invited)
    await station.until(lambda: len(station.photos()) == 1, passing=0.2)
    rules = quarantining(station)
    await rules.quarantine(anna(station), "photo-of-citizen-0001")
    await station.until(lambda: station.photos() == [], passing=0.2)
    await rules.release(sofie(station), "photo-of-citizen-0001")
    await station.until(lambda: [photo.text for photo in station.photos()] == ["Photo 1 · No. 1"], passing=0.2)
    await station.settle()
    assert "removed" not in station.cards()[0].text


async def test_a_clip_leaves_and_comes_back_as_a_clip(station: Station) -> None:
    invited = await station.invite_from_wall()
    await station.send_clip(invited)

    def films() -> int:
        return sum(message.kind == "video" for message in station.of_bot())

    await station.until(lambda: films() == 1, passing=0.2)
    rules = quarantining(station)
    await rules.quarantine(anna(station), "clip-of-citizen")
    await station.until(lambda: films() == 0, passing=0.2)
    await rules.release(sofie(station), "clip-of-citizen")
    await station.until(lambda: films() == 1, passing=0.2)


async def test_a_photo_kept_longer_leaves_the_chat_on_time(station: Station) -> None:
    invited = await station.invite_from_wall()
    photo = await station.send_photo(invited)
    await station.until(lambda: len(station.photos()) == 1, passing=0.2)
    desk = station.desk
    end = desk.clock.now() + timedelta(days=30)
    holding = Holding(records=desk.records, clock=desk.clock)
    await holding.keep(sofie(station), photo.id, reason="for the court", until=end.isoformat())
    await station.settle()
    assert len(station.photos()) == 1
    desk.clock.forward(hours=6, minutes=1)
    await desk.forgetting.forget_what_is_due()
    await station.until(lambda: station.photos() == [], passing=0.2)
    assert (await desk.viewing.photo(anna(station), photo.id)).kept is not None
