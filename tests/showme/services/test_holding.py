from datetime import timedelta

import pytest

from showme.domain.people import Dispatcher
from showme.errors import LinkEnded, NotAllowed, NotFound, NotUnderstood
from tests.pictures import camera_photo
from tests.showme.services.conftest import House

PHOTO = camera_photo(1, size=(640, 480))
REASON = "asked for by the prosecutor, 2026/123"


def sofie(house: House) -> Dispatcher:
    return Dispatcher(organisation=house.ours.id, name="Sofie", role="supervisor")


async def two_photos(house: House) -> tuple[str, str, str]:
    """Have two photos of one citizen; return the key and their ids."""
    invited = await house.invite(to="0470 12 34 56")
    one, other = [await house.receive(invited.key, PHOTO) for _ in range(2)]
    return invited.key, one.id, other.id


async def keep(house: House, photo: str, **longer: int) -> None:
    end = house.clock.now() + timedelta(**longer)
    await house.holding.keep(sofie(house), photo, reason=REASON, until=end.isoformat())


async def test_a_photo_that_is_kept_outlives_its_time_and_the_others_do_not(house: House) -> None:
    _, kept, other = await two_photos(house)
    await keep(house, kept, days=30)
    house.clock.move(days=29)
    await house.forgetting.forget_what_is_due()
    photo = await house.viewing.photo(house.anna, kept)
    assert photo.kept is not None
    assert (photo.kept.by, photo.kept.reason) == ("Sofie", REASON)
    with pytest.raises(NotFound):
        await house.viewing.photo(house.anna, other)
    assert len(house.files()) == 1
    house.clock.move(days=1)
    await house.forgetting.forget_what_is_due()
    assert house.files() == set()


async def test_the_citizen_is_forgotten_on_time_and_the_link_ends_all_the_same(house: House) -> None:
    key, kept, other = await two_photos(house)
    await keep(house, kept, days=30)
    house.clock.move(hours=7)
    await house.forgetting.forget_what_is_due()
    with pytest.raises(LinkEnded):
        await house.opening.open(key)
    events = await house.events()
    told = {str(event.kind) for event in events if event.photo == kept and event.detail}
    assert told == {"PhotoReceived", "PhotoKeptLonger"}
    assert not any(event.detail for event in events if event.photo == other)
    assert not any(event.detail for event in events if event.photo is None)


async def test_what_its_events_tell_goes_with_the_photo_in_the_end(house: House) -> None:
    _, kept, _ = await two_photos(house)
    await keep(house, kept, days=30)
    house.clock.move(hours=7)
    await house.forgetting.forget_what_is_due()
    house.clock.move(days=30)
    await house.forgetting.forget_what_is_due()
    assert not any(event.detail for event in await house.events() if event.photo == kept)


async def test_it_leaves_the_chats_at_its_own_time_and_once(house: House) -> None:
    _, kept, _ = await two_photos(house)
    await keep(house, kept, days=30)
    house.clock.move(hours=5)
    await house.forgetting.forget_what_is_due()
    assert "PhotoLeftChats" not in await house.kinds()
    for _ in range(2):
        house.clock.move(hours=1)
        await house.forgetting.forget_what_is_due()
    left = [event.photo for event in await house.events() if event.kind == "PhotoLeftChats"]
    assert left == [kept]


async def test_keeping_it_no_longer_gives_it_back_its_own_end(house: House) -> None:
    _, kept, _ = await two_photos(house)
    before = await house.viewing.photo(house.anna, kept)
    await keep(house, kept, days=30)
    after = await house.holding.end(sofie(house), kept)
    assert (after.kept, after.expires_at) == (None, before.expires_at)
    assert await house.viewing.photo(house.anna, kept) == after
    await house.holding.end(sofie(house), kept)
    assert (await house.kinds()).count("PhotoKeptNoLonger") == 1


async def test_keeping_it_no_longer_after_its_time_deletes_it_at_the_next_look(house: House) -> None:
    _, kept, _ = await two_photos(house)
    await keep(house, kept, days=30)
    house.clock.move(days=2)
    await house.forgetting.forget_what_is_due()
    assert house.files()
    await house.holding.end(sofie(house), kept)
    await house.forgetting.forget_what_is_due()
    assert house.files() == set()


async def test_keeping_it_again_changes_the_reason_and_the_day(house: House) -> None:
    _, kept, _ = await two_photos(house)
    before = await house.viewing.photo(house.anna, kept)
    await keep(house, kept, days=30)
    end = house.clock.now() + timedelta(days=10)
    changed = await house.holding.keep(sofie(house), kept, reason=" the \n court ", until=end.isoformat())
    assert changed.kept is not None
    assert (changed.kept.reason, changed.expires_at, changed.kept.due_at) == ("the court", end, before.expires_at)


async def test_only_a_supervisor_keeps_and_only_what_is_ours(house: House) -> None:
    _, kept, _ = await two_photos(house)
    until = (house.clock.now() + timedelta(days=30)).isoformat()
    with pytest.raises(NotAllowed):
        await house.holding.keep(house.anna, kept, reason=REASON, until=until)
    with pytest.raises(NotAllowed):
        await house.holding.end(house.anna, kept)
    bea = Dispatcher(organisation=house.bert.organisation, name="Bea", role="supervisor")
    with pytest.raises(NotFound):
        await house.holding.keep(bea, kept, reason=REASON, until=until)
    with pytest.raises(NotFound):
        await house.holding.end(bea, kept)


@pytest.mark.parametrize(
    ("reason", "until"),
    [
        ("", "2099-01-01T00:00:00Z"),
        ("  \u200b ", None),
        ("x" * 201, None),
        (REASON, "tomorrow"),
        (REASON, "2030-01-01"),
        (REASON, "2030-01-01T00:00:00"),
        (REASON, "1999-01-01T00:00:00Z"),
        (REASON, "9999-12-31T23:59:59Z"),
        (REASON, "0001-01-01T00:00:00+14:00"),
        (REASON, ""),
    ],
)
async def test_a_reason_says_something_and_an_end_is_later_than_its_own(
    house: House, reason: str, until: str | None
) -> None:
    _, kept, _ = await two_photos(house)
    good = (house.clock.now() + timedelta(days=30)).isoformat()
    with pytest.raises(NotUnderstood):
        await house.holding.keep(sofie(house), kept, reason=reason, until=until if until is not None else good)
    assert (await house.viewing.photo(house.anna, kept)).kept is None
