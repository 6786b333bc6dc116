"""A team chat that follows an organisation, and what waits to be said in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Final

from showme.domain.people import Role

DELETABLE_FOR: Final = timedelta(hours=48)
"""How long a bot can delete its own messages (Bot API, deleteMessage)."""


MOST_TITLE: Final = 255


@dataclass(frozen=True, kw_only=True)
class Chat:
    """An enrolled chat; ``telegram_id`` is Telegram's number of it, which changes when a group becomes a supergroup."""

    id: int
    organisation: int
    telegram_id: int
    title: str
    role: Role
    language: str
    enrolled_at: datetime
    cursor: int
    """The number of the last journal event that was turned into parcels for this chat."""


class Errand(StrEnum):
    """What a parcel asks to be done in the chat."""

    CARD = "card"
    """Send the card of an invitation, or edit the one that is there."""
    PHOTO = "photo"
    """Post a photo, spoilered, as a reply to its card."""
    LOCATION = "location"
    """Post the citizen's location as a reply to its card."""
    LINK = "link"
    """Post the link of an invitation as a reply to its card, to be handed over another way than by SMS.

    A spoken code that was shown counts as one."""
    FORGET_PHOTO = "forget_photo"
    """Delete the message of a photo that has expired."""
    FORGET_INVITATION = "forget_invitation"
    """Delete the locations, links and spoken codes of an invitation that has expired."""
    NOTICE = "notice"
    """Tell supervisors of an event, in a line written when it leaves."""


class Urgency(IntEnum):
    """Which parcel leaves first; order is kept within one urgency."""

    PICTURE = 0
    CARD = 1
    EDIT = 2
    CLEARING = 3


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """Something that has to be done in a chat and is kept until Telegram has answered."""

    id: int
    chat: int
    urgency: Urgency
    errand: Errand
    invitation: str | None
    """None for a notice, which is about an event."""
    photo: str | None
    event: int
    attempts: int
    not_before: datetime | None
    perhaps_sent: bool
    """Whether an earlier attempt may have arrived, so that a repeat has to be recognisable as one."""


@dataclass(frozen=True, kw_only=True)
class Posted:
    """A message of ours that stands in a chat."""

    chat: int
    message_id: int
    errand: Errand
    invitation: str
    photo: str | None
    sent_at: datetime
