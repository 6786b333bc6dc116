import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from showme.domain.events import Event
from showme.domain.people import Dispatcher
from showme.errors import Contradiction, NotAllowed, NotFound
from tests.fakes.clips import MP4
from tests.pictures import card, jpeg
from tests.showme.services.conftest import House
from tests.showme.services.test_small_first import CONTENT, ID, ORIGINAL, receive


async def sofie(house: House) -> Dispatcher:
    return Dispatcher(organisation=house.ours.id, name="Sofie", role="supervisor")


async def a_shown_photo(house: House) -> str:
    """Have a photo shown, and return its invitation's key."""
    await house.showing.start()
    key = (await house.invite()).key
    await receive(house, key, "original")
    await house.wait_for("PhotoShown")
    return key


async def is_to_be_had(house: House) -> bool:
    """Whether any way of looking meets the photo."""
    invitation = None
    listed, _ = await house.viewing.photos(house.anna, invitation=invitation)
    if any(photo.id == ID for photo in listed):
        return True
    for kind in ("original", "wall", "thumbnail"):
        try:
            await house.viewing.picture(house.anna, ID, kind)
        except NotFound:
            continue
        return True
    happenings = await house.viewing.happenings(house.ours.id, 0)
    return any(happening.photo is not None and happening.photo.id == ID for happening in happenings)


async def until(is_so: Callable[[], bool]) -> None:
    for _ in range(6000):
        if is_so():
            return
        await asyncio.sleep(0.01)
    pytest.fail("it never came to be")


async def of_kind(house: House, kind: str) -> Event:
    return next(event for event in reversed(await house.events()) if event.kind == kind)


async def test_a_quarantined_photo_is_met_nowhere_and_kept(house: House) -> None:
    await a_shown_photo(house)
    files = house.files()
    assert await is_to_be_had(house)
    await house.quarantining.quarantine(house.anna, ID)
    assert not await is_to_be_had(house)
    assert house.files() == files
    event = await of_kind(house, "PhotoQuarantined")
    assert (event.actor, event.photo, event.detail["photo"], event.detail["number"]) == ("Anna", ID, 1, 1)
    waiting = await house.quarantining.sealed(await sofie(house))
    assert [(one.photo.id, one.by, one.ends_at - one.at) for one in waiting] == [(ID, "Anna", timedelta(days=30))]


async def test_nobody_reveals_marks_prints_keeps_or_asks_for_what_is_sealed(house: House) -> None:
    await a_shown_photo(house)
    await house.quarantining.quarantine(house.anna, ID)
    supervisor = await sofie(house)
    until = (house.clock.now() + timedelta(days=60)).isoformat()
    for deed in (
        house.revealing.reveal(supervisor, ID),
        house.marking.note_seen(supervisor, ID),
        house.marking.mark_important(supervisor, ID, is_important=True),
        house.taking_out.note_printed(supervisor, ID),
        house.taking_out.note_copied(supervisor, ID),
        house.asking.ask(supervisor, ID),
        house.holding.keep(supervisor, ID, reason="for the court", until=until),
    ):
        with pytest.raises(NotFound):
            await deed


async def test_quarantining_twice_is_quarantining_once(house: House) -> None:
    await a_shown_photo(house)
    await house.quarantining.quarantine(house.anna, ID)
    await house.quarantining.quarantine(house.anna, ID)
    assert (await house.kinds()).count("PhotoQuarantined") == 1
    with pytest.raises(NotFound):
        await house.quarantining.quarantine(house.anna, "no-such-photo")


async def test_only_a_supervisor_of_the_same_organisation_decides(house: House) -> None:
    await a_shown_photo(house)
    with pytest.raises(NotFound):
        await house.quarantining.quarantine(house.bert, ID)
    await house.quarantining.quarantine(house.anna, ID)
    stranger = Dispatcher(organisation=house.bert.organisation, name="Bea", role="supervisor")
    assert not await house.quarantining.sealed(stranger)
    for decide in (house.quarantining.release, house.quarantining.delete):
        with pytest.raises(NotAllowed):
            await decide(house.anna, ID)
        with pytest.raises(NotFound):
            await decide(stranger, ID)
    with pytest.raises(NotAllowed):
        await house.quarantining.sealed(house.anna)
    assert not await is_to_be_had(house)


