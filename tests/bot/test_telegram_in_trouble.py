"""Telegram slows down, goes away, loses answers: nothing is lost, and the web does not notice."""

import asyncio
from datetime import timedelta

import pytest

from bot.moving import follow_group
from practice.telegram.faults import Break, Forbid, Hang, LoseAnswer, Refuse, Reset, SlowDown
from practice.telegram.records import Membership
from showme.domain.chats import Errand
from showme.errors import Unavailable
from showme.records import Work
from tests.bot.conftest import NUMBER, TOKEN, Station, team_chat_of


async def test_telegram_down_at_the_start_holds_nothing_up(quiet_station: Station) -> None:
    quiet_station.api.faults.next(None, Reset(), times=None)
    async with asyncio.timeout(5):
        await quiet_station.team_chat.start()
    await quiet_station.until(lambda: quiet_station.team_chat.health.state == "down")
    assert (await quiet_station.invite_from_wall()).invitation.number == 1
    quiet_station.api.faults.clear()
    await quiet_station.until(lambda: quiet_station.team_chat.health.state == "up", passing=0.5)
    await quiet_station.enrol()


async def test_telegram_out_of_reach_at_the_start_is_reached_later(quiet_station: Station) -> None:
    quiet_station.wire.is_cut = True
    await quiet_station.team_chat.start()
    await quiet_station.until(lambda: quiet_station.team_chat.health.state == "down")
    quiet_station.desk.clock.forward(minutes=1)
    assert quiet_station.team_chat.health.since < quiet_station.desk.clock.now()
    quiet_station.wire.is_cut = False
    await quiet_station.until(lambda: quiet_station.team_chat.health.state == "up", passing=0.5)


async def test_a_wrong_token_is_reported_without_being_told(quiet_station: Station) -> None:
    quiet_station.api.token = "43:another"
    await quiet_station.team_chat.start()
    await quiet_station.until(lambda: bool(quiet_station.desk.reports))
    assert quiet_station.team_chat.health.state == "down"
    assert TOKEN not in repr([(event, error, error.__dict__) for event, error in quiet_station.desk.reports])


async def test_after_ten_minutes_without_telegram_everything_comes_in_order(station: Station) -> None:
    station.wire.is_cut = True
    invited = await station.invite_from_wall()
    for _ in range(25):
        await station.send_photo(invited)
    await station.until(lambda: station.team_chat.health.state == "down", passing=0.1)
    await station.settle(passing=10)
    assert station.photos() == []
    station.wire.is_cut = False
    began = station.desk.clock.now()
    await station.until(lambda: len(station.photos()) == 25, passing=0.5)
    assert [photo.text for photo in station.photos()] == [f"Photo {number} · No. 1" for number in range(1, 26)]
    assert len(station.cards()) == 1
    assert station.desk.clock.now() - began > timedelta(seconds=40)
    sent = [call for call in station.api.calls if call.method in {"sendPhoto", "sendMessage"}]
    assert all(call.status != 429 for call in sent)
    await station.until(lambda: station.team_chat.health.state == "up")


async def test_a_photo_whose_answer_was_lost_is_found_and_not_repeated(station: Station) -> None:
    invited = await station.invite_from_wall()
    await station.card()
    station.api.faults.next("sendPhoto", LoseAnswer(by="reset"))
    await station.send_photo(invited)
    await station.until(lambda: len(station.photos()) == 1, passing=0.2)
    await station.send_photo(invited)
    await station.until(lambda: len(station.photos()) == 2, passing=0.2)
    await station.settle()
    assert [photo.text for photo in station.photos()] == ["Photo 1 · No. 1", "Photo 2 · No. 1"]


async def test_a_photo_that_surely_did_not_arrive_is_not_called_a_repeat(station: Station) -> None:
    invited = await station.invite_from_wall()
    await station.card()
    station.api.faults.next("sendPhoto", SlowDown(retry_after=7))
    await station.send_photo(invited)
    began = station.desk.clock.now()
    await station.until(lambda: len(station.photos()) == 1, passing=0.2)
    assert station.photos()[0].text == "Photo 1 · No. 1"
    assert station.desk.clock.now() - began >= timedelta(seconds=7)


async def test_a_server_error_of_telegram_is_tried_again(station: Station) -> None:
    invited = await station.invite_from_wall()
    await station.card()
    station.api.faults.next("sendPhoto", Break(status=502), times=2)
    await station.send_photo(invited)
    await station.until(lambda: len(station.photos()) == 1, passing=0.5)


async def test_one_parcel_that_telegram_refuses_blocks_nothing(station: Station) -> None:
    invited = await station.invite_from_wall()
    await station.card()
    station.api.faults.next("sendPhoto", Refuse("PHOTO_INVALID_DIMENSIONS"))
    await station.send_photo(invited)
    await station.until(lambda: station.api.faults.are_used_up, passing=0.2)
    await station.send_photo(invited)
    await station.until(lambda: len(station.photos()) == 1, passing=0.2)
    assert station.photos()[0].text == "Photo 2 · No. 1"
    assert "chat_parcel_refused" in [event for event, _ in station.desk.reports]


async def test_an_edit_that_changes_nothing_is_done(station: Station) -> None:
    invited = await station.invite_from_wall()
    await station.card()
    await station.settle()
    station.api.faults.next("editMessageText", Refuse("message is not modified: specified new message content and …"))
    await station.desk.opening.step(await station.opened(invited), "loaded")
    await station.until(lambda: station.api.faults.are_used_up, passing=0.2)
    await station.settle()
    assert "chat_parcel_refused" not in [event for event, _ in station.desk.reports]


