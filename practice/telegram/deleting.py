"""Which messages a bot may delete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from practice.telegram import limits
from practice.telegram.access import reach_chat, reach_message
from practice.telegram.rejected import bad_request
from showme.errors import NotFound

if TYPE_CHECKING:
    from practice.telegram.chats import Chats
    from practice.telegram.reading import BotRequest
    from practice.telegram.records import Message


class Deleting:
    """``deleteMessage`` for one message, ``deleteMessages`` for many."""

    def __init__(self, chats: Chats) -> None:
        self._chats = chats

    async def delete_one(self, request: BotRequest) -> bool:
        """Delete a message; raise Rejected (400) when it is not there, too old, or not the bot's to delete."""
        message = reach_message(self._chats, request, to="delete")
        if not self._may_delete(message):
            raise bad_request("message can't be deleted for everyone")
        self._chats.delete(message)
        return True

    async def delete_many(self, request: BotRequest) -> bool:
        """Delete what can be deleted of 1 to 100 messages and pass over the rest."""
        listed = request.items("message_ids") or []
        if len(listed) not in limits.DELETED_AT_ONCE or not all(isinstance(number, int) for number in listed):
            raise bad_request("wrong number of message identifiers specified: 1 to 100 are allowed")
        chat = reach_chat(self._chats, request.chat_id)
        for number in listed:
            try:
                message = self._chats.message(chat.id, number)
            except NotFound:
                continue
            if self._may_delete(message):
                self._chats.delete(message)
        return True

    def _may_delete(self, message: Message) -> bool:
        chat = self._chats.chat(message.chat_id)
        if chat.is_group and self._chats.bot_membership(chat.id).may("can_delete_messages"):
            return True
        is_young = self._chats.now() - message.at < limits.DELETABLE_FOR
        is_own = message.sender.id == self._chats.bot.id and message.kind != "service"
        return is_young and (is_own or not chat.is_group)
