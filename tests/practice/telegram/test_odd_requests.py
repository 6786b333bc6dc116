"""Requests that no library would send are answered, never crashed by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from practice.telegram.reading import Upload
from tests.practice.telegram.conftest import jpeg

if TYPE_CHECKING:
    from practice.telegram.bot_api import BotApi
    from practice.telegram.records import Chat

PHOTO = {"type": "photo", "media": "attach://a"}


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("sendMediaGroup", {"media": [PHOTO, "x"]}),
        ("sendMediaGroup", {"media": [PHOTO, {"type": ["photo"]}]}),
        ("sendMediaGroup", {"media": [PHOTO, {**PHOTO, "caption": 7}]}),
        ("sendMediaGroup", {"media": [PHOTO, {**PHOTO, "type": "video", "width": "wide"}]}),
        ("sendMediaGroup", {"media": [PHOTO, {**PHOTO, "media": "attach://missing"}]}),
        ("sendMediaGroup", {"media": "{"}),
        ("sendMessage", {"text": "x", "reply_parameters": {"message_id": "one"}}),
        ("sendMessage", {"text": "x", "reply_parameters": {"message_id": 1, "chat_id": [1]}}),
        ("sendMessage", {"text": "x", "reply_markup": "[]"}),
        ("sendMessage", {"text": "x", "reply_markup": {}}),
        ("sendMessage", {"text": "x", "reply_markup": {"inline_keyboard": [7]}}),
        ("sendMessage", {"text": "x", "reply_markup": {"inline_keyboard": [[7]]}}),
        ("sendMessage", {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": " ", "url": "https://x.be"}]]}}),
        ("sendMessage", {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x", "copy_text": 7}]]}}),
        ("sendMessage", {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x", "url": "https://["}]]}}),
        ("sendMessage", {"text": 7}),
        ("sendMessage", {"text": "x", "disable_notification": "perhaps"}),
        ("sendMessage", {"text": "x", "message_thread_id": True}),
        ("sendLocation", {"latitude": True, "longitude": 4}),
        ("sendPhoto", {"photo": ""}),
        ("sendChatAction", {"action": "dancing"}),
        ("deleteMessages", {"message_ids": ["one"]}),
        ("editMessageReplyMarkup", {}),
        ("editMessageText", {"text": "x", "inline_message_id": "1"}),
        ("setMyCommands", {"commands": ["invite"]}),
        ("setMyCommands", {"commands": [], "scope": {"type": "chat"}}),
        ("getMyCommands", {"scope": {"type": ["default"]}}),
        ("getFile", {"file_id": "photo-1-1"}),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}),
        ("createForumTopic", {"name": ""}),
        ("setWebhook", {"url": "https://showme.example", "max_connections": 101}),
    ],
    ids=str,
)
async def test_it_is_a_bad_request(api: BotApi, team: Chat, method: str, params: dict[str, object]) -> None:
    takes_a_chat = not method.startswith(("setMy", "getMy", "getFile", "answer", "setWebhook"))
    addressed = {"chat_id": team.id, **params} if takes_a_chat else params
    status, body = await api.call(method, addressed, {"a": Upload("a.jpg", jpeg())})
    assert (status, body["ok"], body["error_code"]) == (400, False, 400)
    assert "not documented" not in body["description"]


async def test_too_much_at_once_is_refused(api: BotApi, team: Chat) -> None:
    whole = Upload("clip.mp4", bytes(50 * 1024 * 1024 + 1))
    status, _ = await api.call("sendVideo", {"chat_id": team.id}, {"video": whole})
    assert status == 413
