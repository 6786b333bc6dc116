"""Answer a bot's requests as the Bot API does."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from practice.telegram import limits
from practice.telegram.asking import Asking
from practice.telegram.deleting import Deleting
from practice.telegram.editing import Editing
from practice.telegram.faults import ConnectionLost, Faults, Hang, LoseAnswer, Reset, refusal_of
from practice.telegram.hearing import Hearing
from practice.telegram.rates import Rates
from practice.telegram.reading import read_request
from practice.telegram.rejected import Rejected, not_found, unauthorised
from practice.telegram.sending import Sending
from practice.telegram.settling import Settling
from showme.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime

    from practice.telegram.chats import Chats
    from practice.telegram.reading import BotRequest, Upload
    from practice.telegram.records import Json

MOST_CALLS_KEPT = 2000


@dataclass(frozen=True, slots=True)
class Call:
    """A call that was made, with its parameters as sent; ``status`` is none when the bot got no answer."""

    method: str
    params: Mapping[str, object]
    at: datetime
    status: int | None


class BotApi:
    """One bot's Bot API over ``Chats``.

    ``strict`` refuses parameters that are not documented; ``enforce_rates`` refuses what is sent too often. ``faults``
    scripts what goes wrong, ``calls`` remembers the last calls, ``hearing`` has what would go to a webhook.
    """

    def __init__(self, chats: Chats, *, token: str, strict: bool = True, enforce_rates: bool = False) -> None:
        self.chats = chats
        self.token = token
        self.faults = Faults()
        self.calls: deque[Call] = deque(maxlen=MOST_CALLS_KEPT)
        self.hearing = Hearing(chats)
        self._strict = strict
        self._methods = self._list_methods(rates=Rates() if enforce_rates else None)

    async def call(
        self, method: str, params: Mapping[str, object], files: Mapping[str, Upload] | None = None
    ) -> tuple[int, Json]:
        """Answer one request: HTTP status and body. Values of ``params`` are strings, or JSON already read.

        Waits as ``getUpdates`` does, and for ever when a fault says so. Raise ConnectionLost when the wire is to break.
        """
        at = self.chats.now()
        try:
            status, body = await self._answer(method, params, files or {})
        except BaseException:
            self.calls.append(Call(method, dict(params), at, None))
            raise
        self.calls.append(Call(method, dict(params), at, status))
        return status, body

    async def call_with(
        self, token: str, method: str, params: Mapping[str, object], files: Mapping[str, Upload] | None = None
    ) -> tuple[int, Json]:
        """Answer a request that came with a token: 401 for one that is not the bot's, else as ``call``."""
        if token != self.token:
            return 401, unauthorised().json()
        return await self.call(method, params, files)

    def download(self, token: str, path: str) -> tuple[int, bytes]:
        """Answer a request for a file by the path that ``getFile`` gave: HTTP status and bytes."""
        if token != self.token:
            return 401, json.dumps(unauthorised().json()).encode()
        _, _, rest = path.partition("/")
        file_id, _, _ = rest.partition("/")
        try:
            return 200, self.chats.file(file_id).content
        except NotFound:
            return 404, json.dumps(not_found().json()).encode()

    async def _answer(self, method: str, params: Mapping[str, object], files: Mapping[str, Upload]) -> tuple[int, Json]:
        fault = self.faults.take(method)
        if isinstance(fault, Hang):
            await _for_ever()
        if isinstance(fault, Reset):
            raise ConnectionLost
        refusal = refusal_of(fault)
        if refusal is not None:
            return refusal.status, refusal.json()
        answer = await self._perform(method, params, files)
        if isinstance(fault, LoseAnswer):
            if fault.by == "hang":
                await _for_ever()
            raise ConnectionLost
        return answer

    async def _perform(
        self, method: str, params: Mapping[str, object], files: Mapping[str, Upload]
    ) -> tuple[int, Json]:
        if sum(len(file.content) for file in files.values()) > limits.UPLOAD_BYTES:
            return 413, Rejected(413, "Request Entity Too Large").json()
        try:
            request = read_request(method, params, files, strict=self._strict)
            return 200, {"ok": True, "result": await self._methods[request.method](request)}
        except Rejected as rejected:
            return rejected.status, rejected.json()

    def _list_methods(self, *, rates: Rates | None) -> Mapping[str, Callable[[BotRequest], Awaitable[Any]]]:
        asking, deleting, editing = Asking(self.chats), Deleting(self.chats), Editing(self.chats)
        sending, settling = Sending(self.chats, rates=rates), Settling(self.chats)
        return {
            "getUpdates": self.hearing.get_updates,
            "setWebhook": self.hearing.set_webhook,
            "deleteWebhook": self.hearing.delete_webhook,
            "getWebhookInfo": self.hearing.get_webhook_info,
            "sendMessage": sending.send_message,
            "sendPhoto": sending.send_photo,
            "sendDocument": sending.send_document,
            "sendVideo": sending.send_video,
            "sendMediaGroup": sending.send_media_group,
            "sendLocation": sending.send_location,
            "sendChatAction": sending.send_chat_action,
            "editMessageText": editing.edit_text,
            "editMessageCaption": editing.edit_caption,
            "editMessageMedia": editing.edit_media,
            "editMessageReplyMarkup": editing.edit_reply_markup,
            "editMessageLiveLocation": editing.edit_live_location,
            "stopMessageLiveLocation": editing.stop_live_location,
            "deleteMessage": deleting.delete_one,
            "deleteMessages": deleting.delete_many,
            "getMe": asking.get_me,
            "getChat": asking.get_chat,
            "getChatMember": asking.get_chat_member,
            "getChatMemberCount": asking.get_chat_member_count,
            "getChatAdministrators": asking.get_chat_administrators,
            "getFile": asking.get_file,
            "setMyCommands": settling.set_my_commands,
            "getMyCommands": settling.get_my_commands,
            "deleteMyCommands": settling.delete_my_commands,
            "answerCallbackQuery": settling.answer_press,
            "leaveChat": settling.leave_chat,
            "createForumTopic": settling.create_forum_topic,
            "closeForumTopic": settling.close_forum_topic,
            "reopenForumTopic": settling.reopen_forum_topic,
        }


async def _for_ever() -> None:
    await asyncio.Event().wait()