async def test_a_released_photo_is_there_as_it_was_and_its_time_stood_still(house: House) -> None:
    await a_shown_photo(house)
    await house.marking.mark_important(house.anna, ID, is_important=True)
    before = await house.viewing.photo(house.anna, ID)
    house.clock.move(hours=2)
    await house.quarantining.quarantine(house.anna, ID)
    house.clock.move(days=5)
    await house.forgetting.forget_what_is_due()
    await house.quarantining.release(await sofie(house), ID)
    after = await house.viewing.photo(house.anna, ID)
    assert after.expires_at == house.clock.now() + timedelta(hours=4)
    assert (after.state, after.sha256, after.number, after.marks) == ("shown", before.sha256, 1, before.marks)
    _, _, body = await house.viewing.picture(house.anna, ID, "original")
    assert b"".join([chunk async for chunk in body]) == ORIGINAL
    assert (await of_kind(house, "PhotoReleased")).actor == "Sofie"
    house.clock.move(hours=4)
    await house.forgetting.forget_what_is_due()
    assert house.files() == set()


async def test_what_is_deleted_for_ever_leaves_no_file_no_row_and_no_detail(house: House) -> None:
    await a_shown_photo(house)
    await house.marking.note_seen(house.anna, ID)
    await house.quarantining.quarantine(house.anna, ID)
    await house.quarantining.delete(await sofie(house), ID)
    assert house.files() == set()
    assert not await house.quarantining.sealed(await sofie(house))
    last = (await house.events())[-1]
    assert (last.kind, last.actor, last.detail["quarantined"]) == ("PhotoForgotten", "Sofie", True)
    told = [event.detail for event in await house.events() if event.photo == ID and event.kind != "PhotoForgotten"]
    assert told
    assert not any(told)
    rows = await house.everything()
    assert not rows["photos"]
    assert not rows["sealed_photos"]
    assert not rows["photo_marks"]
    with pytest.raises(NotFound):
        await house.quarantining.release(await sofie(house), ID)


async def test_a_restart_keeps_the_files_of_what_is_sealed(house: House) -> None:
    await a_shown_photo(house)
    await house.quarantining.quarantine(house.anna, ID)
    files = house.files()
    await house.showing.stop()
    house.put_together()
    await house.forgetting.start()
    assert house.files() == files
    assert files


async def test_forgetting_its_invitation_leaves_a_sealed_photo_and_what_its_events_tell(house: House) -> None:
    await a_shown_photo(house)
    await house.quarantining.quarantine(house.anna, ID)
    house.clock.move(hours=7)
    await house.forgetting.forget_what_is_due()
    assert "InvitationForgotten" in await house.kinds()
    assert (await of_kind(house, "PhotoReceived")).detail["bytes"] == len(ORIGINAL)
    assert not any(event.detail for event in await house.events() if event.photo is None)


@pytest.mark.parametrize("size", ["preview", "original"])
async def test_the_rest_of_a_quarantined_photo_is_refused_when_it_comes(house: House, size: str) -> None:
    await house.showing.start()
    key = (await house.invite()).key
    await receive(house, key, "preview")
    await house.wait_for("PhotoShown")
    await house.quarantining.quarantine(house.anna, ID)
    files = house.files()
    with pytest.raises(Contradiction):
        await receive(house, key, "preview" if size == "preview" else "original", jpeg(card((900, 700))))
    assert not await is_to_be_had(house)
    assert house.files() == files


async def test_no_other_citizen_gets_a_photo_in_under_the_id_of_a_sealed_one(house: House) -> None:
    await a_shown_photo(house)
    await house.quarantining.quarantine(house.anna, ID)
    with pytest.raises(Contradiction):
        await receive(house, (await house.invite()).key, "original")
    await house.quarantining.release(await sofie(house), ID)
    assert await is_to_be_had(house)


