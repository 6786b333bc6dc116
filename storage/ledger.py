"""The ledger: credits come and go under the lock of the organisation's row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from showme.domain.credits import Entry, LedgerLine
from storage.tables import ledger, organisations

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection


class LedgerRecords:
    """The ledger through one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Read and write through a connection."""
        self._connection = connection

    async def balance(self, organisation: int) -> int:
        """Return how many credits are left."""
        left = await self._connection.scalar(select(organisations.c.credits).where(organisations.c.id == organisation))
        return left or 0

    async def write(
        self, entry: Entry, amount: int, *, organisation: int, actor: str, at: datetime, invitation: str | None = None
    ) -> int | None:
        """Add ``amount`` (below zero for a charge) and return the balance; None where it would fall below zero."""
        moved = await self._connection.execute(
            update(organisations)
            .where(organisations.c.id == organisation, organisations.c.credits + amount >= 0)
            .values(credits=organisations.c.credits + amount, last_line=organisations.c.last_line + 1)
            .returning(organisations.c.credits, organisations.c.last_line)
        )
        row = moved.one_or_none()
        if row is None:
            return None
        await self._connection.execute(
            insert(ledger).values(
                organisation=organisation,
                number=row.last_line,
                at=at,
                entry=str(entry),
                amount=amount,
                balance=row.credits,
                actor=actor,
                invitation=invitation,
            )
        )
        balance: int = row.credits
        return balance

    async def newest(self, organisation: int, *, most: int = 100) -> Sequence[LedgerLine]:
        """Return the newest lines, newest first."""
        rows = await self._connection.execute(
            select(ledger).where(ledger.c.organisation == organisation).order_by(ledger.c.number.desc()).limit(most)
        )
        return [
            LedgerLine(
                number=row.number,
                at=row.at,
                entry=Entry(row.entry),
                amount=row.amount,
                balance=row.balance,
                actor=row.actor,
                invitation=row.invitation,
            )
            for row in rows
        ]
