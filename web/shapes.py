"""The shapes in which programs and the photowall read our values, as JSON."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from showme.domain.events import Kind
from showme.domain.takings import age
from showme.domain.talk import GROUPS, OFFERED, message_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from showme.domain.chats import Chat
    from showme.domain.credits import LedgerLine
    from showme.domain.invitations import Invitation
    from showme.domain.organisations import Organisation
    from showme.domain.passkeys import Passkey
    from showme.domain.photos import Photo
    from showme.domain.quarantine import Sealed
    from showme.domain.sessions import Session
    from showme.domain.shares import Share, Visit
    from showme.domain.talk import Answers, Message
    from showme.domain.words import Catalogue
    from showme.services.revealing import Blurred, Revealed
    from showme.services.tracing import Position
    from showme.services.viewing import Happening

Shape = dict[str, Any]

_TOLD: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.PHONE_COMMANDED: ("command",),
    Kind.LIVE_ENDED: ("cause", "seconds"),
    Kind.PICTURE_SEEN: ("how",),
    Kind.CAMERA_REFUSED: ("reason",),
    Kind.SENTENCE_SHOWN: ("up_to",),
    Kind.HANDED_OVER: ("from", "to"),
    Kind.INVITATION_SHARED: ("share", "recipient", "incident", "expires_at"),
    Kind.SHARE_OPENED: ("share", "recipient", "incident", "browser", "opened"),
    Kind.SHARE_ENDED: ("share", "recipient", "incident", "opened"),
}
"""What is told of an event's detail; all else of it stays in the journal."""


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
        "blurring": organisation.blurring,
        "sound": organisation.sound,
        "retention_hours": organisation.retention_hours,
    }


def invitation_shape(
    invitation: Invitation, *, now: datetime, words: Catalogue, language: str, viewers: Callable[[str], Sequence[str]]
) -> Shape:
    """Shape an invitation as it stands now; sentences in the reader's language.

    ``viewers`` tells by an invitation's id who is on the line to watch it.
    """
    hint = invitation.hint(now)
    cause = invitation.sms_cause
    location = invitation.location
    return {
        "id": invitation.id,
        "number": invitation.number,
        "purpose": invitation.purpose,
        "language": invitation.language,
        "language_chosen": invitation.language_chosen,
        "incident": invitation.incident,
        "to": invitation.masked_number,
        "by": invitation.by,
        "responsible": invitation.responsible,
        "handed": {"by": invitation.handed_by, "at": moment_or_none(invitation.handed_at)}
        if invitation.handed_at is not None
        else None,
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
        "page": {
            "state": invitation.page.state,
            "unsent": invitation.page.unsent,
            "trouble": invitation.page.trouble,
            "at": moment(invitation.page.at),
        }
        if invitation.page
        else None,
        "photos": invitation.photos,
        "live": {
            "is_live": invitation.is_live,
            "began_at": moment_or_none(invitation.live_began_at),
            "ended_at": moment_or_none(invitation.live_ended_at),
        },
        "live_viewers": len(viewers(invitation.id)),
        "location": {
            "latitude": location.latitude,
            "longitude": location.longitude,
            "accuracy": location.accuracy,
            "at": moment(location.at),
        }
        if location
        else None,
    }


def position_shape(position: Position) -> Shape:
    """Shape where a citizen was."""
    return {
        "number": position.number,
        "invitation": position.invitation,
        "latitude": position.location.latitude,
        "longitude": position.location.longitude,
        "accuracy": position.location.accuracy,
        "at": moment(position.location.at),
    }


def share_shape(share: Share, *, link: str | None, now: datetime) -> Shape:
    """Shape a share as the organisation's own people see it."""
    return {
        "id": share.id,
        "recipient": share.recipient,
        "invitation": share.invitation,
        "incident": share.incident,
        "state": share.state(now),
        "link": link,
        "made_by": share.made_by,
        "made_at": moment(share.made_at),
        "expires_at": moment(share.expires_at),
        "ended_at": moment_or_none(share.ended_at),
        "ended_by": share.ended_by,
        "opened": share.opened,
        "opened_at": moment_or_none(share.opened_at),
        "watching": share.watching,
    }


