"""Reporting: the figures of an organisation's work, counted, put into words and drawn."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from showme.domain.reports import MOST_DAYS, Report, sum_up
from showme.domain.sheets import ReportWords
from showme.errors import NotFound, NotUnderstood

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from showme.domain.words import Catalogue
    from showme.ports import Clock, Drawing
    from showme.records import Records, Work


class Reporting:
    """Makes reports for supervisors and operators."""

    def __init__(
        self,
        *,
        records: Records,
        clock: Clock,
        words: Catalogue,
        drawing: Drawing,
        report: Callable[[str, BaseException], None],
    ) -> None:
        """Count in these records; tell ``report`` when a picture cannot be drawn."""
        self._records = records
        self._clock = clock
        self._words = words
        self._drawing = drawing
        self._report = report

    async def lately(self, organisation: int, *, days: int = 1) -> Report:
        """Count the days until this moment; raise NotUnderstood unless they are from 1 to 31."""
        if not 1 <= days <= MOST_DAYS:
            raise NotUnderstood
        now = self._clock.now()

        async def counting(work: Work) -> Report:
            # Until a moment that no invitation has reached: one made at this very moment counts.
            return await count(
                work, organisation, since=now - timedelta(days=days), until=now + timedelta(microseconds=1), now=now
            )

        return await self._records.read(counting)

    def text(self, report: Report, *, language: str) -> str:
        """Write a report as lines, short enough for the caption of a photo."""
        return ReportWords(self._words, language).text(report)

    async def picture(self, report: Report, *, organisation: int, language: str) -> bytes | None:
        """Draw a report as a PNG; None when it cannot be drawn, as its text tells everything too. Raise NotFound."""

        async def looking(work: Work) -> str:
            found = await work.organisations.get(organisation)
            if found is None:
                raise NotFound
            return found.name

        name = await self._records.read(looking)
        try:
            return await self._drawing.draw(ReportWords(self._words, language).sheet(report, name=name))
        except Exception as error:  # noqa: BLE001 - a report without its picture is still a report
            self._report("report_not_drawn", error)
            return None


async def count(work: Work, organisation: int, *, since: datetime, until: datetime, now: datetime) -> Report:
    """Count the invitations and SMS of a span, from ``since`` to before ``until``, within a transaction."""
    return sum_up(
        await work.figures.courses(organisation, since=since, until=until),
        providers=await work.figures.providers(organisation, since=since, until=until),
        credits_left=await work.ledger.balance(organisation),
        since=since,
        until=until,
        now=now,
    )
