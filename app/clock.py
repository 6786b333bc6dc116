"""The real clock."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """Tells the machine's time; implements ``showme.ports.Clock``."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.now(UTC)
