"""What is counted of an organisation's work over a span of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from showme.domain.sms import Attempt, outcome_of


@dataclass(frozen=True, kw_only=True)
class SmsFigures:
    """SMS by how they stand; ``accepted`` are those of which no delivery is known."""

    waiting: int = 0
    accepted: int = 0
    delivered: int = 0
    failed: int = 0
    unknown: int = 0

    @property
    def sent(self) -> int:
        """How many a provider has taken."""
        return self.accepted + self.delivered


@dataclass(frozen=True, kw_only=True)
class InvitationFigures:
    """Invitations made within a span, and what came of them."""

    made: int = 0
    pages_loaded: int = 0
    photos: int = 0
    median_seconds: float | None = None
    """From the invitation to the first picture; None while there is none."""


def standing_of(attempts: Sequence[Attempt]) -> str:
    """Return under which of the SmsFigures an SMS counts, by what its providers did."""
    if not attempts:
        return "waiting"
    state = outcome_of(attempts).state
    if state in {"refused", "unreachable", "failed"}:
        return "failed"
    return "waiting" if state == "sending" else state
