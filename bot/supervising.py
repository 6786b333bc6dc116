"""Chooses which events supervisors are told of, and writes the lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape, unescape
from typing import Final

from bot.voice import Voice
from showme.domain.credits import LOW
from showme.domain.events import Event, Kind
from showme.domain.invitations import Invitation
from showme.domain.reports import read_report
from showme.domain.sheets import ReportWords

_MERGED_FOR: Final = timedelta(minutes=10)
_TOLD_WHEN_OVER: Final = frozenset({"telegram", "database"})
"""Parts whose trouble no parcel can tell of before it is over; the line about its end says all."""
_STRANGERS: Final = {Kind.BOT_ADDED: "stranger_added", Kind.BOT_REMOVED: "stranger_removed"}
"""What is told of persons whom no chat of ours knows; ``notices`` has no name and no chat for them."""
SELF_TEST: Final = "selftest"

_TOLD: Final = {
    Kind.CREDITS_TOPPED_UP: "credits_topped_up",
    Kind.INVITATION_UNANSWERED: "unanswered",
    Kind.DELIVERY_DROPPED: "delivery_dropped",
    Kind.DELIVERY_RECOVERED: "delivery_recovered",
    Kind.LIMIT_HIT: "limit_hit",
    Kind.SMS_PROVIDER_FAILED: "provider_failed",
    Kind.SMS_REFUSED: "sms_refused",
    Kind.SMS_UNKNOWN: "sms_unknown",
    Kind.CODES_GUESSED: "codes_guessed",
    Kind.SECRET_ROTATED: "secret_rotated",
    Kind.TROUBLE_BEGAN: "trouble_began",
    Kind.TROUBLE_ENDED: "trouble_ended",
    Kind.DAY_SUMMARISED: "day",
    Kind.CHAT_ENROLLED: "chat_enrolled",
    Kind.CHAT_LEFT: "chat_left",
    Kind.CHAT_JOINED: "chat_joined",
    Kind.BOT_ADDED: "bot_added",
    Kind.BOT_REMOVED: "bot_removed",
    Kind.MESSAGE_NOT_FORGOTTEN: "message_not_forgotten",
    Kind.SUPERVISOR_APPOINTED: "supervisor_appointed",
    Kind.SUPERVISOR_DISMISSED: "supervisor_dismissed",
    Kind.PHOTO_QUARANTINED: "photo_quarantined",
    Kind.PHOTO_RELEASED: "photo_released",
    Kind.QUARANTINE_WAITS: "quarantine_waits",
}
"""What supervisors are told of, and the words for it below ``notices``; the charges of credits come on top."""
_CHARGES: Final = frozenset({Kind.INVITATION_CREATED, Kind.INVITATION_RESENT})
_MERGED: Final = frozenset(
    {"provider_failed", "sms_refused", "sms_unknown", "codes_guessed", "message_not_forgotten", "stranger_added",
     "stranger_removed"}
)  # fmt: skip
"""What comes in swarms when it comes: told once in ten minutes of each provider or cause."""
_ONCE: Final = frozenset({"credits_low", "credits_empty"})
"""What is told once until somebody tops up, also when a refund lifts the balance across the line and back."""
_LOUD: Final = frozenset(
    {"credits_empty", "sms_refused", "sms_unknown", "trouble_began", "chat_left", "chat_joined", "bot_added",
     "message_not_forgotten", "delivery_dropped", "limit_hit", "photo_quarantined", "quarantine_waits"}
)  # fmt: skip
_THE_NUMBERS_FAULT: Final = frozenset(
    {
        "sms_number_refused", "sms_number_wrong", "sms_landline", "sms_opted_out", "sms_unknown_handset",
        "sms_unreachable_handset", "sms_blocked", "sms_expired",
    }
)  # fmt: skip
"""Causes that lie with one citizen's phone: the dispatcher's to solve, no news of the service."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a supervisors' chat has been told lately; forgotten with a restart, at the cost of one line told twice."""

    at: Mapping[tuple[str, str], datetime] = field(default_factory=dict)

    def after(self, event: Event) -> tuple[Told, bool]:
        """Return what has been told once this event was heard, and whether to tell of it."""
        subject = _subject(event)
        if subject is None:
            return self, False
        if subject == "credits_topped_up":
            kept = {key: moment for key, moment in self.at.items() if key[0] not in _ONCE}
            return Told(at=kept), True
        key = (subject, _of_whom(event))
        before = self.at.get(key)
        is_known = before is not None and (subject in _ONCE or (subject in _MERGED and event.at - before < _MERGED_FOR))
        if is_known:
            return self, False
        return Told(at={**self.at, key: event.at}), True


def is_loud(event: Event) -> bool:
    """Whether the line makes a sound."""
    return _subject(event) in _LOUD


def write_notice(event: Event, *, invitation: Invitation | None, voice: Voice) -> str | None:
    """Write the line about an event, in HTML; None once what there was to tell has been forgotten."""
    subject = _subject(event)
    if subject is None:
        return None
    write = _WRITTEN_BY.get(subject)
    if write is not None:
        return write(event, invitation, voice)
    return voice.html(f"notices.{subject}", **{**event.detail, "by": event.actor})