def visit_shape(visit: Visit) -> Shape:
    """Shape where a share was opened."""
    return {
        "address": visit.address,
        "browser": visit.browser,
        "opened_at": moment(visit.opened_at),
        "seen_at": moment(visit.seen_at),
    }


def shared_shape(share: Share, invitations: Sequence[Invitation], photos: Sequence[Photo], *, now: datetime) -> Shape:
    """Shape what a share shows to whoever has it: no number, no name, nothing of the phone, no digest."""
    return {
        "incident": share.incident,
        "expires_at": moment(share.expires_at),
        "now": moment(now),
        "invitations": [
            {
                "id": invitation.id,
                "number": invitation.number,
                "incident": invitation.incident,
                "purpose": invitation.purpose,
                "created_at": moment(invitation.created_at),
                "state": invitation.state(now),
                "live": {
                    "is_live": invitation.is_live,
                    "began_at": moment_or_none(invitation.live_began_at),
                    "ended_at": moment_or_none(invitation.live_ended_at),
                },
                "location": {
                    "latitude": invitation.location.latitude,
                    "longitude": invitation.location.longitude,
                    "accuracy": invitation.location.accuracy,
                    "at": moment(invitation.location.at),
                }
                if invitation.location
                else None,
            }
            for invitation in invitations
        ],
        "photos": [
            {
                "id": photo.id,
                "invitation": photo.invitation,
                "number": photo.number,
                "kind": photo.kind,
                "size": photo.size,
                "clip": {"state": photo.clip, "seconds": photo.seconds} if photo.clip else None,
                "received_at": moment(photo.received_at),
            }
            for photo in photos
        ],
    }


def photo_shape(photo: Photo, *, words: Catalogue, language: str) -> Shape:
    """Shape a photo; sentences in the reader's language."""
    taking, kept = photo.taking, photo.kept
    clock_offset = timedelta(minutes=photo.clock) if photo.clock is not None else None
    old = age(taking.at, photo.received_at, clock_offset=clock_offset)
    return {
        "id": photo.id,
        "invitation": photo.invitation,
        "number": photo.number,
        "state": photo.state,
        "kind": photo.kind,
        "size": photo.size,
        "reached": photo.reached,
        "original": photo.original,
        "format": photo.format,
        "clip": {"state": photo.clip, "seconds": photo.seconds} if photo.clip else None,
        "bytes": photo.bytes,
        "sha256": photo.sha256,
        "width": photo.width,
        "height": photo.height,
        "received_at": moment(photo.received_at),
        "shown_at": moment_or_none(photo.shown_at),
        "expires_at": moment(photo.expires_at),
        "kept": {"by": kept.by, "at": moment(kept.at), "reason": kept.reason, "due_at": moment(kept.due_at)}
        if kept
        else None,
        "seen": [{"by": mark.by, "at": moment(mark.at)} for mark in photo.marks if mark.kind == "seen"],
        "important": next(
            ({"by": mark.by, "at": moment(mark.at)} for mark in photo.marks if mark.kind == "important"), None
        ),
        "taken": {
            "age": old.kind,
            "number": old.number,
            "sentence": words.say(language, f"ladder.ages.{old.kind}", number=old.number),
            "place": {"latitude": taking.place.latitude, "longitude": taking.place.longitude} if taking.place else None,
            "camera": taking.camera,
        },
    }


def sealed_shape(sealed: Sealed) -> Shape:
    """Shape a photo in quarantine: what helps to decide, and no picture."""
    photo = sealed.photo
    return {
        "id": photo.id,
        "invitation": photo.invitation,
        "number": photo.number,
        "kind": photo.kind,
        "bytes": photo.bytes,
        "sha256": photo.sha256,
        "received_at": moment(photo.received_at),
        "sealed_at": moment(sealed.at),
        "by": sealed.by,
        "ends_at": moment(sealed.ends_at),
        "is_kept": photo.kept is not None,
    }


def blurred_shape(blurred: Blurred) -> Shape:
    """Shape how far pictures are blurred for one person."""
    return {
        "organisation": blurred.organisation,
        "own": blurred.own,
        "holds": blurred.holds,
        "revealed": blurred.revealed,
    }


