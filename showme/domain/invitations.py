"""An invitation: what a citizen was asked for, and how far it has come."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

from showme.domain import keys
from showme.domain.attendance import Attendance
from showme.domain.ladder import ANSWERS, PURPOSES, Hint, Ladder, Purpose, Rung, Troubles, hint_for, ladder_of
from showme.domain.words import LANGUAGES
from showme.errors import LinkEnded, NotInvitable

if TYPE_CHECKING:
    from collections.abc import Mapping

LIFE: Final = keys.LIFE
SILENCE: Final = timedelta(seconds=60)
"""How long a provider may say nothing of a delivery until other ways are offered."""
MOST_INCIDENT: Final = 40

State = Literal["open", "closed", "expired"]
SmsState = Literal["none", "queued", "sending", "accepted", "delivered", "refused", "unknown"]

_INCIDENT: Final = re.compile(r"[\w ./#:+-]{1,40}")


@dataclass(frozen=True, kw_only=True)
class Phone:
    """What the phone's browser tells of itself; every field may be unknown."""

    kind: str | None = None
    browser: str | None = None
    battery: float | None = None
    """Between 0 and 1."""
    network: str | None = None
    clock: int | None = None
    """Minutes by which the phone's clock is ahead of UTC."""


@dataclass(frozen=True, kw_only=True)
class Location:
    """Where the citizen's phone says it is: degrees (WGS 84), accuracy in metres."""

    latitude: float
    longitude: float
    accuracy: float
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """An invitation as it stands now; ``number`` counts within the organisation, for people to say."""

    id: str
    organisation: int
    number: int
    purpose: Purpose
    language: str
    incident: str | None
    masked_number: str | None
    by: str
    """Who invited."""
    created_at: datetime
    nonce: bytes = field(repr=False)
    secret: int
    ended_at: datetime | None = None
    closed: bool = False
    language_chosen: bool = True
    """Whether the dispatcher has chosen the language; else the page speaks the phone's own, where we have it."""
    handed_to: str | None = None
    """Who is responsible since it was handed over."""
    handed_by: str | None = None
    handed_at: datetime | None = None
    sms_state: SmsState = "none"
    sms_provider: str | None = None
    sms_cause: str | None = None
    phone: Phone = field(default_factory=Phone)
    location: Location | None = None
    page: Attendance | None = None
    """How the page stands, once somebody has tapped on it."""
    photos: int = 0
    live_began_at: datetime | None = None
    live_ended_at: datetime | None = None
    """When the newest live video ended; None while it goes on."""
    reached: Mapping[Rung, datetime] = field(default_factory=dict)
    troubles: Troubles = field(default_factory=Troubles)

    @property
    def responsible(self) -> str:
        """Who looks after it: whoever invited, until somebody else takes over."""
        return self.handed_to or self.by

    @property
    def by_sms(self) -> bool:
        """Whether an SMS was asked for."""
        return self.masked_number is not None

    @property
    def expires_at(self) -> datetime:
        """When the link stops working by itself."""
        return self.created_at + LIFE

    @property
    def ladder(self) -> Ladder:
        """The rungs of its purpose, with their times."""
        return ladder_of(purpose=self.purpose, by_sms=self.by_sms, reached=self.reached)

    @property
    def is_live(self) -> bool:
        """Whether the phone's camera runs for us, as far as it told."""
        return self.live_began_at is not None and self.live_ended_at is None

    @property
    def perhaps_a_scanner(self) -> bool:
        """Whether the page was loaded and nobody has tapped yet: it may have been a link preview."""
        return Rung.PAGE_LOADED in self.reached and Rung.TAPPED not in self.reached

    @property
    def is_answered(self) -> bool:
        """Whether the citizen did something; a page that was loaded is no answer."""
        return not ANSWERS.isdisjoint(self.reached)

    def state(self, now: datetime) -> State:
        """Say whether the link works at this moment, and if not, why."""
        if self.closed:
            return "closed"
        return "expired" if self.ended_at is not None or now >= self.expires_at else "open"

    def hint(self, now: datetime) -> Hint | None:
        """Return the sentence to say and from when, while the invitation is open."""
        if self.state(now) != "open":
            return None
        if self.ladder.highest is Rung.SMS_ACCEPTED and is_sms_silent(self, now):
            return Hint(cause="sms_silent", due_at=self.reached[Rung.SMS_ACCEPTED] + SILENCE)
        return hint_for(
            self.ladder,
            by_sms=self.by_sms,
            troubles=self.troubles,
            page=self.page,
            live_since=self.live_began_at if self.is_live else None,
            pictured_at=self.reached.get(Rung.FIRST_PICTURE),
        )

    def refuse_unless_open(self, now: datetime) -> None:
        """Raise LinkEnded with the cause once it is closed or expired."""
        state = self.state(now)
        if state != "open":
            raise LinkEnded("link_closed" if state == "closed" else "link_expired")


def read_purpose(text: str | None) -> Purpose:
    """Read a purpose, photo when none is given; raise NotInvitable."""
    if text is None or text == "":
        return "photo"
    for purpose in PURPOSES:
        if text == purpose:
            return purpose
    raise NotInvitable("purpose_not_known")


def read_language(text: str | None, *, otherwise: str) -> str:
    """Read a language code, the organisation's when none is given; raise NotInvitable."""
    if text is None or text == "":
        return otherwise
    if text.lower() not in LANGUAGES:
        raise NotInvitable("language_not_offered", offered=", ".join(LANGUAGES))
    return text.lower()


def read_incident(text: str | None) -> str | None:
    """Read the CAD's reference; raise NotInvitable when it is longer than 40 or holds odd characters."""
    trimmed = (text or "").strip().lstrip("#")
    if not trimmed:
        return None
    if not _INCIDENT.fullmatch(trimmed):
        raise NotInvitable("incident_not_understood", most=MOST_INCIDENT)
    return trimmed


def is_sms_silent(invitation: Invitation, now: datetime) -> bool:
    """Whether the provider has said nothing of delivery for a minute."""
    accepted = invitation.reached.get(Rung.SMS_ACCEPTED)
    return accepted is not None and Rung.SMS_DELIVERED not in invitation.reached and now > accepted + SILENCE
