import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from showme.domain.ladder import Rung
from showme.domain.pictures import MOST_BYTES
from showme.errors import Busy, Contradiction, LinkEnded, NotAPicture, NotUnderstood, StorageFull, TooLarge
from showme.records import Work
from tests.pictures import camera_photo
from tests.showme.services.conftest import MOST_IN_FLIGHT, House

PHOTO = camera_photo(1, size=(640, 480))
OTHER_PHOTO = camera_photo(2, size=(640, 480))
NAME = "phone-made-0001"


async def test_a_photo_is_kept_before_it_is_acknowledged(house: House) -> None:
    invited = await house.invite()
    house.order.clear()
    photo = await house.receive(invited.key, PHOTO, NAME)
    house.order.append("acknowledged")
    assert house.order == ["file durable", "rows durable", "acknowledged"]
    assert (photo.id, photo.number, photo.state, photo.format) == (NAME, 1, "received", "jpeg")
    assert (photo.bytes, photo.sha256) == (len(PHOTO), hashlib.sha256(PHOTO).hexdigest())
    assert photo.received_at == house.clock.now()
    assert photo.expires_at == house.clock.now() + timedelta(hours=6)
    kept = b"".join([chunk async for chunk in house.media.read("original", photo.stored_as)])
    assert kept == PHOTO
    assert house.files() == {f"original/{photo.stored_as}"}
    assert await house.kinds() == ["InvitationCreated", "Tapped", "PhotoReceived"]
    seen = await house.see(invited.invitation)
    assert seen.photos == 1
    assert Rung.TAPPED in seen.reached


async def test_the_name_of_the_file_tells_nothing(house: House) -> None:
    photo = await house.receive((await house.invite()).key, PHOTO)
    assert photo.stored_as.isalnum()
    assert len(photo.stored_as) == len(photo.id) == 32
    assert photo.stored_as != photo.id
    assert photo.stored_as not in repr(photo)


async def test_a_photo_sent_again_is_the_same_photo(house: House) -> None:
    invited = await house.invite()
    first = await house.receive(invited.key, PHOTO, NAME)
    again = await house.receive(invited.key, PHOTO, NAME)
    assert again == first
    assert house.files() == {f"original/{first.stored_as}"}
    assert (await house.kinds()).count("PhotoReceived") == 1


async def test_a_photo_sent_twice_at_the_same_moment_is_one_photo(house: House) -> None:
    invited = await house.invite()
    photos = await asyncio.gather(*(house.receive(invited.key, PHOTO, NAME) for _ in range(6)))
    assert len(set(photos)) == 1
    assert house.files() == {f"original/{photos[0].stored_as}"}
    assert (await house.kinds()).count("PhotoReceived") == 1
    assert (await house.see(invited.invitation)).photos == 1


async def test_one_name_for_two_photos_is_a_contradiction(house: House) -> None:
    invited, other = await house.invite(), await house.invite()
    first = await house.receive(invited.key, PHOTO, NAME)
    with pytest.raises(Contradiction, match="id_used_before"):
        await house.receive(invited.key, OTHER_PHOTO, NAME)
    with pytest.raises(Contradiction):
        await house.receive(other.key, PHOTO, NAME)
    assert house.files() == {f"original/{first.stored_as}"}
    assert (await house.see(other.invitation)).photos == 0


async def test_photos_get_numbers_in_their_invitation(house: House) -> None:
    one, two = await house.invite(), await house.invite()
    assert [(await house.receive(key, PHOTO)).number for key in (one.key, two.key, one.key)] == [1, 1, 2]


async def test_a_photo_that_comes_after_the_end_is_refused_and_leaves_nothing(house: House) -> None:
    invited = await house.invite()
    opened = await house.opening.open(invited.key)
    async with house.receiving.arriving(opened, announced_bytes=len(PHOTO)) as arrival:
        await arrival.write(PHOTO)
        await house.closing.close(house.anna, invited.invitation.id)
        with pytest.raises(LinkEnded, match="link_closed"):
            await arrival.finish(None)
    assert house.files() == set()
    assert await house.kinds() == ["InvitationCreated", "InvitationClosed"]


async def test_a_retry_after_the_end_still_gets_its_answer(house: House) -> None:
    """The photo had arrived; only the answer was lost."""
    invited = await house.invite()
    first = await house.receive(invited.key, PHOTO, NAME)
    opened = await house.opening.open(invited.key)
    async with house.receiving.arriving(opened, announced_bytes=len(PHOTO)) as arrival:
        await arrival.write(PHOTO)
        await house.closing.close(house.anna, invited.invitation.id)
        assert await arrival.finish(NAME) == first


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", NotUnderstood),
        (b"<html><script>alert(1)</script>", NotAPicture),
        (b"%PDF-1.7", NotAPicture),
        (b"PK\x03\x04" + PHOTO, NotAPicture),
    ],
)
async def test_what_is_no_picture_is_refused_and_leaves_nothing(
    house: House, content: bytes, error: type[Exception]
) -> None:
    invited = await house.invite()
    with pytest.raises(error):
        await house.receive(invited.key, content)
    assert house.files() == set()
    assert await house.kinds() == ["InvitationCreated"]


