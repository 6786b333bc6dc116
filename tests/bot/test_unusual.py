"""Inviting is one action, and is asked about only when it is unusual."""

from __future__ import annotations

import asyncio

import pytest

from practice.telegram.records import Membership, Message
from showme.domain.credits import Entry
from showme.domain.people import Dispatcher
from showme.records import Work
from tests.bot.conftest import NUMBER, Station, team_chat_of

ABROAD = "+33 6 12 34 56 78"


def question(station: Station) -> Message | None:
    asked = [message for message in station.of_bot() if "Send the SMS?" in message.text and message.buttons]
    return asked[-1] if asked else None


async def asked(station: Station) -> Message:
    await station.until(lambda: question(station) is not None, passing=0.05)
    found = question(station)
    assert found is not None
    return found


async def answered(station: Station, press: str) -> str:
    await station.until(lambda: station.chats.press(press).answer is not None)
    answer = station.chats.press(press).answer
    assert answer is not None
    return answer.text


async def sent(station: Station) -> list[str]:
    return [sms.to for sms in await station.desk.records.read(lambda work: work.sms.kept())]


async def leave_credits(station: Station, left: int) -> None:
    async def spending(work: Work) -> None:
        organisation = station.desk.organisation.id
        balance = await work.ledger.balance(organisation)
        now = station.desk.clock.now()
        await work.ledger.write(Entry.CHARGE, left - balance, organisation=organisation, actor="Anna", at=now)

    await station.desk.records.write(spending)


async def test_a_usual_invitation_is_not_asked_about(station: Station) -> None:
    station.say(f"/i {NUMBER} live")
    await station.until(lambda: bool(station.cards()) and "✓ SMS accepted" in station.cards()[0].text, passing=0.1)
    assert question(station) is None
    assert await sent(station) == ["+32470123456"]


async def test_a_number_abroad_is_asked_about_and_invited_once_somebody_says_yes(station: Station) -> None:
    said = station.say(f"/invite {ABROAD} live fr #2026-7")
    ask = await asked(station)
    assert ask.reply_to == said.id
    assert ask.text == "+33 6 •• •• •• 78 is a number abroad (FR).\nSend the SMS?"
    assert await sent(station) == []
    bart = station.chats.new_person("Bart")
    station.people.join(station.group, bart)
    press = station.press(ask, "send", by=bart)
    await answered(station, press)
    invitation = await station.newest()
    assert (invitation.by, invitation.purpose, invitation.language, invitation.incident) == (
        "Bart", "live", "fr", "2026-7",
    )  # fmt: skip
    assert await sent(station) == ["+33612345678"]
    await station.until(lambda: station.chats.message(station.group, ask.id).text == "Sent by Bart")
    assert station.chats.message(station.group, ask.id).buttons == ()


async def test_a_no_sends_nothing_and_takes_no_credit(station: Station) -> None:
    station.say(f"/invite {ABROAD}")
    ask = await asked(station)
    await answered(station, station.press(ask, "dont"))
    await station.until(lambda: station.chats.message(station.group, ask.id).buttons == ())
    assert station.chats.message(station.group, ask.id).text == "Not sent, said Anna P.; no credit was taken."
    assert await sent(station) == []
    assert (await station.answer_to(station.say("/credits"))).text == "Credits left: 10"


async def test_a_number_that_was_invited_a_moment_ago_is_asked_about(station: Station) -> None:
    await station.invite_from_wall()
    station.desk.clock.forward(seconds=90)
    station.say(f"/invite {NUMBER}")
    ask = await asked(station)
    assert "+32 4•• •• •• 56 was invited 1 min 30 s ago already: No. 1, which is still open." in ask.text
    await answered(station, station.press(ask, "send"))
    assert len(await sent(station)) == 2


async def test_a_repeat_after_a_while_or_of_a_closed_one_is_usual(station: Station) -> None:
    await station.invite_from_wall()
    station.desk.clock.forward(minutes=6)
    station.say(f"/invite {NUMBER}")
    await station.until(lambda: len(station.cards()) == 2, passing=0.2)
    await station.answer_to(station.say("/close 2"))
    station.say(f"/invite {NUMBER}")
    await station.until(lambda: len(station.cards()) == 3, passing=0.2)
    assert question(station) is None


async def test_another_number_that_looks_the_same_when_masked_is_usual(station: Station) -> None:
    await station.invite_from_wall(to="0470 99 99 56")
    station.say(f"/invite {NUMBER}")
    await station.until(lambda: len(station.cards()) == 2, passing=0.2)
    assert question(station) is None


async def test_the_repeat_of_another_organisation_is_none(station: Station) -> None:
    foreign = await station.desk.administering.add_organisation(name="Ghent", region="BE", language="nl")
    els = Dispatcher(organisation=foreign.id, name="Els")
    await station.desk.inviting.invite(els, to=NUMBER)
    station.say(f"/invite {NUMBER}")
    await station.card()
    assert question(station) is None


