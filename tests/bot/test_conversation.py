"""Dispatcher and citizen write to each other from the team chat."""

import pytest

from practice.telegram.faults import LoseAnswer
from practice.telegram.records import Membership, Message
from showme.domain.people import Dispatcher
from showme.domain.talk import GROUPS
from showme.services.inviting import Invited
from tests.bot.conftest import Station


async def a_caller(station: Station) -> tuple[Invited, Message]:
    """Invite somebody who has the page open, and return the card that stands."""
    invited = await station.invite_from_wall()
    await station.desk.opening.tap(await station.opened(invited))
    await station.until(lambda: bool(station.cards()) and "✓ tapped" in station.cards()[0].text, passing=0.2)
    return invited, station.cards()[0]


async def hear(station: Station, invited: Invited, text: str | None = None, **more: object) -> None:
    number = len(await station.desk.conversing.conversation_of(await station.opened(invited)))
    await station.desk.conversing.hear(
        await station.opened(invited),
        id=f"sentence-{number}",
        language="fr",
        text=text,
        **more,  # type: ignore[arg-type]
    )


async def said_to(station: Station, invited: Invited) -> list[str | None]:
    messages = await station.desk.conversing.conversation_of(await station.opened(invited))
    return [message.text or message.ready for message in messages if not message.by_citizen]


async def shows(station: Station, invited: Invited) -> None:
    """Let the citizen's page show what was said so far."""
    messages = await station.desk.conversing.conversation_of(await station.opened(invited))
    await station.desk.conversing.note_shown(await station.opened(invited), messages[-1].number)


def told(station: Station, text: str) -> list[Message]:
    return [message for message in station.of_bot() if text in message.text and message.kind == "text"]


async def test_what_the_citizen_writes_is_a_reply_to_the_card_with_a_sound(station: Station) -> None:
    invited, card = await a_caller(station)
    await hear(station, invited, "je suis <caché> à la cave")
    await station.until(lambda: bool(told(station, "cave")), passing=0.2)
    heard = told(station, "cave")[0]
    assert heard.text == "💬 No. 1 · fr\nje suis <caché> à la cave"
    assert (heard.reply_to, heard.is_silent) == (card.id, False)
    await station.settle()
    assert len(told(station, "cave")) == 1


async def test_a_chosen_answer_is_read_in_the_chats_language_below_its_question(station: Station) -> None:
    invited, card = await a_caller(station)
    said = await station.desk.conversing.say(dispatcher_of(station), invited.invitation.id, ready="breathing")
    await hear(station, invited, ready="does_not_breathe", reply_to=said.number, waited=125.0)
    await station.until(lambda: bool(told(station, "Not breathing")), passing=0.2)
    assert told(station, "Not breathing")[0].text == (
        "💬 No. 1 · written 2 min 05 s earlier\nIs the person breathing?\nNot breathing"
    )
    assert card.id == told(station, "Not breathing")[0].reply_to


async def test_a_reply_to_the_card_goes_to_the_citizens_page_and_is_told_once_it_shows(station: Station) -> None:
    invited, card = await a_caller(station)
    reply = station.say("Are you safe?", reply_to=card.id)
    answer = await station.answer_to(reply)
    assert answer.text.startswith("Sent to No. 1; the phone has not shown it yet.")
    assert await said_to(station, invited) == ["Are you safe?"]
    await shows(station, invited)
    await station.until(
        lambda: station.chats.message(station.group, answer.id).text == "✓ The phone of No. 1 shows it.", passing=0.2
    )


async def test_a_page_faster_than_our_answer_is_told_as_well(station: Station) -> None:
    invited, card = await a_caller(station)
    station.api.faults.next("sendMessage", LoseAnswer(by="reset"))
    first = station.say("One", reply_to=card.id)
    await station.until(lambda: bool(station.answers_to(first)), passing=0.2)
    # The answer to the first was lost, and with it its place; that of the second comes after the page has shown it.
    real = station.desk.conversing.say

    async def say_and_show(*arguments: object, **more: object) -> object:
        said = await real(*arguments, **more)  # type: ignore[arg-type]
        await shows(station, invited)
        return said

    station.desk.conversing.say = say_and_show  # type: ignore[method-assign, assignment]
    second = station.say("Two", reply_to=card.id)
    await station.until(lambda: any(answer.text.startswith("✓") for answer in station.answers_to(second)), passing=0.2)
    assert await said_to(station, invited) == ["One", "Two"]


