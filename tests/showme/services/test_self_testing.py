"""showme invites itself, says which rung broke, and nobody else sees anything of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest

from gateways.sms.outbox import EmbeddedOutbox
from showme.domain.credits import Entry
from showme.domain.events import Kind
from showme.domain.ice import IceServer
from showme.domain.organisations import SELF_TEST
from showme.domain.people import Dispatcher
from showme.domain.trials import Trial
from showme.errors import NumberRefused
from showme.records import Work
from showme.services import self_testing
from showme.services.self_testing import OUTBOX_NUMBER, SelfTesting, next_test
from showme.services.summarising import Summarising
from showme.services.taking_back import TakingBack
from showme.services.watching import Watching
from tests.fakes.phone import Deed, ServicePhone
from tests.showme.services.conftest import House

TURN = IceServer(urls=("turn:turn.example.org",), username="u", credential="c")
TESTER = Dispatcher(organisation=SELF_TEST, name="showme")


class Bench:
    """A house that tests itself."""

    def __init__(
        self, house: House, *, number: str | None = OUTBOX_NUMBER, kept: bool = True, every: timedelta | None = None
    ) -> None:
        self.house = house
        if kept:
            house.sending._gateways_of = lambda _: [EmbeddedOutbox(records=house.records, clock=house.clock)]
        self.phone = ServicePhone(opening=house.opening, receiving=house.receiving)
        self.testing = SelfTesting(
            records=house.records, clock=house.clock, inviting=house.inviting, closing=house.closing,
            taking_back=TakingBack(records=house.records, clock=house.clock, media=house.media), phone=self.phone,
            number=number, is_kept=kept, every=every, report=house.report,
        )  # fmt: skip

    async def photos(self) -> int:
        return len(await self.house.records.read(lambda work: work.photos.newest(SELF_TEST)))


@pytest.fixture(autouse=True)
def _no_pauses() -> Iterator[None]:
    with patch.object(self_testing, "_LOOK_EVERY", 0.01):
        yield


async def test_every_rung_is_climbed_in_order(house: House) -> None:
    bench = Bench(house)
    await house.showing.start()
    tested = await bench.testing.test()
    assert (tested.broken, tested.reason) == (None, None)
    assert [trial for trial, _ in tested.climbed] == [trial for trial in Trial if trial is not Trial.RELAY]
    assert tested.left_out == (Trial.RELAY,)
    assert bench.phone.done == ["load", "tap", "call", "send_photo", "find_closed"]
    assert len(set(bench.phone.links)) == 1
    assert bench.testing.state() == "up"


async def test_a_relay_is_tried_where_there_is_one(house: House) -> None:
    bench = Bench(house)
    bench.phone.relays = (TURN,)
    await house.showing.start()
    tested = await bench.testing.test()
    assert tested.broken is None
    assert tested.left_out == ()
    assert "relay" in bench.phone.done


async def test_without_a_number_no_sms_is_sent(house: House) -> None:
    bench = Bench(house, number=None)
    await house.showing.start()
    tested = await bench.testing.test()
    assert tested.broken is None
    assert Trial.SMS in tested.left_out
    assert await house.attempts() == []


@pytest.mark.parametrize(
    ("deed", "trial"),
    [
        ("load", Trial.PAGE),
        ("tap", Trial.TAPPED),
        ("call", Trial.SIGNALLING),
        ("relay", Trial.RELAY),
        ("send_photo", Trial.PHOTO),
        ("find_closed", Trial.ENDED),
    ],
)
async def test_the_rung_that_breaks_is_named_and_none_above_it_is_tried(house: House, deed: Deed, trial: Trial) -> None:
    bench = Bench(house)
    bench.phone.relays = (TURN,)
    bench.phone.broken.add(deed)
    await house.showing.start()
    tested = await bench.testing.test()
    assert (tested.broken, tested.reason) == (trial, "HTTP 502")
    assert bench.phone.done[-1] == deed
    assert bench.testing.state() == f"broken {trial}"
    await _nothing_is_left(bench)


async def test_a_photo_that_is_never_shown_is_a_broken_rung(house: House) -> None:
    bench = Bench(house)  # nobody derives its pictures: Showing has not been started
    with patch.object(self_testing, "_PATIENCE", 3.0):
        tested = await bench.testing.test()
    assert (tested.broken, tested.reason) == (Trial.SHOWN, "3 s")
    await _nothing_is_left(bench)


async def test_an_sms_that_the_provider_refuses_is_a_broken_rung(house: House) -> None:
    bench = Bench(house, kept=False)
    house.gateway.refuse(NumberRefused("sms_landline"))
    tested = await bench.testing.test()
    assert (tested.broken, tested.reason) == (Trial.SMS, "SMS refused")


async def test_a_text_without_the_link_is_a_broken_rung(house: House) -> None:
    bench = Bench(house)
    with patch.object(house.sending, "_public_url", "https://elsewhere.example"):
        tested = await bench.testing.test()
    assert (tested.broken, tested.reason) == (Trial.SMS, "no link in the SMS")


async def test_nothing_of_a_test_is_left(house: House) -> None:
    bench = Bench(house)
    await house.showing.start()
    assert (await bench.testing.test()).broken is None
    await _nothing_is_left(bench)


async def _nothing_is_left(bench: Bench) -> None:
    house = bench.house
    (invitation,) = await house.records.read(lambda work: work.invitations.newest(SELF_TEST))
    assert invitation.state(house.clock.now()) == "closed"
    assert await house.number_of(invitation) is None
    assert await bench.photos() == 0
    assert house.files() == set()
    assert await house.records.read(lambda work: work.sms.kept()) == []
    assert await house.records.read(lambda work: work.invitations.due_to_forget(house.clock.now())) == []


async def test_no_organisation_sees_anything_of_a_test(house: House) -> None:
    bench = Bench(house)
    await house.showing.start()
    before = {name: rows for name, rows in (await house.everything()).items() if name == "ledger"}
    assert (await bench.testing.test()).broken is None
    assert [each.id for each in await house.administering.organisations()] == [1, 2]
    for dispatcher in (house.anna, house.bert):
        assert await house.events(dispatcher) == []
        assert (await house.viewing.invitations(dispatcher))[0] == []
    figures = await house.records.read(
        lambda work: work.figures.invitations(1, since=house.clock.now(), until=house.clock.now() + timedelta(days=1))
    )
    assert figures.made == 0
    of_others = [line for line in (await house.everything())["ledger"] if line["organisation"] != SELF_TEST]
    assert of_others == before["ledger"]


async def test_the_next_organisation_gets_the_next_number(house: House) -> None:
    bench = Bench(house)
    await house.showing.start()
    await bench.testing.test()
    added = await house.administering.add_organisation(name="Gent", region="BE", language="nl")
    assert added.id == 3


async def test_no_day_of_the_self_tests_is_summed_up(house: House) -> None:
    bench = Bench(house)
    await house.showing.start()
    await bench.testing.test()
    house.clock.move(days=2)
    await Summarising(records=house.records, clock=house.clock, report=house.report).look()
    assert Kind.DAY_SUMMARISED not in [event.kind for event in await house.events(TESTER)]


async def test_credits_never_run_out(house: House) -> None:
    bench = Bench(house)
    await house.showing.start()
    await bench.testing.test()
    await house.records.write(_spend_all)
    assert (await bench.testing.test()).broken is None


async def _spend_all(work: Work) -> None:
    balance = await work.ledger.balance(SELF_TEST)
    now = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    await work.ledger.write(Entry.CHARGE, -balance, organisation=SELF_TEST, actor="x", at=now)


async def test_a_hiccup_alarms_nobody_and_what_breaks_twice_does(house: House) -> None:
    bench = Bench(house)
    await house.showing.start()
    bench.phone.hiccups.add("tap")
    assert (await bench.testing.test_twice(pause=0)).broken is None
    assert bench.phone.done.count("tap") == 2
    assert bench.testing.state() == "up"
    bench.phone.broken.add("tap")
    assert (await bench.testing.test_twice(pause=0)).broken is Trial.TAPPED
    assert bench.testing.state() == "broken tapped"
    assert bench.phone.done.count("tap") == 4
    # Known to be broken, it is tried once each time.
    await bench.testing.test_twice(pause=0)
    assert bench.phone.done.count("tap") == 5


async def test_supervisors_are_told_which_rung_broke_and_when_it_holds_again(house: House) -> None:
    bench = Bench(house)
    await house.showing.start()
    watching = Watching(
        records=house.records, clock=house.clock, parts=lambda: {"selftest": bench.testing.state()},
        disk_free=lambda: 1 << 40, report=house.report,
    )  # fmt: skip
    bench.phone.broken.add("send_photo")
    await bench.testing.test()
    for _ in range(4):
        await watching.look()
        house.clock.move(seconds=30)
    bench.phone.broken.clear()
    await bench.testing.test()
    for _ in range(4):
        await watching.look()
        house.clock.move(seconds=30)
    told = [(event.kind, event.detail["part"], event.detail.get("where")) for event in await house.events()]
    assert told == [(Kind.TROUBLE_BEGAN, "selftest", "photo"), (Kind.TROUBLE_ENDED, "selftest", None)]


async def test_two_who_ask_at_once_test_one_after_the_other(house: House) -> None:
    bench = Bench(house)
    await house.showing.start()
    first = asyncio.create_task(bench.testing.test())
    await asyncio.sleep(0)
    assert bench.testing.is_at_it
    second = await bench.testing.test()
    assert (await first).broken is second.broken is None
    assert bench.phone.done == ["load", "tap", "call", "send_photo", "find_closed"] * 2


@pytest.mark.parametrize(
    ("now", "hours", "due"),
    [
        ("2026-11-20T12:00", 6, "2026-11-20T12:23"),
        ("2026-11-20T12:23", 6, "2026-11-20T18:23"),
        ("2026-11-20T18:24", 6, "2026-11-21T00:23"),
        ("2026-11-20T00:10", 24, "2026-11-20T00:23"),
        ("2026-11-20T00:23", 1, "2026-11-20T01:23"),
        ("2026-11-20T20:24", 5, "2026-11-21T01:23"),
    ],
)
def test_tests_are_due_at_an_odd_minute(now: str, hours: int, due: str) -> None:
    moment = datetime.fromisoformat(f"{now}+00:00")
    assert next_test(moment, timedelta(hours=hours)) == datetime.fromisoformat(f"{due}+00:00")


async def test_it_tests_by_itself_when_it_is_due(house: House) -> None:
    bench = Bench(house, every=timedelta(hours=6))
    await house.showing.start()
    house.clock.moment = house.clock.moment.replace(hour=12, minute=22, second=59, microsecond=900_000)
    await bench.testing.start()
    async with asyncio.timeout(60):
        await bench.phone.ended.wait()
    await bench.testing.stop()


async def test_it_tests_only_when_asked_where_that_was_chosen(house: House) -> None:
    bench = Bench(house, every=None)
    await bench.testing.start()
    assert bench.testing._task is None
    await bench.testing.stop()