async def test_the_last_credit_is_asked_about(station: Station) -> None:
    await leave_credits(station, 2)
    station.say(f"/invite {NUMBER}")
    await station.card()
    station.say("/invite 0471 22 33 44")
    ask = await asked(station)
    assert ask.text == "This takes the last credit.\nSend the SMS?"
    await answered(station, station.press(ask, "send"))
    assert len(await sent(station)) == 2


async def test_everything_unusual_is_asked_in_one_question(station: Station) -> None:
    await station.invite_from_wall(to=ABROAD)
    await leave_credits(station, 1)
    station.say(f"/invite {ABROAD}")
    assert len((await asked(station)).text.split("\n")) == 4


async def test_without_credit_nothing_is_asked_but_refused(station: Station) -> None:
    await leave_credits(station, 0)
    assert "credit" in (await station.answer_to(station.say(f"/invite {NUMBER}"))).text
    assert question(station) is None


async def test_two_colleagues_who_say_yes_send_one_sms(station: Station) -> None:
    station.say(f"/invite {ABROAD}")
    ask = await asked(station)
    value = ask.buttons[0][0].value
    presses = [station.people.press(station.group, ask.id, value, station.anna).id for _ in range(2)]
    answers = [await answered(station, press) for press in presses]
    assert len(await sent(station)) == 1
    assert answers[1].startswith("This was answered already")
    await station.until(lambda: station.chats.message(station.group, ask.id).text == "Sent by Anna P.", passing=0.05)


async def test_a_yes_that_comes_too_late_sends_nothing(station: Station) -> None:
    station.say(f"/invite {ABROAD}")
    ask = await asked(station)
    station.desk.clock.forward(minutes=3)
    assert "asked too long ago" in await answered(station, station.press(ask, "send"))
    await station.until(lambda: station.chats.message(station.group, ask.id).buttons == ())
    assert await sent(station) == []


async def test_a_yes_after_a_restart_sends_nothing_and_says_so(station: Station) -> None:
    station.say(f"/invite {ABROAD}")
    ask = await asked(station)
    await station.team_chat.stop()
    station.team_chat = team_chat_of(station.desk, station.wire)
    await station.team_chat.start()
    assert "type the command again" in await answered(station, station.press(ask, "send"))
    assert await sent(station) == []


async def test_a_refusal_after_the_yes_is_told_in_the_place_of_the_question(station: Station) -> None:
    station.say(f"/invite {ABROAD}")
    ask = await asked(station)
    await leave_credits(station, 0)
    assert "credit" in await answered(station, station.press(ask, "send"))
    await station.until(lambda: "credit" in station.chats.message(station.group, ask.id).text)
    assert station.chats.message(station.group, ask.id).buttons == ()


async def test_no_other_chat_can_answer_a_question(station: Station) -> None:
    station.say(f"/invite {ABROAD}")
    ask = await asked(station)
    other = station.chats.open_group("Other", station.anna, bot=Membership(station.chats.bot))
    await station.enrol(other.id)
    value = ask.buttons[0][0].value
    raw = {
        "update_id": 999_100,
        "callback_query": {
            "id": "p1",
            "from": {"id": station.anna.id, "is_bot": False, "first_name": "Anna"},
            "chat_instance": "1",
            "data": value,
            "message": {
                "message_id": 1,
                "date": 1,
                "chat": {"id": other.id, "type": "supergroup", "title": "Other"},
                "text": "?",
            },
        },
    }
    await station.team_chat.handle_update(raw)
    assert await sent(station) == []
    await answered(station, station.press(ask, "send"))
    assert len(await sent(station)) == 1


async def test_no_button_carries_a_citizens_number(station: Station) -> None:
    station.say(f"/invite {ABROAD}")
    ask = await asked(station)
    assert "612345678" not in str(ask.buttons)
    assert "34 56" not in ask.text


class SlowProvider:
    """Takes an SMS, and answers only when it is let."""

    name = "Slow"

    def __init__(self) -> None:
        self.may_answer = asyncio.Event()

    async def send(self, *, to: str, text: str) -> str:
        await self.may_answer.wait()
        return "sms-1"


async def test_the_card_is_there_while_the_sms_provider_still_thinks(station: Station) -> None:
    provider = SlowProvider()
    station.desk.gateways[:] = [provider]
    station.say(f"/invite {NUMBER}")
    card = await station.card()
    assert not provider.may_answer.is_set()
    assert "… SMS accepted" in card.text
    provider.may_answer.set()
    await station.until(lambda: "✓ SMS accepted" in station.cards()[0].text, passing=0.2)


@pytest.mark.parametrize("typed", ["/i live nederlands #7", "/invite live, Dutch #7"])
async def test_natural_words_go_with_a_reply(station: Station, typed: str) -> None:
    contact = station.people.share_contact(station.group, station.anna, "32470123456", name="Caller")
    station.say(typed, reply_to=contact.id)
    await station.card()
    invitation = await station.newest()
    assert (invitation.purpose, invitation.language, invitation.incident) == ("live", "nl", "7")