def _subject(event: Event) -> str | None:
    """Return what a notice about an event says, as a key below ``notices``; None when there is none."""
    if event.kind in _CHARGES:
        # A charge takes one credit, so that no balance is passed over.
        left = event.detail.get("credits")
        return "credits_empty" if left == 0 else "credits_low" if left == LOW else None
    is_told_later = event.kind is Kind.TROUBLE_BEGAN and event.detail.get("part") in _TOLD_WHEN_OVER
    if is_told_later or event.detail.get("cause") in _THE_NUMBERS_FAULT:
        return None
    return _special(event) or _TOLD.get(event.kind)


def _special(event: Event) -> str | None:
    """Return what an event of a kind says that can say two things, where it says the rarer one."""
    if event.kind in _STRANGERS and "title" not in event.detail:
        return _STRANGERS[event.kind]
    if event.kind is Kind.LIMIT_HIT and event.detail.get("count") != 1:
        return "limit_hit_often"
    if event.kind is Kind.PHOTO_FORGOTTEN and event.detail.get("quarantined"):
        return "photo_deleted"
    return None


def _of_whom(event: Event) -> str:
    """Return what is merged with what."""
    names = {Kind.SMS_PROVIDER_FAILED: "provider", Kind.MESSAGE_NOT_FORGOTTEN: "title"}
    return str(event.detail.get(names.get(event.kind, "cause")))


def _span(event: Event) -> Mapping[str, str]:
    """Return when a trouble began and ended, with the day where that is not the event's."""
    said = {}
    for name in ("since", "until"):
        written = event.detail.get(name)
        if isinstance(written, str):
            moment = datetime.fromisoformat(written).astimezone(UTC)
            is_of_the_day = moment.date() == event.at.astimezone(UTC).date()
            said[name] = f"{moment:%H:%M}" if is_of_the_day else f"{moment:%Y-%m-%d %H:%M}"
    return said


def _self_test(event: Event, voice: Voice) -> str:
    """Name the self-test, and the rung that broke when one did."""
    rung = voice.from_section(f"report.selftest.rungs.{event.detail.get('where')}")
    named = voice.from_section("report.selftest.part", rung=unescape(rung)) if rung else None
    return named or voice.from_section("report.selftest.part_over") or SELF_TEST


def _of_day(event: Event, _: Invitation | None, voice: Voice) -> str:
    report = read_report(event.detail)
    if report is not None:
        return escape(ReportWords(voice.catalogue, voice.language).text(report), quote=False)
    seconds = event.detail.get("median_seconds")
    first_picture = (
        voice.html("notices.day.first_picture", time=voice.seconds(seconds))
        if isinstance(seconds, int | float)
        else voice.html("notices.day.no_picture")
    )
    lines = [voice.html(f"notices.day.{line}", **event.detail) for line in ("head", "sms", "pictures")]
    return "\n".join([*lines, first_picture, voice.html("notices.day.credits", **event.detail)])


def _of_sms(event: Event, invitation: Invitation | None, voice: Voice) -> str | None:
    if invitation is None:
        return None
    provider = event.detail.get("provider") or "?"
    said = voice.html(f"notices.{_subject(event)}", number=invitation.number, provider=provider)
    why = voice.from_section(f"refusals.{event.detail.get('cause')}")
    return f"{said} {why}" if why else said


def _of_trouble(event: Event, _: Invitation | None, voice: Voice) -> str:
    part = event.detail.get("part")
    name = (
        _self_test(event, voice)
        if part == SELF_TEST
        else voice.from_section(f"chat.notices.parts.{part}") or voice.html("notices.parts.other", part=part)
    )
    return f"{name}: {voice.html(f'notices.{_subject(event)}', **_span(event))}"


def _of_quarantine(event: Event, _: Invitation | None, voice: Voice) -> str | None:
    """Name the photo and never show it; None once it was deleted, and what its events told with it."""
    if "number" not in event.detail:
        return None
    return voice.html(f"notices.{_subject(event)}", **{**event.detail, "by": event.actor})


def _of_limit(event: Event, _: Invitation | None, voice: Voice) -> str:
    limit = unescape(voice.from_section(f"chat.notices.limits.{event.detail.get('limit')}") or "?")
    count = event.detail.get("count")
    return voice.html(f"notices.{_subject(event)}", limit=limit, by=event.actor, count=count, **_span(event))


def _of_unanswered(event: Event, invitation: Invitation | None, voice: Voice) -> str | None:
    """Write it while it is true: what waited for Telegram may have been answered."""
    if invitation is None or invitation.is_answered or invitation.ended_at is not None:
        return None
    rung = unescape(voice.from_section(f"ladder.rungs.{invitation.ladder.highest}") or "?")
    return voice.html("notices.unanswered", number=invitation.number, minutes=event.detail.get("minutes"), rung=rung)


_WRITTEN_BY: Final[Mapping[str, Callable[[Event, Invitation | None, Voice], str | None]]] = {
    "provider_failed": _of_sms,
    "sms_refused": _of_sms,
    "sms_unknown": _of_sms,
    "trouble_began": _of_trouble,
    "trouble_ended": _of_trouble,
    "day": _of_day,
    "limit_hit": _of_limit,
    "limit_hit_often": _of_limit,
    **dict.fromkeys(("photo_quarantined", "photo_released", "photo_deleted", "quarantine_waits"), _of_quarantine),
    "unanswered": _of_unanswered,
}
"""What is more than a sentence with the event's detail in its blanks."""
