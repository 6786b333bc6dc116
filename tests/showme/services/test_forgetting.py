import asyncio
from collections.abc import Awaitable, Callable

import pytest

from gateways.sms.outbox import EmbeddedOutbox
from showme.domain.invitations import Phone
from showme.errors import NotFound
from showme.records import Work
from tests.pictures import camera_photo
from tests.showme.services.conftest import NUMBER, House

PHOTO = camera_photo(1, size=(640, 480))


async def a_whole_call(house: House) -> str:
    """Invite by SMS, be shown a phone, a place and a photo; return the invitation's id."""
    invited = await house.invite(to=NUMBER)
    opened = await house.opening.open(invited.key)
    await house.opening.describe_phone(opened, Phone(kind="iPhone", battery=0.4))
    await house.opening.locate(opened, latitude=50.85, longitude=4.35, accuracy=12.0)
    await house.receive(invited.key, PHOTO)
    return invited.invitation.id


async def is_remembered(house: House, invitation_id: str) -> dict[str, bool]:
    invitation = await house.viewing.invitation(house.anna, invitation_id)
    return {
        "photos": bool((await house.viewing.photos(house.anna, invitation=invitation_id))[0]) or bool(house.files()),
        "number": await house.number_of(invitation) is not None,
        "phone": invitation.phone != Phone(),
        "location": invitation.location is not None,
        "details": any(event.detail for event in await house.events()),
    }


NOTHING = dict.fromkeys(("photos", "number", "phone", "location", "details"), False)
EVERYTHING = dict.fromkeys(NOTHING, True)


async def test_everything_about_a_citizen_goes_on_time_and_not_before(house: House) -> None:
    invitation = await a_whole_call(house)
    house.clock.move(hours=5, minutes=59, seconds=59)
    await house.forgetting.forget_what_is_due()
    assert await is_remembered(house, invitation) == EVERYTHING
    house.clock.move(seconds=1)
    await house.forgetting.forget_what_is_due()
    assert await is_remembered(house, invitation) == NOTHING
    kinds = await house.kinds()
    assert kinds[-3:] == ["PhotoForgotten", "InvitationExpired", "InvitationForgotten"]
    await house.forgetting.forget_what_is_due()
    assert await house.kinds() == kinds


async def test_after_three_days_of_downtime_everything_goes_before_anybody_is_served(house: House) -> None:
    invitation = await a_whole_call(house)
    house.clock.move(days=3)
    house.put_together()
    await house.forgetting.start()
    assert await is_remembered(house, invitation) == NOTHING
    assert house.files() == set()


async def test_a_photo_sent_late_stays_its_own_six_hours(house: House) -> None:
    invited = await house.invite()
    house.clock.move(hours=5)
    photo = await house.receive(invited.key, PHOTO)
    house.clock.move(hours=1)
    await house.forgetting.forget_what_is_due()
    assert (await house.viewing.photo(house.anna, photo.id)).id == photo.id
    house.clock.move(hours=5)
    with pytest.raises(NotFound):  # also before the files are gone
        await house.viewing.photo(house.anna, photo.id)
    await house.forgetting.forget_what_is_due()
    assert house.files() == set()


async def test_more_than_one_helping_is_forgotten_at_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        await a_whole_call(house)
    house.clock.move(hours=6)
    read = house.records.read

    async def by_ones(step: Callable[[Work], Awaitable[object]]) -> object:
        found = await read(step)
        return found[:1] if isinstance(found, list) else found

    monkeypatch.setattr(house.records, "read", by_ones)
    await house.forgetting.forget_what_is_due()
    monkeypatch.undo()
    assert house.files() == set()
    assert (await house.kinds()).count("InvitationForgotten") == 3


async def test_a_closed_invitation_is_forgotten_without_expiring(house: House) -> None:
    invitation = await a_whole_call(house)
    await house.closing.close(house.anna, invitation)
    house.clock.move(hours=6)
    await house.forgetting.forget_what_is_due()
    assert await is_remembered(house, invitation) == NOTHING
    assert "InvitationExpired" not in await house.kinds()