async def test_an_arrival_that_is_cut_leaves_nothing(house: House) -> None:
    opened = await house.opening.open((await house.invite()).key)

    async def sending() -> None:
        async with house.receiving.arriving(opened, announced_bytes=len(PHOTO)) as arrival:
            await arrival.write(PHOTO[: len(PHOTO) // 2])
            half_way.set()
            await asyncio.Event().wait()

    for _ in range(3):
        half_way = asyncio.Event()
        task = asyncio.create_task(sending())
        await half_way.wait()
        assert len(house.files()) == 1
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert house.files() == set()
    assert house.receiving._in_flight == 0


async def test_a_phone_that_hangs_up_at_any_moment_leaves_a_whole_photo_or_none(house: House) -> None:
    """Whatever was committed is also shown: nobody would do it later, before the next start."""
    await house.showing.start()
    invited = await house.invite()
    for turns in range(24):
        opened = await house.opening.open(invited.key)
        async with house.receiving.arriving(opened, announced_bytes=len(PHOTO)) as arrival:
            await arrival.write(PHOTO)
            task = asyncio.create_task(arrival.finish(None))
            for _ in range(turns):
                await asyncio.sleep(0.0005 if turns % 2 else 0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    await asyncio.gather(*house.receiving._recording, return_exceptions=True)
    photos, _ = await house.viewing.photos(house.anna, invitation=invited.invitation.id)
    await house.wait_for("PhotoShown", times=len(photos))
    photos, _ = await house.viewing.photos(house.anna, invitation=invited.invitation.id)
    assert {photo.state for photo in photos} <= {"shown"}
    assert {name.partition("/")[2] for name in house.files()} == {photo.stored_as for photo in photos}


async def test_a_phone_that_hangs_up_during_the_commit_has_its_photo_shown(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.showing.start()
    invited = await house.invite()
    write, committing = house.records.write, asyncio.Event()

    async def told_write(step: Callable[[Work], Awaitable[object]]) -> object:
        committing.set()
        return await write(step)

    monkeypatch.setattr(house.records, "write", told_write)
    opened = await house.opening.open(invited.key)
    async with house.receiving.arriving(opened, announced_bytes=len(PHOTO)) as arrival:
        await arrival.write(PHOTO)
        task = asyncio.create_task(arrival.finish(NAME))
        await committing.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await house.wait_for("PhotoShown")
    again = await house.receive(invited.key, PHOTO, NAME)
    assert (again.number, again.state) == (1, "shown")


async def test_a_full_database_takes_the_file_away_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    invited = await house.invite()
    write = house.records.write

    async def full(step: object) -> None:
        raise StorageFull

    monkeypatch.setattr(house.records, "write", full)
    with pytest.raises(StorageFull):
        await house.receive(invited.key, PHOTO, NAME)
    assert house.files() == set()
    monkeypatch.setattr(house.records, "write", write)
    assert (await house.receive(invited.key, PHOTO, NAME)).number == 1


async def test_too_many_bytes_at_once_are_asked_to_come_back(house: House) -> None:
    opened = await house.opening.open((await house.invite()).key)
    async with (
        house.receiving.arriving(opened, announced_bytes=MOST_BYTES),
        house.receiving.arriving(opened, announced_bytes=MOST_IN_FLIGHT - MOST_BYTES),
    ):
        with pytest.raises(Busy) as refusal:
            async with house.receiving.arriving(opened, announced_bytes=1):
                pass
        assert refusal.value.retry_after
    async with house.receiving.arriving(opened, announced_bytes=1) as arrival:
        await arrival.write(b"1")
    assert house.receiving._in_flight == 0


async def test_who_does_not_say_how_much_comes_is_taken_for_the_most(house: House) -> None:
    opened = await house.opening.open((await house.invite()).key)
    async with (
        house.receiving.arriving(opened, announced_bytes=None),
        house.receiving.arriving(opened, announced_bytes=None),
    ):
        with pytest.raises(Busy):
            async with house.receiving.arriving(opened, announced_bytes=1):
                pass


async def test_who_announces_too_much_is_refused_and_holds_up_nobody(house: House) -> None:
    opened = await house.opening.open((await house.invite()).key)
    with pytest.raises(TooLarge):
        async with house.receiving.arriving(opened, announced_bytes=10**12):
            pass
    assert house.receiving._in_flight == 0


async def test_more_than_the_most_is_refused_whatever_was_announced(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("showme.services.receiving.MOST_BYTES", len(PHOTO) - 1)
    with pytest.raises(TooLarge):
        await house.receive((await house.invite()).key, PHOTO)
    assert house.files() == set()


async def test_the_row_is_written_only_when_the_file_is_durable(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other way round, a power cut would leave an acknowledged row without its file."""
    seen: list[set[str]] = []
    write = house.records.write

    async def looking(step: Callable[[Work], Awaitable[object]]) -> object:
        async def spied(work: Work) -> object:
            seen.append(house.files())
            return await step(work)

        return await write(spied)

    invited = await house.invite()
    monkeypatch.setattr(house.records, "write", looking)
    photo = await house.receive(invited.key, PHOTO)
    assert seen == [{f"original/{photo.stored_as}"}]
