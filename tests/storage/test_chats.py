from dataclasses import replace
from datetime import datetime

import pytest

from showme.domain.chats import Chat, Errand, Parcel, Posted, QuietHours, Sound, Urgency
from showme.domain.organisations import Organisation
from storage.database import Database
from tests.storage.conftest import NOW, later
from tests.storage.making import note


async def enrol(database: Database, organisation: Organisation, telegram_id: int = -1) -> Chat:
    return await database.write(
        lambda work: work.chats.enrol(
            organisation=organisation.id, telegram_id=telegram_id, title="Team", role="dispatcher", language="nl",
            at=NOW,
        )
    )  # fmt: skip


@pytest.fixture
async def chat(database: Database, ours: Organisation) -> Chat:
    return await enrol(database, ours)


async def pack(
    database: Database,
    chat: Chat,
    errand: Errand = Errand.CARD,
    *,
    urgency: Urgency = Urgency.EDIT,
    invitation: str = "i1",
    photo: str | None = None,
    event: int = 1,
) -> None:
    await database.write(
        lambda work: work.chats.pack(
            chat.id, urgency=urgency, errand=errand, invitation=invitation, photo=photo, event=event
        )
    )


async def next_parcel(database: Database, chat: Chat, now: datetime = NOW) -> Parcel | None:
    return await database.read(lambda work: work.chats.next_parcel(chat.id, now))


async def the_next(database: Database, chat: Chat, now: datetime = NOW) -> Parcel:
    parcel = await next_parcel(database, chat, now)
    assert parcel is not None
    return parcel


async def deliver(database: Database, parcel: Parcel, message: Posted | None = None) -> None:
    await database.write(lambda work: work.chats.delivered(parcel, message))


async def empty(database: Database, chat: Chat) -> list[Parcel]:
    """Deliver everything, and return it in the order in which it left."""
    left = []
    while (parcel := await next_parcel(database, chat, later(hours=99))) is not None:
        left.append(parcel)
        await deliver(database, parcel)
    return left


async def test_pictures_leave_first_and_order_is_kept_within_one_urgency(database: Database, chat: Chat) -> None:
    await pack(database, chat, invitation="a", urgency=Urgency.EDIT)
    await pack(database, chat, Errand.PHOTO, urgency=Urgency.PICTURE, photo="p1")
    await pack(database, chat, Errand.FORGET_PHOTO, urgency=Urgency.CLEARING, photo="p0")
    await pack(database, chat, invitation="b", urgency=Urgency.CARD)
    await pack(database, chat, Errand.PHOTO, urgency=Urgency.PICTURE, photo="p2")
    assert [(p.errand, p.photo or p.invitation) for p in await empty(database, chat)] == [
        (Errand.PHOTO, "p1"), (Errand.PHOTO, "p2"), (Errand.CARD, "b"), (Errand.CARD, "a"), (Errand.FORGET_PHOTO, "p0"),
    ]  # fmt: skip


async def test_edits_of_one_card_are_merged_and_its_urgency_only_rises(database: Database, chat: Chat) -> None:
    await pack(database, chat, urgency=Urgency.EDIT, event=1)
    await pack(database, chat, urgency=Urgency.CARD, event=2)
    await pack(database, chat, urgency=Urgency.EDIT, event=3)
    await pack(database, chat, invitation="i2", event=4)
    first, second = await empty(database, chat)
    assert (first.invitation, first.urgency, first.event) == ("i1", Urgency.CARD, 3)
    assert (second.invitation, second.event) == ("i2", 4)


async def test_photos_are_never_merged(database: Database, chat: Chat) -> None:
    for photo in ("p1", "p2"):
        await pack(database, chat, Errand.PHOTO, photo=photo)
    assert len(await empty(database, chat)) == 2


async def test_a_card_that_changed_while_it_was_sent_is_sent_again(database: Database, chat: Chat) -> None:
    await pack(database, chat, event=1)
    under_way = await the_next(database, chat)
    await pack(database, chat, event=2)
    await database.write(lambda work: work.chats.delivered(under_way, None))
    again = await the_next(database, chat)
    assert (again.id, again.event) == (under_way.id, 2)
    await database.write(lambda work: work.chats.delivered(again, None))
    assert await next_parcel(database, chat) is None


