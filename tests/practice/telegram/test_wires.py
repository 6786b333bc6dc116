"""The real python-telegram-bot over both wires: without a network, and through its own HTTP client."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut

from practice.telegram import faults
from practice.telegram.view import photo_bytes, view_chat
from tests.practice.telegram.conftest import http_bot, in_memory_bot, jpeg

if TYPE_CHECKING:
    from telegram import Bot

    from practice.telegram.bot_api import BotApi
    from practice.telegram.chats import Chats
    from practice.telegram.people import People
    from practice.telegram.records import Chat, Person


async def test_a_card_is_sent_edited_and_deleted(wired_bot: Bot, chats: Chats, team: Chat) -> None:
    buttons = InlineKeyboardMarkup([[InlineKeyboardButton("Close", callback_data="close:1")]])
    sent = await wired_bot.send_message(
        team.id, "<b>Invitation 1</b> &lt;sent&gt;", parse_mode="HTML", reply_markup=buttons, disable_notification=True
    )
    assert sent.text == "Invitation 1 <sent>"
    assert sent.from_user is not None
    assert sent.from_user.is_bot
    assert sent.reply_markup == buttons
    assert view_chat(chats, team.id) == [
        {
            "id": 1,
            "reply_to": None,
            "kind": "text",
            "text": "Invitation 1 <sent>",
            "spoiler": False,
            "deleted": False,
            "from": "showme",
            "bot": True,
            "at": "2026-03-01T12:00:00.000Z",
            "edited": False,
            "silent": True,
            "thread": None,
            "buttons": [[{"text": "Close", "kind": "callback", "value": "close:1"}]],
            "photo": None,
            "location": None,
        }
    ]
    edited = await wired_bot.edit_message_text("Closed ✓ ünïcode 🚑", team.id, sent.message_id)
    assert not isinstance(edited, bool)
    assert edited.edit_date is not None
    (shown,) = view_chat(chats, team.id)
    assert (shown["text"], shown["edited"], shown["buttons"]) == ("Closed ✓ ünïcode 🚑", True, [])
    assert await wired_bot.delete_message(team.id, sent.message_id)
    (shown,) = view_chat(chats, team.id)
    assert (shown["text"], shown["deleted"]) == ("", True)


async def test_a_photo_arrives_blurred_below_its_card_and_can_be_fetched_again(
    wired_bot: Bot, chats: Chats, team: Chat
) -> None:
    picture = jpeg(1600, 1200)
    card = await wired_bot.send_message(team.id, "Invitation 1")
    sent = await wired_bot.send_photo(
        team.id, picture, caption="Photo 1", has_spoiler=True, reply_to_message_id=card.message_id
    )
    assert sent.has_media_spoiler
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.message_id == card.message_id
    assert (sent.photo[-1].width, sent.photo[-1].height) == (1280, 960)
    assert [size.width for size in sent.photo] == [90, 320, 800, 1280]
    file = await wired_bot.get_file(sent.photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == picture
    shown = view_chat(chats, team.id)[-1]
    assert (shown["kind"], shown["text"], shown["spoiler"], shown["reply_to"]) == ("photo", "Photo 1", True, 1)
    assert shown["photo"] is not None
    assert photo_bytes(chats, shown["photo"]) == picture


async def test_an_album_arrives_in_order(wired_bot: Bot, chats: Chats, team: Chat) -> None:
    pictures = [jpeg(40, 30), jpeg(50, 30)]
    sent = await wired_bot.send_media_group(
        team.id,
        [InputMediaPhoto(picture, caption=f"Photo {n}", has_spoiler=True) for n, picture in enumerate(pictures)],
    )
    assert len({message.media_group_id for message in sent}) == 1
    shown = view_chat(chats, team.id)
    assert [message["text"] for message in shown] == ["Photo 0", "Photo 1"]
    assert [photo_bytes(chats, message["photo"] or "") for message in shown] == pictures


async def test_a_wrong_token_is_refused_on_both_wires(api: BotApi, address: str) -> None:
    for stranger in (in_memory_bot(api, token="42:guessed"), http_bot(address, token="42:guessed")):
        with pytest.raises(InvalidToken):
            await stranger.initialize()
        await stranger.shutdown()


async def test_updates_come_as_soon_as_somebody_speaks(
    wired_bot: Bot, people: People, team: Chat, anna: Person
) -> None:
    asking = asyncio.create_task(wired_bot.get_updates(timeout=30))
    await asyncio.sleep(0.2)
    people.say(team.id, anna, "/invite@showme_bot +32 470 12 34 56")
    (update,) = await asking
    assert update.message is not None
    assert update.message.text == "/invite@showme_bot +32 470 12 34 56"
    assert [entity.type for entity in update.message.entities] == ["bot_command"]
    assert await wired_bot.get_updates(timeout=0) == (update,)
    assert await wired_bot.get_updates(offset=update.update_id + 1, timeout=0) == ()


async def test_telegram_says_wait(wired_bot: Bot, api: BotApi, team: Chat) -> None:
    api.faults.next("sendMessage", faults.SlowDown(retry_after=7))
    with pytest.raises(RetryAfter) as refused:
        await wired_bot.send_message(team.id, "once")
    assert refused.value.retry_after == timedelta(seconds=7)
    assert (await wired_bot.send_message(team.id, "twice")).message_id == 1


async def test_telegram_says_no(wired_bot: Bot, api: BotApi, chats: Chats, team: Chat) -> None:
    api.faults.next("sendMessage", faults.Forbid())
    api.faults.next("sendMessage", faults.Refuse("CHAT_WRITE_FORBIDDEN"))
    api.faults.next(None, faults.Migrate(-1007))
    api.faults.next(None, faults.Break(503, "Service Unavailable"))
    with pytest.raises(Forbidden, match="kicked"):
        await wired_bot.send_message(team.id, "x")
    with pytest.raises(BadRequest, match=r"(?i)chat_write_forbidden"):
        await wired_bot.send_message(team.id, "x")
    with pytest.raises(ChatMigrated) as moved:
        await wired_bot.send_message(team.id, "x")
    assert moved.value.new_chat_id == -1007
    with pytest.raises(NetworkError, match="Service Unavailable"):
        await wired_bot.get_me()
    assert api.faults.are_used_up
    assert chats.messages(team.id) == ()


async def test_telegram_never_answers(wired_bot: Bot, api: BotApi, chats: Chats, team: Chat) -> None:
    api.faults.next("sendMessage", faults.Hang())
    with pytest.raises(TimedOut):
        await wired_bot.send_message(team.id, "x", read_timeout=0.2)
    assert chats.messages(team.id) == ()


async def test_the_connection_breaks_before_anything_happened(
    wired_bot: Bot, api: BotApi, chats: Chats, team: Chat
) -> None:
    api.faults.next("sendMessage", faults.Reset())
    with pytest.raises(NetworkError) as broken:
        await wired_bot.send_message(team.id, "x")
    assert not isinstance(broken.value, TimedOut | BadRequest)
    assert chats.messages(team.id) == ()
    assert (await wired_bot.send_message(team.id, "x")).message_id == 1


@pytest.mark.parametrize(("by", "error"), [("hang", TimedOut), ("reset", NetworkError)])
async def test_the_answer_is_lost_but_the_message_is_there(
    wired_bot: Bot, api: BotApi, chats: Chats, team: Chat, *, by: str, error: type[Exception]
) -> None:
    api.faults.next("sendPhoto", faults.LoseAnswer(by="hang" if by == "hang" else "reset"))
    with pytest.raises(error):
        await wired_bot.send_photo(team.id, jpeg(), caption="Photo 1", read_timeout=0.5)
    assert [message["text"] for message in view_chat(chats, team.id)] == ["Photo 1"]


async def test_telegram_is_down_until_it_is_back(wired_bot: Bot, api: BotApi, team: Chat) -> None:
    api.faults.next(None, faults.Break(), times=None)
    for _ in range(3):
        with pytest.raises(NetworkError, match="Bad Gateway"):
            await wired_bot.send_message(team.id, "x")
    api.faults.clear()
    assert (await wired_bot.send_message(team.id, "x")).message_id == 1
    assert [call.status for call in api.calls if call.method == "sendMessage"] == [502, 502, 502, 200]


async def test_a_program_may_also_send_json(address: str, team: Chat) -> None:
    import httpx  # noqa: PLC0415 - only this test speaks without python-telegram-bot

    async with httpx.AsyncClient() as client:
        good = await client.post(f"{address}/bot42:practice/sendmessage", json={"chat_id": team.id, "text": "hello"})
        bad = await client.get(f"{address}/bot42:practice/sendMessage", params={"chat_id": team.id, "txt": "hello"})
        unknown = await client.get(f"{address}/bot42:practice/sendRocket")
        lost = await client.get(f"{address}/file/bot42:practice/photos/no/such.jpg")
    assert good.json()["result"]["text"] == "hello"
    assert (bad.status_code, bad.json()["ok"]) == (400, False)
    assert (unknown.status_code, unknown.json()) == (404, {"ok": False, "error_code": 404, "description": "Not Found"})
    assert lost.status_code == 404
    assert json.loads(bad.content)["error_code"] == 400
