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


class Sound(StrEnum):
    """At what a chat makes a sound."""

    ALL = "all"
    """At everything that is new."""
    SOME = "some"
    """At a first photo, at live video that begins, and at what fails."""
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class QuietHours:
    """When a chat makes no sound, whatever happens: minutes after midnight by the clocks of a zone (IANA).

    They may go over midnight; from and until the same moment is the whole day.
    """

    start: int
    end: int
    zone: str

    def hold_at(self, there: datetime) -> bool:
        """Whether it is quiet at a moment, told by the clocks of the zone."""
        minute = there.hour * 60 + there.minute
        if self.start < self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


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
    sound: Sound = Sound.SOME
    quiet: QuietHours | None = None

    def is_silent(self, there: datetime, *, matters: bool) -> bool:
        """Whether a message makes no sound at a moment, told by the clocks of the quiet hours' zone.

        ``matters`` says that the message is one of those that make a sound unless the chat wants it otherwise.
        """
        is_heard = self.sound is Sound.ALL or (self.sound is Sound.SOME and matters)
        return not is_heard or (self.quiet is not None and self.quiet.hold_at(there))


class Errand(StrEnum):
    """What a parcel asks to be done in the chat."""

    CARD = "card"
    """Send the card of an invitation, or edit the one that is there."""
    PHOTO = "photo"
    """Post a photo, spoilered, as a reply to its card."""
    WHOLE_PHOTO = "whole_photo"
    """Put a photo in the place of its preview, without a sound."""
    CLIP = "clip"
    """Post a clip that can be played, spoilered, as a reply to its card, or in the place of its poster."""
    LOCATION = "location"
    """Post the citizen's location as a reply to its card."""
    LINK = "link"
    """Post the link of an invitation as a reply to its card, to be handed over another way than by SMS.

    A spoken code that was shown counts as one."""
    LIVE = "live"
    """Tell that live video has begun, with the link to watch it, as a reply to its card."""
    LIVE_SEEN = "live_seen"
    """Remember on which path somebody sees the live video, for the card."""
    LIVE_ENDED = "live_ended"
    """Tell in the same message that it has ended, and take the link away."""
    FAILURE = "failure"
    """Tell of what has failed, with a sound that no edit of a card makes, as a reply to its card."""
    SENTENCE = "sentence"
    """Tell what the citizen writes, or what a dispatcher wrote to the citizen elsewhere, as a reply to its card."""
    TALK = "talk"
    """Our answer to a dispatcher who wrote to the citizen; it tells whether the citizen's page has shown it."""
    SHOWN = "shown"
    """Tell in our answers that the citizen's page has shown what was written."""
    FORGET_PHOTO = "forget_photo"
    """Delete the message of a photo that has expired."""
    FORGET_INVITATION = "forget_invitation"
    """Delete the locations, links, spoken codes and sentences of an invitation that has expired."""
    NOTICE = "notice"
    """Tell supervisors of an event, in a line written when it leaves."""


class Urgency(IntEnum):
    """Which parcel leaves first; order is kept within one urgency."""

    AT_ONCE = -1
    """What must not be seen a moment longer: it waits for no pace, because Telegram counts no deletion."""
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
    note: str | None = None
    """What it tells beside its errand: of live video, on which path it is seen; of a failure, its kind; of a sentence,
    or of our answer to one, the number of its event."""


@dataclass(frozen=True, kw_only=True)
class Topic:
    """A topic of a forum in which everything of one incident stands."""

    chat: int
    subject: str
    """``#`` and the incident, or the id of an invitation that has none."""
    thread: int | None
    """Telegram's number of it; None once it was deleted or closed by people, so that its messages go beside it."""
    is_closed: bool = False
