"""The embedded outbox: keeps SMS instead of sending them, where no provider is configured."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from showme.ports import Clock
    from showme.records import Records, Work


class EmbeddedOutbox:
    """Implements ``showme.ports.SmsGateway`` without any provider; the records keep what would have left."""

    name = "outbox"

    def __init__(self, *, records: Records, clock: Clock) -> None:
        """Keep SMS in these records."""
        self._records = records
        self._clock = clock

    async def send(self, *, to: str, text: str) -> str:
        """Keep an SMS and return its id in the outbox."""

        async def keeping(work: Work) -> str:
            return await work.sms.keep(to=to, text=text, at=self._clock.now())

        return await self._records.write(keeping)
