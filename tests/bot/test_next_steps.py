"""When no SMS helps, or it went to somebody else: send again, say a code, forget the number."""

from __future__ import annotations

import re

from practice.telegram.faults import Reset
from practice.telegram.records import Message
from showme.domain.events import Event
from showme.records import Work
from tests.bot.conftest import CODE_ADDRESS, Station

CODE = re.compile(r"type (\d{3}\u00a0\d{3})\b")


def codes(station: Station) -> list[Message]:
    return [message for message in station.of_bot() if CODE.search(message.text)]


def code_in(message: Message) -> str:
    found = CODE.search(message.text)
    assert found is not None
    return found[1]


async def journal(station: Station) -> list[Event]:
    async def looking(work: Work) -> list[Event]:
        return list(await work.journal.since(station.desk.organisation.id, 0, most=1000))

    return await station.desk.records.read(looking)


async def test_the_only_open_invitation_is_sent_again(station: Station) -> None:
    invited = await station.invite_from_wall()
    assert (await station.answer_to(station.say("/resend"))).text == "The SMS is sent again."
    sent = await station.desk.records.read(lambda work: work.sms.kept())
    assert [sms.link for sms in sent] == [invited.link, invited.link]


async def test_the_invitation_meant_is_sent_again_by_number_or_reply(station: Station) -> None:
    first = await station.invite_from_wall()
    await station.invite_from_wall()
    asked = await station.answer_to(station.say("/resend"))
    assert asked.text.startswith("Which one? Type /resend and its number:")
    await station.answer_to(station.say("/resend 1"))
    await station.until(lambda: len(station.cards()) == 2, passing=0.2)
    card = next(card for card in station.cards() if card.text.startswith("No. 1"))
    await station.answer_to(station.say("/resend", reply_to=card.id))
    sent = await station.desk.records.read(lambda work: work.sms.kept())
    assert [sms.link for sms in sent].count(first.link) == 3


async def test_a_link_has_no_sms_to_send_again(station: Station) -> None:
    await station.invite_from_wall(to=None)
    assert "There is no number to send to" in (await station.answer_to(station.say("/resend"))).text


async def test_a_code_is_said_and_opens_the_invitation_once(station: Station) -> None:
    invited = await station.invite_from_wall()
    answer = await station.answer_to(station.say("/code 1"))
    assert answer.text.startswith(f"Say: go to {CODE_ADDRESS} and type ")
    assert answer.text.endswith("No. 1 · valid for 10 min; a new code ends this one.")
    assert await station.desk.speaking.hear(code_in(answer), address="192.0.2.1") == invited.key
    shown = [event for event in await journal(station) if event.kind == "CodeShown"]
    assert [(event.actor, event.invitation) for event in shown] == [("Anna P.", invited.invitation.id)]


async def test_the_code_is_a_button_on_the_card(station: Station) -> None:
    invited = await station.invite_from_wall()
    card = await station.card()
    press = station.press(card, "code")
    await station.until(lambda: station.chats.press(press).answer is not None)
    shown = codes(station)[0]
    assert shown.reply_to == card.id
    assert await station.desk.speaking.hear(code_in(shown), address="192.0.2.1") == invited.key


async def test_no_code_is_shown_of_an_invitation_that_ended(station: Station) -> None:
    await station.invite_from_wall()
    await station.answer_to(station.say("/close 1"))
    assert "closed" in (await station.answer_to(station.say("/code 1"))).text
    assert codes(station) == []


async def test_a_code_leaves_the_chat_with_its_invitation(station: Station) -> None:
    await station.invite_from_wall()
    await station.answer_to(station.say("/code 1"))
    station.desk.clock.forward(hours=6, minutes=1)
    await station.desk.forgetting.forget_what_is_due()
    await station.until(lambda: codes(station) == [], passing=0.2)


async def test_a_reply_to_a_code_means_its_invitation(station: Station) -> None:
    await station.invite_from_wall()
    await station.invite_from_wall()
    code = await station.answer_to(station.say("/code 1"))
    await station.until(lambda: bool(codes(station)))
    assert (await station.answer_to(station.say("/close", reply_to=code.id))).text == "No. 1 is closed."


async def test_a_code_that_could_not_be_said_is_reported(station: Station) -> None:
    await station.invite_from_wall()
    await station.card()
    await station.settle()
    station.api.faults.next("sendMessage", Reset(), times=2)
    station.say("/code")
    await station.until(lambda: "chat_answer_lost" in [event for event, _ in station.desk.reports], passing=0.5)
    assert codes(station) == []


async def test_a_wrong_number_is_forgotten_by_one_command(station: Station) -> None:
    await station.invite_from_wall()
    await station.card()
    answer = await station.answer_to(station.say("/wrong 1"))
    assert answer.text == "No. 1 is closed, and whose number it was is forgotten."
    await station.until(lambda: "Closed." in station.cards()[0].text, passing=0.2)
    assert "+32" not in station.cards()[0].text
    closed = await station.newest()
    assert closed.closed
    assert await station.desk.records.read(lambda work: work.invitations.number_of(closed.id)) is None


async def test_the_wrong_number_button_asks_once_more(station: Station) -> None:
    await station.invite_from_wall()
    press = station.press(await station.card(), "wrong")
    await station.until(lambda: station.chats.press(press).answer is not None)
    assert (await station.newest()).closed is False
    await station.until(lambda: "reallywrong:" in str(station.cards()[0].buttons))
    again = station.press(station.cards()[0], "reallywrong")
    await station.until(lambda: station.chats.press(again).answer is not None)
    assert (await station.newest()).closed is True
    await station.until(lambda: "+32" not in station.cards()[0].text, passing=0.2)
    events = [event for event in await journal(station) if event.kind == "InvitationClosed"]
    assert [event.detail for event in events] == [{"wrong_number": True}]


async def test_a_wrong_number_that_is_taken_back_stays_open(station: Station) -> None:
    await station.invite_from_wall()
    station.press(await station.card(), "wrong")
    await station.until(lambda: "reallywrong:" in str(station.cards()[0].buttons))
    press = station.press(station.cards()[0], "keep")
    await station.until(lambda: station.chats.press(press).answer is not None)
    await station.until(lambda: "wrong:" in str(station.cards()[0].buttons))
    assert "reallywrong" not in str(station.cards()[0].buttons)
    assert (await station.newest()).closed is False


async def test_a_question_asked_by_the_card_survives_its_next_edit(station: Station) -> None:
    invited = await station.invite_from_wall()
    station.press(await station.card(), "wrong")
    await station.until(lambda: "reallywrong:" in str(station.cards()[0].buttons))
    await station.desk.opening.step(await station.opened(invited), "loaded")
    await station.until(lambda: "✓ page loaded" in station.cards()[0].text, passing=0.1)
    assert "reallywrong:" in str(station.cards()[0].buttons)
