"""Waits for a moment by our own clock, so that a clock that jumps is noticed and a test can move it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from showme.ports import Clock


class Waiting:
    """Looks at the clock every now and then while there is something to wait for."""

    def __init__(self, clock: Clock, *, look_every: float) -> None:
        """Look every ``look_every`` seconds at most."""
        self._clock = clock
        self._look_every = look_every

    async def until(self, moment: datetime | None, *, unless: asyncio.Event) -> None:
        """Return at a moment (None: never), or as soon as ``unless`` is set."""
        while not unless.is_set():
            left = None if moment is None else (moment - self._clock.now()).total_seconds()
            if left is not None and left <= 0:
                return
            try:
                async with asyncio.timeout(None if left is None else min(left, self._look_every)):
                    await unless.wait()
            except TimeoutError:
                continue

    async def pause(self, seconds: float) -> None:
        """Return after so many seconds."""
        await self.until(self._clock.now() + timedelta(seconds=seconds), unless=asyncio.Event())


class Backing:
    """Counts how often something failed in a row, and says how long to leave it alone."""

    def __init__(self, *, most: float = 30.0) -> None:
        """Wait for ``most`` seconds at most."""
        self._most = most
        self._failures = 0

    def failed(self) -> float:
        """Count a failure; return the seconds to wait: 1, 2, 4 … ."""
        self._failures += 1
        return float(min(self._most, 2.0 ** min(self._failures - 1, 10)))

    def went_well(self) -> None:
        """Begin to count anew."""
        self._failures = 0
