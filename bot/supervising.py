"""Chooses which events supervisors are told of, and writes the lines."""

from __future__ import annotations

from collections.abc import Mapping
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
_TELEGRAM: Final = "telegram"
SELF_TEST: Final = "selftest"

_TOLD: Final = {
    Kind.CREDITS_TOPPED_UP: "credits_topped_up",
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
}
"""What supervisors are told of, and the words for it below ``notices``; the charges of credits come on top."""
_CHARGES: Final = frozenset({Kind.INVITATION_CREATED, Kind.INVITATION_RESENT})
_MERGED: Final = frozenset({"provider_failed", "sms_refused", "sms_unknown", "codes_guessed", "message_not_forgotten"})
"""What comes in swarms when it comes: told once in ten minutes of each provider or cause."""
_ONCE: Final = frozenset({"credits_low", "credits_empty"})
"""What is told once until somebody tops up, also when a refund lifts the balance across the line and back."""
_LOUD: Final = frozenset(
    {"credits_empty", "sms_refused", "sms_unknown", "trouble_began", "chat_left", "chat_joined", "bot_added",
     "message_not_forgotten"}
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
    detail = event.detail
    match subject:
        case "sms_refused" | "sms_unknown" | "provider_failed":
            if invitation is None:
                return None
            said = voice.html(f"notices.{subject}", number=invitation.number, provider=detail.get("provider") or "?")
            why = voice.from_section(f"refusals.{detail.get('cause')}")
            return f"{said} {why}" if why else said
        case "trouble_began" | "trouble_ended":
            part = detail.get("part")
            name = (
                _self_test(event, voice)
                if part == SELF_TEST
                else voice.from_section(f"chat.notices.parts.{part}") or voice.html("notices.parts.other", part=part)
            )
            return f"{name}: {voice.html(f'notices.{subject}', **_span(event))}"
        case "day":
            return _day(event, voice)
        case _:
            return voice.html(f"notices.{subject}", **{**detail, "by": event.actor})


def _subject(event: Event) -> str | None:
    """Return what a notice about an event says, as a key below ``notices``; None when there is none."""
    if event.kind in _CHARGES:
        # A charge takes one credit, so that no balance is passed over.
        left = event.detail.get("credits")
        return "credits_empty" if left == 0 else "credits_low" if left == LOW else None
    if event.kind is Kind.TROUBLE_BEGAN and event.detail.get("part") == _TELEGRAM:
        # It could only be told once it is over, and the line about its end says all.
        return None
    if event.detail.get("cause") in _THE_NUMBERS_FAULT:
        return None
    return _TOLD.get(event.kind)


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


def _day(event: Event, voice: Voice) -> str:
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
