"""Live video in the team chat: told with a sound and a link, commanded from the card, and told again when it ends."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from practice.telegram.faults import LoseAnswer, Refuse, Reset
from practice.telegram.records import Message, Person
from showme.domain.events import Event, Kind
from showme.domain.people import Dispatcher
from showme.records import Work
from showme.services.inviting import Invited
from tests.bot.conftest import PUBLIC_URL, Station, team_chat_of

BART = "Bart"


async def go_live(station: Station, invited: Invited) -> None:
    opened = await station.opened(invited)
    await station.desk.opening.tap(opened)
    await station.desk.calling.begin(await station.opened(invited))


async def stop(station: Station, invited: Invited) -> None:
    await station.desk.calling.end(await station.opened(invited))


async def see(station: Station, invited: Invited, how: str, *, by: str = BART) -> None:
    watcher = Dispatcher(organisation=station.desk.organisation.id, name=by)
    await station.desk.calling.seen(watcher, invited.invitation.id, how=how)  # type: ignore[arg-type]


def lives(station: Station) -> list[Message]:
    return [message for message in station.of_bot() if "🔴 live · No." in message.text or "live ended" in message.text]


def buttons(message: Message) -> dict[str, str]:
    return {button.value.partition(":")[0]: button.kind for row in message.buttons for button in row}


async def told_live(station: Station) -> Message:
    await station.until(lambda: any("🔴" in message.text for message in lives(station)), passing=0.1)
    return lives(station)[-1]


async def commands(station: Station) -> list[Event]:
    async def looking(work: Work) -> list[Event]:
        events = await work.journal.since(station.desk.organisation.id, 0, most=1000)
        return [event for event in events if event.kind is Kind.PHONE_COMMANDED]

    return await station.desk.records.read(looking)


async def test_live_video_is_told_with_a_sound_and_the_way_to_watch_it(station: Station) -> None:
    invited = await station.invite_from_wall(purpose="live")
    card = await station.card()
    await go_live(station, invited)
    told = await told_live(station)
    assert told.text == "🔴 live · No. 1"
    assert told.reply_to == card.id
    assert not told.is_silent
    button = told.buttons[0][0]
    assert button.kind == "url"
    prefix = f"{PUBLIC_URL}/watch/{invited.invitation.id}/"
    assert button.value.startswith(prefix)
    watched = await station.desk.passing.check(invited.invitation.id, button.value.removeprefix(prefix))
    assert watched.invitation.id == invited.invitation.id
    assert invited.key not in str(station.chats.messages(station.group))


async def test_the_end_is_told_in_the_same_message_without_a_button(station: Station) -> None:
    invited = await station.invite_from_wall(purpose="live")
    await go_live(station, invited)
    told = await told_live(station)
    station.desk.clock.forward(seconds=192 - (station.desk.clock.now() - await began_at(station)).total_seconds())
    await stop(station, invited)
    await station.until(lambda: "ended" in lives(station)[0].text, passing=0.1)
    over = lives(station)[0]
    assert over.id == told.id
    assert over.text == "No. 1: live ended after 3:12. The caller stopped it."
    assert over.buttons == ()
    assert len(lives(station)) == 1
    await station.until(lambda: "live video ended after 3:12" in station.cards()[0].text, passing=0.2)


async def began_at(station: Station) -> datetime:
    began = (await station.newest()).live_began_at
    assert began is not None
    return began


async def test_a_closed_invitation_ends_its_live_video_in_the_chat(station: Station) -> None:
    invited = await station.invite_from_wall(purpose="live")
    await go_live(station, invited)
    await told_live(station)
    await station.answer_to(station.say("/close 1"))
    await station.until(lambda: "The invitation ended." in lives(station)[0].text, passing=0.1)
    await station.until(lambda: station.cards()[0].buttons == (), passing=0.2)
    assert "🔴" not in station.cards()[0].text


async def test_a_phone_that_falls_silent_is_told_aloud_with_the_sentence_to_say(station: Station) -> None:
    invited = await station.invite_from_wall(purpose="live")
    card = await station.card()
    await go_live(station, invited)
    await told_live(station)
    station.desk.clock.forward(minutes=2)
    await station.desk.calling.look()
    await station.until(lambda: "The phone was no longer heard." in lives(station)[0].text, passing=0.1)
    await station.until(lambda: any("was lost" in message.text for message in station.of_bot()), passing=0.1)
    failure = next(message for message in station.of_bot() if "was lost" in message.text)
    assert failure.text.startswith("⚠ No. 1: the live video was lost.\nSay: ")
    assert failure.reply_to == card.id
    assert not failure.is_silent


async def test_a_video_that_the_citizen_stopped_is_no_failure(station: Station) -> None:
    invited = await station.invite_from_wall(purpose="live")
    await go_live(station, invited)
    await told_live(station)
    await stop(station, invited)
    await station.until(lambda: "ended" in lives(station)[0].text, passing=0.1)
    await station.settle()
    assert not any("⚠" in message.text for message in station.of_bot())


async def test_a_page_that_was_reloaded_makes_no_second_sound(station: Station) -> None:
    invited = await station.invite_from_wall(purpose="live")
    await go_live(station, invited)
    told = await told_live(station)
    await stop(station, invited)
    await station.until(lambda: "ended" in lives(station)[0].text, passing=0.1)
    await go_live(station, invited)
    await station.until(lambda: "🔴" in lives(station)[0].text, passing=0.1)
    await station.settle()
    assert [message.id for message in lives(station)] == [told.id]
    assert lives(station)[0].buttons[0][0].kind == "url"


async def test_live_video_that_comes_back_much_later_is_told_anew(station: Station) -> None:
    invited = await station.invite_from_wall(purpose="live")
    await go_live(station, invited)
    await told_live(station)
    await stop(station, invited)
    await station.until(lambda: "ended" in lives(station)[0].text, passing=0.1)
    station.desk.clock.forward(minutes=5)
    await go_live(station, invited)
    await station.until(lambda: len(lives(station)) == 2, passing=0.1)
    assert ["ended" in message.text for message in lives(station)] == [True, False]
    assert not lives(station)[1].is_silent


async def test_the_end_finds_its_message_after_a_restart(station: Station) -> None:
    invited = await station.invite_from_wall(purpose="live")
    await go_live(station, invited)
    told = await told_live(station)
    await station.team_chat.stop()
    await stop(station, invited)
    station.team_chat = team_chat_of(station.desk, station.wire)
    await station.team_chat.start()
    await station.until(lambda: "ended" in lives(station)[0].text, passing=0.2)
    assert [message.id for message in lives(station)] == [told.id]


async def test_what_began_and_ended_while_telegram_was_away_is_told_once_without_a_sound(station: Station) -> None:
    invited = await station.invite_from_wall(purpose="live")
    await station.card()
    await station.settle()
    station.wire.is_cut = True
    await go_live(station, invited)
    station.desk.clock.forward(seconds=42)
    await stop(station, invited)
    await station.settle()
    station.wire.is_cut = False
    await station.until(lambda: bool(lives(station)), passing=0.5)
    await station.settle()
    assert [message.text for message in lives(station)] == ["No. 1: live ended after 0:42. The caller stopped it."]
    assert lives(station)[0].is_silent


async def test_live_video_that_is_back_before_telegram_is_makes_its_sound(station: Station) -> None:
    invited = await station.invite_from_wall(purpose="live")
    await station.card()
    await station.settle()
    station.wire.is_cut = True
    await go_live(station, invited)
    await stop(station, invited)
    station.desk.clock.forward(minutes=5)
    await go_live(station, invited)
    await station.settle(looks=10)
    station.wire.is_cut = False
    await station.until(lambda: bool(lives(station)), passing=0.5)
    await station.settle()
    assert [(message.text, message.is_silent) for message in lives(station)] == [("🔴 live · No. 1", False)]


async def test_live_video_after_one_that_nobody_heard_of_makes_its_sound(station: Station) -> None:
    invited = await station.invite_from_wall(purpose="live")
    await station.card()
    await station.settle()
    station.wire.is_cut = True
    await go_live(station, invited)
    await stop(station, invited)
    await station.settle(looks=10)
    station.wire.is_cut = False
    await station.until(lambda: bool(lives(station)), passing=0.5)
    await go_live(station, invited)
    await station.until(lambda: len(lives(station)) == 2, passing=0.1)
    assert [message.is_silent for message in lives(station)] == [True, False]


async def test_a_page_that_comes_back_after_a_long_video_makes_no_second_sound(station: Station) -> None:
    invited = await station.invite_from_wall(purpose="live")
    await go_live(station, invited)
    await told_live(station)
    station.desk.clock.forward(minutes=10)
    await stop(station, invited)
    await station.until(lambda: "ended" in lives(station)[0].text, passing=0.1)
    await go_live(station, invited)
    await station.until(lambda: "🔴" in lives(station)[0].text, passing=0.1)
    await station.settle()
    assert len(lives(station)) == 1


async def test_a_live_message_whose_answer_was_lost_is_marked_as_a_repeat(station: Station) -> None:
    invited = await station.invite_from_wall(purpose="live")
    await station.card()
    await station.settle()
    station.api.faults.next("sendMessage", LoseAnswer(by="reset"))
    await go_live(station, invited)
    await station.until(lambda: len(lives(station)) == 2, passing=0.2)
    assert [message.text for message in lives(station)] == ["🔴 live · No. 1", "🔴 live · No. 1 (perhaps a repeat)"]


async def test_telegram_away_for_a_moment_delays_the_live_message_only(station: Station) -> None:
    invited = await station.invite_from_wall(purpose="live")
    await station.card()
    await station.settle()
    station.wire.is_cut = True
    await go_live(station, invited)
    await station.settle(looks=10)
    assert lives(station) == []
    station.wire.is_cut = False
    assert not (await told_live(station)).is_silent


async def test_a_live_message_that_somebody_deleted_is_not_missed(station: Station) -> None:
    invited = await station.invite_from_wall(purpose="live")
    await go_live(station, invited)
    told = await told_live(station)
    station.chats.delete(told)
    await stop(station, invited)
    await station.until(lambda: bool(lives(station)), passing=0.1)
    await station.settle()
    assert [("ended" in message.text, message.is_silent) for message in lives(station)] == [(True, True)]


async def test_an_address_that_telegram_takes_below_no_message_stands_in_the_text(station: Station) -> None:
    invited = await station.invite_from_wall(purpose="live")
    await station.card()
    await station.settle()
    station.api.faults.next("sendMessage", Refuse("BUTTON_URL_INVALID"))
    await go_live(station, invited)
    told = await told_live(station)
    assert f"To watch it: {PUBLIC_URL}/watch/" in told.text
    assert told.buttons == ()
    await station.until(
        lambda: "🔴 live" in station.cards()[0].text and "url" not in buttons(station.cards()[0]).values(), passing=0.2
    )


async def test_the_card_tells_the_path_once_somebody_sees(station: Station) -> None:
    invited = await station.invite_from_wall(purpose="live")
    await go_live(station, invited)
    await station.until(lambda: bool(station.cards()) and "🔴 live" in station.cards()[0].text, passing=0.2)
    await told_live(station)
    await see(station, invited, "stills")
    await station.until(lambda: "🔴 live · as stills" in station.cards()[0].text, passing=0.2)
    await see(station, invited, "direct")
    await station.until(lambda: "🔴 live · direct" in station.cards()[0].text, passing=0.2)
    assert "✓ first picture" in station.cards()[0].text


async def test_the_path_stays_on_the_card_over_a_restart(station: Station) -> None:
    invited = await station.invite_from_wall(purpose="live")
    await go_live(station, invited)
    await told_live(station)
    await see(station, invited, "relay")
    await station.until(lambda: "through a relay" in station.cards()[0].text, passing=0.2)
    await station.team_chat.stop()
    station.team_chat = team_chat_of(station.desk, station.wire)
    await station.team_chat.start()
    await station.desk.opening.locate(await station.opened(invited), latitude=50.85, longitude=4.35, accuracy=9)
    await station.until(lambda: "50.85000" in station.cards()[0].text, passing=0.2)
    assert "🔴 live · through a relay" in station.cards()[0].text


# --- commands ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("deed", "command"),
    [
        ("camera", "switch_camera"), ("take", "take_photo"), ("torchon", "torch_on"), ("torchoff", "torch_off"),
        ("sound", "ask_sound"), ("asklocation", "ask_location"),
    ],
)  # fmt: skip
async def test_the_phone_is_commanded_by_a_button(station: Station, deed: str, command: str) -> None:
    invited = await station.invite_from_wall(purpose="live")
    await go_live(station, invited)
    await station.until(lambda: bool(station.cards()) and "camera" in buttons(station.cards()[0]), passing=0.2)
    press = station.press(station.cards()[0], deed)
    await station.until(lambda: station.chats.press(press).answer is not None)
    answer = station.chats.press(press).answer
    assert answer is not None
    assert answer.text == station.desk.catalogue.say("en", f"chat.commanded.{deed}")
    assert [(event.actor, event.invitation, event.detail) for event in await commands(station)] == [
        ("Anna P.", invited.invitation.id, {"command": command})
    ]


@pytest.mark.parametrize(
    ("deed", "command"), [("asklive", "ask_live"), ("askphoto", "ask_photo"), ("asklocation", "ask_location")]
)
async def test_an_open_page_is_asked_for_something_else(station: Station, deed: str, command: str) -> None:
    invited = await station.invite_from_wall()
    await station.card()
    await station.desk.opening.tap(await station.opened(invited))
    await station.until(lambda: deed in buttons(station.cards()[0]), passing=0.2)
    press = station.press(station.cards()[0], deed)
    await station.until(lambda: station.chats.press(press).answer is not None)
    assert [event.detail for event in await commands(station)] == [{"command": command}]


async def test_a_camera_that_has_stopped_is_not_commanded(station: Station) -> None:
    invited = await station.invite_from_wall(purpose="live")
    await go_live(station, invited)
    await station.until(lambda: bool(station.cards()) and "camera" in buttons(station.cards()[0]), passing=0.2)
    card = station.cards()[0]
    station.wire.is_cut = True  # so that the card still has its buttons
    await stop(station, invited)
    await station.settle(looks=5)
    station.wire.is_cut = False
    press = station.press(card, "camera")
    await station.until(lambda: station.chats.press(press).answer is not None, passing=0.1)
    answer = station.chats.press(press).answer
    assert answer is not None
    assert answer.text == "There is no live video now."
    assert await commands(station) == []


async def test_another_organisations_chat_commands_nothing(station: Station) -> None:
    invited = await station.invite_from_wall(purpose="live")
    await go_live(station, invited)
    await station.until(lambda: bool(station.cards()) and "camera" in buttons(station.cards()[0]), passing=0.2)
    card = station.cards()[0]
    foreign = await station.desk.administering.add_organisation(name="Ghent", region="BE", language="nl")
    code, _ = await station.desk.enrolling.make_code(foreign.id)
    await station.answer_to(station.say(f"/enrol {code}"))
    press = station.press(card, "camera")
    await station.until(lambda: station.chats.press(press).answer is not None)
    answer = station.chats.press(press).answer
    assert answer is not None
    assert answer.is_alert
    assert await commands(station) == []


async def test_a_supervisors_chat_commands_no_phone(station: Station) -> None:
    invited = await station.invite_from_wall(purpose="live")
    await go_live(station, invited)
    await station.until(lambda: bool(station.cards()) and "camera" in buttons(station.cards()[0]), passing=0.2)
    card = station.cards()[0]
    code, _ = await station.desk.enrolling.make_code(station.desk.organisation.id, role="supervisor")
    await station.answer_to(station.say(f"/enrol {code}"))
    press = station.press(card, "camera")
    await station.until(lambda: station.chats.press(press).answer is not None)
    answer = station.chats.press(press).answer
    assert answer is not None
    assert answer.text.startswith("This is the supervisors’ chat.")  # noqa: RUF001 - the apostrophe is meant
    assert await commands(station) == []


async def test_a_question_on_a_live_card_that_is_taken_back_leaves_the_way_to_watch(station: Station) -> None:
    invited = await station.invite_from_wall(purpose="live")
    await go_live(station, invited)
    await station.until(lambda: bool(station.cards()) and "camera" in buttons(station.cards()[0]), passing=0.2)
    station.press(station.cards()[0], "close")
    await station.until(lambda: "really" in buttons(station.cards()[0]))
    station.press(station.cards()[0], "keep")
    await station.until(lambda: "camera" in buttons(station.cards()[0]))
    assert "url" in buttons(station.cards()[0]).values()


async def test_a_command_is_given_once_even_if_its_answer_is_lost(station: Station) -> None:
    invited = await station.invite_from_wall(purpose="live")
    await go_live(station, invited)
    await station.until(lambda: bool(station.cards()) and "camera" in buttons(station.cards()[0]), passing=0.2)
    await station.settle()
    station.api.faults.next("answerCallbackQuery", Reset())
    station.press(station.cards()[0], "camera")
    await station.until(lambda: "chat_answer_lost" in [event for event, _ in station.desk.reports], passing=0.2)
    assert len(await commands(station)) == 1


async def test_a_still_that_a_dispatcher_keeps_comes_as_a_still_without_a_sound(station: Station, bart: Person) -> None:
    invited = await station.invite_from_wall(purpose="live")
    await go_live(station, invited)
    await told_live(station)
    await station.keep_still(invited, by=bart.first_name)
    await station.until(lambda: len(station.photos()) == 1, passing=0.2)
    assert station.photos()[0].text == "Still 1 · No. 1"
    assert station.photos()[0].is_silent
    assert station.photos()[0].has_spoiler


@pytest.fixture
def bart(station: Station) -> Person:
    return station.chats.new_person(BART)


async def test_a_citizen_who_starts_and_stops_all_the_time_does_not_fill_the_chat(station: Station) -> None:
    invited = await station.invite_from_wall(purpose="live")
    await station.card()
    await station.settle()
    began = station.desk.clock.now()
    for _ in range(15):
        await go_live(station, invited)
        await stop(station, invited)
        await station.settle(passing=0.2, looks=5)
    await station.send_photo(invited)
    await station.until(lambda: len(station.photos()) == 1, passing=0.5)
    await station.settle(looks=200)
    assert len(lives(station)) <= 1 + (station.desk.clock.now() - began) / timedelta(minutes=1)
    assert len([message for message in lives(station) if not message.is_silent]) <= 2
