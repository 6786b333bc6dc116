import pytest

from showme.domain.attendance import Attendance, PageState, PageTrouble, read_attendance
from showme.domain.ladder import Purpose
from showme.errors import NotUnderstood
from showme.services.attending import SILENT, Attending
from showme.services.opening import Opened
from tests.showme.services.conftest import House


async def tapped(house: House, purpose: Purpose = "photo") -> Opened:
    opened = await house.opening.open((await house.invite(purpose=purpose)).key)
    await house.opening.tap(opened)
    return await house.again(opened)


def attending(house: House) -> Attending:
    return Attending(records=house.records, clock=house.clock, report=house.report)


def told(
    house: House, state: PageState, *, number: int, unsent: int = 0, trouble: PageTrouble | None = None
) -> Attendance:
    return Attendance(state=state, unsent=unsent, trouble=trouble, told=number, at=house.clock.now())


async def hint(house: House, opened: Opened) -> str | None:
    found = (await house.see(opened.invitation)).hint(house.clock.now())
    return found.cause if found is not None and found.due_at <= house.clock.now() else None


async def test_a_link_preview_that_opens_and_closes_the_page_changes_nothing(house: House) -> None:
    opened = await house.opening.open((await house.invite()).key)
    before = await house.events()
    for number, state in enumerate(("shown", "hidden", "left"), start=1):
        await attending(house).note(opened, told(house, state, number=number))  # type: ignore[arg-type]
    with attending(house).feed_of(opened.invitation):
        pass
    assert (await house.see(opened.invitation)).page is None
    assert await house.events() == before


async def test_the_dispatcher_hears_that_the_page_is_in_the_background_once_a_photo_would_have_been_taken(
    house: House,
) -> None:
    opened = await tapped(house)
    await attending(house).note(opened, told(house, "hidden", number=1))
    assert await hint(house, opened) is None
    house.clock.move(seconds=11)
    assert await hint(house, opened) == "page_hidden"
    await attending(house).note(opened, told(house, "shown", number=2))
    assert await hint(house, opened) is None
    assert (await house.kinds())[2:] == ["PageHidden", "PageShown"]


async def test_the_dispatcher_hears_that_the_page_was_left_but_not_of_one_that_is_loaded_anew(house: House) -> None:
    opened = await tapped(house)
    await attending(house).note(opened, told(house, "left", number=1))
    assert await hint(house, opened) is None
    house.clock.move(seconds=4)
    assert await hint(house, opened) == "page_left"


async def test_words_that_overtake_each_other_end_in_what_was_said_last(house: House) -> None:
    opened = await tapped(house)
    await attending(house).note(opened, told(house, "left", number=8))
    await attending(house).note(opened, told(house, "hidden", number=7))
    page = (await house.see(opened.invitation)).page
    assert page is not None
    assert page.state == "left"
    assert (await house.kinds())[2:] == ["PageLeft"]


async def test_nothing_is_said_of_who_leaves_when_all_is_done(house: House) -> None:
    opened = await tapped(house, "location")
    await house.opening.locate(opened, latitude=50.8, longitude=4.3, accuracy=10)
    await attending(house).note(opened, told(house, "left", number=1))
    house.clock.move(minutes=1)
    assert await hint(house, opened) is None


async def test_a_photo_that_is_under_way_is_not_called_missing(house: House) -> None:
    opened = await tapped(house)
    await attending(house).note(opened, told(house, "shown", number=1, unsent=2))
    house.clock.move(seconds=40)
    assert await hint(house, opened) == "photo_under_way"
    await attending(house).note(opened, told(house, "shown", number=2))
    assert await hint(house, opened) == "no_picture"


@pytest.mark.parametrize("trouble", ["location_too_slow", "photo_too_large"])
async def test_what_went_wrong_on_the_phone_is_said_until_it_is_mended(house: House, trouble: PageTrouble) -> None:
    opened = await tapped(house)
    await attending(house).note(opened, told(house, "shown", number=1, trouble=trouble))
    assert await hint(house, opened) == trouble
    await attending(house).note(opened, told(house, "shown", number=2))
    assert await hint(house, opened) is None
    assert (await house.kinds())[2:] == ["PageShown", "PageTold"]


async def test_a_phone_that_falls_silent_is_told_of_and_so_is_its_return(house: House) -> None:
    opened = await tapped(house)
    minding = attending(house)
    with minding.feed_of(opened.invitation):
        await minding.note(opened, told(house, "shown", number=1))
        house.clock.move(seconds=60)
        await minding.look()
        assert await hint(house, opened) == "no_picture"
    house.clock.move(seconds=SILENT.total_seconds() - 1)
    await minding.look()
    assert await hint(house, opened) == "no_picture"
    house.clock.move(seconds=1)
    await minding.look()
    assert await hint(house, opened) == "page_silent"
    await minding.note(opened, told(house, "shown", number=2))
    assert await hint(house, opened) == "no_picture"
    assert (await house.kinds())[2:] == ["PageShown", "PageSilent", "PageShown"]


async def test_a_page_that_said_goodbye_is_not_called_silent(house: House) -> None:
    opened = await tapped(house)
    minding = attending(house)
    with minding.feed_of(opened.invitation):
        await minding.note(opened, told(house, "left", number=1))
    house.clock.move(minutes=1)
    await minding.look()
    assert await hint(house, opened) == "page_left"


async def test_a_line_that_is_back_at_once_was_never_away(house: House) -> None:
    opened = await tapped(house)
    minding = attending(house)
    with minding.feed_of(opened.invitation):
        await minding.note(opened, told(house, "shown", number=1))
    house.clock.move(seconds=3)
    with minding.feed_of(opened.invitation):
        house.clock.move(minutes=1)
        await minding.look()
        page = (await house.see(opened.invitation)).page
        assert page is not None
        assert page.state == "shown"


@pytest.mark.parametrize(
    ("state", "unsent", "trouble", "number"),
    [("silent", 0, None, 1), (None, 0, None, 1), ("shown", -1, None, 1), ("shown", 1000, None, 1),
     ("shown", 0, "on_fire", 1), ("shown", 0, None, -1), ("shown", float("nan"), None, 1)],
)  # fmt: skip
async def test_nonsense_of_a_page_is_not_understood(
    house: House, state: str | None, unsent: float, trouble: str | None, number: float
) -> None:
    with pytest.raises(NotUnderstood):
        read_attendance(state=state, unsent=unsent, trouble=trouble, told=number, at=house.clock.now())
