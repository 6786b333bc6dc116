"""Who runs into a limit is told to supervisors at once, and then many times as one line."""

from __future__ import annotations

import pytest

from showme.domain.events import Kind
from showme.domain.sms import SmsRules
from showme.errors import TooMany
from showme.services.inviting import Inviting
from showme.services.limiting import Limiting
from tests.showme.services.conftest import NUMBER, URL, House


class Bounded:
    """A house in which a number gets one SMS an hour."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.limiting = Limiting(records=house.records, clock=house.clock, report=house.report)
        self.inviting = Inviting(
            records=house.records, clock=house.clock, sending=house.sending, public_url=URL, limiting=self.limiting,
            rules=SmsRules(countries=house.rules.countries, to_number=1),
        )  # fmt: skip

    async def is_refused(self) -> None:
        with pytest.raises(TooMany):
            await self.inviting.invite(self.house.anna, to=NUMBER)

    async def told(self) -> list[tuple[str, object, object]]:
        return [
            (event.actor, event.detail["limit"], event.detail["count"])
            for event in await self.house.events()
            if event.kind is Kind.LIMIT_HIT
        ]


@pytest.fixture
async def bounded(house: House) -> Bounded:
    bounded = Bounded(house)
    await bounded.inviting.invite(house.anna, to=NUMBER)
    return bounded


async def test_the_first_refusal_is_told_at_once_and_the_others_together(bounded: Bounded) -> None:
    for _ in range(7):
        await bounded.is_refused()
        await bounded.limiting.look()
    once = ("Anna", "sms_too_many_to_number", 1)
    assert await bounded.told() == [once]
    bounded.house.clock.move(minutes=10)
    await bounded.limiting.look()
    await bounded.limiting.look()
    assert await bounded.told() == [once, ("Anna", "sms_too_many_to_number", 6)]


async def test_after_quiet_minutes_the_next_refusal_is_news_again(bounded: Bounded) -> None:
    await bounded.is_refused()
    bounded.house.clock.move(minutes=10)
    await bounded.limiting.look()
    await bounded.is_refused()
    assert [count for _, _, count in await bounded.told()] == [1, 1]


async def test_a_refusal_takes_no_credit_and_leaves_no_invitation(bounded: Bounded) -> None:
    left = await bounded.house.topping_up.credits(bounded.house.anna)
    await bounded.is_refused()
    assert await bounded.house.topping_up.credits(bounded.house.anna) == left
    assert len((await bounded.house.viewing.invitations(bounded.house.anna))[0]) == 1


async def test_a_stop_tells_what_was_counted(bounded: Bounded) -> None:
    await bounded.limiting.start()
    await bounded.is_refused()
    await bounded.is_refused()
    await bounded.limiting.stop()
    assert [count for _, _, count in await bounded.told()] == [1, 1]
