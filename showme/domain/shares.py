"""A share: a link by which a crew or another centre sees one invitation or incident for a while, and does nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from showme.domain.invitations import LIFE
from showme.domain.people import read_name
from showme.errors import LinkEnded, NotUnderstood

SHORTEST: Final = timedelta(minutes=5)
LONGEST: Final = LIFE
"""As long as a secret that was replaced still checks what it has signed."""
USUAL: Final = timedelta(hours=2)
MOST_OPEN: Final = 50
"""Links of an organisation that work at the same time."""
MOST_WATCHING: Final = 50
"""Browsers that look by one link at the same time."""
HEARD_WITHIN: Final = timedelta(seconds=20)
"""A page that looks tells so every few seconds."""
VISIT_DIGITS: Final = 32

State = Literal["open", "ended", "expired"]

_MINUTE: Final = 60
_VISIT: Final = re.compile(rf"[0-9A-Za-z]{{{VISIT_DIGITS}}}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Share:
    """A link that was given to somebody; what it shows is one invitation, or all of one incident."""

    id: str
    organisation: int
    recipient: str
    """For whom it was made, as the dispatcher wrote it."""
    invitation: str | None
    incident: str | None
    secret: int
    """The number of the secret that signs it."""
    made_by: str
    made_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None
    opened: int = 0
    """How often somebody has opened it."""
    opened_at: datetime | None = None
    """When that was the last time."""
    watching: int = 0
    """How many look now."""

    @property
    def watcher(self) -> str:
        """Under whose name stands what its holders do."""
        return f"{self.recipient} (link)"

    def state(self, now: datetime) -> State:
        """Say whether it works, and if not, why."""
        if self.ended_at is not None:
            return "ended"
        return "expired" if now >= self.expires_at else "open"

    def refuse_unless_open(self, now: datetime) -> None:
        """Raise LinkEnded with the cause once it was revoked or has expired."""
        state = self.state(now)
        if state != "open":
            raise LinkEnded("share_ended" if state == "ended" else "share_expired")


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A browser in which a share was opened: from which network, with what, and when it was heard last."""

    address: str
    browser: str
    opened_at: datetime
    seen_at: datetime


def read_recipient(text: str | None) -> str:
    """Read for whom a link is made; raise NotUnderstood."""
    return read_name(text or "")


def read_lasting(minutes: float | None) -> timedelta:
    """Read for how many minutes a link works, two hours when it is not said; raise NotUnderstood."""
    if minutes is None:
        return USUAL
    if not SHORTEST.total_seconds() <= minutes * _MINUTE <= LONGEST.total_seconds():
        most, least = int(LONGEST.total_seconds() // _MINUTE), int(SHORTEST.total_seconds() // _MINUTE)
        raise NotUnderstood("lasting_not_understood", least=least, most=most)
    return timedelta(minutes=minutes)


def is_visit(text: str) -> bool:
    """Whether a text can be the token of a visit."""
    return _VISIT.fullmatch(text) is not None
