"""Every day is summed up once, also when nobody was there at its end."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta

from showme.domain.events import Kind
from showme.domain.people import Dispatcher
from showme.domain.reports import read_report
from showme.services.summarising import Summarising
from tests.showme.services.conftest import NUMBER, House


def summarising(house: House) -> Summarising:
    return Summarising(records=house.records, clock=house.clock, report=house.report)


async def days(house: House, dispatcher: Dispatcher | None = None) -> list[Mapping[str, object]]:
    return [event.detail for event in await house.events(dispatcher) if event.kind is Kind.DAY_SUMMARISED]


async def to_the_morning(house: House, *, hour: int = 6, seconds: int = 20) -> None:
    """Let time pass until the next such hour."""
    now = house.clock.now()
    morning = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    if morning <= now:
        morning += timedelta(days=1)
    house.clock.moment = morning + timedelta(seconds=seconds)


async def test_a_day_is_summed_up_at_the_first_look_after_six(house: House) -> None:
    await to_the_morning(house)
    invited = await house.invite(to=NUMBER)
    await house.invite()
    opened = await house.opening.open(invited.key)
    await house.opening.step(opened, "loaded")
    writer = summarising(house)
    await writer.look()
    assert await days(house) == []
    await to_the_morning(house, hour=5, seconds=3599)
    await writer.look()
    assert await days(house) == []
    await to_the_morning(house)
    await writer.look()
    await writer.look()
    end = house.clock.now().replace(second=0)
    (day,) = await days(house)
    assert [
        {name: value for name, value in day.items() if name != "report"},
    ] == [
        {
            "since": (end - timedelta(days=1)).isoformat(),
            "until": end.isoformat(),
            "invitations": 2,
            "sms_sent": 1,
            "sms_delivered": 0,
            "sms_failed": 0,
            "sms_unknown": 0,
            "pages_loaded": 1,
            "photos": 0,
            "median_seconds": None,
            "credits": 9,
        }
    ]
    report = read_report(day)
    assert report is not None
    assert (report.since, report.until) == (end - timedelta(days=1), end)
    assert (report.invitations, report.credits) == (2, 9)
    assert [(each.rung, each.reached, each.of) for each in report.rungs] == [
        ("created", 2, 2),
        ("sms_accepted", 1, 1),
        ("sms_delivered", 1, 1),
        ("page_loaded", 1, 2),
        ("tapped", 0, 2),
        ("first_picture", 0, 2),
    ]


async def test_a_restart_sums_nothing_up_twice(house: House) -> None:
    await house.invite()
    await to_the_morning(house)
    await summarising(house).look()
    house.clock.move(minutes=5)
    await summarising(house).look()
    assert len(await days(house)) == 1


async def test_a_day_that_ended_while_we_were_down_is_summed_up_later(house: House) -> None:
    await house.invite()
    await to_the_morning(house)
    house.clock.move(hours=9)
    await house.invite()
    await summarising(house).look()
    assert [day["invitations"] for day in await days(house)] == [1]


async def test_every_day_has_its_own_line(house: House) -> None:
    writer = summarising(house)
    await house.invite()
    for _ in range(3):
        await to_the_morning(house)
        await writer.look()
    assert [day["invitations"] for day in await days(house)] == [1, 0, 0]


async def test_an_organisation_without_a_yesterday_gets_no_summary_of_it(house: House) -> None:
    await house.invite()
    await to_the_morning(house)
    await summarising(house).look()
    assert len(await days(house)) == 1
    assert await days(house, house.bert) == []


async def test_a_look_that_fails_is_reported_and_tried_again(house: House) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    reported: asyncio.Queue[str] = asyncio.Queue()
    house.records.read = broken  # type: ignore[method-assign,assignment]
    writer = Summarising(records=house.records, clock=house.clock, report=lambda event, _: reported.put_nowait(event))
    await writer.start()
    async with asyncio.timeout(60):
        assert await reported.get() == "summarising_failed"
    assert writer._task is not None
    assert not writer._task.done()
    await writer.stop()
