"""Supervisors hear of a relay that stays away, in the words of the journal."""

from __future__ import annotations

from datetime import datetime, timedelta

from showme.domain.events import Kind
from showme.domain.ice import IceServer, SharedLease
from showme.errors import Unavailable
from showme.services.relaying import Relaying
from showme.services.watching import Watching
from tests.showme.services.conftest import House


class Lender:
    """Lends for half a day, unless it is away."""

    name = "far"
    is_away = False

    async def lease(self, *, now: datetime) -> SharedLease:
        if self.is_away:
            raise Unavailable(status=503)
        server = IceServer(urls=("turn:far.example",), username="u", credential="c")
        return SharedLease(lent=(server,), until=now + timedelta(hours=12))


async def test_trouble_of_a_relay_is_told_once_and_its_end_too(house: House) -> None:
    lender = Lender()
    relaying = Relaying(providers=[lender], clock=house.clock, report=house.report)
    watching = Watching(
        records=house.records,
        clock=house.clock,
        parts=lambda: {"turn": relaying.state()},
        disk_free=lambda: 10**12,
        report=house.report,
    )

    async def passes(*, minutes: int) -> None:
        for _ in range(12 * minutes):
            house.clock.move(seconds=5)
            await relaying.look()
            await watching.look()

    await passes(minutes=60 * 6 - 1)
    lender.is_away = True
    await passes(minutes=5)
    lender.is_away = False
    await passes(minutes=5)
    told = [event for event in await house.events() if event.kind in {Kind.TROUBLE_BEGAN, Kind.TROUBLE_ENDED}]
    assert [(event.kind, event.detail["part"]) for event in told] == [
        (Kind.TROUBLE_BEGAN, "turn"),
        (Kind.TROUBLE_ENDED, "turn"),
    ]
    assert [name for name, _ in house.reports] == ["ice_provider_failed"]
    assert len(relaying.servers("abc")) == 1, "half of what was lent was left all the time"