async def test_what_was_postponed_waits_and_lets_others_pass(database: Database, chat: Chat) -> None:
    await pack(database, chat, Errand.PHOTO, urgency=Urgency.PICTURE, photo="p1")
    assert await database.read(lambda work: work.chats.next_moment(chat.id)) is None
    first = await the_next(database, chat)
    assert (first.attempts, first.perhaps_sent, first.not_before) == (0, False, None)
    await database.write(lambda work: work.chats.postpone(first, until=later(seconds=30), perhaps_sent=True))
    assert await next_parcel(database, chat) is None
    assert await database.read(lambda work: work.chats.next_moment(chat.id)) == later(seconds=30)
    await pack(database, chat, invitation="passes")
    assert (await the_next(database, chat)).invitation == "passes"
    again = await the_next(database, chat, later(seconds=30))
    assert (again.id, again.attempts, again.perhaps_sent) == (first.id, 1, True)
    await database.write(lambda work: work.chats.postpone(again, until=later(seconds=60), perhaps_sent=False))
    once_more = await the_next(database, chat, later(seconds=60))
    assert (once_more.attempts, once_more.perhaps_sent) == (2, True)


async def test_our_messages_are_known_until_they_are_removed(database: Database, chat: Chat) -> None:
    card = Posted(chat=chat.id, message_id=10, errand=Errand.CARD, invitation="i1", photo=None, sent_at=NOW)
    photos = [
        replace(card, message_id=number, errand=Errand.PHOTO, photo=f"p{number}", sent_at=later(seconds=number))
        for number in (12, 11)
    ]
    for message in (card, *photos):
        await pack(database, chat, message.errand, photo=message.photo)
        parcel = await the_next(database, chat)
        await deliver(database, parcel, message)
    assert await next_parcel(database, chat) is None
    assert await database.read(lambda work: work.chats.about(chat.id, 10)) == card
    assert await database.read(lambda work: work.chats.about(chat.id, 99)) is None
    posted = await database.read(lambda work: work.chats.posted(chat.id, invitation="i1", errand=Errand.PHOTO))
    assert posted == [photos[1], photos[0]]
    one = await database.read(
        lambda work: work.chats.posted(chat.id, invitation="i1", errand=Errand.PHOTO, photo="p12")
    )
    assert one == [photos[0]]
    await database.write(lambda work: work.chats.removed(photos[0]))
    assert await database.read(lambda work: work.chats.about(chat.id, 12)) is None
    assert await database.read(lambda work: work.chats.about(chat.id, 11)) == photos[1]


async def test_two_chats_share_nothing(database: Database, ours: Organisation, chat: Chat) -> None:
    other = await enrol(database, ours, -2)
    await pack(database, chat, event=1)
    await pack(database, other, event=2)
    assert [p.event for p in await empty(database, other)] == [2]
    assert [p.event for p in await empty(database, chat)] == [1]


async def test_a_chat_begins_at_the_journals_head_and_moves_on(database: Database, ours: Organisation) -> None:
    await note(database, ours)
    chat = await enrol(database, ours)
    assert chat.cursor == 1
    await database.write(lambda work: work.chats.advance(chat.id, 5))
    found = await database.read(lambda work: work.chats.enrolled(-1))
    assert found is not None
    assert found.cursor == 5


async def test_a_chat_that_leaves_is_gone_with_all_that_waits(database: Database, chat: Chat) -> None:
    await pack(database, chat)
    await database.write(lambda work: work.chats.leave(chat.id, NOW))
    assert await database.read(lambda work: work.chats.enrolled(-1)) is None
    assert await database.read(lambda work: work.chats.get(chat.id)) is None
    assert await database.read(lambda work: work.chats.all()) == []
    assert await next_parcel(database, chat) is None


