"""An invitation to which nobody answers is told once, after the minutes that the organisation has chosen."""

from __future__ import annotations

import pytest

from showme.domain.events import Event, Kind
from showme.domain.people import Dispatcher
from showme.errors import NotAllowed, NotUnderstood
from showme.services.awaiting import Awaiting
from tests.showme.services.conftest import NUMBER, House


def chief(house: House) -> Dispatcher:
    return Dispatcher(organisation=house.ours.id, name="Chief", role="supervisor")


def awaiting(house: House) -> Awaiting:
    return Awaiting(records=house.records, clock=house.clock, report=house.report)


async def told(house: House) -> list[Event]:
    return [event for event in await house.events() if event.kind is Kind.INVITATION_UNANSWERED]


async def test_silence_is_told_once_and_says_how_far_it_came(house: House) -> None:
    invited = await house.invite(to=NUMBER)
    looking = awaiting(house)
    house.clock.move(minutes=4, seconds=59)
    await looking.look()
    assert await told(house) == []
    house.clock.move(seconds=2)
    await looking.look()
    await looking.look()
    await awaiting(house).look()
    (event,) = await told(house)
    assert event.invitation == invited.invitation.id
    assert event.detail == {"minutes": 5, "rung": "sms_accepted"}


async def test_a_page_that_was_loaded_is_no_answer_and_a_tap_is_one(house: House) -> None:
    loaded, tapped = await house.invite(), await house.invite()
    await house.opening.step(await house.opening.open(loaded.key), "loaded")
    await house.opening.tap(await house.opening.open(tapped.key))
    house.clock.move(minutes=6)
    await awaiting(house).look()
    (event,) = await told(house)
    assert event.invitation == loaded.invitation.id
    assert event.detail["rung"] == "page_loaded"


async def test_what_was_closed_is_awaited_no_longer(house: House) -> None:
    invited = await house.invite()
    await house.closing.close(house.anna, invited.invitation.id)
    house.clock.move(minutes=6)
    await awaiting(house).look()
    assert await told(house) == []


async def test_after_a_long_sleep_old_silence_is_no_news(house: House) -> None:
    await house.invite()
    house.clock.move(hours=2)
    await awaiting(house).look()
    assert await told(house) == []


async def test_each_organisation_has_its_own_patience(house: House) -> None:
    looking = awaiting(house)
    await looking.choose(chief(house), minutes=2)
    await house.invite()
    await house.inviting.invite(house.bert, to=None)
    house.clock.move(minutes=3)
    await looking.look()
    assert len(await told(house)) == 1
    assert "InvitationUnanswered" not in await house.kinds(house.bert)
    house.clock.move(minutes=3)
    await looking.look()
    assert "InvitationUnanswered" in await house.kinds(house.bert)


async def test_who_wants_to_hear_nothing_hears_nothing(house: House) -> None:
    await awaiting(house).choose(chief(house), minutes=0)
    await house.invite()
    house.clock.move(minutes=20)
    await awaiting(house).look()
    assert await told(house) == []


async def test_only_supervisors_choose_and_nobody_waits_for_ever(house: House) -> None:
    with pytest.raises(NotAllowed):
        await awaiting(house).choose(house.anna, minutes=3)
    for minutes in (-1, 121):
        with pytest.raises(NotUnderstood):
            await awaiting(house).choose(chief(house), minutes=minutes)
