"""Photos and places of citizens appear in the team chat, and leave it when their time has come."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.clearing import grey_picture
from practice.telegram.pictures import check_photo
from practice.telegram.records import Membership
from practice.telegram.view import photo_bytes
from showme.records import Work
from storage.organisations import OrganisationRecords
from tests.bot.conftest import Station


async def test_a_photo_is_blurred_numbered_and_replies_to_its_card(station: Station) -> None:
    invited = await station.invite_from_wall()
    card = await station.card()
    await station.send_photo(invited)
    await station.until(lambda: len(station.photos()) == 1, passing=0.1)
    photo = station.photos()[0]
    assert photo.has_spoiler
    assert photo.reply_to == card.id
    assert photo.text == "Photo 1 · No. 1"
    assert photo.file is not None
    assert photo_bytes(station.chats, photo.file.id).startswith(b"\xff\xd8")


async def test_only_the_first_photo_of_a_citizen_makes_a_sound(station: Station) -> None:
    invited = await station.invite_from_wall()
    for number in (1, 2, 3):
        await station.send_photo(invited)
        await station.until(lambda so_far=number: len(station.photos()) == so_far, passing=0.2)  # type: ignore[misc]
    assert [photo.is_silent for photo in station.photos()] == [False, True, True]
    assert [photo.text for photo in station.photos()] == [f"Photo {number} · No. 1" for number in (1, 2, 3)]


async def test_a_photo_that_is_there_before_the_card_brings_the_card_along(station: Station) -> None:
    invited = await station.invite_from_wall()
    await station.send_photo(invited)
    await station.until(lambda: len(station.photos()) == 1, passing=0.2)
    await station.settle()
    assert len(station.cards()) == 1
    assert station.photos()[0].reply_to == station.cards()[0].id


async def test_a_broken_photo_stands_on_the_card_only(station: Station) -> None:
    invited = await station.invite_from_wall()
    await station.card()
    await station.send_photo(invited, size=(16, 16))
    await station.until(lambda: "cannot be opened" in station.cards()[0].text, passing=0.2)
    assert station.photos() == []


async def test_a_place_is_one_message_that_moves(station: Station) -> None:
    invited = await station.invite_from_wall(purpose="location")
    await station.card()
    opened = await station.opened(invited)
    await station.desk.opening.locate(opened, latitude=50.85, longitude=4.35, accuracy=3000)
    await station.until(lambda: any(message.place for message in station.of_bot()), passing=0.2)
    await station.desk.opening.locate(opened, latitude=50.86, longitude=4.36, accuracy=8)
    await station.until(
        lambda: [message.place.latitude for message in station.of_bot() if message.place] == [50.86], passing=0.2
    )
    place = next(message for message in station.of_bot() if message.place)
    assert place.reply_to == station.cards()[0].id
    await station.until(lambda: "50.86000, 4.36000 (± 8 m)" in station.cards()[0].text, passing=0.2)


async def test_a_photo_past_its_time_leaves_the_chat(station: Station) -> None:
    invited = await station.invite_from_wall()
    await station.send_photo(invited)
    await station.until(lambda: len(station.photos()) == 1, passing=0.2)
    station.desk.clock.forward(hours=6, minutes=1)
    await station.desk.forgetting.forget_what_is_due()
    await station.until(lambda: station.photos() == [], passing=0.2)
    await station.until(lambda: "Expired." in station.cards()[0].text, passing=0.2)
    assert station.cards()[0].buttons == ()


async def test_links_and_places_leave_the_chat_with_the_invitation(station: Station) -> None:
    invited = await station.invite_from_wall(purpose="location", to=None)
    card = await station.card()
    station.press(card, "link")
    await station.desk.opening.locate(await station.opened(invited), latitude=50.85, longitude=4.35, accuracy=9)
    await station.until(lambda: len(station.of_bot()) == 4, passing=0.2)  # with the answer to /enrol
    station.desk.clock.forward(hours=6, minutes=1)
    await station.desk.forgetting.forget_what_is_due()
    await station.until(lambda: len(station.of_bot()) == 2, passing=0.2)
    assert invited.key not in "".join(message.text for message in station.of_bot())
    await station.until(lambda: "50.85" not in station.cards()[0].text, passing=0.2)


async def test_what_telegram_does_not_delete_any_more_is_made_blank(station: Station) -> None:
    invited = await station.invite_from_wall()
    await station.send_photo(invited)
    await station.until(lambda: len(station.photos()) == 1, passing=0.2)
    station.desk.clock.forward(hours=49)
    await station.desk.forgetting.forget_what_is_due()
    await station.until(lambda: station.photos()[0].text == "Expired and removed.", passing=0.2)
    blank = station.photos()[0].file
    assert blank is not None
    assert photo_bytes(station.chats, blank.id) == grey_picture()


def test_the_blank_is_a_picture_that_telegram_takes() -> None:
    assert check_photo(grey_picture()) == (320, 240)


async def test_an_expired_photo_that_still_waited_is_never_sent(station: Station) -> None:
    invited = await station.invite_from_wall()
    card = await station.card()
    await station.team_chat.stop()
    await station.send_photo(invited)
    await station.settle(passing=0)
    station.desk.clock.forward(hours=7)
    await station.desk.forgetting.forget_what_is_due()
    await station.team_chat.start()
    await station.until(lambda: "Expired." in station.chats.message(station.group, card.id).text, passing=0.2)
    await station.settle()
    assert station.photos() == []


async def test_a_photo_past_its_time_is_not_sent_even_if_nobody_has_removed_it_yet(station: Station) -> None:
    invited = await station.invite_from_wall()
    await station.card()
    await station.team_chat.stop()
    await station.send_photo(invited)
    await station.settle(passing=0)
    station.desk.clock.forward(hours=7)
    await station.team_chat.start()
    await station.settle()
    assert station.photos() == []


async def test_supervisors_get_neither_photos_nor_cards(station: Station) -> None:
    chief = station.chats.new_person("Chief")
    other = station.chats.open_group("Supervisors", chief, bot=Membership(station.chats.bot))
    await station.enrol(other.id, role="supervisor", by=chief)
    invited = await station.invite_from_wall()
    await station.send_photo(invited)
    await station.until(lambda: len(station.photos()) == 1, passing=0.2)
    await station.settle()
    assert station.cards(other.id) == []
    assert station.photos(other.id) == []
    said = station.people.say(other.id, chief, "/invite 0470 12 34 56")
    assert "supervisors" in (await station.answer_to(said)).text


@pytest.mark.parametrize("blur", [True, False])
async def test_an_organisation_may_do_without_the_blur(
    station: Station, monkeypatch: pytest.MonkeyPatch, *, blur: bool
) -> None:
    real = OrganisationRecords.get

    async def chosen(self: OrganisationRecords, organisation: int) -> object:
        found = await real(self, organisation)
        return replace(found, blurring="until_revealed" if blur else "shown") if found else None

    monkeypatch.setattr(OrganisationRecords, "get", chosen)
    invited = await station.invite_from_wall()
    await station.send_photo(invited)
    await station.until(lambda: len(station.photos()) == 1, passing=0.2)
    assert station.photos()[0].has_spoiler is blur


async def test_photos_overtake_the_edits_of_cards(station: Station) -> None:
    invited = [await station.invite_from_wall() for _ in range(10)]
    await station.until(lambda: len(station.cards()) == 10, passing=0.3)
    for each in invited:
        await station.desk.opening.step(await station.opened(each), "loaded")
    await station.send_photo(invited[0])
    began = station.desk.clock.now()
    await station.until(lambda: len(station.photos()) == 1, passing=0.2)
    assert station.desk.clock.now() - began < timedelta(seconds=15)
    waiting = await station.desk.records.read(lambda work: _waits(work, station))
    assert waiting


async def _waits(work: Work, station: Station) -> bool:
    chat = await work.chats.enrolled(station.group)
    assert chat is not None
    return await work.chats.next_parcel(chat.id, station.desk.clock.now()) is not None
