"""In a forum everything of one incident stands in a topic of its own; elsewhere in replies to its card."""

import pytest

from practice.telegram.records import Membership
from tests.bot.conftest import Station

RIGHTS = frozenset({"can_manage_topics"})


@pytest.fixture
async def forum(quiet_station: Station) -> Station:
    """Lend a station whose team chat is a forum in which the bot may manage topics."""
    station = quiet_station
    bot = Membership(station.chats.bot, "administrator", RIGHTS)
    station.group = station.chats.open_group("Forum", station.anna, bot=bot, is_forum=True).id
    await station.team_chat.start()
    await station.until(lambda: station.team_chat.health.state == "up")
    await station.enrol()
    station.desk.clock.forward(minutes=2)
    return station


def topics(station: Station) -> dict[int, str]:
    return {
        message.id: message.text
        for message in station.chats.messages(station.group)
        if message.service is not None and message.service.field == "forum_topic_created"
    }


async def test_everything_of_one_incident_stands_in_its_topic(forum: Station) -> None:
    forum.say("/invite 0470 12 34 56 #2026-7")
    card = await forum.card()
    forum.say("/invite 0471 12 34 56 #2026-7")
    forum.say("/link photo")
    await forum.until(lambda: len(forum.cards()) == 3, passing=0.2)
    named = topics(forum)
    assert sorted(named.values()) == ["#2026-7", "No. 3"]
    threads = {card.text[:5]: named[card.thread or 0] for card in forum.cards()}
    assert threads == {"No. 1": "#2026-7", "No. 2": "#2026-7", "No. 3": "No. 3"}
    assert card.thread in named


async def test_photos_and_sentences_follow_their_card_into_the_topic(forum: Station) -> None:
    invited = await forum.invite_from_wall()
    card = await forum.card()
    await forum.send_photo(invited)
    await forum.desk.conversing.hear(
        await forum.opened(invited), id="sentence-1", language="nl", text="wij staan achter"
    )
    await forum.until(lambda: bool(forum.photos()) and len(forum.of_bot()) == 4, passing=0.2)
    about = [message for message in forum.of_bot() if "No. 1" in message.text]
    assert {message.thread for message in about} == {card.thread}
    assert topics(forum)[card.thread or 0].startswith("No. 1 · +32 4")


async def test_a_topic_is_closed_when_its_incident_ends_and_opened_for_a_new_invitation(forum: Station) -> None:
    forum.say("/invite 0470 12 34 56 #2026-7")
    card = await forum.card()
    forum.say("/invite 0471 12 34 56 #2026-7")
    await forum.until(lambda: len(forum.cards()) == 2, passing=0.2)
    forum.say("/close 1")
    await forum.until(lambda: any("Closed." in each.text for each in forum.cards()), passing=0.2)
    await forum.settle()
    assert is_open(forum, card.thread)
    forum.say("/close 2")
    await forum.until(lambda: not is_open(forum, card.thread), passing=0.2)
    forum.say("/invite 0472 12 34 56 #2026-7")
    await forum.until(lambda: is_open(forum, card.thread), passing=0.2)
    await forum.until(lambda: forum.cards()[-1].text.startswith("No. 3 · photo"), passing=0.2)
    assert forum.cards()[-1].thread == card.thread
    assert len(topics(forum)) == 1


async def test_a_topic_that_somebody_deleted_is_gone_on_without(forum: Station) -> None:
    invited = await forum.invite_from_wall()
    card = await forum.card()
    await forum.settle()
    forum.people.delete_topic(forum.group, forum.anna, card.thread or 0)
    await forum.send_photo(invited)
    await forum.until(lambda: len(forum.photos()) == 1 and len(forum.cards()) == 1, passing=0.2)
    assert forum.photos()[0].reply_to == forum.cards()[0].id
    assert (forum.photos()[0].thread, forum.cards()[0].thread) == (None, None)
    await forum.settle()
    assert len(forum.photos()) == len(forum.cards()) == 1


async def test_a_topic_that_is_closed_to_the_bot_is_gone_on_without(forum: Station) -> None:
    invited = await forum.invite_from_wall()
    card = await forum.card()
    await forum.settle()
    forum.people.close_topic(forum.group, forum.anna, card.thread or 0)
    forum.people.promote_bot(forum.group, forum.anna, frozenset())
    await forum.send_photo(invited)
    await forum.until(lambda: len(forum.photos()) == 1, passing=0.2)
    assert forum.photos()[0].thread is None
    replied = forum.photos()[0].reply_to
    assert replied is not None
    assert forum.chats.message(forum.group, replied).text.startswith("No. 1")


async def test_a_bot_that_may_open_no_topics_does_with_replies(forum: Station) -> None:
    forum.people.promote_bot(forum.group, forum.anna, frozenset())
    invited = await forum.invite_from_wall()
    card = await forum.card()
    await forum.send_photo(invited)
    await forum.until(lambda: len(forum.photos()) == 1, passing=0.2)
    assert (card.thread, forum.photos()[0].thread, forum.photos()[0].reply_to) == (None, None, card.id)
    asked = [call.method for call in forum.api.calls].count("createForumTopic")
    await forum.card_of_new()
    assert [call.method for call in forum.api.calls].count("createForumTopic") == asked
    forum.people.promote_bot(forum.group, forum.anna, RIGHTS)
    forum.desk.clock.forward(minutes=11)
    assert (await forum.card_of_new()).thread is not None


async def test_a_group_without_topics_is_asked_for_none(station: Station) -> None:
    await station.invite_from_wall()
    assert (await station.card()).thread is None
    assert "createForumTopic" not in [call.method for call in station.api.calls]


async def test_what_is_said_in_a_topic_to_nobody_is_no_sentence_for_the_citizen(forum: Station) -> None:
    invited = await forum.invite_from_wall()
    card = await forum.card()
    forum.people.say(forum.group, forum.anna, "who takes this?", card.thread, thread=card.thread)
    said = forum.people.say(forum.group, forum.anna, "/list", thread=card.thread)
    assert (await forum.answer_to(said)).thread == card.thread
    assert await forum.desk.conversing.conversation_of(await forum.opened(invited)) == []


def is_open(station: Station, thread: int | None) -> bool:
    return thread is not None and station.chats.is_topic_open(station.group, thread)
