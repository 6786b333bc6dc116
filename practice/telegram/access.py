"""Find the chat and the message that a request is about, if the bot may reach them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from practice.telegram.rejected import bad_request, forbidden, migrated
from showme.errors import NotFound

if TYPE_CHECKING:
    from practice.telegram.chats import Chats
    from practice.telegram.reading import BotRequest
    from practice.telegram.records import Chat, Message

_KIND_OF_GROUP = {"group": "group chat", "supergroup": "supergroup chat"}


def reach_chat(chats: Chats, chat_id: int) -> Chat:
    """Return the chat.

    Raise Rejected: 400 when there is none or it became a supergroup, 403 when the bot is not in it.
    """
    try:
        chat = chats.chat(chat_id)
    except NotFound:
        raise bad_request("chat not found") from None
    if chat.migrated_to is not None:
        raise migrated(chat.migrated_to)
    standing = chats.bot_membership(chat_id)
    if standing.is_present:
        return chat
    if not chat.is_group:
        raise forbidden("bot was blocked by the user")
    if standing.standing == "kicked":
        raise forbidden(f"bot was kicked from the {_KIND_OF_GROUP[chat.type]}")
    raise forbidden(f"bot is not a member of the {_KIND_OF_GROUP[chat.type]}")


def reach_message(chats: Chats, request: BotRequest, *, to: str = "edit") -> Message:
    """Return the message that ``chat_id`` and ``message_id`` name.

    Raise Rejected (400) when there is none ("message to edit not found"), and as ``reach_chat`` does.
    """
    if request.text("inline_message_id") is not None:
        raise bad_request("inline messages are not modelled")
    chat = reach_chat(chats, request.chat_id)
    message_id = request.whole("message_id")
    if message_id is None:
        raise bad_request("message_id is not specified")
    try:
        return chats.message(chat.id, message_id)
    except NotFound:
        raise bad_request(f"message to {to} not found") from None


def reach_own_message(chats: Chats, request: BotRequest) -> Message:
    """Return a message that the bot wrote; raise Rejected (400) for anybody else's, and as ``reach_message`` does."""
    message = reach_message(chats, request)
    if message.sender.id != chats.bot.id or message.kind == "service":
        raise bad_request("message can't be edited")
    return message
