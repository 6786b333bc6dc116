"""Limiting: who ran into a limit is written into the journal, many times as one line."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from showme.domain.events import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from showme.ports import Clock
    from showme.records import Records, Work

_TOGETHER: Final = timedelta(minutes=10)
_LOOK_EVERY: Final = 15.0


@dataclass(frozen=True, kw_only=True)
class _Hits:
    """How often one limit was hit since the last line about it."""

    since: datetime
    by: str
    count: int = 0


class Limiting:
    """Tells of the first hit at once, and of all that follow within ten minutes in one line at their end."""

    def __init__(self, *, records: Records, clock: Clock, report: Callable[[str, BaseException], None]) -> None:
        """Count in memory only: a restart forgets hits that were not told, and tells of the next one at once."""
        self._records = records
        self._clock = clock
        self._report = report
        self._hits: dict[tuple[int, str], _Hits] = {}
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Go on looking."""
        self._task = asyncio.create_task(self._go_on())

    async def stop(self) -> None:
        """Tell of what was counted, and stop looking."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._look_safely(everything=True)

    async def note(self, organisation: int, limit: str, *, by: str) -> None:
        """Count a hit; ``limit`` is a key below ``refusals``. Nothing is raised: who was refused hears that anyhow."""
        now, key = self._clock.now(), (organisation, limit)
        hits = self._hits.get(key)
        if hits is not None:
            self._hits[key] = replace(hits, count=hits.count + 1, by=by)
            return
        self._hits[key] = _Hits(since=now, by=by)
        try:
            await self._tell(organisation, limit, _Hits(since=now, by=by, count=1))
        except Exception as error:  # noqa: BLE001 - a line that is missing must not hide the refusal
            self._report("limit_not_told", error)

    async def look(self, *, everything: bool = False) -> None:
        """Tell of what ten minutes have counted; raise what the records raise, and then tell at the next look."""
        now = self._clock.now()
        for (organisation, limit), hits in list(self._hits.items()):
            if not everything and now - hits.since < _TOGETHER:
                continue
            if hits.count:
                await self._tell(organisation, limit, hits)
                self._hits[organisation, limit] = _Hits(since=now, by=hits.by)
            else:
                del self._hits[organisation, limit]

    async def _tell(self, organisation: int, limit: str, hits: _Hits) -> None:
        detail = {"limit": limit, "count": hits.count, "since": hits.since.isoformat()}

        async def telling(work: Work) -> None:
            await work.journal.append(
                Kind.LIMIT_HIT, organisation=organisation, at=self._clock.now(), actor=hits.by, detail=detail
            )

        await self._records.write(telling)

    async def _look_safely(self, *, everything: bool = False) -> None:
        try:
            await self.look(everything=everything)
        except Exception as error:  # noqa: BLE001 - told at the next look
            self._report("limit_not_told", error)

    async def _go_on(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            await self._look_safely()