async def test_a_fault_of_ours_in_one_parcel_lets_the_others_pass(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    invited = await station.invite_from_wall()
    await station.card()
    real = station.desk.media.read
    broken = [True]

    def read(kind: str, name: str) -> object:
        if broken:
            broken.clear()
            raise ZeroDivisionError
        return real(kind, name)  # type: ignore[arg-type]

    monkeypatch.setattr(station.desk.media, "read", read)
    await station.send_photo(invited)
    await station.until(lambda: not broken, passing=0.1)
    await station.send_photo(invited)
    await station.until(lambda: len(station.photos()) == 2, passing=0.5)
    assert [photo.text for photo in station.photos()] == ["Photo 2 · No. 1", "Photo 1 · No. 1"]
    assert "chat_parcel_failed" in [event for event, _ in station.desk.reports]


async def test_a_card_that_somebody_deleted_is_written_anew(station: Station) -> None:
    invited = await station.invite_from_wall()
    card = await station.card()
    await station.settle()
    station.chats.delete(station.chats.message(station.group, card.id))
    await station.desk.opening.step(await station.opened(invited), "loaded")
    await station.until(lambda: bool(station.cards()) and "✓ page loaded" in station.cards()[0].text, passing=0.2)
    assert len(station.cards()) == 1


async def test_a_bot_that_was_removed_follows_no_more(station: Station) -> None:
    station.people.kick_bot(station.group, station.anna)

    await _until_nobody_follows(station)


async def test_a_bot_that_hears_of_its_removal_only_by_a_refusal_follows_no_more(station: Station) -> None:
    station.api.faults.next("sendMessage", Forbid())
    await station.invite_from_wall()
    await _until_nobody_follows(station)
    await station.settle()
    assert station.cards() == []


async def test_a_group_that_becomes_a_supergroup_is_followed(quiet_station: Station) -> None:
    station = quiet_station
    basic = station.chats.open_group("Basic", station.anna, bot=Membership(station.chats.bot), is_super=False)
    await station.team_chat.start()
    await station.until(lambda: station.team_chat.health.state == "up")
    await station.enrol(basic.id)
    station.desk.clock.forward(minutes=2)
    invited = await station.invite_from_wall()
    await station.until(lambda: len(station.cards(basic.id)) == 1, passing=0.1)
    new = station.people.upgrade_to_supergroup(basic.id, station.anna)
    await station.send_photo(invited)
    await station.until(lambda: len(station.photos(new.id)) == 1, passing=0.2)
    assert station.photos(new.id)[0].reply_to == station.cards(new.id)[0].id


async def test_a_move_that_only_a_refusal_tells_of_is_followed(quiet_station: Station) -> None:
    station = quiet_station
    basic = station.chats.open_group("Basic", station.anna, bot=Membership(station.chats.bot), is_super=False)
    await station.team_chat.start()
    await station.until(lambda: station.team_chat.health.state == "up")
    await station.enrol(basic.id)
    station.desk.clock.forward(minutes=2)
    new = station.chats.migrate(basic.id)
    await station.invite_from_wall()
    await station.until(lambda: len(station.cards(new.id)) == 1, passing=0.2)


async def test_messages_left_behind_in_a_group_are_not_taken_for_those_of_the_supergroup(station: Station) -> None:
    invited = await station.invite_from_wall()
    card = await station.card()
    await station.settle()

    async def our_cards(work: Work) -> list[int]:
        chat = (await work.chats.all())[0]
        standing = await work.chats.posted(chat.id, invitation=invited.invitation.id, errand=Errand.CARD)
        return [message.message_id for message in standing]

    assert await station.desk.records.read(our_cards) == [card.id]
    await follow_group(station.desk.records, station.group, -1_007_007)
    assert await station.desk.records.read(our_cards) == []


async def test_an_update_that_nobody_can_read_is_passed_over(station: Station) -> None:
    station.chats.tell_bot("message", {"nonsense": True})
    answer = await station.answer_to(station.say("/list"))
    assert answer.text
    assert "telegram_update_not_handled" in [event for event, _ in station.desk.reports]


async def test_an_update_that_comes_twice_is_handled_once(station: Station) -> None:
    said = station.say(f"/invite {NUMBER}")
    await station.card()
    raw = {
        "update_id": 999_001,
        "message": {
            "message_id": said.id,
            "date": 1,
            "chat": {"id": station.group, "type": "supergroup", "title": "Team chat"},
            "from": {"id": station.anna.id, "is_bot": False, "first_name": "Anna"},
            "text": "/invite 0471 22 33 44",
        },
    }
    await station.team_chat.handle_update(raw)
    await station.team_chat.handle_update(raw)
    assert (await station.newest()).number == 2


async def test_what_was_handled_does_not_come_again_after_a_restart(station: Station) -> None:
    station.say(f"/invite {NUMBER}")
    await station.card()
    await station.team_chat.stop()
    successor = team_chat_of(station.desk, station.wire)
    await successor.start()
    await station.answer_to(station.say("/list"))
    await successor.stop()
    assert (await station.newest()).number == 1


async def test_the_webhook_is_refused_while_telegram_is_not_known(quiet_station: Station) -> None:
    with pytest.raises(Unavailable):
        await quiet_station.team_chat.handle_update({"update_id": 1})


async def test_stopping_is_quick_while_telegram_hangs(station: Station) -> None:
    station.api.faults.next(None, Hang(), times=None)
    await station.invite_from_wall()
    await station.settle(looks=1)
    async with asyncio.timeout(20):
        await station.team_chat.stop()
    station.api.faults.clear()


async def _until_nobody_follows(station: Station) -> None:
    async with asyncio.timeout(60):
        while await station.desk.enrolling.chats(station.desk.organisation.id):
            await station.settle(passing=0.1, looks=1)
