"""Measuring: the figures of the whole service, for a program that watches over it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from showme.domain.measures import SPANS, Measure, of_courses, of_credits, of_providers, within
from showme.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from showme.domain.reports import Course, ProviderFigures
    from showme.ports import Clock
    from showme.records import Records, Work

_FRESH_FOR: Final = timedelta(seconds=10)
"""How long what was counted in the records is told again: several who ask must not make each other wait."""
_ANSWERS_WITHIN: Final = 5.0
"""Seconds after which records that do not answer count as away."""


class Measuring:
    """Counts in the records what all organisations did lately, and asks the running parts how they are."""

    def __init__(self, *, records: Records, clock: Clock, here: Callable[[], Iterable[Measure]]) -> None:
        """Ask ``here`` for what this process knows of itself."""
        self._records = records
        self._clock = clock
        self._here = here
        self._counting = asyncio.Lock()
        self._counted: tuple[datetime, Sequence[Measure]] | None = None

    async def measures(self) -> Sequence[Measure]:
        """Return every figure as it is now; while the records are away, those of this process alone."""
        here = tuple(self._here())
        try:
            async with self._counting, asyncio.timeout(_ANSWERS_WITHIN):
                counted = await self._recorded()
        except (Unavailable, TimeoutError):
            return (*here, Measure(name="database_up", value=0))
        return (*here, Measure(name="database_up", value=1), *counted)

    async def _recorded(self) -> Sequence[Measure]:
        now = self._clock.now()
        if self._counted is None or not timedelta(0) <= now - self._counted[0] < _FRESH_FOR:

            async def counting(work: Work) -> Sequence[Measure]:
                return await _count(work, now)

            self._counted = (now, await self._records.read(counting))
        return self._counted[1]


async def _count(work: Work, now: datetime) -> Sequence[Measure]:
    organisations = await work.organisations.all()
    # Until a moment that no invitation has reached: one made at this very moment counts.
    until, longest = now + timedelta(microseconds=1), max(SPANS.values())
    courses: list[Course] = []
    for organisation in organisations:
        courses += await work.figures.courses(organisation.id, since=now - longest, until=until)
    counted: list[Measure] = []
    for span, length in SPANS.items():
        counted += of_courses(within(courses, now - length), span=span)
        providers: list[ProviderFigures] = []
        for organisation in organisations:
            providers += await work.figures.providers(organisation.id, since=now - length, until=until)
        counted += of_providers(providers, span=span)
    counted += of_credits([await work.ledger.balance(organisation.id) for organisation in organisations])
    waiting, _ = await work.upkeep.notices()
    counted += [
        Measure(name="chat_waiting", value=waiting),
        Measure(name="live", value=len(await work.invitations.live())),
    ]
    return counted
