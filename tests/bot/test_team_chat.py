"""A dispatcher invites, follows and closes in the team chat."""

import re

import pytest

from bot.menus import FOR_ROLE
from practice.telegram.records import Membership, Person
from showme.domain.invitations import Phone
from showme.domain.people import Role
from showme.domain.words import Catalogue
from tests.bot.conftest import NUMBER, PUBLIC_URL, Station


def links_in(text: str) -> list[str]:
    return re.findall(r"https://\S+/s/[0-9A-Za-z]{40}", text)


async def test_a_dispatcher_invites_and_gets_a_card(station: Station) -> None:
    station.say(f"/invite {NUMBER} #2026-7 fr")
    card = await station.card()
    assert card.text.startswith("No. 1 · photo · +32 4•• •• •• 56\nAnna P. · #2026-7 · fr")
    assert "470" not in card.text
    await station.until(lambda: "✓ SMS accepted" in station.cards()[0].text, passing=0.1)
    invitation = await station.newest()
    assert (invitation.by, invitation.incident, invitation.language) == ("Anna P.", "2026-7", "fr")


async def test_the_card_climbs_with_the_citizen_and_stays_one_message(station: Station) -> None:
    invited = await station.invite_from_wall()
    await station.card()
    opened = await station.opened(invited)
    await station.desk.opening.step(opened, "loaded")
    await station.until(lambda: "✓ page loaded" in station.cards()[0].text, passing=0.2)
    await station.desk.opening.tap(opened)
    await station.desk.opening.describe_phone(await station.opened(invited), Phone(kind="Fairphone", battery=0.4))
    await station.until(
        lambda: "✓ tapped" in station.cards()[0].text and "Fairphone · battery 40 %" in station.cards()[0].text,
        passing=0.2,
    )
    assert len(station.cards()) == 1


async def test_the_sentence_to_say_comes_by_itself(station: Station) -> None:
    await station.invite_from_wall()
    card = await station.card()
    assert "Say:" not in card.text
    await station.until(lambda: "✓ SMS accepted" in station.cards()[0].text, passing=0.1)
    station.desk.clock.forward(seconds=21)
    await station.until(lambda: "Say: Messages from unknown senders" in station.cards()[0].text, passing=0.1)


async def test_a_reply_to_a_message_with_the_number_invites(station: Station) -> None:
    said = station.say(f"caller on the E40: {NUMBER}")
    station.say("/i live", reply_to=said.id)
    await station.card()
    assert (await station.newest()).purpose == "live"


async def test_a_reply_to_a_contact_invites(station: Station) -> None:
    contact = station.people.share_contact(station.group, station.anna, "32470123456", name="Caller")
    station.say("/invite", reply_to=contact.id)
    assert "+32 4•• •• •• 56" in (await station.card()).text


@pytest.mark.parametrize(
    ("typed", "told"),
    [("/invite", "Or reply with /invite"), ("/invite 02 123 45 67", "SMS"), ("/invite hello", "phone number")],
)
async def test_a_number_that_cannot_be_invited_is_refused_in_words(station: Station, typed: str, told: str) -> None:
    answer = await station.answer_to(station.say(typed))
    assert told in answer.text
    assert station.cards() == []


async def test_a_link_is_posted_below_its_card_to_be_copied(station: Station) -> None:
    station.say("/link location")
    await station.until(lambda: any(links_in(message.text) for message in station.of_bot()), passing=0.1)
    posted = next(message for message in station.of_bot() if links_in(message.text))
    assert posted.reply_to == station.cards()[0].id
    assert [button.kind for row in posted.buttons for button in row] == ["copy_text"]
    assert posted.buttons[0][0].value.startswith(f"{PUBLIC_URL}/s/1")
    assert (await station.newest()).purpose == "location"


async def test_the_link_is_not_on_the_card_until_somebody_asks(station: Station) -> None:
    await station.invite_from_wall()
    card = await station.card()
    assert links_in(card.text) == []
    assert all(PUBLIC_URL not in button.value for row in card.buttons for button in row)
    station.press(card, "link")
    await station.until(lambda: any(links_in(message.text) for message in station.of_bot()), passing=0.1)


async def test_open_invitations_are_listed(station: Station) -> None:
    answer = await station.answer_to(station.say("/list"))
    assert answer.text == "No invitation is open."
    await station.invite_from_wall()
    await station.invite_from_wall(purpose="live", to=None)
    listed = await station.answer_to(station.say("/list"))
    assert "No. 2 · by link · live video · created" in listed.text
    assert "No. 1 · +32 4•• •• •• 56 · photo" in listed.text