@pytest.mark.parametrize("kind", ["photo", "sentence", "location", "answer"])
async def test_a_reply_to_whatever_stands_about_the_citizen_reaches_the_page(station: Station, kind: str) -> None:
    invited, card = await a_caller(station)
    other = await station.invite_from_wall(to=None)
    match kind:
        case "photo":
            await station.send_photo(invited)
            await station.until(lambda: bool(station.photos()), passing=0.2)
            about = station.photos()[0]
        case "sentence":
            await hear(station, invited, "au secours")
            await station.until(lambda: bool(told(station, "au secours")), passing=0.2)
            about = told(station, "au secours")[0]
        case "location":
            await station.desk.opening.locate(await station.opened(invited), latitude=50.85, longitude=4.35, accuracy=9)
            await station.until(lambda: any(message.place for message in station.of_bot()), passing=0.2)
            about = next(message for message in station.of_bot() if message.place)
        case _:
            about = await station.answer_to(station.say("before", reply_to=card.id))
    await station.settle()
    said = station.say("Can you move?", reply_to=about.id)
    await station.answer_to(said)
    assert (await said_to(station, invited))[-1] == "Can you move?"
    assert await said_to(station, other) == []


async def test_a_reply_that_reaches_nobody_is_never_taken_for_sent(station: Station) -> None:
    await a_caller(station)
    help_text = await station.answer_to(station.say("/help"))
    refused = await station.answer_to(station.say("Are you safe?", reply_to=help_text.id))
    assert refused.text.startswith("Nothing was sent: that message is about no caller.")
    contact = station.people.share_contact(
        station.group, station.anna, "32470123456", name="Caller", reply_to=station.cards()[0].id
    )
    assert "takes text only" in (await station.answer_to(contact)).text


async def test_what_colleagues_say_to_each_other_stays_among_them(station: Station) -> None:
    invited, _ = await a_caller(station)
    station.people.promote_bot(station.group, station.anna, frozenset({"can_manage_topics"}))
    said = station.say("who takes this one?")
    station.say("me", reply_to=said.id)
    await station.answer_to(station.say("/list"))
    assert await said_to(station, invited) == []


async def test_a_sentence_after_the_end_is_refused_with_its_cause(station: Station) -> None:
    invited, card = await a_caller(station)
    await station.desk.closing.close(dispatcher_of(station), invited.invitation.id)
    refused = await station.answer_to(station.say("Are you there?", reply_to=card.id))
    assert "closed" in refused.text
    await station.invite_from_wall(to=None)
    assert "500" in (await station.answer_to(station.say("/say " + "a" * 501))).text


async def test_a_command_writes_to_the_invitation_that_is_meant(station: Station) -> None:
    invited, _ = await a_caller(station)
    await station.answer_to(station.say("/say Are you safe?"))
    assert await said_to(station, invited) == ["Are you safe?"]
    other = await station.invite_from_wall(to=None)
    assert (await station.answer_to(station.say("/say Is it you?"))).text.startswith("Which one?")
    await station.answer_to(station.say("/say #2 Is it you?"))
    assert await said_to(station, other) == ["Is it you?"]
    assert await said_to(station, invited) == ["Are you safe?"]
    assert (await station.answer_to(station.say("/say"))).text.startswith("Type what the caller is to read")


async def test_a_question_is_chosen_by_buttons(station: Station) -> None:
    invited, _ = await a_caller(station)
    panel = await station.answer_to(station.say("/ask"))
    assert [row[0].text for row in panel.buttons] == ["Safety", "Health", "Where and who", "Talking", "What to do"]
    press(station, panel, "Health")
    await station.until(lambda: len(station.chats.message(station.group, panel.id).buttons) == 7)
    turned = station.chats.message(station.group, panel.id)
    pressed = press(station, turned, "Is the person breathing?")
    await station.until(lambda: bool(station.answers_to(panel)))
    assert station.answers_to(panel)[0].text.startswith("Is the person breathing?\nSent to No. 1")
    assert await said_to(station, invited) == ["breathing"]
    await station.until(lambda: station.chats.press(pressed).answer is not None)
    answer = station.chats.press(pressed).answer
    assert answer is not None
    assert answer.text == "The question is sent to the phone."
    press(station, turned, "\u2039 Other questions")
    await station.until(lambda: len(station.chats.message(station.group, panel.id).buttons) == len(GROUPS))


