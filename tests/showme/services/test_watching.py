"""Trouble that lasts is written down, once when it begins and once when it is over."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime

from showme.domain.events import Event, Kind
from showme.errors import StorageFull, Unavailable
from showme.services.watching import LEAST_DISK, Watching
from tests.showme.services.conftest import House


class Machine:
    """What the watching looks at."""

    def __init__(self, house: House) -> None:
        self.reported = asyncio.Event()
        self.house = house
        self.parts = {"telegram": "up", "live": "off"}
        self.free = 10 * LEAST_DISK
        self.watching = Watching(
            records=house.records, clock=house.clock, parts=lambda: self.parts, disk_free=self.disk_free,
            report=self.report,
        )  # fmt: skip

    def report(self, event: str, error: BaseException) -> None:
        self.house.report(event, error)
        self.reported.set()

    def disk_free(self) -> int:
        if self.free < 0:
            raise OSError("the disk does not answer")
        return self.free

    async def passes(self, *, seconds: int) -> None:
        """Let time pass, looking every half minute."""
        for _ in range(seconds // 30):
            self.house.clock.move(seconds=30)
            await self.watching.look()

    async def told(self) -> list[tuple[Kind, Mapping[str, object]]]:
        return [(event.kind, event.detail) for event in await self.events()]

    async def events(self) -> list[Event]:
        kinds = {Kind.TROUBLE_BEGAN, Kind.TROUBLE_ENDED}
        return [event for event in await self.house.events() if event.kind in kinds]


async def test_a_part_that_stays_away_is_told_and_that_it_is_back(house: House) -> None:
    machine = Machine(house)
    await machine.watching.look()
    machine.parts["telegram"] = "down"
    house.clock.move(seconds=30)
    began = house.clock.now()
    await machine.watching.look()
    await machine.passes(seconds=60)
    assert await machine.told() == []
    await machine.passes(seconds=300)
    since = {"part": "telegram", "since": began.isoformat()}
    assert await machine.told() == [(Kind.TROUBLE_BEGAN, since)]
    machine.parts["telegram"] = "up"
    house.clock.move(seconds=30)
    ended = house.clock.now()
    await machine.watching.look()
    await machine.passes(seconds=300)
    assert await machine.told() == [
        (Kind.TROUBLE_BEGAN, since),
        (Kind.TROUBLE_ENDED, {**since, "until": ended.isoformat()}),
    ]


async def test_a_short_absence_is_nobodys_business(house: House) -> None:
    machine = Machine(house)
    for _ in range(5):
        machine.parts["telegram"] = "down"
        await machine.passes(seconds=60)
        machine.parts["telegram"] = "up"
        await machine.passes(seconds=60)
    assert await machine.told() == []


async def test_a_part_that_comes_and_goes_is_in_one_trouble(house: House) -> None:
    machine = Machine(house)
    machine.parts["telegram"] = "down"
    await machine.passes(seconds=180)
    for _ in range(3):
        machine.parts["telegram"] = "up"
        await machine.passes(seconds=30)
        machine.parts["telegram"] = "down"
        await machine.passes(seconds=180)
    assert [kind for kind, _ in await machine.told()] == [Kind.TROUBLE_BEGAN]


async def test_a_part_that_is_switched_off_is_well(house: House) -> None:
    machine = Machine(house)
    machine.parts["telegram"] = "off"
    await machine.passes(seconds=300)
    assert await machine.told() == []


async def test_a_disk_that_fills_up_is_told_to_every_organisation(house: House) -> None:
    machine = Machine(house)
    machine.free = LEAST_DISK
    await machine.passes(seconds=300)
    assert await machine.told() == []
    machine.free = LEAST_DISK - 1
    await machine.passes(seconds=300)
    assert [(kind, detail["part"]) for kind, detail in await machine.told()] == [(Kind.TROUBLE_BEGAN, "disk")]
    assert "TroubleBegan" in await house.kinds(house.bert)


async def test_the_end_of_a_trouble_is_told_also_after_a_restart(house: House) -> None:
    machine = Machine(house)
    machine.free = 0
    await machine.passes(seconds=300)
    restarted = Machine(house)
    restarted.free = 0
    await restarted.passes(seconds=300)
    assert [kind for kind, _ in await machine.told()] == [Kind.TROUBLE_BEGAN]
    restarted.free = 10 * LEAST_DISK
    await restarted.passes(seconds=300)
    (_, began), (kind, ended) = await machine.told()
    assert (kind, ended["part"], ended["since"]) == (Kind.TROUBLE_ENDED, "disk", began["since"])
    again = Machine(house)
    await again.passes(seconds=300)
    assert len(await machine.told()) == 2


async def test_what_could_not_be_written_is_written_at_the_next_look(house: House) -> None:
    machine = Machine(house)
    machine.free = 0
    real = house.records.write
    is_full = [True]

    async def write(step: object) -> object:
        if is_full:
            raise StorageFull
        return await real(step)  # type: ignore[arg-type]

    house.records.write = write  # type: ignore[method-assign,assignment]
    failed = 0
    for _ in range(5):
        try:
            await machine.passes(seconds=30)
        except StorageFull:
            failed += 1
    assert failed > 1
    is_full.clear()
    await machine.passes(seconds=60)
    assert [kind for kind, _ in await machine.told()] == [Kind.TROUBLE_BEGAN]


async def test_a_look_that_fails_is_reported_and_the_watch_goes_on(house: House) -> None:
    machine = Machine(house)
    machine.free = -1
    await machine.watching.start()
    async with asyncio.timeout(60):
        await machine.reported.wait()
    assert machine.watching._task is not None
    assert not machine.watching._task.done()
    await machine.watching.stop()
    assert [event for event, _ in house.reports] == ["watching_failed"]


async def test_two_troubles_at_once_both_end_after_a_restart(house: House) -> None:
    machine = Machine(house)
    machine.free = 0
    machine.parts["turn"] = "down"
    await machine.passes(seconds=300)
    restarted = Machine(house)
    restarted.parts["turn"] = "up"
    await restarted.passes(seconds=300)
    ended = [detail["part"] for kind, detail in await machine.told() if kind is Kind.TROUBLE_ENDED]
    assert sorted(map(str, ended)) == ["disk", "turn"]


async def test_a_database_that_is_away_is_told_past_the_journal_and_in_it_when_it_is_back(house: House) -> None:
    machine = Machine(house)
    alarmed: list[str] = []

    async def alarm(part: str, _: datetime) -> None:
        alarmed.append(part)

    machine.watching = Watching(
        records=house.records, clock=house.clock, parts=lambda: machine.parts, disk_free=machine.disk_free,
        report=house.report, alarm=alarm,
    )  # fmt: skip
    await machine.passes(seconds=60)
    real_read, real_write = house.records.read, house.records.write

    async def away(_: object) -> None:
        raise Unavailable

    house.records.read = house.records.write = away  # type: ignore[method-assign,assignment]
    await machine.passes(seconds=60)
    assert alarmed == []
    await machine.passes(seconds=600)
    assert alarmed == ["database"]
    house.records.read, house.records.write = real_read, real_write  # type: ignore[method-assign]
    await machine.passes(seconds=60)
    (kind, detail) = (await machine.told())[0]
    assert (kind, detail["part"]) == (Kind.TROUBLE_ENDED, "database")
    assert len(await machine.told()) == 1


async def test_a_short_absence_of_the_database_alarms_nobody(house: House) -> None:
    machine = Machine(house)
    real = house.records.read

    async def away(_: object) -> None:
        raise Unavailable

    house.records.read = away  # type: ignore[method-assign,assignment]
    await machine.passes(seconds=60)
    house.records.read = real  # type: ignore[method-assign]
    await machine.passes(seconds=120)
    assert await machine.told() == []
