"""Persons who are supervisors, topics of forums, and what was said lately."""

from datetime import timedelta

from showme.domain.chats import Errand, Posted, Topic, Urgency
from showme.domain.organisations import Organisation
from showme.records import Work
from storage.database import Database
from tests.storage.conftest import NOW


async def a_chat(work: Work, organisation: Organisation, telegram_id: int = -1001) -> int:
    chat = await work.chats.enrol(
        organisation=organisation.id, telegram_id=telegram_id, title="Team", role="dispatcher", language="en", at=NOW
    )
    return chat.id


async def test_a_supervisor_is_one_at_home_only(database: Database, ours: Organisation, theirs: Organisation) -> None:
    async def appointing(work: Work) -> None:
        assert await work.chats.appoint(organisation=ours.id, telegram_id=7, name="Anna P.", by="Chief", at=NOW)
        assert not await work.chats.appoint(organisation=ours.id, telegram_id=7, name="Anna P.", by="Chief", at=NOW)
        assert await work.chats.is_supervisor(ours.id, 7)
        assert not await work.chats.is_supervisor(theirs.id, 7)
        assert not await work.chats.is_supervisor(ours.id, 8)
        assert await work.chats.supervisors(ours.id) == [(7, "Anna P.")]
        assert await work.chats.supervisors(theirs.id) == []
        assert await work.chats.dismiss(theirs.id, 7) is None
        assert await work.chats.is_supervisor(ours.id, 7)
        assert await work.chats.dismiss(ours.id, 7) == "Anna P."
        assert await work.chats.dismiss(ours.id, 7) is None
        assert not await work.chats.is_supervisor(ours.id, 7)

    await database.write(appointing)


async def test_a_topic_is_kept_changed_and_left_behind_when_the_group_moves(
    database: Database, ours: Organisation
) -> None:
    async def keeping(work: Work) -> None:
        chat = await a_chat(work, ours)
        assert await work.chats.topic(chat, "#2026-7") is None
        await work.chats.keep_topic(Topic(chat=chat, subject="#2026-7", thread=12))
        assert await work.chats.topic(chat, "#2026-7") == Topic(chat=chat, subject="#2026-7", thread=12)
        closed = Topic(chat=chat, subject="#2026-7", thread=12, is_closed=True)
        await work.chats.keep_topic(closed)
        assert await work.chats.topic(chat, "#2026-7") == closed
        await work.chats.moved(-1001, -1002)
        assert await work.chats.topic(chat, "#2026-7") is None

    await database.write(keeping)


async def test_what_was_said_within_the_minute_and_what_perhaps_was_is_known(
    database: Database, ours: Organisation
) -> None:
    async def looking(work: Work) -> None:
        chat = await a_chat(work, ours)
        for number, seconds in ((1, 70), (2, 50), (3, 10)):
            sent_at = NOW - timedelta(seconds=seconds)
            posted = Posted(
                chat=chat, message_id=number, errand=Errand.LINK, invitation="a", photo=None, sent_at=sent_at
            )
            await work.chats.note_posted(posted)
        for _ in range(3):
            await work.chats.pack(
                chat, urgency=Urgency.PICTURE, errand=Errand.PHOTO, invitation="a", photo="p", event=1
            )
        first, second = await work.chats.next_parcels(chat, NOW, most=2)
        assert first.id < second.id
        await work.chats.mark(second, perhaps_sent=True)
        sent, perhaps = await work.chats.spoken_since(chat, NOW - timedelta(minutes=1))
        assert ([NOW - moment for moment in sent], perhaps) == ([timedelta(seconds=50), timedelta(seconds=10)], 1)
        await work.chats.mark(second, perhaps_sent=False)
        assert (await work.chats.spoken_since(chat, NOW))[1] == 0

    await database.write(looking)
