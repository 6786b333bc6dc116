"""A provider that delivers clearly less than it usually does is told, once, and once when that is over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from showme.domain.deliveries import rates_of
from showme.domain.events import Event, Kind
from showme.domain.reports import ProviderFigures
from showme.domain.sms import Attempt
from showme.records import Work
from showme.services.comparing import Comparing
from tests.showme.services.conftest import House

BEFORE = timedelta(days=3)
LATELY = timedelta(minutes=20)


class Exchange:
    """SMS that were sent by providers, and how many of them arrived."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.invitation = ""
        self._sent = 0
        self.comparing = self.comparer()

    def comparer(self) -> Comparing:
        return Comparing(records=self.house.records, clock=self.house.clock, report=self.house.report)

    async def sent(self, provider: str, *, ago: timedelta, delivered: int, of: int) -> None:
        at = self.house.clock.now() - ago
        invitation = self.invitation or (await self.house.invite()).invitation.id
        self.invitation = invitation

        async def sending(work: Work) -> None:
            for place in range(of):
                sms = await work.sms.queue(
                    organisation=self.house.ours.id, invitation=invitation, by="Anna", number_digest="n", at=at
                )
                await work.sms.begin_attempt(sms, provider, at)
                state = "delivered" if place < delivered else "accepted"
                self._sent += 1
                await work.sms.finish_attempt(
                    Attempt(
                        sms=sms, provider=provider, state=state,  # type: ignore[arg-type]
                        provider_id=f"{provider}{self._sent}",
                    )
                )  # fmt: skip
                await work.sms.finish(sms, "accepted")

        await self.house.records.write(sending)

    async def told(self) -> list[Event]:
        kinds = {Kind.DELIVERY_DROPPED, Kind.DELIVERY_RECOVERED}
        return [event for event in await self.house.events() if event.kind in kinds]


@pytest.fixture
def exchange(house: House) -> Exchange:
    return Exchange(house)


async def test_a_drop_is_told_once_of_the_one_provider_and_with_the_figures(exchange: Exchange) -> None:
    for provider in ("Twilio", "Clickatell"):
        await exchange.sent(provider, ago=BEFORE, delivered=190, of=200)
    await exchange.sent("Twilio", ago=LATELY, delivered=9, of=25)
    await exchange.sent("Clickatell", ago=LATELY, delivered=23, of=25)
    for _ in range(3):
        await exchange.comparing.look()
    await exchange.comparer().look()
    (event,) = await exchange.told()
    assert event.kind is Kind.DELIVERY_DROPPED
    assert event.detail == {"provider": "Twilio", "lately": 36, "usually": 95, "count": 25, "hours": 1}


async def test_that_it_delivers_again_is_told_also_after_a_restart(exchange: Exchange) -> None:
    await exchange.sent("Twilio", ago=BEFORE, delivered=190, of=200)
    await exchange.sent("Twilio", ago=LATELY, delivered=5, of=25)
    await exchange.comparing.look()
    exchange.house.clock.move(hours=2)
    await exchange.sent("Twilio", ago=LATELY, delivered=24, of=25)
    await exchange.comparer().look()
    assert [event.kind for event in await exchange.told()] == [Kind.DELIVERY_DROPPED, Kind.DELIVERY_RECOVERED]


async def test_too_few_sms_say_nothing(exchange: Exchange) -> None:
    await exchange.sent("Twilio", ago=BEFORE, delivered=190, of=200)
    await exchange.sent("Twilio", ago=LATELY, delivered=0, of=19)
    await exchange.comparing.look()
    assert await exchange.told() == []


async def test_a_small_control_room_is_judged_by_its_day(exchange: Exchange) -> None:
    await exchange.sent("Twilio", ago=BEFORE, delivered=190, of=200)
    await exchange.sent("Twilio", ago=LATELY, delivered=1, of=3)
    await exchange.sent("Twilio", ago=timedelta(hours=9), delivered=6, of=20)
    await exchange.comparing.look()
    (event,) = await exchange.told()
    assert (event.detail["hours"], event.detail["count"]) == (24, 23)


async def test_what_left_a_moment_ago_may_still_arrive(exchange: Exchange) -> None:
    await exchange.sent("Twilio", ago=BEFORE, delivered=190, of=200)
    await exchange.sent("Twilio", ago=timedelta(minutes=2), delivered=0, of=40)
    await exchange.comparing.look()
    assert await exchange.told() == []


async def test_a_provider_that_never_tells_of_deliveries_has_nothing_to_drop(exchange: Exchange) -> None:
    await exchange.sent("Twilio", ago=BEFORE, delivered=0, of=200)
    await exchange.sent("Twilio", ago=LATELY, delivered=0, of=40)
    await exchange.comparing.look()
    assert await exchange.told() == []


@pytest.mark.parametrize(
    ("usually", "lately", "of", "has_dropped"),
    [
        (95, 16, 20, False),
        (95, 15, 20, True),
        (50, 4, 20, False),
        (50, 3, 20, True),
        (95, 82, 100, False),
        (95, 79, 100, True),
    ],
)
def test_chance_is_no_drop(usually: int, lately: int, of: int, *, has_dropped: bool) -> None:
    rates = rates_of(
        ProviderFigures(provider="Twilio", delivered=lately, accepted=of - lately),
        ProviderFigures(provider="Twilio", delivered=usually, accepted=100 - usually),
    )
    assert rates is not None
    assert rates.have_dropped is has_dropped
    assert not (rates.have_dropped and rates.have_recovered)
