"""A clock that stands still until somebody moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class MovableClock:
    """Implements ``showme.ports.Clock``; it starts in the middle of a minute, as most calls do."""

    def __init__(self, moment: datetime = datetime(2026, 11, 20, 10, 11, 12, 345_000, tzinfo=UTC)) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def move(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Let so much time pass, or take it back."""
        self.moment += timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


class RunningClock:
    """Runs with the real time, and can be moved ahead of it; implements ``showme.ports.Clock``."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        """Return the real moment, as far ahead as we were moved."""
        return datetime.now(UTC) + self._ahead

    def move(self, **by: float) -> None:
        """Move on, as in ``move(hours=6, seconds=1)``."""
        self._ahead += timedelta(**by)