async def test_the_only_open_invitation_is_closed_without_asking(station: Station) -> None:
    await station.invite_from_wall()
    await station.card()
    answer = await station.answer_to(station.say("/close"))
    assert answer.text == "No. 1 is closed."
    await station.until(lambda: "Closed." in station.cards()[0].text, passing=0.2)
    assert station.cards()[0].buttons == ()


async def test_with_several_open_the_dispatcher_is_asked_which(station: Station) -> None:
    await station.invite_from_wall()
    await station.invite_from_wall()
    asked = await station.answer_to(station.say("/close"))
    assert asked.text.startswith("Which one?")
    assert (await station.answer_to(station.say("/close No. 1"))).text == "No. 1 is closed."
    assert (await station.answer_to(station.say("/close 9"))).text.startswith("I know no invitation")
    assert (await station.newest()).closed is False


async def test_a_reply_to_a_card_closes_that_one(station: Station) -> None:
    await station.invite_from_wall()
    await station.invite_from_wall()
    await station.until(lambda: len(station.cards()) == 2, passing=0.2)
    first = next(card for card in station.cards() if card.text.startswith("No. 1"))
    said = station.say("/close", reply_to=first.id)
    assert (await station.answer_to(said)).text == "No. 1 is closed."


async def test_the_close_button_asks_once_more(station: Station) -> None:
    await station.invite_from_wall()
    press = station.press(await station.card(), "close")
    await station.until(lambda: station.chats.press(press).answer is not None)
    await station.until(lambda: "really:" in str(station.cards()[0].buttons))
    assert (await station.newest()).closed is False
    again = station.press(station.cards()[0], "really")
    await station.until(lambda: station.chats.press(again).answer is not None)
    assert (await station.newest()).closed is True
    await station.until(lambda: station.cards()[0].buttons == (), passing=0.2)


async def test_a_question_that_nobody_answers_goes_away(station: Station) -> None:
    await station.invite_from_wall()
    station.press(await station.card(), "close")
    await station.until(lambda: "really:" in str(station.cards()[0].buttons))
    station.desk.clock.forward(seconds=30)
    await station.until(lambda: "close:" in str(station.cards()[0].buttons), passing=0.2)
    assert (await station.newest()).closed is False


async def test_the_sms_is_sent_again_by_a_button(station: Station) -> None:
    await station.invite_from_wall()
    await station.until(lambda: bool(station.cards()) and "resend:" in str(station.cards()[0].buttons), passing=0.2)
    press = station.press(station.cards()[0], "resend")
    await station.until(lambda: station.chats.press(press).answer is not None)
    sent = await station.desk.records.read(lambda work: work.sms.kept())
    assert len(sent) == 2
    assert sent[0].link == sent[1].link


async def test_an_edited_command_is_not_done_again(station: Station) -> None:
    said = station.say(f"/invite {NUMBER}")
    await station.card()
    station.people.edit(station.group, said.id, station.anna, f"/invite {NUMBER} live")
    after = station.say("/list")
    assert "No. 2" not in (await station.answer_to(after)).text


async def test_other_bots_and_commands_for_them_are_not_heard(station: Station) -> None:
    robot = Person(id=77, first_name="robot", is_bot=True)
    station.chats.seat(station.group, Membership(robot))
    station.say(f"/invite {NUMBER}", by=robot)
    station.say(f"/invite@other_bot {NUMBER}")
    await station.answer_to(station.say("/list"))
    assert station.cards() == []


async def test_help_comes_when_asked_for(station: Station) -> None:
    answer = await station.answer_to(station.say("/help"))
    assert "/invite 0470 12 34 56" in answer.text


@pytest.mark.parametrize("language", ["en", "fr", "nl", "de"])
def test_help_fits_a_phone_and_leaves_no_command_out(catalogue: Catalogue, language: str) -> None:
    helps: dict[Role, str] = {"dispatcher": "help", "supervisor": "help_supervisors"}
    for role, words in helps.items():
        help_text = catalogue.say(language, f"chat.{words}")
        lines = help_text.split("\n")
        # What a phone of 360 points shows of a message without breaking a line, or scrolling.
        assert len(lines) <= 14
        assert max(map(len, lines)) <= 44
        assert {name for name in FOR_ROLE[role] if f"/{name}" not in help_text} == {"help"}


async def test_a_fault_of_ours_is_told_and_reported(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(station.desk.viewing, "invitations", broken)
    answer = await station.answer_to(station.say("/list"))
    assert answer.text
    assert any(isinstance(error, ZeroDivisionError) for _, error in station.desk.reports)
