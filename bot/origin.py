"""Marks what people say to citizens with the chat in which they said it, so that it is not told them again there."""

from __future__ import annotations

import re
from typing import Final

from showme.domain.chats import Chat
from showme.domain.events import Event, Kind

_ODD: Final = re.compile(r"[^0-9A-Za-z]")
_MOST: Final = 40


def sentence_id(chat: Chat, deed: str) -> str:
    """Return the id of a sentence; ``deed`` is Telegram's number of the message or of the pressed button.

    An update that is handled again says nothing again.
    """
    return f"{_mark(chat)}{_ODD.sub('', deed)[-_MOST:]}"


def is_of_chat(event: Event, chat: Chat) -> bool:
    """Whether an event is a sentence that was said in this chat."""
    return event.kind is Kind.SENTENCE_SAID and str(event.detail.get("id", "")).startswith(_mark(chat))


def _mark(chat: Chat) -> str:
    return f"chat{abs(chat.telegram_id)}-"