def reveals_shape(revealed: Revealed) -> Shape:
    """Shape how many pictures were revealed, by nobody in particular."""
    return {
        "since": moment(revealed.since),
        "until": moment(revealed.until),
        "total": revealed.total,
        "days": [{"day": day, "revealed": count} for day, count in revealed.days.items()],
        "of_day": list(revealed.of_day),
    }


def session_shape(session: Session, *, this: bool) -> Shape:
    """Shape a session; ``this`` marks the one that asks."""
    return {
        "id": session.id,
        "name": session.dispatcher.name,
        "role": session.dispatcher.role,
        "way": session.way,
        "browser": session.device.browser,
        "address": session.device.address,
        "made_at": moment(session.made_at),
        "seen_at": moment(session.seen_at),
        "ends_at": moment(session.ends_at),
        "this": this,
    }


def passkey_shape(passkey: Passkey) -> Shape:
    """Shape a passkey; nothing of its key is told."""
    return {
        "id": passkey.id,
        "name": passkey.owner.name,
        "role": passkey.owner.role,
        "label": passkey.label,
        "made_at": moment(passkey.made_at),
        "used_at": moment_or_none(passkey.used_at),
    }


def happening_shape(
    happening: Happening, *, now: datetime, words: Catalogue, language: str, viewers: Callable[[str], Sequence[str]]
) -> Shape:
    """Shape an event with what it is about; ``viewers`` as for an invitation."""
    event = happening.event
    told = {name: event.detail[name] for name in _TOLD.get(event.kind, ()) if name in event.detail}
    message = message_of(event)
    return {
        "number": event.number,
        "kind": event.kind,
        "at": moment(event.at),
        "actor": event.actor,
        "invitation": invitation_shape(happening.invitation, now=now, words=words, language=language, viewers=viewers)
        if happening.invitation
        else None,
        "photo": photo_shape(happening.photo, words=words, language=language) if happening.photo else None,
        "photo_id": event.photo,
        "credits": event.detail.get("credits"),
        "detail": told or None,
        "message": message_shape(message, words=words, language=language) if message is not None else None,
    }


def message_shape(message: Message, *, words: Catalogue, language: str) -> Shape:
    """Shape a sentence of a conversation for dispatchers; a ready-made one in the reader's language.

    ``shown_at`` is as far as the message knows: in a feed ``SentenceShown`` tells it later.
    """
    return {
        "number": message.number,
        "at": moment(message.at),
        "by_citizen": message.by_citizen,
        "actor": message.actor,
        "sentence": _sentence(message, words=words, language=language),
        "ready": message.ready,
        "language": message.language,
        "reply_to": message.reply_to,
        "waited": message.waited,
        "shown_at": moment_or_none(message.shown_at),
    }


def message_to_citizen_shape(message: Message, *, words: Catalogue, language: str) -> Shape:
    """Shape a sentence of a conversation for the citizen's page, with the answers that it offers; no name is told."""
    return {
        "number": message.number,
        "at": moment(message.at),
        "by": "you" if message.by_citizen else "desk",
        "id": message.id,
        "sentence": _sentence(message, words=words, language=language),
        "answers": message.answers,
        "offers": ready_shapes(OFFERED[message.answers], words=words, language=language) if message.answers else [],
        "reply_to": message.reply_to,
    }


def ready_shapes(answers: Sequence[str], *, words: Catalogue, language: str) -> list[Shape]:
    """Shape what a citizen can say without typing."""
    return [{"ready": ready, "sentence": words.say(language, f"talk.answers.{ready}")} for ready in answers]


def questions_shape(*, words: Catalogue, language: str) -> Shape:
    """Shape what a dispatcher can say without typing, in groups."""

    def question(ready: str, answers: Answers | None) -> Shape:
        return {"ready": ready, "sentence": words.say(language, f"talk.questions.{ready}"), "answers": answers}

    return {
        "groups": [
            {
                "group": group,
                "name": words.say(language, f"talk.groups.{group}"),
                "sentences": [question(ready, answers) for ready, answers in questions.items()],
            }
            for group, questions in GROUPS.items()
        ]
    }


def _sentence(message: Message, *, words: Catalogue, language: str) -> str:
    return words.say(language, message.words) if message.words is not None else message.text or ""


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