async def test_quarantined_while_its_pictures_are_made_it_stays_sealed_and_whole(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, may_go_on = asyncio.Event(), asyncio.Event()
    derive = house.imaging.derive

    async def slow(*args: object, **kwargs: object) -> object:
        reached.set()
        await may_go_on.wait()
        return await derive(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(house.imaging, "derive", slow)
    await house.showing.start()
    await receive(house, (await house.invite()).key, "original")
    await reached.wait()
    await house.quarantining.quarantine(house.anna, ID)
    may_go_on.set()
    await until(lambda: len(house.files()) == 3)
    await house.showing.stop()
    assert not await is_to_be_had(house)
    assert "PhotoShown" not in await house.kinds()
    await house.showing.start()
    await house.quarantining.release(await sofie(house), ID)
    await house.wait_for("PhotoShown")
    assert await is_to_be_had(house)


async def test_a_clip_quarantined_while_its_film_is_made_plays_once_it_is_released(house: House) -> None:
    house.clips.film = replace(house.clips.film, is_playable=False)
    house.clips.may_encode.clear()
    await house.showing.start()
    await house.clipping.start()
    await house.receive((await house.invite()).key, MP4, ID)
    await house.wait_for("PhotoShown")
    await house.quarantining.quarantine(house.anna, ID)
    house.clips.may_encode.set()
    await until(lambda: "encode" in house.clips.steps)
    assert not await is_to_be_had(house)
    await house.quarantining.release(await sofie(house), ID)
    await house.wait_for("ClipReady")
    found, size = await house.viewing.clip(house.anna, ID)
    assert (found.clip, size) == ("playable", len(b"encoded"))


async def test_supervisors_are_reminded_and_in_the_end_it_goes_by_itself(house: House) -> None:
    await a_shown_photo(house)
    await house.quarantining.quarantine(house.anna, ID)

    async def reminders() -> int:
        await house.quarantining.look()
        await house.quarantining.look()
        return (await house.kinds()).count("QuarantineWaits")

    assert await reminders() == 0
    house.clock.move(days=1)
    assert await reminders() == 1
    house.clock.move(days=21)
    assert await reminders() == 1
    house.clock.move(days=1)
    assert await reminders() == 2
    house.clock.move(days=6)
    assert await reminders() == 3
    assert house.files()
    house.clock.move(days=1)
    await house.quarantining.look()
    assert house.files() == set()
    last = (await house.events())[-1]
    assert (last.kind, last.actor, last.detail["quarantined"]) == ("PhotoForgotten", "showme", True)


async def test_a_photo_that_is_kept_for_a_reason_outlives_its_time_in_quarantine(house: House) -> None:
    await a_shown_photo(house)
    supervisor = await sofie(house)
    end = house.clock.now() + timedelta(days=90)
    await house.holding.keep(supervisor, ID, reason="for the court", until=end.isoformat())
    await house.quarantining.quarantine(house.anna, ID)
    house.clock.move(days=89)
    await house.quarantining.look()
    assert house.files()
    await house.quarantining.release(supervisor, ID)
    photo = await house.viewing.photo(house.anna, ID)
    assert photo.kept is not None
    assert (photo.kept.reason, photo.expires_at) == ("for the court", end)


async def test_a_citizen_cannot_take_back_what_is_sealed_or_kept(house: House) -> None:
    key = await a_shown_photo(house)
    opened = await house.opening.open(key)
    end = house.clock.now() + timedelta(days=90)
    await house.holding.keep(await sofie(house), ID, reason="for the court", until=end.isoformat())
    with pytest.raises(NotAllowed):
        await house.taking_back.take_back(opened, ID)
    await house.quarantining.quarantine(house.anna, ID)
    with pytest.raises(NotFound):
        await house.taking_back.take_back(opened, ID)
    assert house.files()
    assert CONTENT["original"] == ORIGINAL
