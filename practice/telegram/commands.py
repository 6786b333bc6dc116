"""Find the bot commands in what people say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from practice.telegram.records import Json

_COMMAND = re.compile(r"(?<![\w/@])/(?P<name>[A-Za-z0-9_]{1,64})(?:@(?P<bot>\w{3,32}))?(?![\w/@])")


def command_entities(text: str) -> list[Json]:
    """Return MessageEntity objects, type ``bot_command``, with offsets in UTF-16 code units."""
    return [
        {"type": "bot_command", "offset": _units(text[: found.start()]), "length": _units(found.group())}
        for found in _COMMAND.finditer(text)
    ]


def addresses_bot(text: str, username: str | None) -> bool:
    """Whether the text has a command for any bot, or for the one with this user name."""
    names = (found.group("bot") for found in _COMMAND.finditer(text))
    return any(name is None or (username is not None and name.lower() == username.lower()) for name in names)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
