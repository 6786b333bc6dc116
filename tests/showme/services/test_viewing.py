import asyncio

import pytest

from showme.domain.photos import Photo
from showme.errors import NotFound
from storage.media import KINDS
from tests.pictures import camera_photo
from tests.showme.services.conftest import House

PHOTO = camera_photo(1, size=(640, 480))


async def shown_photo(house: House) -> Photo:
    await house.showing.start()
    photo = await house.receive((await house.invite()).key, PHOTO, "phone-made-0001")
    await house.wait_for("PhotoShown")
    return photo


async def test_a_dispatcher_sees_the_newest_first_and_where_the_journal_stands(house: House) -> None:
    made = [(await house.invite()).invitation for _ in range(3)]
    invitations, cursor = await house.viewing.invitations(house.anna)
    assert [invitation.id for invitation in invitations] == [invitation.id for invitation in reversed(made)]
    assert cursor == await house.viewing.head(house.ours.id) == 3


async def test_a_picture_is_there_once_it_is_derived(house: House) -> None:
    photo = await house.receive((await house.invite()).key, PHOTO)
    with pytest.raises(NotFound):
        await house.viewing.picture(house.anna, photo.id, "wall")
    _, size, chunks = await house.viewing.picture(house.anna, photo.id, "original")
    assert size == len(PHOTO)
    assert b"".join([chunk async for chunk in chunks]) == PHOTO
    await house.showing.start()
    await house.wait_for("PhotoShown")
    _, size, chunks = await house.viewing.picture(house.anna, photo.id, "thumbnail")
    assert b"".join([chunk async for chunk in chunks]) == b"thumbnail"


async def test_two_organisations_never_see_each_other(house: House) -> None:
    photo = await shown_photo(house)
    viewing, bert = house.viewing, house.bert
    assert await viewing.invitations(bert) == ([], 0)
    assert await viewing.photos(bert, invitation=None) == ([], 0)
    assert await viewing.photos(bert, invitation=photo.invitation) == ([], 0)
    assert await viewing.happenings(bert.organisation, 0) == []
    with pytest.raises(NotFound):
        await viewing.invitation(bert, photo.invitation)
    with pytest.raises(NotFound):
        await viewing.photo(bert, photo.id)
    for kind in KINDS:
        with pytest.raises(NotFound):
            await viewing.picture(bert, photo.id, kind)


async def test_a_feed_is_not_woken_by_somebody_elses_call(house: House) -> None:
    waiting = asyncio.create_task(house.viewing.wait_beyond(house.bert.organisation, 0))
    await house.invite()
    await asyncio.sleep(0)
    assert not waiting.done()
    await house.inviting.invite(house.bert, to=None)
    async with asyncio.timeout(30):
        await waiting


async def test_a_happening_comes_with_what_it_is_about_as_that_stands_now(house: House) -> None:
    photo = await shown_photo(house)
    happenings = await house.viewing.happenings(house.ours.id, 0)
    assert [str(happening.event.kind) for happening in happenings] == [
        "InvitationCreated", "Tapped", "PhotoReceived", "PhotoShown",
    ]  # fmt: skip
    assert {h.invitation.photos for h in happenings if h.invitation} == {1}
    assert [h.photo.state if h.photo else None for h in happenings] == [None, None, "shown", "shown"]
    assert await house.viewing.happenings(house.ours.id, 3, most=5) == happenings[3:]

    house.clock.move(hours=6)
    await house.forgetting.forget_what_is_due()
    forgotten = (await house.viewing.happenings(house.ours.id, 4))[0]
    assert (str(forgotten.event.kind), forgotten.event.photo, forgotten.photo) == ("PhotoForgotten", photo.id, None)


async def test_who_takes_the_original_is_written_down(house: House) -> None:
    photo = await shown_photo(house)
    await house.viewing.note_download(house.anna, photo)
    last = (await house.events())[-1]
    assert (str(last.kind), last.actor, last.photo) == ("OriginalDownloaded", "Anna", photo.id)


async def test_an_organisation_that_is_not_there_is_not_found(house: House) -> None:
    assert await house.viewing.organisation(house.ours.id) == house.ours
    with pytest.raises(NotFound):
        await house.viewing.organisation(99)


async def test_a_citizens_page_lists_the_citizens_own_photos(house: House) -> None:
    photo = await shown_photo(house)
    other = await house.invite()
    opened = await house.opening.open(other.key)
    assert await house.viewing.photos_of(opened.invitation) == []
    own = await house.viewing.photos_of(await house.viewing.invitation(house.anna, photo.invitation))
    assert [each.id for each in own] == [photo.id]
