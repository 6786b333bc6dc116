import asyncio
import io
from pathlib import Path

import pytest
from PIL import Image

from gateways.imaging.workers import ImagingWorkers
from showme.domain.ladder import Rung
from showme.domain.pictures import Derived
from showme.errors import NotReadable, Unavailable
from showme.services.showing import Showing
from tests.pictures import camera_photo
from tests.showme.services.conftest import House

PHOTO = camera_photo(1, size=(640, 480))


async def test_a_received_photo_becomes_a_picture_for_the_wall(house: House) -> None:
    invited = await house.invite()
    photo = await house.receive(invited.key, PHOTO)
    await house.showing.start()
    await house.wait_for("PhotoShown")
    shown = await house.viewing.photo(house.anna, photo.id)
    assert (shown.state, shown.shown_at, shown.width, shown.height) == ("shown", house.clock.now(), 640, 480)
    assert house.files() == {f"{kind}/{photo.stored_as}" for kind in ("original", "wall", "thumbnail")}
    seen = await house.see(invited.invitation)
    assert seen.reached[Rung.FIRST_PICTURE] == house.clock.now()
    assert seen.ladder.is_climbed


async def test_a_real_worker_makes_a_real_picture_for_the_wall(house: House) -> None:
    photo = await house.receive((await house.invite()).key, camera_photo(3, size=(2000, 1500)))
    async with ImagingWorkers(workers=1, seconds=60) as imaging:
        showing = Showing(
            records=house.records, clock=house.clock, media=house.media, imaging=imaging, at_once=1,
            report=house.report,
        )  # fmt: skip
        await showing.start()
        await house.wait_for("PhotoShown")
        await showing.stop()
    found, size, chunks = await house.viewing.picture(house.anna, photo.id, "wall")
    content = b"".join([chunk async for chunk in chunks])
    assert len(content) == size
    assert (found.width, found.height) == (1500, 2000)
    with Image.open(io.BytesIO(content)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1200, 1600))
    assert house.reports == []


async def test_a_photo_that_cannot_be_opened_is_told_and_the_next_one_is_shown(house: House) -> None:
    await house.showing.start()
    invited = await house.invite()
    house.imaging.failures = [NotReadable("too_many_pixels")]
    photo = await house.receive(invited.key, PHOTO)
    await house.wait_for("PhotoUnreadable")
    assert (await house.viewing.photo(house.anna, photo.id)).state == "unreadable"
    seen = await house.see(invited.invitation)
    hint = seen.hint(house.clock.now())
    assert hint is not None
    assert (hint.cause, seen.troubles.photo_unreadable_at) == ("photo_unreadable", house.clock.now())
    assert (await house.events())[-1].detail == {"cause": "too_many_pixels"}
    assert house.files() == {f"original/{photo.stored_as}"}

    await house.receive(invited.key, PHOTO)
    await house.wait_for("PhotoShown")
    seen = await house.see(invited.invitation)
    assert seen.troubles.photo_unreadable_at is None
    assert seen.hint(house.clock.now()) is None


async def test_a_photo_is_tried_again_when_nobody_could_decode_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("showme.services.showing._AGAIN_AFTER", 0.01)
    await house.showing.start()
    house.imaging.failures = [Unavailable(), Unavailable()]
    await house.receive((await house.invite()).key, PHOTO)
    await house.wait_for("PhotoShown")
    assert [name for name, _ in house.reports] == ["photo_not_shown_yet"] * 2
    assert house.imaging.derived == 1


async def test_one_photo_never_stops_the_line(house: House) -> None:
    await house.showing.start()
    invited = await house.invite()
    house.imaging.failures = [RuntimeError("one"), RuntimeError("two"), RuntimeError("three")]
    for _ in range(4):
        await house.receive(invited.key, PHOTO)
    await house.wait_for("PhotoShown")
    assert [name for name, _ in house.reports] == ["photo_not_shown"] * 3


async def test_what_was_not_shown_before_a_crash_is_shown_after_the_start(house: House) -> None:
    invited = await house.invite()
    for _ in range(3):
        await house.receive(invited.key, PHOTO)
    house.put_together()
    await house.showing.start()
    await house.wait_for("PhotoShown", times=3)
    await house.showing.stop()
    house.put_together()
    await house.showing.start()
    assert house.showing._waiting.empty()
    assert house.imaging.derived == 3


async def test_a_photo_forgotten_while_it_was_decoded_stays_forgotten(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = await house.receive((await house.invite()).key, PHOTO)
    derive = house.imaging.derive
    decoding, go_on = asyncio.Event(), asyncio.Event()

    async def slow(original: Path, *, wall: Path, thumbnail: Path) -> Derived:
        derived = await derive(original, wall=wall, thumbnail=thumbnail)
        decoding.set()
        await go_on.wait()
        return derived

    monkeypatch.setattr(house.imaging, "derive", slow)
    await house.showing.start()
    await decoding.wait()
    house.clock.move(hours=6)
    await house.forgetting.forget_what_is_due()
    go_on.set()
    async with asyncio.timeout(30):
        while any(name.startswith(("incoming", "wall", "thumbnail")) for name in house.files()):  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.01)
    assert house.files() == set()
    kinds = await house.kinds()
    assert "PhotoForgotten" in kinds
    assert not {"PhotoShown", "PhotoUnreadable"} & set(kinds)
    assert photo.stored_as not in repr(await house.viewing.photos(house.anna, invitation=None))
