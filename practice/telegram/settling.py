"""What a bot may settle: its commands, answers to pressed buttons, topics, leaving."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from practice.telegram import limits, shapes
from practice.telegram.access import reach_chat
from practice.telegram.records import PressAnswer, Service
from practice.telegram.rejected import bad_request
from showme.errors import NotFound

if TYPE_CHECKING:
    from practice.telegram.chats import Chats
    from practice.telegram.reading import BotRequest
    from practice.telegram.records import Json

_COMMAND = re.compile(r"[a-z0-9_]+")
_SCOPES = frozenset(
    {"default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat", "chat_administrators"}
    | {"chat_member"}
)
_SCOPES_OF_A_CHAT = frozenset({"chat", "chat_administrators", "chat_member"})
DEFAULT_ICON = 0x6FB9F0


class Settling:
    """The methods that change something other than messages."""

    def __init__(self, chats: Chats) -> None:
        self._chats = chats
        self._commands: dict[str, list[Json]] = {}

    async def set_my_commands(self, request: BotRequest) -> bool:
        """Keep the list of commands for a scope and a language."""
        commands = request.items("commands") or []
        if len(commands) > limits.COMMANDS:
            raise bad_request("too many commands specified; at most 100 are allowed")
        self._commands[_scope(request)] = [_read_command(command) for command in commands]
        return True

    async def get_my_commands(self, request: BotRequest) -> list[Json]:
        """Return the list of commands of a scope and a language."""
        return self._commands.get(_scope(request), [])

    async def delete_my_commands(self, request: BotRequest) -> bool:
        """Forget the list of commands of a scope and a language."""
        self._commands.pop(_scope(request), None)
        return True

    async def answer_press(self, request: BotRequest) -> bool:
        """Answer somebody who pressed a button, once (``answerCallbackQuery``)."""
        text = request.text("text") or ""
        if len(text) > limits.PRESS_ANSWER:
            raise bad_request("MESSAGE_TOO_LONG")
        press_id = request.text("callback_query_id") or ""
        answer = PressAnswer(text=text, is_alert=request.flag("show_alert"), url=request.text("url"))
        try:
            is_open = self._chats.press(press_id).answer is None
        except NotFound:
            is_open = False
        if not is_open:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        self._chats.answer_press(press_id, answer)
        return True

    async def leave_chat(self, request: BotRequest) -> bool:
        """Leave a group."""
        chat = reach_chat(self._chats, request.chat_id)
        if not chat.is_group:
            raise bad_request("chat member status can't be changed in private chats")
        bot, old = self._chats.bot, self._chats.bot_membership(chat.id)
        new = replace(old, standing="left", rights=frozenset())
        gone = Service("left_chat_member", shapes.user(bot))
        self._chats.post(chat.id, bot, "service", text=f"{bot.name} left", service=gone)
        self._chats.seat(chat.id, new)
        self._chats.tell_bot("my_chat_member", shapes.member_updated(self._chats, chat, bot, old=old, new=new))
        return True

    async def create_forum_topic(self, request: BotRequest) -> Json:
        """Open a topic in a forum."""
        chat = reach_chat(self._chats, request.chat_id)
        if not chat.is_forum:
            raise bad_request("the chat is not a forum")
        if not self._chats.bot_membership(chat.id).may("can_manage_topics"):
            raise bad_request("not enough rights to create a topic")
        name, colour = request.text("name") or "", request.whole("icon_color") or DEFAULT_ICON
        if len(name) not in limits.TOPIC_NAME:
            raise bad_request("TOPIC_TITLE_INVALID")
        topic = {"name": name, "icon_color": colour}
        service = Service("forum_topic_created", topic)
        message = self._chats.post(chat.id, self._chats.bot, "service", opens_topic=True, text=name, service=service)
        return {"message_thread_id": message.id} | topic

    async def close_forum_topic(self, request: BotRequest) -> bool:
        """Close a topic."""
        return self._set_topic(request, is_open=False)

    async def reopen_forum_topic(self, request: BotRequest) -> bool:
        """Open a closed topic again."""
        return self._set_topic(request, is_open=True)

    def _set_topic(self, request: BotRequest, *, is_open: bool) -> bool:
        chat, thread = reach_chat(self._chats, request.chat_id), request.whole("message_thread_id") or 0
        if not chat.is_forum:
            raise bad_request("the chat is not a forum")
        if not self._chats.bot_membership(chat.id).may("can_manage_topics"):
            raise bad_request("not enough rights to close a topic")
        if not self._chats.has_topic(chat.id, thread):
            raise bad_request("TOPIC_ID_INVALID")
        if self._chats.is_topic_open(chat.id, thread) == is_open:
            raise bad_request("TOPIC_NOT_MODIFIED")
        self._chats.set_topic(chat.id, thread, is_open=is_open)
        field = "forum_topic_reopened" if is_open else "forum_topic_closed"
        service = Service(field, {})
        self._chats.post(chat.id, self._chats.bot, "service", thread=thread, text=field, service=service)
        return True


def _scope(request: BotRequest) -> str:
    scope = request.structure("scope") or {"type": "default"}
    if str(scope.get("type")) not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    if str(scope["type"]) in _SCOPES_OF_A_CHAT and not isinstance(scope.get("chat_id"), int):
        raise bad_request("can't parse BotCommandScope: chat_id must be specified")
    return json.dumps([scope, request.text("language_code") or ""], sort_keys=True)


def _read_command(command: Any) -> Json:
    if not isinstance(command, dict):
        raise bad_request("expected an Array of BotCommand")
    name, description = command.get("command"), command.get("description")
    if not isinstance(name, str) or len(name) not in limits.COMMAND or not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not isinstance(description, str) or len(description) not in limits.COMMAND_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}
