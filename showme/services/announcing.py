"""Announcing: every use is told to a listener outside, in order, until it has heard it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from showme.domain.events import Kind
from showme.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from showme.domain.events import Event
    from showme.ports import UsageListener
    from showme.records import Records, Work

_CURSOR: Final = "usage"
_USES: Final = {Kind.INVITATION_CREATED, Kind.INVITATION_RESENT}
_LOOK_EVERY: Final = 5.0
_LONGEST_PAUSE: Final = 300.0


class Announcing:
    """Reads the journal of every organisation with a cursor of its own; nothing told names a citizen."""

    def __init__(
        self, *, records: Records, listener: UsageListener, report: Callable[[str, BaseException], None]
    ) -> None:
        """Tell ``listener``; tell ``report`` when it does not hear."""
        self._records = records
        self._listener = listener
        self._report = report
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to announce, from where an earlier run stopped."""
        self._task = asyncio.create_task(self._announce())

    async def stop(self) -> None:
        """Stop announcing; what is untold is told after the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _announce(self) -> None:
        pause = _LOOK_EVERY
        while True:
            try:
                await self._tell_all()
                pause = _LOOK_EVERY
            except Unavailable as error:
                self._report("usage_not_announced", error)
                pause = min(_LONGEST_PAUSE, 2 * pause)
            await asyncio.sleep(pause)

    async def _tell_all(self) -> None:
        async def finding(work: Work) -> Sequence[int]:
            return [organisation.id for organisation in await work.organisations.all()]

        for organisation in await self._records.read(finding):
            while await self._tell_some(organisation):
                pass

    async def _tell_some(self, organisation: int) -> bool:
        async def looking(work: Work) -> Sequence[Event]:
            return await work.journal.since(organisation, await work.journal.cursor(_CURSOR, organisation))

        events = await self._records.read(looking)
        for event in events:
            if event.kind in _USES:
                await self._listener.tell(
                    {
                        "organisation": organisation,
                        "number": event.number,
                        "event": event.kind,
                        "at": event.at.isoformat(),
                        "by": event.actor,
                        "credits": event.detail.get("credits"),
                    }
                )
            await self._advance(organisation, event.number)
        return bool(events)

    async def _advance(self, organisation: int, number: int) -> None:
        async def advancing(work: Work) -> None:
            await work.journal.move_cursor(_CURSOR, organisation, number)

        await self._records.write(advancing)
