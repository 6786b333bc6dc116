"""Comparing: a provider that delivers clearly fewer SMS than it usually does is written into the journal."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from showme.domain.deliveries import ENOUGH_LATELY, Rates, rates_of
from showme.domain.events import Kind
from showme.services.sending import SHOWME

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from showme.domain.reports import ProviderFigures
    from showme.ports import Clock
    from showme.records import Records, Work

_YOUNG: Final = timedelta(minutes=5)
"""An SMS so young may still be delivered."""
_WINDOWS: Final = (timedelta(hours=1), timedelta(days=1))
"""What counts as lately: the shortest of these in which the provider was asked often enough."""
_USUALLY: Final = timedelta(days=14)
_LOOK_EVERY: Final = 120.0


class Comparing:
    """Looks at every provider of every organisation, and tells of a drop once, and once when it is over."""

    def __init__(self, *, records: Records, clock: Clock, report: Callable[[str, BaseException], None]) -> None:
        """Work on these records, by this clock."""
        self._records = records
        self._clock = clock
        self._report = report
        self._dropped: dict[int, set[str]] = {}
        """By organisation: the providers whose drop was told and is not over."""
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Go on looking; what was told while another node looked is read from the journal."""
        self._dropped.clear()
        self._task = asyncio.create_task(self._go_on())

    async def stop(self) -> None:
        """Stop looking."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def look(self) -> None:
        """Compare once; raise what the records raise, and then tell at the next look."""

        async def finding(work: Work) -> list[int]:
            return [organisation.id for organisation in await work.organisations.all()]

        for organisation in await self._records.read(finding):
            await self._compare(organisation)

    async def _compare(self, organisation: int) -> None:
        now = self._clock.now()
        if organisation not in self._dropped:
            self._dropped[organisation] = await self._recall(organisation)
        dropped = self._dropped[organisation]
        for rates, window in await self._records.read(lambda work: _rates(work, organisation, now)):
            if rates.provider not in dropped and rates.have_dropped:
                await self._tell(Kind.DELIVERY_DROPPED, organisation, rates, window)
                dropped.add(rates.provider)
            elif rates.provider in dropped and rates.have_recovered:
                await self._tell(Kind.DELIVERY_RECOVERED, organisation, rates, window)
                dropped.discard(rates.provider)

    async def _recall(self, organisation: int) -> set[str]:
        """Return the drops that an earlier run told of and did not see the end of."""

        async def looking(work: Work) -> set[str]:
            last: dict[str, Kind] = {}
            for event in await work.journal.newest(organisation, {Kind.DELIVERY_DROPPED, Kind.DELIVERY_RECOVERED}):
                last.setdefault(str(event.detail.get("provider")), event.kind)
            return {provider for provider, kind in last.items() if kind is Kind.DELIVERY_DROPPED}

        return await self._records.read(looking)

    async def _tell(self, kind: Kind, organisation: int, rates: Rates, window: timedelta) -> None:
        detail: Mapping[str, object] = {
            "provider": rates.provider,
            "lately": round(100 * rates.lately),
            "usually": round(100 * rates.usually),
            "count": rates.count,
            "hours": round(window.total_seconds() / 3600),
        }

        async def telling(work: Work) -> None:
            await work.journal.append(
                kind, organisation=organisation, at=self._clock.now(), actor=SHOWME, detail=detail
            )

        await self._records.write(telling)

    async def _go_on(self) -> None:
        while True:
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - compared again at the next look
                self._report("comparing_failed", error)
            await asyncio.sleep(_LOOK_EVERY)


async def _rates(work: Work, organisation: int, now: datetime) -> list[tuple[Rates, timedelta]]:
    """Return the rates of each provider that can be judged, with what counts as lately for it."""
    until = now - _YOUNG
    judged: dict[str, tuple[Rates, timedelta]] = {}
    for window in _WINDOWS:
        lately = await work.figures.providers(organisation, since=until - window, until=until)
        if not any(figures.asked >= ENOUGH_LATELY for figures in lately):
            continue
        before = await work.figures.providers(organisation, since=until - window - _USUALLY, until=until - window)
        usually: Mapping[str, ProviderFigures] = {figures.provider: figures for figures in before}
        for figures in lately:
            known = usually.get(figures.provider)
            rates = rates_of(figures, known) if known is not None else None
            if rates is not None:
                judged.setdefault(figures.provider, (rates, window))
    return list(judged.values())