async def test_the_card_offers_the_questions_once_the_page_is_there(station: Station) -> None:
    _, card = await a_caller(station)
    press(station, card, "Ask a question")
    await station.until(lambda: bool(station.answers_to(card)))
    assert station.answers_to(card)[0].text.startswith("What do you want to ask No. 1?")


async def test_an_update_that_comes_again_says_nothing_again(station: Station) -> None:
    invited, card = await a_caller(station)
    reply = station.say("Are you safe?", reply_to=card.id)
    await station.answer_to(reply)
    station.team_chat._listening._handled.clear()
    station.say("/list")
    raw = station_update(station, reply, card)
    await station.team_chat.handle_update(raw)
    assert await said_to(station, invited) == ["Are you safe?"]


async def test_what_the_wall_says_is_told_silently_and_what_this_chat_says_is_not_told_back(station: Station) -> None:
    invited, card = await a_caller(station)
    await station.answer_to(station.say("from here", reply_to=card.id))
    await station.desk.conversing.say(dispatcher_of(station), invited.invitation.id, text="from the wall")
    await station.until(lambda: bool(told(station, "from the wall")), passing=0.2)
    assert told(station, "from the wall")[0].text == "Bart wrote to No. 1:\nfrom the wall"
    assert told(station, "from the wall")[0].is_silent
    await station.settle()
    assert told(station, "from here") == []


async def test_sentences_leave_the_chat_with_the_invitation(station: Station) -> None:
    invited, card = await a_caller(station)
    await hear(station, invited, "secret de famille")
    await station.answer_to(station.say("who is there?", reply_to=card.id))
    await station.until(lambda: bool(told(station, "secret")), passing=0.2)
    station.desk.clock.forward(hours=6, minutes=1)
    await station.desk.forgetting.forget_what_is_due()
    await station.until(lambda: not told(station, "secret") and not told(station, "Sent to"), passing=0.2)


async def test_a_sentence_that_is_forgotten_before_it_left_is_never_told(station: Station) -> None:
    invited, _ = await a_caller(station)
    station.wire.is_cut = True
    await hear(station, invited, "secret de famille")
    await station.settle(passing=0.1, looks=10)
    station.desk.clock.forward(hours=6, minutes=1)
    await station.desk.forgetting.forget_what_is_due()
    station.wire.is_cut = False
    await station.until(lambda: "Expired." in station.cards()[0].text, passing=0.5)
    assert told(station, "secret") == []


async def test_supervisors_among_themselves_write_to_nobody(station: Station) -> None:
    invited, _ = await a_caller(station)
    chief = station.chats.new_person("Chief")
    other = station.chats.open_group("Supervisors", chief, bot=Membership(station.chats.bot))
    await station.enrol(other.id, role="supervisor", by=chief)
    standing = station.people.say(other.id, chief, "/status")
    answer = await station.answer_to(standing)
    station.people.say(other.id, chief, "looks good", answer.id)
    refused = await station.answer_to(station.people.say(other.id, chief, "/say hello"))
    assert "supervisors" in refused.text
    assert await said_to(station, invited) == []


def dispatcher_of(station: Station) -> Dispatcher:
    return Dispatcher(organisation=station.desk.organisation.id, name="Bart")


def press(station: Station, message: Message, text: str) -> str:
    value = next(button.value for row in message.buttons for button in row if button.text == text)
    return station.people.press(station.group, message.id, value, station.anna).id


def station_update(station: Station, reply: Message, card: Message) -> dict[str, object]:
    chat = {"id": station.group, "type": "supergroup", "title": "Team chat"}
    anna = {"id": station.anna.id, "is_bot": False, "first_name": "Anna"}
    bot = {"id": 42, "is_bot": True, "first_name": "showme"}
    return {
        "update_id": 999_002,
        "message": {
            "message_id": reply.id,
            "date": 1,
            "chat": chat,
            "from": anna,
            "text": reply.text,
            "reply_to_message": {"message_id": card.id, "date": 1, "chat": chat, "from": bot, "text": "No. 1"},
        },
    }
