"""Relaying: the ICE servers of every provider, fetched ahead, so that whoever taps has them at once."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

from showme.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from showme.ports import Clock, IceLease, IceProvider

_PATIENCE: Final = 10.0
"""Seconds that a provider may take, whatever it promises of itself."""
_AT_START: Final = 1.0
"""Seconds that the start waits for the first answers, so that a call right after a restart has a relay."""
_LOOK_EVERY: Final = 5.0
_FIRST_PAUSE: Final = timedelta(seconds=5)
_LONGEST_PAUSE: Final = timedelta(minutes=1)
_FOR_EVER: Final = timedelta(days=1)
"""How often a lease without end is asked for again: it costs nothing, and shows that the provider still lends."""


@dataclass(frozen=True, kw_only=True)
class _Holding:
    """What we hold of a provider, and when it is asked again; at the start nothing, and at once."""

    lease: IceLease | None = None
    asked: datetime | None = None
    again: datetime | None = None
    failures: int = 0
    told: str = ""
    """The failure that was reported last; the same one is reported once."""

    def is_due(self, now: datetime) -> bool:
        """Whether to ask; a clock that was set back is no reason to wait for it."""
        return self.asked is None or self.again is None or not self.asked <= now < self.again

    def holds(self, now: datetime) -> bool:
        """Whether anything is lent at this moment."""
        return self.lease is not None and (self.lease.until is None or now < self.lease.until)


class Relaying:
    """Keeps a fresh lease of every provider; one that fails or hangs takes nothing from the others."""

    def __init__(
        self,
        *,
        providers: Sequence[IceProvider],
        clock: Clock,
        report: Callable[[str, BaseException], None],
        patience: float = _PATIENCE,
    ) -> None:
        """Ask ``providers``, whose servers are told in this order; tell ``report`` of each new kind of failure."""
        self._providers = tuple(providers)
        self._clock = clock
        self._report = report
        self._patience = patience
        self._held = [_Holding() for _ in self._providers]
        self._looked = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to fetch, and wait a moment for the first answers: never long, and for nobody who hangs."""
        if not self._providers:
            return
        self._task = asyncio.create_task(self._go_on())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._looked.wait(), _AT_START)

    async def stop(self) -> None:
        """Stop fetching."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def servers(self, invitation_id: str) -> list[dict[str, object]]:
        """Return what is lent at this moment for an invitation, as browsers take it; it asks nobody and never waits."""
        now = self._clock.now()
        return [
            server.for_browsers()
            for held in self._held
            if held.lease is not None and held.holds(now)
            for server in held.lease.servers(invitation=invitation_id, now=now)
        ]

    def state(self) -> Literal["up", "off", "failing"]:
        """Say whether every provider lends: ``off`` without any, ``failing`` as soon as one did not when asked last."""
        if not self._held:
            return "off"
        now = self._clock.now()
        return "up" if all(held.holds(now) and not held.failures for held in self._held) else "failing"

    async def look(self) -> None:
        """Ask every provider whose time has come, all at once; whatever one does, nothing is raised."""
        now = self._clock.now()
        due = [place for place, held in enumerate(self._held) if held.is_due(now)]
        await asyncio.gather(*(self._ask(place, now) for place in due))
        self._looked.set()

    async def _ask(self, place: int, now: datetime) -> None:
        held = self._held[place]
        try:
            async with asyncio.timeout(self._patience):
                lease = await self._providers[place].lease(now=now)
        except Exception as error:  # noqa: BLE001 - whatever fails here must leave the other providers alone
            self._held[place] = self._failed(place, held, now, error)
        else:
            # At half of its life it is renewed: the other half is there for the time that a provider may be away.
            life = _FOR_EVER if lease.until is None else (lease.until - now) / 2
            self._held[place] = _Holding(lease=lease, asked=now, again=now + max(life, _FIRST_PAUSE))

    def _failed(self, place: int, held: _Holding, now: datetime, error: Exception) -> _Holding:
        kind = f"{type(error).__name__} {error}"
        if kind != held.told:
            told = Unavailable(provider=self._providers[place].name, **getattr(error, "facts", {}))
            told.__cause__ = error
            self._report("ice_provider_failed", told)
        pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(held.failures, 10))
        return replace(held, asked=now, again=now + pause, failures=held.failures + 1, told=kind)

    async def _go_on(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(_LOOK_EVERY)
