"""Tells what became of a parcel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from showme.domain.chats import Posted


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was done: our message if there is a new one, and whether the parcel has nothing left to ask."""

    posted: Posted | None = None
    is_done: bool = True
    has_spoken: bool = True
    """Whether Telegram was asked for anything, so that the chat's pace has to know."""


NOTHING: Final = Outcome(has_spoken=False)
