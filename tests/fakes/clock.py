"""A clock that stands still until it is moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

START: Final = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)


class MovableClock:
    """Tells the moment it was set to; implements ``showme.ports.Clock``."""

    def __init__(self, moment: datetime = START) -> None:
        self._moment = moment

    def now(self) -> datetime:
        """Return the moment."""
        return self._moment

    def move(self, **by: float) -> None:
        """Move on, as in ``move(hours=6, seconds=1)``."""
        self._moment += timedelta(**by)

    def set(self, moment: datetime) -> None:
        """Set the moment."""
        self._moment = moment
