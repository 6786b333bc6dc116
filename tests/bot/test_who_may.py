"""Only people of enrolled chats get anything; everybody else gets one line a day."""

import re

from practice.telegram.records import Membership
from showme.errors import NotSignedIn
from tests.bot.conftest import NUMBER, Station


def sign_in_secret(text: str) -> str:
    found = re.search(r"/sign-in/(\S+)", text)
    assert found is not None
    return found[1]


async def test_a_code_enrols_a_chat_once(quiet_station: Station) -> None:
    station = quiet_station
    await station.team_chat.start()
    code, _ = await station.desk.enrolling.make_code(station.desk.organisation.id)
    wrong = await station.answer_to(station.say("/enrol ABCDE-FGHJK"))
    assert "code" in wrong.text
    answer = await station.answer_to(station.say(f"/enrol {code.lower()}"))
    assert "This chat now follows Brussels 112" in answer.text
    chats = await station.desk.enrolling.chats(station.desk.organisation.id)
    assert [(chat.telegram_id, chat.title) for chat in chats] == [(station.group, "Team chat")]
    stranger = station.chats.new_person("Mallory")
    other = station.chats.open_group("Other", stranger, bot=Membership(station.chats.bot))
    station.people.say(other.id, stranger, f"/enrol {code}")
    await station.until(lambda: bool(station.of_bot(other.id)))
    assert len(await station.desk.enrolling.chats(station.desk.organisation.id)) == 1


async def test_a_stranger_is_told_once_a_day_and_gets_nothing(station: Station) -> None:
    mallory = station.chats.new_person("Mallory")
    other = station.chats.open_group("Other", mallory, bot=Membership(station.chats.bot))
    for text in (f"/invite {NUMBER}", "/list", "/wall", "/close 1"):
        station.people.say(other.id, mallory, text)
    await station.until(lambda: bool(station.of_bot(other.id)))
    await station.answer_to(station.say("/list"))
    assert [message.text for message in station.of_bot(other.id)] == [
        "This chat is not enrolled, so I cannot do anything here. To enrol it: /enrol and a code from the photowall."
    ]
    station.desk.clock.forward(days=1)
    station.people.say(other.id, mallory, "/list")
    await station.until(lambda: len(station.of_bot(other.id)) == 2)
    assert station.cards() == []


async def test_a_button_in_a_chat_that_left_does_nothing(station: Station) -> None:
    await station.invite_from_wall()
    card = await station.card()
    await station.desk.enrolling.leave(station.group, by="supervisor")
    press = station.press(card, "close")
    await station.until(lambda: station.chats.press(press).answer is not None)
    answer = station.chats.press(press).answer
    assert answer is not None
    assert "does nothing" in answer.text
    assert "really:" not in str(station.cards()[0].buttons)


async def test_the_way_to_the_wall_comes_in_private_only(station: Station) -> None:
    station.chats.open_private(station.anna)
    said = station.say("/wall")
    answer = await station.answer_to(said)
    assert "sign-in" not in answer.text
    private = station.of_bot(station.anna.id)
    assert len(private) == 1
    token = (await station.desk.signing_in.sign_in(sign_in_secret(private[0].text), "")).token
    who = await station.desk.signing_in.who(token)
    assert (who.organisation, who.name, who.role) == (station.desk.organisation.id, "Anna P.", "dispatcher")
    try:
        await station.desk.signing_in.sign_in(sign_in_secret(private[0].text), "")
    except NotSignedIn:
        pass
    else:
        raise AssertionError("the link worked twice")


async def test_who_never_pressed_start_is_shown_where(station: Station) -> None:
    answer = await station.answer_to(station.say("/wall"))
    assert "press Start" in answer.text
    assert answer.buttons[0][0].value == "https://t.me/showme_bot?start=wall"
    station.people.start(station.anna, "wall")
    await station.until(lambda: bool(station.of_bot(station.anna.id)))
    assert sign_in_secret(station.of_bot(station.anna.id)[0].text)


async def test_who_is_in_no_enrolled_chat_gets_no_way_to_the_wall(station: Station) -> None:
    mallory = station.chats.new_person("Mallory")
    station.people.start(mallory, "wall")
    await station.until(lambda: bool(station.of_bot(mallory.id)))
    assert "sign-in" not in station.of_bot(mallory.id)[0].text


async def test_who_left_the_team_chat_gets_no_way_to_the_wall(station: Station) -> None:
    bart = station.chats.new_person("Bart")
    station.people.join(station.group, bart)
    station.people.start(bart, "wall")
    await station.until(lambda: len(station.of_bot(bart.id)) == 1)
    assert "sign-in" in station.of_bot(bart.id)[0].text
    station.people.leave(station.group, bart)
    station.people.say(bart.id, bart, "/wall")
    await station.until(lambda: len(station.of_bot(bart.id)) == 2)
    assert "sign-in" not in station.of_bot(bart.id)[1].text


async def test_another_organisations_invitation_is_not_found(station: Station) -> None:
    foreign = await station.desk.administering.add_organisation(name="Ghent", region="BE", language="nl")
    code, _ = await station.desk.enrolling.make_code(foreign.id)
    els = station.chats.new_person("Els")
    other = station.chats.open_group("Ghent", els, bot=Membership(station.chats.bot))
    said = station.people.say(other.id, els, f"/enrol {code}")
    await station.answer_to(said)
    await station.invite_from_wall()
    await station.card()
    asked = station.people.say(other.id, els, "/close 1")
    assert "I know no invitation" in (await station.answer_to(asked)).text
    await station.settle()
    assert station.cards(other.id) == []
    assert (await station.newest()).closed is False


async def test_an_anonymous_administrator_invites_as_the_group(station: Station) -> None:
    raw = {
        "update_id": 999_002,
        "message": {
            "message_id": 1,
            "date": 1,
            "chat": {"id": station.group, "type": "supergroup", "title": "Team chat"},
            "from": {"id": 1_087_968_824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"},
            "sender_chat": {"id": station.group, "type": "supergroup", "title": "Team chat"},
            "text": f"/invite {NUMBER}",
        },
    }
    await station.team_chat.handle_update(raw)
    assert (await station.newest()).by == "Team chat"


async def test_a_channel_is_not_listened_to(station: Station) -> None:
    raw = {
        "update_id": 999_003,
        "message": {
            "message_id": 1,
            "date": 1,
            "chat": {"id": station.group, "type": "supergroup", "title": "Team chat"},
            "from": {"id": 777_000, "is_bot": False, "first_name": "Telegram"},
            "sender_chat": {"id": -1_007, "type": "channel", "title": "News"},
            "is_automatic_forward": True,
            "text": f"/invite {NUMBER}",
        },
    }
    await station.team_chat.handle_update(raw)
    assert "No invitation" in (await station.answer_to(station.say("/list"))).text
