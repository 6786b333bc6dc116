"""Holds what somebody asks of us in an enrolled chat."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Message

from bot.voice import Voice
from showme.domain.chats import Chat
from showme.domain.people import Dispatcher


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A command by a dispatcher; ``arguments`` is what stands behind it."""

    chat: Chat
    dispatcher: Dispatcher
    voice: Voice
    message: Message
    arguments: str
    deed: str = ""
    """Telegram's number of the message or of the pressed button: the same when an update comes again."""
