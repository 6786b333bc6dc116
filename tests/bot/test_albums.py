"""Photos that wait together leave together, each once and in order."""

from bot.pace import A_MINUTE, MOST_IN_A_MINUTE
from practice.telegram.faults import LoseAnswer, Refuse, Reset
from practice.telegram.records import Message
from showme.services.inviting import Invited
from tests.bot.conftest import Station, team_chat_of


async def a_burst(station: Station, count: int) -> Invited:
    """Let photos arrive while Telegram is away, with the card already there."""
    invited = await station.invite_from_wall()
    await station.card()
    await station.settle(passing=2)
    station.wire.is_cut = True
    for _ in range(count):
        await station.send_photo(invited)
    await station.settle(passing=0.1)
    station.wire.is_cut = False
    return invited


def most_in_a_minute(photos: list[Message]) -> int:
    """Return how many photos were sent within any minute."""
    moments = [photo.at for photo in photos]
    return max(sum(at <= other < at + A_MINUTE for other in moments) for at in moments)


def captions(photos: list[Message]) -> list[str]:
    return [photo.text for photo in photos]


def sent(station: Station, method: str) -> list[int | None]:
    return [call.status for call in station.api.calls if call.method == method]


async def test_a_burst_is_an_album_of_spoilered_replies(station: Station) -> None:
    await a_burst(station, 12)
    await station.until(lambda: len(station.photos()) == 12, passing=0.5)
    photos = station.photos()
    assert captions(photos) == [f"Photo {number} · No. 1" for number in range(1, 13)]
    assert {photo.reply_to for photo in photos} == {station.cards()[0].id}
    assert all(photo.has_spoiler for photo in photos)
    albums = [photo.album for photo in photos]
    assert None not in albums[:10]
    assert len(set(albums[:10])) == 1
    assert not photos[0].is_silent
    await station.settle()
    assert len(station.photos()) == 12


async def test_photos_of_two_callers_never_share_an_album(station: Station) -> None:
    first, second = await station.invite_from_wall(), await station.invite_from_wall(to=None)
    await station.until(lambda: len(station.cards()) == 2, passing=0.2)
    await station.settle()
    station.wire.is_cut = True
    for invited in (first, first, second, second, first):
        await station.send_photo(invited)
    await station.settle(passing=0.1)
    station.wire.is_cut = False
    await station.until(lambda: len(station.photos()) == 5, passing=0.5)
    assert [photo.text.rpartition(" · ")[2] for photo in station.photos()] == [
        "No. 1", "No. 1", "No. 2", "No. 2", "No. 1",
    ]  # fmt: skip
    by_card = {card.text[:5]: card.id for card in station.cards()}
    assert [photo.reply_to for photo in station.photos()] == [by_card[photo.text[-5:]] for photo in station.photos()]


async def test_an_album_that_telegram_refuses_comes_one_by_one(station: Station) -> None:
    station.api.faults.next("sendMediaGroup", Refuse("PHOTO_INVALID_DIMENSIONS"), times=None)
    station.api.faults.next("sendPhoto", Refuse("PHOTO_INVALID_DIMENSIONS"))
    await a_burst(station, 4)
    await station.until(lambda: len(station.photos()) == 3, passing=0.5)
    assert captions(station.photos()) == [f"Photo {number} · No. 1" for number in (2, 3, 4)]
    assert sent(station, "sendMediaGroup") == [400]
    assert [event for event, _ in station.desk.reports][-2:] == ["chat_album_refused", "chat_parcel_refused"]


async def test_an_album_whose_answer_was_lost_is_found_and_not_repeated(station: Station) -> None:
    station.api.faults.next("sendMediaGroup", LoseAnswer(by="reset"))
    invited = await a_burst(station, 3)
    await station.until(lambda: len(station.photos()) == 3, passing=0.5)
    await station.settle()
    assert captions(station.photos()) == [f"Photo {number} · No. 1" for number in (1, 2, 3)]
    # Each is known by its number, so that it leaves the chat on time.
    station.desk.clock.forward(hours=7)
    await station.desk.forgetting.forget_what_is_due()
    await station.until(lambda: not station.photos(), passing=0.5)
    assert invited.invitation.number == 1


