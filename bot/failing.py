"""Writes what has failed for one citizen, so that a dispatcher looks up: an edit of a card makes no sound."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bot.voice import Voice
from showme.domain.events import Event, Kind
from showme.domain.invitations import Invitation

AGAIN_AFTER: Final = timedelta(minutes=5)
"""How long one kind of failure of one invitation is not told again; the card tells it all the while."""

_TOLD: Final = {
    Kind.SMS_REFUSED: "failures.sms_refused",
    Kind.SMS_UNKNOWN: "failures.sms_unknown",
    Kind.INVITATION_UNANSWERED: "failures.unanswered",
    Kind.CAMERA_REFUSED: "failures.camera",
    Kind.PHOTO_UNREADABLE: "failures.photo",
    Kind.LIVE_ENDED: "failures.live_lost",
    Kind.TORCH_REFUSED: "failures.torch",
    Kind.SOUND_REFUSED: "failures.sound",
}
FAILURES: Final = frozenset(_TOLD)
_SMALL: Final = frozenset({Kind.TORCH_REFUSED, Kind.SOUND_REFUSED})
"""Answers to what a dispatcher has just asked for: they are waited for, and nothing is lost by them."""


def is_loud(event: Event) -> bool:
    """Whether the failure makes a sound."""
    return event.kind not in _SMALL


def write_failure(event: Event, invitation: Invitation, *, now: datetime, voice: Voice) -> str | None:
    """Write what failed and the sentence to say now, in HTML; None when it is over, or was no failure."""
    if invitation.state(now) != "open" or not _still_fails(event, invitation):
        return None
    facts = {"number": invitation.number, "minutes": event.detail.get("minutes")}
    said = f"⚠ {voice.html(_TOLD[event.kind], **facts)}"
    cause = invitation.sms_cause if event.kind in {Kind.SMS_REFUSED, Kind.SMS_UNKNOWN} else None
    why = voice.from_section(f"refusals.{cause}") if cause else None
    hint = invitation.hint(now) if is_loud(event) else None
    sentence = voice.from_section(f"ladder.hints.{hint.cause}") if hint is not None and hint.due_at <= now else None
    say = f"<b>{voice.html('card.say')}</b> {sentence}" if sentence else None
    return "\n".join(line for line in (" ".join(part for part in (said, why) if part), say) if line)


def _still_fails(event: Event, invitation: Invitation) -> bool:
    troubles = invitation.troubles
    is_so = {
        Kind.SMS_REFUSED: invitation.sms_state == "refused",
        Kind.SMS_UNKNOWN: invitation.sms_state == "unknown",
        Kind.INVITATION_UNANSWERED: not invitation.is_answered,
        Kind.CAMERA_REFUSED: troubles.camera_refused_at is not None,
        Kind.PHOTO_UNREADABLE: troubles.photo_unreadable_at is not None,
        Kind.LIVE_ENDED: event.detail.get("cause") == "lost" and not invitation.is_live,
    }
    return is_so.get(event.kind, event.kind in _SMALL)
