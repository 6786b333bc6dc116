"""Summarising: once a day the figures of each organisation's day are written into its journal."""

from __future__ import annotations

import asyncio
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Final

from showme.domain.events import Kind
from showme.domain.reports import write_report
from showme.services.reporting import count
from showme.services.sending import SHOWME

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from showme.ports import Clock
    from showme.records import Records, Work

ENDS_AT: Final = 6
"""The hour (UTC) at which one day is over for us and the next begins: when few call."""
_A_DAY: Final = timedelta(days=1)
_LOOK_EVERY: Final = 30.0


class Summarising:
    """Writes each day down, once, also when we were down at its end."""

    def __init__(self, *, records: Records, clock: Clock, report: Callable[[str, BaseException], None]) -> None:
        """Work on these records, by this clock."""
        self._records = records
        self._clock = clock
        self._report = report
        self._done_until: datetime | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Go on looking."""
        self._task = asyncio.create_task(self._go_on())

    async def stop(self) -> None:
        """Stop looking."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def look(self) -> None:
        """Sum up the day that is over, for every organisation for which that has not been done."""
        until = _last_end(self._clock.now())
        if self._done_until is not None and self._done_until >= until:
            return

        async def finding(work: Work) -> list[int]:
            return [organisation.id for organisation in await work.organisations.all()]

        for organisation in await self._records.read(finding):
            await self._sum_up(organisation, until)
        self._done_until = until

    async def _sum_up(self, organisation: int, until: datetime) -> None:
        since, now = until - _A_DAY, self._clock.now()

        async def summing(work: Work) -> None:
            before = await work.journal.last(organisation, Kind.DAY_SUMMARISED)
            first = await work.journal.since(organisation, 0, most=1)
            is_done = before is not None and before.at >= until
            has_begun = bool(first) and first[0].at < until
            if is_done or not has_begun:
                return
            invitations = await work.figures.invitations(organisation, since=since, until=until)
            sms = await work.figures.sms(organisation, since=since, until=until)
            await work.journal.append(
                Kind.DAY_SUMMARISED,
                organisation=organisation,
                at=now,
                actor=SHOWME,
                detail={
                    "since": since.isoformat(),
                    "until": until.isoformat(),
                    "invitations": invitations.made,
                    "sms_sent": sms.sent,
                    "sms_delivered": sms.delivered,
                    "sms_failed": sms.failed,
                    "sms_unknown": sms.unknown,
                    "pages_loaded": invitations.pages_loaded,
                    "photos": invitations.photos,
                    "median_seconds": invitations.median_seconds,
                    "credits": await work.ledger.balance(organisation),
                    "report": write_report(await count(work, organisation, since=since, until=until, now=now)),
                },
            )

        await self._records.write(summing)

    async def _go_on(self) -> None:
        while True:
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - tried again at the next look
                self._report("summarising_failed", error)
            await asyncio.sleep(_LOOK_EVERY)


def _last_end(now: datetime) -> datetime:
    """Return the last moment at which a day was over."""
    today = now.astimezone(UTC).replace(hour=ENDS_AT, minute=0, second=0, microsecond=0)
    return today if today <= now else today - _A_DAY
