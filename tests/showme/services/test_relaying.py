"""Whoever taps has the relays at once, whatever those who lend them are doing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from showme.domain.ice import IceServer, SharedLease
from showme.errors import Unavailable
from showme.services.relaying import Relaying
from tests.fakes.clock import MovableClock

HOURS = 12


class Lender:
    """Lends a server whose username counts how often it was asked, and fails or hangs when told to."""

    def __init__(self, name: str, clock: MovableClock, *, hours: float | None = HOURS) -> None:
        self.name = name
        self.clock = clock
        self.hours = hours
        self.asked = 0
        self.failing: Exception | None = None
        self.hanging = False

    async def lease(self, *, now: datetime) -> SharedLease:
        self.asked += 1
        if self.hanging:
            await asyncio.Event().wait()
        if self.failing is not None:
            raise self.failing
        server = IceServer(urls=(f"turn:{self.name}.example",), username=f"{self.asked}", credential="c")
        return SharedLease(lent=(server,), until=now + timedelta(hours=self.hours) if self.hours is not None else None)


class House:
    def __init__(self) -> None:
        self.clock = MovableClock()
        self.reported: list[BaseException] = []
        self.far = Lender("far", self.clock)
        self.near = Lender("near", self.clock, hours=None)

    def relaying(self, *lenders: Lender, patience: float = 30.0) -> Relaying:
        return Relaying(
            providers=lenders or (self.far, self.near),
            clock=self.clock,
            report=lambda _, error: self.reported.append(error),
            patience=patience,
        )


@pytest.fixture
def house() -> House:
    return House()


def told(servers: Sequence[dict[str, object]]) -> list[tuple[object, object]]:
    return [(server["urls"], server["username"]) for server in servers]


async def test_servers_are_there_before_the_first_tap_and_in_the_order_of_the_settings(house: House) -> None:
    relaying = house.relaying()
    await relaying.start()
    try:
        assert told(relaying.servers("abc")) == [(["turn:far.example"], "1"), (["turn:near.example"], "1")]
        assert relaying.state() == "up"
    finally:
        await relaying.stop()


async def test_a_tap_asks_nobody(house: House) -> None:
    relaying = house.relaying()
    await relaying.look()
    for number in range(1_000):
        assert len(relaying.servers(f"abc{number}")) == 2
        house.clock.move(seconds=1)
    assert (house.far.asked, house.near.asked) == (1, 1)


async def test_without_a_provider_there_is_nothing_and_nothing_is_wrong(house: House) -> None:
    relaying = Relaying(providers=(), clock=house.clock, report=lambda *_: None)
    await relaying.start()
    await relaying.look()
    assert (relaying.servers("abc"), relaying.state()) == ([], "off")
    await relaying.stop()


async def test_what_is_lent_is_renewed_at_half_of_its_life(house: House) -> None:
    relaying = house.relaying()
    await relaying.look()
    house.clock.move(hours=HOURS / 2, seconds=-1)
    await relaying.look()
    assert house.far.asked == 1
    house.clock.move(seconds=1)
    await relaying.look()
    assert house.far.asked == 2
    assert told(relaying.servers("abc"))[0] == (["turn:far.example"], "2")


async def test_a_provider_that_hangs_at_the_start_keeps_nobody_waiting(house: House) -> None:
    house.far.hanging = True
    relaying = house.relaying()
    async with asyncio.timeout(20):  # its patience is 30 s; the start's is a moment
        await relaying.start()
    try:
        assert told(relaying.servers("abc")) == [(["turn:near.example"], "1")]
        assert relaying.state() == "failing"
    finally:
        async with asyncio.timeout(20):
            await relaying.stop()


async def test_a_provider_that_hangs_is_given_up_and_told_of(house: House) -> None:
    house.far.hanging = True
    relaying = house.relaying(patience=0.05)
    async with asyncio.timeout(20):
        await relaying.look()
    assert told(relaying.servers("abc")) == [(["turn:near.example"], "1")]
    assert relaying.state() == "failing"
    [error] = house.reported
    assert isinstance(error, Unavailable)
    assert error.facts == {"provider": "far"}
    assert isinstance(error.__cause__, TimeoutError)


@pytest.mark.parametrize("failure", [Unavailable(status=401), RuntimeError("a fault of ours")])
async def test_a_provider_that_fails_leaves_the_rest(house: House, failure: Exception) -> None:
    house.far.failing = failure
    relaying = house.relaying()
    await relaying.look()
    assert told(relaying.servers("abc")) == [(["turn:near.example"], "1")]
    assert relaying.state() == "failing"
    assert [error.facts for error in house.reported if isinstance(error, Unavailable)] == [
        {"provider": "far"} | getattr(failure, "facts", {})
    ]


async def test_a_provider_that_fails_later_goes_on_serving_from_what_it_lent(house: House) -> None:
    relaying = house.relaying()
    await relaying.look()
    house.far.failing = Unavailable()
    house.clock.move(hours=HOURS / 2)
    await relaying.look()
    assert relaying.state() == "failing"
    assert told(relaying.servers("abc"))[0] == (["turn:far.example"], "1")
    house.clock.move(hours=HOURS / 2, seconds=-1)
    assert len(relaying.servers("abc")) == 2
    house.clock.move(seconds=1)
    assert told(relaying.servers("abc")) == [(["turn:near.example"], "1")], "what has ended is handed to nobody"


async def test_a_provider_that_recovers_is_used_again_within_seconds(house: House) -> None:
    house.far.failing = Unavailable()
    relaying = house.relaying()
    await relaying.look()
    house.far.failing = None
    house.clock.move(seconds=5)
    await relaying.look()
    assert relaying.state() == "up"
    assert told(relaying.servers("abc"))[0] == (["turn:far.example"], "2")


async def test_a_provider_in_trouble_is_asked_less_and_less_but_at_least_every_minute(house: House) -> None:
    house.far.failing = Unavailable()
    relaying = house.relaying()
    begun = house.clock.now()
    moments: list[int] = []
    for _ in range(600):
        before = house.far.asked
        await relaying.look()
        if house.far.asked > before:
            moments.append(int((house.clock.now() - begun).total_seconds()))
        house.clock.move(seconds=1)
    assert moments[:6] == [0, 5, 15, 35, 75, 135]
    assert max(later - earlier for earlier, later in pairwise(moments)) == 60
    assert len(house.reported) == 1, "the same failure is reported once"


async def test_another_failure_is_reported_too_and_so_is_the_next_trouble(house: House) -> None:
    relaying = house.relaying()
    for failure in (Unavailable("first"), Unavailable("second"), None, Unavailable("second")):
        house.far.failing = failure
        await relaying.look()
        house.clock.move(days=2)
    assert [str(error.__cause__) for error in house.reported] == ["first", "second", "second"]


async def test_a_clock_that_was_set_back_does_not_keep_old_servers(house: House) -> None:
    relaying = house.relaying()
    await relaying.look()
    house.clock.move(days=-400)
    await relaying.look()
    assert house.far.asked == 2
    house.clock.move(hours=HOURS / 2)
    await relaying.look()
    assert house.far.asked == 3


async def test_it_goes_on_by_itself_and_stops_when_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("showme.services.relaying._LOOK_EVERY", 0.01)
    relaying = house.relaying()
    house.far.failing = Unavailable()
    await relaying.start()
    house.far.failing = None
    house.clock.move(minutes=1)
    async with asyncio.timeout(60):
        while relaying.state() != "up":  # noqa: ASYNC110 - it looks again and again, and tells nobody
            await asyncio.sleep(0.05)
    await relaying.stop()
    assert len(relaying.servers("abc")) == 2
