from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from showme.domain.photos import Photo
from showme.errors import NotAPicture, NotFound, StorageFull, TooLarge, Unavailable
from tests.fakes.clips import DAMAGED, MP4
from tests.showme.services.conftest import House

PLAYING = ("playable", 12.5)


async def sent(house: House) -> Photo:
    invited = await house.invite()
    return await house.receive(invited.key, MP4)


async def seen(house: House, clip: Photo) -> Photo:
    return await house.viewing.photo(house.anna, clip.id)


async def film_of(house: House, clip: Photo) -> bytes:
    found, size = await house.viewing.clip(house.anna, clip.id)
    return b"".join([chunk async for chunk in house.viewing.read_clip(found, first=0, count=size)])


async def start(house: House) -> None:
    await house.showing.start()
    await house.clipping.start()


async def test_a_clip_is_acknowledged_as_durable_as_a_photo(house: House) -> None:
    clip = await sent(house)
    assert (clip.kind, clip.format, clip.state, clip.clip) == ("clip", "mp4", "received", None)
    assert house.order.index("file durable") < len(house.order) - 1 - house.order[::-1].index("rows durable")
    with pytest.raises(NotFound):
        await film_of(house, clip)


async def test_a_clip_that_every_browser_plays_is_there_with_its_poster(house: House) -> None:
    await start(house)
    clip = await sent(house)
    await house.wait_for("PhotoShown")
    known = await seen(house, clip)
    assert (known.state, known.clip, known.seconds) == ("shown", *PLAYING)
    assert (known.width, known.height) == (640, 360), "those of the clip, not of its poster"
    assert await film_of(house, clip) == b"copied"
    assert {f"{kind}/{known.stored_as}" for kind in ("original", "wall", "thumbnail", "clip")} == house.files()


async def test_one_that_must_be_encoded_shows_its_poster_meanwhile(house: House) -> None:
    house.clips.film = replace(house.clips.film, is_playable=False)
    house.clips.may_encode.clear()
    await start(house)
    clip = await sent(house)
    await house.wait_for("PhotoShown")
    assert (await seen(house, clip)).clip == "making"
    with pytest.raises(NotFound):
        await film_of(house, clip)
    house.clips.may_encode.set()
    await house.wait_for("ClipReady")
    assert (await seen(house, clip)).clip == "playable"
    assert await film_of(house, clip) == b"encoded"


async def test_a_slow_clip_keeps_no_other_waiting(house: House) -> None:
    house.clips.film = replace(house.clips.film, is_playable=False)
    house.clips.may_encode.clear()
    await start(house)
    await sent(house)
    await sent(house)
    await house.wait_for("PhotoShown", times=2)
    assert "ClipReady" not in await house.kinds()


async def test_one_that_cannot_be_copied_is_encoded(house: House) -> None:
    house.clips.failures = [("copy", DAMAGED)]
    await start(house)
    clip = await sent(house)
    await house.wait_for("ClipReady")
    assert (await seen(house, clip)).clip == "playable"
    assert await film_of(house, clip) == b"encoded"


async def test_one_that_cannot_be_encoded_keeps_its_poster_and_its_original(house: House) -> None:
    house.clips.film = replace(house.clips.film, is_playable=False)
    house.clips.failures = [("encode", DAMAGED)]
    await start(house)
    clip = await sent(house)
    await house.wait_for("ClipUnplayable")
    known = await seen(house, clip)
    assert (known.state, known.clip) == ("shown", "unplayable")
    assert (await house.events())[-1].detail == {"cause": "clip_damaged"}
    with pytest.raises(NotFound):
        await film_of(house, clip)
    _, size, _ = await house.viewing.picture(house.anna, clip.id, "original")
    assert size == len(MP4)


