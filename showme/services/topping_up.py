"""Topping up: a supervisor or the operator adds credits, and anyone sees what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from showme.domain.credits import Entry, read_top_up
from showme.domain.events import Kind
from showme.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from showme.domain.credits import LedgerLine
    from showme.domain.people import Dispatcher
    from showme.ports import Clock
    from showme.records import Records, Work


class ToppingUp:
    """Reads and fills the ledger."""

    def __init__(self, *, records: Records, clock: Clock) -> None:
        """Work on these records, by this clock."""
        self._records = records
        self._clock = clock

    async def credits(self, dispatcher: Dispatcher) -> int:
        """Return how many credits the organisation has left."""

        async def looking(work: Work) -> int:
            return await work.ledger.balance(dispatcher.organisation)

        return await self._records.read(looking)

    async def ledger(self, dispatcher: Dispatcher) -> Sequence[LedgerLine]:
        """Return the newest lines of the ledger; raise NotAllowed unless a supervisor asks."""
        dispatcher.refuse_unless_supervisor()

        async def looking(work: Work) -> Sequence[LedgerLine]:
            return await work.ledger.newest(dispatcher.organisation)

        return await self._records.read(looking)

    async def top_up(self, supervisor: Dispatcher, amount: int) -> int:
        """Add credits and return the balance; raise NotAllowed, NotUnderstood (the amount)."""
        supervisor.refuse_unless_supervisor()
        added, now = read_top_up(amount), self._clock.now()

        async def adding(work: Work) -> int:
            balance = await work.ledger.write(
                Entry.TOP_UP, added, organisation=supervisor.organisation, actor=supervisor.name, at=now
            )
            if balance is None:
                raise NotFound
            await work.journal.append(
                Kind.CREDITS_TOPPED_UP,
                organisation=supervisor.organisation,
                at=now,
                actor=supervisor.name,
                detail={"amount": added, "credits": balance},
            )
            return balance

        return await self._records.write(adding)
