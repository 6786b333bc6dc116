"""Tells who speaks or presses, as colleagues read the name."""

from __future__ import annotations

import re
from typing import Final

from telegram import Message, User

from showme.domain.people import MOST_NAME, read_name
from showme.errors import NotUnderstood

_NAMELESS: Final = "Telegram"
_FILLING: Final = re.compile(r"[\u115f\u1160\u3164\uffa0\u2800]")
"""Letters that look like nothing and are taken as names."""


def speaker_of(message: Message) -> str | None:
    """Return who wrote a message; None for whom we do not listen to: other bots, channels.

    An administrator who writes as the group itself is known by the group's title only.
    """
    if message.is_automatic_forward or message.via_bot is not None:
        return None
    if message.sender_chat is not None:
        if message.sender_chat.id != message.chat.id:
            return None
        return _written(message.author_signature or message.sender_chat.title or "")
    if message.from_user is None or message.from_user.is_bot:
        return None
    return name_of(message.from_user)


def name_of(user: User) -> str:
    """Return a person's first name and the initial of the last."""
    last_name = (user.last_name or "").strip()
    initial = f" {last_name[:1]}." if last_name else ""
    return _written(user.first_name[: MOST_NAME - len(initial)] + initial)


def _written(name: str) -> str:
    try:
        return read_name(_FILLING.sub(" ", name)[:MOST_NAME])
    except NotUnderstood:
        return _NAMELESS