async def test_files_that_no_row_knows_are_removed_at_the_start(house: House) -> None:
    kept = await house.receive((await house.invite()).key, PHOTO)
    async with house.folder.incoming(most_bytes=len(PHOTO)) as arriving:
        await arriving.write(PHOTO)
        await arriving.keep("stray")
    (house.folder._folder / "incoming" / "left").write_bytes(b"left by an earlier run")
    (house.folder._folder / "wall" / "stray2").write_bytes(b"derived of nothing")
    await house.forgetting.start()
    assert house.files() == {f"original/{kept.stored_as}"}


async def test_a_file_that_will_not_go_is_tried_again_and_keeps_nothing_else_back(house: House) -> None:
    invitation = await a_whole_call(house)
    stubborn = (await house.viewing.photos(house.anna, invitation=invitation))[0][0]
    house.clock.move(seconds=1)
    other = await a_whole_call(house)
    house.media.will_not_forget = {stubborn.stored_as}
    house.clock.move(hours=6)
    async with asyncio.timeout(60):
        await house.forgetting.start()
    assert [name for name, _ in house.reports][:1] == ["photo_forgotten_late"]
    assert house.files() == {f"original/{stubborn.stored_as}"}
    assert await is_remembered(house, other) == {**NOTHING, "photos": True}  # the stubborn file is another one's
    rows = await house.records.read(lambda work: work.photos.stored_names())
    assert rows == frozenset({stubborn.stored_as})
    assert (await house.kinds()).count("PhotoForgotten") == 1

    house.media.will_not_forget = set()
    await house.forgetting.forget_what_is_due()
    assert await is_remembered(house, invitation) == NOTHING
    assert (await house.kinds()).count("PhotoForgotten") == 2


async def test_a_database_that_fails_between_file_and_row_leaves_no_half(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_whole_call(house)
    house.clock.move(hours=6)
    write = house.records.write

    async def failing(step: object) -> None:
        raise RuntimeError("a fault that nobody foresaw")

    monkeypatch.setattr(house.records, "write", failing)
    with pytest.raises(RuntimeError):
        await house.forgetting.forget_what_is_due()
    assert house.files() == set()
    assert "PhotoForgotten" not in await house.kinds()
    monkeypatch.setattr(house.records, "write", write)
    await house.forgetting.forget_what_is_due()
    assert (await house.kinds()).count("PhotoForgotten") == 1


async def test_forgetting_goes_on_whatever_went_wrong(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("showme.services.forgetting._LOOK_EVERY", 0.01)
    invitation = await a_whole_call(house)
    await house.forgetting.start()
    write = house.records.write
    monkeypatch.setattr(house.records, "write", None)  # to write is a TypeError now
    house.clock.move(hours=6)
    async with asyncio.timeout(60):
        while not house.reports:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.01)
    assert house.reports[0][0] == "forgetting_late"
    monkeypatch.setattr(house.records, "write", write)
    await house.wait_for("InvitationForgotten")
    assert await is_remembered(house, invitation) == NOTHING


async def test_the_embedded_outbox_forgets_numbers_and_links_too(house: House) -> None:
    outbox = EmbeddedOutbox(records=house.records, clock=house.clock)
    house.sending._gateways_of = lambda _: [outbox]
    invited = await house.invite(to=NUMBER)
    house.clock.move(seconds=2)
    await house.inviting.resend(house.anna, invited.invitation.id)
    assert len(await house.records.read(lambda work: work.sms.kept())) == 2
    house.clock.move(hours=5, minutes=59, seconds=58)
    await house.forgetting.forget_what_is_due()
    assert len(await house.records.read(lambda work: work.sms.kept())) == 1
    house.clock.move(seconds=2)
    await house.forgetting.forget_what_is_due()
    assert await house.records.read(lambda work: work.sms.kept()) == []


async def test_each_organisations_retention_is_its_own(house: House) -> None:
    invitation = await a_whole_call(house)
    await house.inviting.invite(house.bert, to=None)
    house.clock.move(hours=6)
    await house.forgetting.forget_what_is_due()
    assert await is_remembered(house, invitation) == NOTHING
    assert await house.kinds(house.bert) == ["InvitationCreated", "InvitationExpired", "InvitationForgotten"]