async def test_a_chat_can_come_back_to_another_organisation(
    database: Database, ours: Organisation, theirs: Organisation, chat: Chat
) -> None:
    await pack(database, chat)
    back = await enrol(database, theirs)
    assert (back.id, back.organisation) == (chat.id, theirs.id)
    assert await next_parcel(database, back) is None
    assert await database.read(lambda work: work.chats.all(ours.id)) == []


async def test_a_group_that_grows_is_followed_to_its_new_number(database: Database, chat: Chat) -> None:
    await database.write(lambda work: work.chats.moved(-1, -100_123_456_789_012))
    assert await database.read(lambda work: work.chats.enrolled(-1)) is None
    found = await database.read(lambda work: work.chats.enrolled(-100_123_456_789_012))
    assert found is not None
    assert found.id == chat.id


async def test_a_stranger_is_told_once_a_day(database: Database) -> None:
    async def tell(day: str) -> bool:
        return await database.write(lambda work: work.chats.tell_stranger(-100_123_456_789_012, day))

    days = ["2026-11-20", "2026-11-20", "2026-11-21", "2026-11-21"]
    assert [await tell(day) for day in days] == [True, False, True, False]


async def test_a_chat_keeps_what_makes_a_sound_and_when_it_is_quiet(database: Database, chat: Chat) -> None:
    night = QuietHours(start=1320, end=360, zone="Europe/Brussels")
    assert (chat.sound, chat.quiet) == (Sound.SOME, None)
    await database.write(lambda work: work.chats.set_sound(chat.id, Sound.NONE))
    await database.write(lambda work: work.chats.set_quiet(chat.id, night))
    found = await database.read(lambda work: work.chats.get(chat.id))
    assert found is not None
    assert (found.sound, found.quiet) == (Sound.NONE, night)
    await database.write(lambda work: work.chats.set_quiet(chat.id, None))
    found = await database.read(lambda work: work.chats.get(chat.id))
    assert found is not None
    assert (found.sound, found.quiet) == (Sound.NONE, None)


async def test_a_chat_that_comes_back_sounds_as_new(
    database: Database, ours: Organisation, theirs: Organisation, chat: Chat
) -> None:
    await database.write(lambda work: work.chats.set_sound(chat.id, Sound.NONE))
    await database.write(lambda work: work.chats.set_quiet(chat.id, QuietHours(start=0, end=1, zone="UTC")))
    back = await enrol(database, theirs)
    assert (back.sound, back.quiet) == (Sound.SOME, None)


async def test_what_a_message_tells_is_noted_beside_it(database: Database, chat: Chat) -> None:
    first, second = (
        Posted(chat=chat.id, message_id=number, errand=Errand.LIVE, invitation="i1", photo=None, sent_at=NOW)
        for number in (1, 2)
    )
    for message in (first, second):
        await database.write(lambda work, message=message: work.chats.note_posted(message))  # type: ignore[misc]
    await database.write(lambda work: work.chats.annotate(second, "relay"))
    found = await database.read(lambda work: work.chats.posted(chat.id, invitation="i1", errand=Errand.LIVE))
    assert list(found) == [first, replace(second, note="relay")]


@pytest.mark.parametrize("errand", [Errand.CARD, Errand.FAILURE, Errand.LIVE_SEEN])
async def test_what_is_written_as_things_stand_waits_once(database: Database, chat: Chat, errand: Errand) -> None:
    for event in (1, 2, 3):
        await pack(database, chat, errand, event=event)
    await pack(database, chat, errand, invitation="i2", event=4)
    assert [(parcel.invitation, parcel.event) for parcel in await empty(database, chat)] == [("i1", 3), ("i2", 4)]


async def test_beginnings_and_ends_of_live_video_all_wait(database: Database, chat: Chat) -> None:
    for event, errand in enumerate((Errand.LIVE, Errand.LIVE_ENDED, Errand.LIVE, Errand.LIVE_ENDED)):
        await pack(database, chat, errand, urgency=Urgency.PICTURE, event=event)
    assert [parcel.event for parcel in await empty(database, chat)] == [0, 1, 2, 3]