async def test_one_without_a_picture_to_show_is_told_to_both_sides(house: House) -> None:
    house.clips.failures = [("poster", DAMAGED)]
    await start(house)
    clip = await sent(house)
    await house.wait_for("PhotoUnreadable")
    assert (await seen(house, clip)).state == "unreadable"
    [told] = [event for event in await house.events() if event.kind == "PhotoUnreadable"]
    assert told.detail == {"cause": "clip_damaged"}
    assert [photo.id for photo in await house.viewing.photos_of((await house.viewing.invitations(house.anna))[0][0])]


async def test_one_that_is_refused_at_the_door_leaves_nothing(house: House) -> None:
    for cause in (DAMAGED, NotAPicture("clips_not_installed")):
        house.clips.failures = [("look", cause)]
        with pytest.raises(type(cause)):
            await sent(house)
    house.clips.film = replace(house.clips.film, seconds=302.0)
    with pytest.raises(TooLarge) as refusal:
        await sent(house)
    assert refusal.value.cause == "clip_too_long"
    assert house.files() == set()
    assert "PhotoReceived" not in await house.kinds()


async def test_one_larger_than_the_operator_takes_is_refused_and_a_photo_is_not_concerned(house: House) -> None:
    house.receiving._most_clip_bytes = len(MP4) - 1
    with pytest.raises(TooLarge) as refusal:
        await sent(house)
    assert refusal.value.cause == "clip_too_large"


async def test_a_dispatcher_keeps_no_clip_as_a_still(house: House) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield MP4

    opened = await house.at_the_door()
    with pytest.raises(NotAPicture):
        await house.keeping.keep(house.anna, opened.invitation.id, chunks())


async def test_what_a_crash_left_undone_is_taken_up_again(house: House) -> None:
    """The first clip has no poster, the second one no film, when the server dies."""
    house.clips.film = replace(house.clips.film, is_playable=False)
    house.clips.may_encode.clear()
    await start(house)
    second = await sent(house)
    await house.wait_for("PhotoShown")
    await house.showing.stop()
    await house.clipping.stop()
    first = await sent(house)
    house.put_together()
    house.clips.may_encode.set()
    await start(house)
    await house.wait_for("ClipReady", times=2)
    for clip in (first, second):
        assert (await seen(house, clip)).clip == "playable"
    assert not any(name.startswith("incoming/") for name in house.files())


async def test_a_full_disk_delays_a_clip_and_loses_none(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("showme.services.clipping._AGAIN_AFTER", 0)
    house.clips.failures = [("copy", StorageFull()), ("poster", Unavailable())]
    await start(house)
    clip = await sent(house)
    await house.wait_for("PhotoShown")
    assert (await seen(house, clip)).clip == "playable"
    assert [name for name, _ in house.reports] == ["clip_not_shown_yet"] * 2


@pytest.mark.parametrize("when", ["before its poster", "while it is encoded"])
async def test_a_clip_taken_back_stays_away(house: House, when: str) -> None:
    house.clips.film = replace(house.clips.film, is_playable=False)
    house.clips.may_encode.clear()
    invited = await house.invite()
    if when == "while it is encoded":
        await start(house)
    clip = await house.receive(invited.key, MP4)
    if when == "while it is encoded":
        await house.wait_for("PhotoShown")
    await house.taking_back.take_back(await house.opening.open(invited.key), clip.id)
    house.clips.may_encode.set()
    if when == "before its poster":
        await start(house)
    other = await sent(house)  # once this one is ready, so is whatever was before it in the line
    await house.wait_for("ClipReady")
    assert {name.partition("/")[2] for name in house.files()} == {other.stored_as}
    assert [event.photo for event in await house.events() if event.kind == "ClipReady"] == [other.id]


async def test_a_clips_time_ends_as_a_photos_does(house: House) -> None:
    await start(house)
    clip = await sent(house)
    await house.wait_for("PhotoShown")
    house.clock.move(hours=6, seconds=1)
    await house.forgetting.forget_what_is_due()
    assert house.files() == set()
    with pytest.raises(NotFound):
        await film_of(house, clip)
