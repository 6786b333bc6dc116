from collections.abc import AsyncIterator

import pytest

from showme.domain.photos import Photo
from showme.errors import LinkEnded, NotAPicture, NotFound, NotReadable, NotUnderstood, TooLarge
from showme.services.opening import Opened
from tests.pictures import jpeg, scene
from tests.showme.services.conftest import House

FRAME = jpeg(scene(size=(320, 240)))


async def in_chunks(content: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(content), 1000):
        yield content[at : at + 1000]


async def keep(house: House, opened: Opened) -> Photo:
    return await house.keeping.keep(house.anna, opened.invitation.id, in_chunks(FRAME))


@pytest.fixture
async def citizen(house: House) -> Opened:
    opened = await house.at_the_door()
    await house.calling.begin(opened)
    return await house.again(opened)


async def test_a_kept_still_goes_the_way_of_a_photo(house: House, citizen: Opened) -> None:
    await house.showing.start()
    kept = await keep(house, citizen)
    assert (kept.kind, kept.number, kept.format) == ("still", 1, "jpeg")
    assert kept.expires_at == house.clock.now() + house.ours.retention
    await house.wait_for("PhotoShown")
    shown = await house.viewing.photo(house.anna, kept.id)
    assert (shown.kind, shown.state) == ("still", "shown")
    received = next(event for event in await house.events() if event.kind == "PhotoReceived")
    assert (received.actor, received.photo, received.detail["kind"]) == ("Anna", kept.id, "still")
    house.clock.move(hours=6, seconds=1)
    await house.forgetting.forget_what_is_due()
    with pytest.raises(NotFound):
        await house.viewing.photo(house.anna, kept.id)
    assert house.files() == set()


async def test_a_still_is_kept_also_once_the_live_video_and_the_invitation_are_over(
    house: House, citizen: Opened
) -> None:
    await house.calling.end(citizen)
    await keep(house, citizen)
    await house.closing.close(house.anna, citizen.invitation.id)
    await keep(house, citizen)
    house.clock.move(hours=5, minutes=59, seconds=59)
    assert (await keep(house, citizen)).number == 3
    house.clock.move(seconds=1)
    files = house.files()
    with pytest.raises(LinkEnded, match="link_expired"):
        await keep(house, citizen)
    assert house.files() == files


async def test_a_still_that_arrives_after_its_time_is_not_kept(house: House, citizen: Opened) -> None:
    async with house.keeping.arriving(house.anna, citizen.invitation.id, announced_bytes=None) as arrival:
        await arrival.write(FRAME)
        house.clock.move(hours=6)
        with pytest.raises(LinkEnded, match="link_expired"):
            await arrival.finish(None)
    assert house.files() == set()


async def test_nobody_keeps_a_still_of_another_organisation(house: House, citizen: Opened) -> None:
    for name in (citizen.invitation.id, "nothing"):
        with pytest.raises(NotFound):
            await house.keeping.keep(house.bert, name, in_chunks(FRAME))
    assert house.files() == set()


async def test_what_is_no_still_is_not_kept(house: House, citizen: Opened) -> None:
    for content, error in ((b"", NotUnderstood), (b"<html>" * 100, NotAPicture)):
        with pytest.raises(error):
            await house.keeping.keep(house.anna, citizen.invitation.id, in_chunks(content))
    with pytest.raises(TooLarge):
        async with house.keeping.arriving(house.anna, citizen.invitation.id, announced_bytes=10**9):
            pass
    assert house.files() == set()


async def test_a_still_is_not_the_citizens_to_list_or_to_take_back(house: House, citizen: Opened) -> None:
    kept = await keep(house, citizen)
    assert await house.viewing.photos_of(citizen.invitation) == []
    with pytest.raises(NotFound):
        await house.taking_back.take_back(citizen, kept.id)
    assert [photo.id for photo in (await house.viewing.photos(house.anna, invitation=None))[0]] == [kept.id]


async def test_a_still_taps_nothing_in_the_citizens_place(house: House) -> None:
    opened = await house.at_the_door()
    await keep(house, opened)
    assert (await house.kinds())[1:] == ["PhotoReceived"]


async def test_a_damaged_still_is_no_trouble_of_the_citizens(house: House, citizen: Opened) -> None:
    await house.showing.start()
    house.imaging.failures = [NotReadable()]
    await keep(house, citizen)
    await house.wait_for("PhotoUnreadable")
    assert (await house.see(citizen.invitation)).troubles.photo_unreadable_at is None
