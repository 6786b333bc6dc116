"""A shift: how many pictures a person has revealed since the last long rest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

REST: Final = timedelta(hours=6)
"""So long without a picture ends a shift; nobody tells us when people come and go."""


@dataclass(frozen=True, kw_only=True)
class Shift:
    """What one person has revealed in one shift."""

    organisation: int
    person: str
    began_at: datetime
    last_at: datetime
    revealed: int

    def revealed_at(self, now: datetime) -> int:
        """Return how many were revealed in the shift that goes on at a moment; 0 once it is over."""
        return self.revealed if now - self.last_at < REST else 0

    def with_one_more(self, now: datetime) -> Shift:
        """Return the shift after one more picture, or the next one that begins with it."""
        if now - self.last_at >= REST:
            return replace(self, began_at=now, last_at=now, revealed=1)
        return replace(self, last_at=max(now, self.last_at), revealed=self.revealed + 1)


def new_shift(*, organisation: int, person: str, now: datetime) -> Shift:
    """Return a shift that begins with its first picture."""
    return Shift(organisation=organisation, person=person, began_at=now, last_at=now, revealed=1)
