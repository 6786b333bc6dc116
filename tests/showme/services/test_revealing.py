from datetime import timedelta

import pytest

from showme.domain.blurring import BLURRINGS, Blurring, read_blurring, stricter
from showme.domain.people import Dispatcher
from showme.errors import NotAllowed, NotFound, NotUnderstood
from tests.pictures import camera_photo
from tests.showme.services.conftest import House

PHOTO = camera_photo(1, size=(640, 480))


def sofie(house: House) -> Dispatcher:
    return Dispatcher(organisation=house.ours.id, name="Sofie", role="supervisor")


async def a_photo(house: House) -> str:
    return (await house.receive((await house.invite()).key, PHOTO)).id


async def test_each_reveal_is_written_down_and_counted_for_the_person_alone(house: House) -> None:
    photo = await a_photo(house)
    other = Dispatcher(organisation=house.ours.id, name="Bram")
    assert [await house.revealing.reveal(house.anna, photo) for _ in range(3)] == [1, 2, 3]
    assert await house.revealing.reveal(other, photo) == 1
    revealed = [(event.actor, event.photo) for event in await house.events() if event.kind == "PhotoRevealed"]
    assert revealed == [("Anna", photo)] * 3 + [("Bram", photo)]
    assert (await house.revealing.blurred(house.anna)).revealed == 3


async def test_a_shift_ends_with_a_long_rest(house: House) -> None:
    photo = await a_photo(house)
    end = (house.clock.now() + timedelta(days=10)).isoformat()
    await house.holding.keep(sofie(house), photo, reason="a long night", until=end)
    assert await house.revealing.reveal(house.anna, photo) == 1
    house.clock.move(hours=5, minutes=59)
    assert await house.revealing.reveal(house.anna, photo) == 2
    house.clock.move(hours=6)
    assert (await house.revealing.blurred(house.anna)).revealed == 0
    assert await house.revealing.reveal(house.anna, photo) == 1


async def test_what_a_person_revealed_is_forgotten_a_day_later_and_the_sums_stay(house: House) -> None:
    photo = await a_photo(house)
    end = (house.clock.now() + timedelta(days=10)).isoformat()
    await house.holding.keep(sofie(house), photo, reason="a long night", until=end)
    await house.revealing.reveal(house.anna, photo)
    house.clock.move(days=1, seconds=1)
    await house.revealing.reveal(Dispatcher(organisation=house.ours.id, name="Bram"), photo)
    rows = await house.everything()
    assert [row["person"] for row in rows["shifts"]] == ["Bram"]
    assert (await house.revealing.report(sofie(house), days=7)).total == 2


async def test_a_supervisor_reads_sums_and_no_names(house: House) -> None:
    photo = await a_photo(house)
    for _ in range(2):
        await house.revealing.reveal(house.anna, photo)
    house.clock.move(hours=2)
    await house.revealing.reveal(house.anna, photo)
    report = await house.revealing.report(sofie(house), days=1)
    assert (report.total, sum(report.of_day), sum(report.days.values())) == (3, 3, 3)
    assert sorted(report.of_day)[-2:] == [1, 2]
    assert "Anna" not in repr(report)
    stranger = Dispatcher(organisation=house.bert.organisation, name="Bea", role="supervisor")
    assert (await house.revealing.report(stranger, days=31)).total == 0
    with pytest.raises(NotAllowed):
        await house.revealing.report(house.anna, days=1)
    for days in (0, 32):
        with pytest.raises(NotUnderstood):
            await house.revealing.report(sofie(house), days=days)


async def test_nobody_reveals_what_is_not_theirs(house: House) -> None:
    photo = await a_photo(house)
    with pytest.raises(NotFound):
        await house.revealing.reveal(house.bert, photo)
    house.clock.move(hours=6)
    with pytest.raises(NotFound):
        await house.revealing.reveal(house.anna, photo)
    assert "PhotoRevealed" not in await house.kinds()


async def test_a_person_may_hide_more_than_the_organisation_and_never_less(house: House) -> None:
    async def holds(person: Dispatcher) -> Blurring:
        return (await house.revealing.blurred(person)).holds

    assert await holds(house.anna) == "until_revealed"
    assert (await house.revealing.choose(house.anna, "always")).holds == "always"
    assert await holds(sofie(house)) == "until_revealed"
    assert (await house.revealing.choose(house.anna, "shown")).holds == "until_revealed"
    await house.revealing.choose_for_all(sofie(house), "shown")
    assert await holds(house.anna) == "shown"
    await house.revealing.choose_for_all(sofie(house), "always")
    await house.revealing.choose_for_all(sofie(house), "always")
    assert await holds(house.anna) == "always"
    assert (await house.revealing.choose(house.anna, None)).own is None
    assert (await house.kinds()).count("BlurringChosen") == 2
    assert await holds(house.bert) == "until_revealed"
    with pytest.raises(NotAllowed):
        await house.revealing.choose_for_all(house.anna, "shown")


def test_the_stricter_of_two_holds() -> None:
    for one in BLURRINGS:
        for other in BLURRINGS:
            assert BLURRINGS.index(stricter(one, other)) == max(BLURRINGS.index(one), BLURRINGS.index(other))
        assert stricter(one, None) == one
    with pytest.raises(NotUnderstood):
        read_blurring("sometimes")
