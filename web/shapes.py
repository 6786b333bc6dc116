"""The shapes in which programs and the photowall read our values, as JSON."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from showme.domain.takings import age

if TYPE_CHECKING:
    from showme.domain.chats import Chat
    from showme.domain.credits import LedgerLine
    from showme.domain.invitations import Invitation
    from showme.domain.organisations import Organisation
    from showme.domain.photos import Photo
    from showme.domain.words import Catalogue
    from showme.services.viewing import Happening

Shape = dict[str, Any]


def moment(at: datetime) -> str:
    """Write a moment as ISO 8601 in UTC, with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment_or_none(at: datetime | None) -> str | None:
    """Write a moment, if there is one."""
    return moment(at) if at is not None else None


def organisation_shape(organisation: Organisation) -> Shape:
    """Shape an organisation."""
    return {
        "id": organisation.id,
        "name": organisation.name,
        "region": organisation.region,
        "blur": organisation.blur,
        "retention_hours": organisation.retention_hours,
    }


def invitation_shape(invitation: Invitation, *, now: datetime, words: Catalogue, language: str) -> Shape:
    """Shape an invitation as it stands now; sentences in the reader's language."""
    hint = invitation.hint(now)
    cause = invitation.sms_cause
    location = invitation.location
    return {
        "id": invitation.id,
        "number": invitation.number,
        "purpose": invitation.purpose,
        "language": invitation.language,
        "incident": invitation.incident,
        "to": invitation.masked_number,
        "by": invitation.by,
        "created_at": moment(invitation.created_at),
        "expires_at": moment(invitation.expires_at),
        "state": invitation.state(now),
        "ended_at": moment_or_none(invitation.ended_at),
        "ladder": [
            {
                "rung": step.rung,
                "at": moment_or_none(step.at),
                "seconds": round((step.at - invitation.created_at).total_seconds(), 1) if step.at else None,
            }
            for step in invitation.ladder.steps
        ],
        "rung": invitation.ladder.highest,
        "perhaps_a_scanner": invitation.perhaps_a_scanner,
        "hint": {
            "cause": hint.cause,
            "sentence": words.say(language, f"ladder.hints.{hint.cause}"),
            "due_at": moment(hint.due_at),
        }
        if hint
        else None,
        "sms": {
            "state": "queued" if invitation.sms_state == "sending" else invitation.sms_state,
            "provider": invitation.sms_provider,
            "sentence": words.say(language, f"refusals.{cause}") if cause else None,
        },
        "phone": {
            "kind": invitation.phone.kind,
            "browser": invitation.phone.browser,
            "battery": invitation.phone.battery,
            "network": invitation.phone.network,
        },
        "photos": invitation.photos,
        "location": {
            "latitude": location.latitude,
            "longitude": location.longitude,
            "accuracy": location.accuracy,
            "at": moment(location.at),
        }
        if location
        else None,
    }


def photo_shape(photo: Photo, *, words: Catalogue, language: str) -> Shape:
    """Shape a photo; sentences in the reader's language."""
    taking = photo.taking
    clock_offset = timedelta(minutes=photo.clock) if photo.clock is not None else None
    old = age(taking.at, photo.received_at, clock_offset=clock_offset)
    return {
        "id": photo.id,
        "invitation": photo.invitation,
        "number": photo.number,
        "state": photo.state,
        "kind": "photo",
        "format": photo.format,
        "bytes": photo.bytes,
        "sha256": photo.sha256,
        "width": photo.width,
        "height": photo.height,
        "received_at": moment(photo.received_at),
        "shown_at": moment_or_none(photo.shown_at),
        "expires_at": moment(photo.expires_at),
        "taken": {
            "age": old.kind,
            "number": old.number,
            "sentence": words.say(language, f"ladder.ages.{old.kind}", number=old.number),
            "place": {"latitude": taking.place.latitude, "longitude": taking.place.longitude} if taking.place else None,
            "camera": taking.camera,
        },
    }


def happening_shape(happening: Happening, *, now: datetime, words: Catalogue, language: str) -> Shape:
    """Shape an event with what it is about."""
    event = happening.event
    return {
        "number": event.number,
        "kind": event.kind,
        "at": moment(event.at),
        "actor": event.actor,
        "invitation": invitation_shape(happening.invitation, now=now, words=words, language=language)
        if happening.invitation
        else None,
        "photo": photo_shape(happening.photo, words=words, language=language) if happening.photo else None,
        "photo_id": event.photo,
        "credits": event.detail.get("credits"),
    }


def ledger_line_shape(line: LedgerLine) -> Shape:
    """Shape a line of the ledger."""
    return {
        "number": line.number,
        "at": moment(line.at),
        "entry": line.entry,
        "amount": line.amount,
        "balance": line.balance,
        "actor": line.actor,
        "invitation": line.invitation,
    }


def chat_shape(chat: Chat) -> Shape:
    """Shape an enrolled chat."""
    return {"id": chat.id, "title": chat.title, "role": chat.role, "enrolled_at": moment(chat.enrolled_at)}
