import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime

import pytest

from showme.domain.ladder import Rung
from showme.errors import LinkEnded, NotAPicture, NotFound, TooLarge
from showme.services.opening import Opened
from showme.services.stills import MOST_STILL, PACE_UNWANTED, PACE_WANTED, Stills
from tests.pictures import jpeg, scene
from tests.showme.services.conftest import House

LONG = 60.0
FRAME = jpeg(scene(size=(320, 240)))


@pytest.fixture
async def citizen(house: House) -> Opened:
    opened = await house.at_the_door()
    await house.calling.begin(opened)
    return await house.again(opened)


@pytest.fixture
async def next_still(house: House, citizen: Opened) -> AsyncIterator["Waiting"]:
    waiting = Waiting(house, citizen)
    yield waiting
    for task in waiting.tasks:
        task.cancel()
    await asyncio.gather(*waiting.tasks, return_exceptions=True)


async def until(claim: Callable[[], object]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(LONG):
        while not claim():  # noqa: ASYNC110 - nobody would set an event
            await asyncio.sleep(0.01)


def waiting(stills: Stills, name: str) -> int:
    place = stills._places.get(name)
    return place.waiting if place else 0


class Waiting:
    """Dispatchers who wait for a still."""

    def __init__(self, house: House, citizen: Opened) -> None:
        """Let them wait for this citizen's."""
        self._house = house
        self._citizen = citizen
        self.tasks: list[asyncio.Task[tuple[int, bytes, datetime] | None]] = []

    async def __call__(self, *, after: int = 0) -> asyncio.Task[tuple[int, bytes, datetime] | None]:
        """Begin to wait; return once the waiting has begun."""
        stills, name = self._house.stills, self._citizen.invitation.id
        before = waiting(stills, name)
        task = asyncio.create_task(stills.next(self._house.anna, name, after=after, patience=LONG))
        self.tasks.append(task)
        await until(lambda: task.done() or waiting(stills, name) > before)
        return task


def picture(content: bytes = b"") -> bytes:
    return b"\xff\xd8\xff\xe0" + content + b"\xff\xd9"


async def test_who_waits_gets_the_newest_picture_and_never_the_same_twice(
    house: House, citizen: Opened, next_still: Waiting
) -> None:
    waits = [await next_still(), await next_still()]
    assert await house.stills.put(citizen, FRAME) == PACE_WANTED
    async with asyncio.timeout(LONG):
        for wait in waits:
            assert await wait == (house.stills._last_number, FRAME, house.clock.now())
    first = house.stills._last_number
    for number in range(3):
        await house.stills.put(citizen, picture(bytes([number])))
    wait = await next_still(after=first)
    async with asyncio.timeout(LONG):
        found = await wait
    assert found is not None
    assert found[0] > first
    assert found[1] == picture(b"\x02")
    assert await house.stills.next(house.anna, citizen.invitation.id, after=found[0], patience=0.01) is None


async def test_numbers_only_grow_also_over_a_restart(house: House, citizen: Opened) -> None:
    await house.stills.put(citizen, picture())
    before = house.stills._last_number
    house.clock.move(seconds=1)
    house.put_together()
    await house.stills.put(citizen, picture())
    assert house.stills._last_number > before


async def test_the_phone_hurries_while_somebody_waits(house: House, citizen: Opened, next_still: Waiting) -> None:
    assert await house.stills.put(citizen, picture()) == PACE_UNWANTED
    assert not house.stills.wanted(citizen.invitation.id)
    wait = await next_still(after=house.stills._last_number)
    assert house.stills.wanted(citizen.invitation.id)
    assert await house.stills.put(citizen, picture()) == PACE_WANTED
    await wait
    house.clock.move(seconds=4.9)
    assert house.stills.wanted(citizen.invitation.id)
    house.clock.move(seconds=0.2)
    assert not house.stills.wanted(citizen.invitation.id)
    assert await house.stills.put(citizen, picture()) == PACE_UNWANTED


async def test_the_page_hears_when_stills_are_wanted_and_when_no_more(
    house: House, citizen: Opened, next_still: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = asyncio.Queue[tuple[str, bool]]()
    stop = house.stills.listen(lambda name: heard.put_nowait((name, house.stills.wanted(name))))
    wait = await next_still()
    assert heard.get_nowait() == (citizen.invitation.id, True)
    monkeypatch.setattr("showme.services.stills._WANTED_FOR", house.clock.now() - house.clock.now())
    await house.stills.put(citizen, picture())
    async with asyncio.timeout(LONG):
        await wait
        assert await heard.get() == (citizen.invitation.id, False)
    stop()
    wait = await next_still(after=house.stills._last_number)
    assert heard.empty()


async def test_the_first_still_is_the_first_picture_whatever_was_asked_for(house: House) -> None:
    for purpose in ("live", "photo", "location"):
        opened = await house.at_the_door(purpose=purpose)
        await house.calling.begin(opened)
        await house.stills.put(opened, picture())
        await house.stills.put(await house.again(opened), picture())
        assert Rung.FIRST_PICTURE in (await house.see(opened.invitation)).reached
    assert (await house.kinds()).count("StillReceived") == 3


async def test_a_still_means_that_the_camera_runs_whatever_else_was_told(house: House) -> None:
    opened = await house.at_the_door(purpose="photo")
    await house.stills.put(opened, picture())
    seen = await house.see(opened.invitation)
    assert seen.is_live
    assert (await house.kinds())[1:] == ["Tapped", "LiveBegan", "StillReceived"]
    for _ in range(7):
        house.clock.move(seconds=10)
        await house.stills.put(await house.again(opened), picture())
        await house.calling.look()
    assert (await house.see(opened.invitation)).is_live


async def test_stop_really_stops_also_what_was_on_its_way(house: House, citizen: Opened, next_still: Waiting) -> None:
    wait = await next_still()
    await house.calling.end(citizen)
    await house.stills.put(citizen, picture())  # its upload began before the button was pressed
    house.clock.move(seconds=20)
    await house.stills.put(citizen, picture())  # and was very slow
    assert not (await house.see(citizen.invitation)).is_live
    assert house.stills._places[citizen.invitation.id].still is None
    assert not wait.done()
    stopped = await house.again(citizen)
    await house.stills.put(stopped, picture(b"again"))
    async with asyncio.timeout(LONG):
        found = await wait
    assert found is not None
    assert found[1] == picture(b"again")
    assert (await house.see(citizen.invitation)).is_live


async def test_the_very_first_still_can_come_after_the_button_that_stops(house: House) -> None:
    opened = await house.at_the_door()
    await house.calling.begin(opened)
    house.clock.move(seconds=1)
    await house.calling.end(await house.again(opened))
    house.clock.move(seconds=10)
    await house.stills.put(opened, picture())
    assert not (await house.see(opened.invitation)).is_live
    assert house.stills._places == {}


async def test_a_still_goes_with_its_live_video(house: House, citizen: Opened) -> None:
    name = citizen.invitation.id
    await house.stills.put(citizen, picture())
    await house.calling.end(citizen)
    assert house.stills._places == {}
    again = await house.again(citizen)
    house.clock.move(seconds=10)
    await house.stills.put(again, picture())
    house.clock.move(seconds=31)
    assert await house.stills.next(house.anna, name, after=0, patience=0.01) is None
    await house.calling.look()
    assert house.stills._places[name].still is None


async def test_a_still_without_a_newer_one_is_dropped(
    house: House, citizen: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("showme.services.stills.LIFE", (house.clock.now() - house.clock.now()))
    await house.stills.put(citizen, picture())
    await until(lambda: not house.stills._places)


async def test_an_invitation_that_is_closed_shows_nothing_from_that_moment(
    house: House, citizen: Opened, next_still: Waiting
) -> None:
    await house.stills.put(citizen, picture())
    wait = await next_still(after=house.stills._last_number)
    await house.closing.close(house.anna, citizen.invitation.id)
    with pytest.raises(LinkEnded):
        await house.stills.next(house.anna, citizen.invitation.id, after=0, patience=LONG)
    with pytest.raises(LinkEnded):
        await house.stills.put(citizen, picture())
    await house.calling.look()
    assert house.stills._places[citizen.invitation.id].still is None
    assert not wait.done()


async def test_nobody_of_another_organisation_sees_a_still(house: House, citizen: Opened) -> None:
    await house.stills.put(citizen, picture())
    for name in (citizen.invitation.id, "nothing"):
        with pytest.raises(NotFound):
            await house.stills.next(house.bert, name, after=0, patience=LONG)
    assert not house.stills.wanted(citizen.invitation.id)


@pytest.mark.parametrize(
    "sent",
    [b"", b"\xff\xd8\xff", b"GIF89a" + b"\xff\xd9", picture()[:-1], picture() + b"<script>", b"\xff\xd8\xff\xe0\0\0\0"],
)
async def test_what_is_no_picture_is_not_taken(house: House, citizen: Opened, sent: bytes) -> None:
    with pytest.raises(NotAPicture):
        await house.stills.put(citizen, sent)
    assert house.stills._places == {}


async def test_a_still_has_a_greatest_size(house: House, citizen: Opened) -> None:
    await house.stills.put(citizen, picture(bytes(MOST_STILL - len(picture()))))
    with pytest.raises(TooLarge, match="still_too_large"):
        await house.stills.put(citizen, picture(bytes(MOST_STILL + 1 - len(picture()))))


async def test_nothing_of_a_still_is_written_anywhere(house: House, citizen: Opened) -> None:
    mark = b"\x13\x37NEVER-ON-DISK\x13\x37"
    await house.stills.put(citizen, picture(mark))
    assert house.files() == set()
    assert mark not in repr(await house.everything()).encode()
    assert "NEVER-ON-DISK" not in repr(await house.everything())
    assert "NEVER-ON-DISK" not in repr(house.stills._places)


async def test_who_waits_is_let_go_when_the_server_stops(house: House, next_still: Waiting, citizen: Opened) -> None:
    waits = [await next_still() for _ in range(3)]
    house.stills.stop()
    async with asyncio.timeout(LONG):
        assert [await wait for wait in waits] == [None] * 3
        assert await house.stills.next(house.anna, citizen.invitation.id, after=0, patience=LONG) is None


async def test_a_viewer_who_goes_away_leaves_nothing_behind(
    house: House, citizen: Opened, next_still: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("showme.services.stills._WANTED_FOR", house.clock.now() - house.clock.now())
    wait = await next_still()
    wait.cancel()
    await asyncio.gather(wait, return_exceptions=True)
    await until(lambda: not house.stills._places)
    assert not house.stills.wanted(citizen.invitation.id)