async def test_an_album_that_never_arrived_is_sent_again_whatever_people_write(station: Station) -> None:
    station.api.faults.next("sendMediaGroup", Reset())
    await a_burst(station, 3)
    for text in ("is there a photo?", "Photo 1 · No. 1"):
        station.say(text)
    await station.until(lambda: len(station.photos()) == 3, passing=0.5)
    await station.settle()
    assert {plain(caption) for caption in captions(station.photos())} == {
        f"Photo {number} · No. 1" for number in (1, 2, 3)
    }


async def test_an_album_whose_answer_was_lost_in_a_lively_chat_comes_once_more_and_says_so(station: Station) -> None:
    for _ in range(15):
        station.say("we talk a lot")
    station.api.faults.next("sendMediaGroup", LoseAnswer(by="reset"))
    invited = await station.invite_from_wall()
    await station.card()
    await station.settle(passing=2)
    station.wire.is_cut = True
    for _ in range(3):
        await station.send_photo(invited)
    await station.settle(passing=0.1)
    for _ in range(15):
        station.say("and go on")
    station.wire.is_cut = False
    await station.until(lambda: len(station.photos()) == 6, passing=0.5)
    await station.settle()
    plain = [f"Photo {number} · No. 1" for number in (1, 2, 3)]
    assert captions(station.photos()) == [*plain, *(f"{caption} (perhaps a repeat)" for caption in plain)]


async def test_photos_that_are_gone_leave_a_gap_and_no_trouble(station: Station) -> None:
    invited = await station.invite_from_wall()
    await station.card()
    await station.settle()
    station.wire.is_cut = True
    photos = [await station.send_photo(invited) for _ in range(4)]
    await station.settle(passing=0.1)
    for photo in photos[:3]:
        await station.desk.media.forget(photo.stored_as)
    station.wire.is_cut = False
    await station.until(lambda: len(station.photos()) == 1, passing=0.5)
    assert captions(station.photos()) == ["Photo 4 · No. 1"]
    assert sent(station, "sendMediaGroup") == []


async def test_no_album_passes_the_minute_of_a_group(station: Station) -> None:
    invited = await a_burst(station, 5)
    await station.until(lambda: len(station.photos()) == 5, passing=0.2)
    station.wire.is_cut = True
    for _ in range(30):
        await station.send_photo(invited)
    await station.until(lambda: station.team_chat.health.state == "down", passing=0.01)
    station.wire.is_cut = False
    await station.until(lambda: len(station.photos()) == 35, passing=0.5)
    assert captions(station.photos()) == [f"Photo {number} · No. 1" for number in range(1, 36)]
    assert most_in_a_minute(station.photos()) <= MOST_IN_A_MINUTE
    assert 429 not in [call.status for call in station.api.calls]
    assert len(sent(station, "sendMediaGroup")) >= 3


async def test_a_location_carries_its_accuracy_and_its_digits_to_copy(station: Station) -> None:
    invited = await station.invite_from_wall(purpose="location")
    await station.card()
    opened = await station.opened(invited)
    await station.desk.opening.locate(opened, latitude=50.85, longitude=4.35, accuracy=9)
    await station.until(lambda: any(message.place for message in station.of_bot()), passing=0.2)
    place = next(message for message in station.of_bot() if message.place)
    assert place.place is not None
    assert place.place.accuracy == 9
    button = place.buttons[0][0]
    assert (button.kind, button.text, button.value) == ("copy_text", "Copy the coordinates", "50.85000, 4.35000")
    await station.desk.opening.locate(opened, latitude=50.86, longitude=4.36, accuracy=8)
    await station.until(
        lambda: station.chats.message(station.group, place.id).buttons[0][0].value == "50.86000, 4.36000", passing=0.2
    )


async def test_a_restart_does_not_pass_the_minute_of_a_group(station: Station) -> None:
    await a_burst(station, 30)
    await station.until(lambda: len(station.photos()) >= 15, passing=0.2)
    await station.team_chat.stop()
    successor = team_chat_of(station.desk, station.wire)
    await successor.start()
    await station.until(lambda: len(station.photos()) == 30, passing=0.2)
    await successor.stop()
    assert 429 not in [call.status for call in station.api.calls]
    assert [plain(photo.text) for photo in station.photos()] == [f"Photo {number} · No. 1" for number in range(1, 31)]


def plain(caption: str) -> str:
    return caption.removesuffix(" (perhaps a repeat)")
