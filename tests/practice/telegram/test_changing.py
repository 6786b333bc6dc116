"""Editing, moving and deleting what is in a chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaDocument, InputMediaPhoto
from telegram.error import BadRequest

from practice.telegram.records import Chat, Membership, Person
from practice.telegram.view import photo_bytes, view_chat
from showme.errors import NotFound
from tests.practice.telegram.conftest import StandingClock, jpeg

if TYPE_CHECKING:
    from practice.telegram.chats import Chats
    from practice.telegram.people import People

CLOSE = InlineKeyboardMarkup([[InlineKeyboardButton("Close", callback_data="close")]])


async def test_an_edit_must_change_something(bot: Bot, team: Chat) -> None:
    card = await bot.send_message(team.id, "<b>card</b>", parse_mode="HTML", reply_markup=CLOSE)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await card.edit_text("<b>card</b>", parse_mode="HTML", reply_markup=CLOSE)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await card.edit_reply_markup(CLOSE)
    await card.edit_text("card", reply_markup=CLOSE)
    await card.edit_reply_markup(None)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await card.edit_text("card")


async def test_each_kind_of_message_has_its_own_edit(bot: Bot, team: Chat) -> None:
    card = await bot.send_message(team.id, "card")
    photo = await bot.send_photo(team.id, jpeg(), caption="one")
    with pytest.raises(BadRequest, match="no caption"):
        await card.edit_caption("x")
    with pytest.raises(BadRequest, match="no text"):
        await photo.edit_text("x")
    edited = await photo.edit_caption("two")
    assert not isinstance(edited, bool)
    assert edited.caption == "two"


async def test_a_photo_can_be_replaced_and_the_old_one_is_gone(bot: Bot, chats: Chats, team: Chat) -> None:
    old, new = jpeg(40, 30), jpeg(50, 30)
    photo = await bot.send_photo(team.id, old, caption="expired soon")
    await photo.edit_media(InputMediaPhoto(new, caption="expired"))
    (shown,) = view_chat(chats, team.id)
    assert (shown["text"], photo_bytes(chats, shown["photo"] or "")) == ("expired", new)
    with pytest.raises(NotFound):
        photo_bytes(chats, photo.photo[-1].file_id)
    await photo.edit_media(InputMediaDocument(b"gone", filename="gone.txt"))
    assert view_chat(chats, team.id)[0]["kind"] == "document"


async def test_only_what_the_bot_wrote_can_be_edited(bot: Bot, people: People, team: Chat, anna: Person) -> None:
    said = people.say(team.id, anna, "hello")
    with pytest.raises(BadRequest, match="can't be edited"):
        await bot.edit_message_text("x", team.id, said.id)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("x", team.id, 99)


async def test_a_live_place_moves_until_its_time_is_over(
    bot: Bot, chats: Chats, team: Chat, clock: StandingClock
) -> None:
    live = await bot.send_location(team.id, 50.0, 4.0, live_period=900)
    await live.edit_live_location(50.1, 4.1)
    with pytest.raises(BadRequest, match="not modified"):
        await live.edit_live_location(50.1, 4.1)
    (shown,) = view_chat(chats, team.id)
    assert shown["location"] is not None
    assert (shown["location"]["latitude"], shown["edited"]) == (50.1, True)
    assert shown["location"]["live_until"] == "2026-03-01T12:15:00.000Z"
    clock.forward(seconds=901)
    with pytest.raises(BadRequest, match="can't be edited"):
        await live.edit_live_location(50.2, 4.2)
    other = await bot.send_location(team.id, 50.0, 4.0, live_period=900)
    await other.stop_live_location()
    with pytest.raises(BadRequest, match="can't be edited"):
        await other.edit_live_location(50.2, 4.2)


async def test_messages_can_be_deleted_for_48_hours(bot: Bot, chats: Chats, team: Chat, clock: StandingClock) -> None:
    young, old = await bot.send_photo(team.id, jpeg()), await bot.send_photo(team.id, jpeg())
    clock.forward(hours=47, minutes=59)
    await young.delete()
    with pytest.raises(NotFound):
        photo_bytes(chats, young.photo[-1].file_id)
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await young.delete()
    clock.forward(minutes=1)
    with pytest.raises(BadRequest, match="can't be deleted"):
        await old.delete()
    assert photo_bytes(chats, old.photo[-1].file_id)


async def test_an_administrator_may_delete_also_later(
    bot: Bot, *, chats: Chats, people: People, team: Chat, anna: Person, clock: StandingClock
) -> None:
    said = people.say(team.id, anna, "hello")
    with pytest.raises(BadRequest, match="can't be deleted"):
        await bot.delete_message(team.id, said.id)
    chats.seat(team.id, Membership(chats.bot, "administrator", frozenset({"can_delete_messages"})))
    clock.forward(days=3)
    assert await bot.delete_message(team.id, said.id)


async def test_many_are_deleted_at_once_and_the_missing_passed_over(bot: Bot, chats: Chats, team: Chat) -> None:
    sent = [(await bot.send_message(team.id, str(number))).message_id for number in range(5)]
    assert await bot.delete_messages(team.id, [*sent[:4], 77])
    assert [message["deleted"] for message in view_chat(chats, team.id)] == [True] * 4 + [False]
    with pytest.raises(BadRequest, match="1 to 100"):
        await bot.delete_messages(team.id, list(range(1, 102)))
    assert (await bot.send_message(team.id, "next")).message_id == 6


async def test_every_change_is_seen_and_told(bot: Bot, chats: Chats, team: Chat) -> None:
    versions: list[int] = []
    stop = chats.watch(lambda: versions.append(chats.version))
    card = await bot.send_message(team.id, "card")
    await card.edit_text("other")
    await card.delete()
    assert versions == sorted(set(versions))
    assert len(versions) == 3
    stop()
    await bot.send_message(team.id, "unseen")
    assert len(versions) == 3


async def test_numbers_can_start_where_an_earlier_run_ended(chats: Chats, anna: Person, clock: StandingClock) -> None:
    later = type(chats)(clock=clock, bot=chats.bot, first_message=5000)
    group = later.open_group("Dispatch", anna, bot=Membership(chats.bot))
    assert later.post(group.id, anna, text="first").id == 5000
    assert later.post(group.id, anna, text="second").id == 5001
