import pytest

from showme.domain.marks import Mark
from showme.domain.people import Dispatcher
from showme.errors import NotFound
from tests.pictures import camera_photo
from tests.showme.services.conftest import House

PHOTO = camera_photo(1, size=(640, 480))


async def marks_of(house: House, photo: str) -> list[tuple[str, str]]:
    return [(mark.kind, mark.by) for mark in (await house.viewing.photo(house.anna, photo)).marks]


async def test_everybody_who_has_seen_a_photo_is_named_once_with_the_time(house: House) -> None:
    photo = (await house.receive((await house.invite()).key, PHOTO)).id
    first = house.clock.now()
    await house.marking.note_seen(house.anna, photo)
    house.clock.move(seconds=7)
    await house.marking.note_seen(house.anna, photo)
    await house.marking.note_seen(Dispatcher(organisation=house.ours.id, name="Bram"), photo)
    found = (await house.viewing.photo(house.anna, photo)).marks
    assert found == (Mark(kind="seen", by="Anna", at=first), Mark(kind="seen", by="Bram", at=house.clock.now()))
    assert (await house.kinds()).count("PhotoSeen") == 2


async def test_important_is_one_mark_for_all_that_anybody_takes_off(house: House) -> None:
    photo = (await house.receive((await house.invite()).key, PHOTO)).id
    other = (await house.receive((await house.invite()).key, PHOTO)).id
    bram = Dispatcher(organisation=house.ours.id, name="Bram")
    await house.marking.mark_important(house.anna, photo, is_important=True)
    await house.marking.mark_important(bram, photo, is_important=True)
    assert await marks_of(house, photo) == [("important", "Anna")]
    assert await marks_of(house, other) == []
    await house.marking.mark_important(bram, photo, is_important=False)
    await house.marking.mark_important(bram, photo, is_important=False)
    assert await marks_of(house, photo) == []
    kinds = await house.kinds()
    assert (kinds.count("PhotoMarked"), kinds.count("PhotoUnmarked")) == (1, 1)


async def test_another_organisation_marks_nothing_here(house: House) -> None:
    photo = (await house.receive((await house.invite()).key, PHOTO)).id
    with pytest.raises(NotFound):
        await house.marking.note_seen(house.bert, photo)
    with pytest.raises(NotFound):
        await house.marking.mark_important(house.bert, photo, is_important=True)
    assert await marks_of(house, photo) == []


async def test_marks_go_with_the_photo(house: House) -> None:
    photo = (await house.receive((await house.invite()).key, PHOTO)).id
    await house.marking.note_seen(house.anna, photo)
    house.clock.move(hours=6)
    await house.forgetting.forget_what_is_due()
    assert not (await house.everything())["photo_marks"]


async def test_what_is_printed_or_copied_is_written_down(house: House) -> None:
    await house.showing.start()
    photo = await house.receive((await house.invite()).key, PHOTO)
    await house.wait_for("PhotoShown")
    await house.taking_out.note_printed(house.anna, photo.id)
    await house.taking_out.note_copied(house.anna, photo.id)
    told = [(str(event.kind), event.actor, event.detail["sha256"]) for event in (await house.events())[-2:]]
    assert told == [("PhotoPrinted", "Anna", photo.sha256), ("PhotoCopied", "Anna", photo.sha256)]
    with pytest.raises(NotFound):
        await house.taking_out.note_printed(house.bert, photo.id)
