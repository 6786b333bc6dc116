"""The practised phone: an SMS to it is kept, shown, and a moment later reported as delivered."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from showme.domain.sms import Receipt

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from showme.ports import Clock
    from showme.records import Records, Work


class PracticePhone:
    """Implements ``showme.ports.SmsGateway`` for practice mode; ``note`` takes the receipts."""

    name = "outbox"

    def __init__(
        self, *, records: Records, clock: Clock, note: Callable[[Receipt], Awaitable[None]], after: float
    ) -> None:
        """Report each SMS as delivered ``after`` so many seconds."""
        self._records = records
        self._clock = clock
        self._note = note
        self._after = after
        self._under_way: set[asyncio.Task[None]] = set()

    async def send(self, *, to: str, text: str) -> str:
        """Keep an SMS and return its id in the outbox."""

        async def keeping(work: Work) -> str:
            return await work.sms.keep(to=to, text=text, at=self._clock.now())

        kept = await self._records.write(keeping)
        task = asyncio.create_task(self._deliver(kept))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return kept

    async def stop(self) -> None:
        """Report nothing more."""
        for task in tuple(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _deliver(self, kept: str) -> None:
        await asyncio.sleep(self._after)
        await self._note(Receipt(provider=self.name, provider_id=kept, state="delivered"))
