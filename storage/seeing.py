"""How persons want pictures blurred, what they have revealed in a shift, and the sums of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from showme.domain.shifts import Shift
from storage.tables import blur_choices, reveal_hours, shifts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from showme.domain.blurring import Blurring


class SeeingRecords:
    """Choices, shifts and sums through one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Read and write through a connection."""
        self._connection = connection

    async def blurring(self, organisation: int, person: str) -> Blurring | None:
        """Return what a person has chosen."""
        found: Blurring | None = await self._connection.scalar(
            select(blur_choices.c.blurring).where(
                blur_choices.c.organisation == organisation, blur_choices.c.person == person
            )
        )
        return found

    async def choose_blurring(self, organisation: int, person: str, blurring: Blurring | None) -> None:
        """Note what a person has chosen."""
        await self._connection.execute(
            delete(blur_choices).where(blur_choices.c.organisation == organisation, blur_choices.c.person == person)
        )
        if blurring is not None:
            await self._connection.execute(
                insert(blur_choices).values(organisation=organisation, person=person, blurring=blurring)
            )

    async def shift(self, organisation: int, person: str) -> Shift | None:
        """Return a person's newest shift."""
        rows = await self._connection.execute(
            select(shifts).where(shifts.c.organisation == organisation, shifts.c.person == person)
        )
        row = rows.one_or_none()
        return Shift(**row._asdict()) if row else None

    async def keep_shift(self, shift: Shift) -> None:
        """Replace a person's shift."""
        kept = await self._connection.execute(
            update(shifts)
            .where(shifts.c.organisation == shift.organisation, shifts.c.person == shift.person)
            .values(began_at=shift.began_at, last_at=shift.last_at, revealed=shift.revealed)
        )
        if kept.rowcount == 0:
            await self._connection.execute(insert(shifts).values(**vars(shift)))

    async def forget_shifts(self, before: datetime) -> None:
        """Forget shifts that ended before a moment."""
        await self._connection.execute(delete(shifts).where(shifts.c.last_at < before))

    async def count(self, organisation: int, hour: datetime) -> None:
        """Count one more of an hour."""
        counted = await self._connection.execute(
            update(reveal_hours)
            .where(reveal_hours.c.organisation == organisation, reveal_hours.c.hour == hour)
            .values(revealed=reveal_hours.c.revealed + 1)
        )
        if counted.rowcount == 0:
            await self._connection.execute(
                insert(reveal_hours).values(organisation=organisation, hour=hour, revealed=1)
            )

    async def hours(self, organisation: int, since: datetime) -> Sequence[tuple[datetime, int]]:
        """Return how many were revealed in each hour since a moment, the oldest first."""
        rows = await self._connection.execute(
            select(reveal_hours.c.hour, reveal_hours.c.revealed)
            .where(reveal_hours.c.organisation == organisation, reveal_hours.c.hour >= since)
            .order_by(reveal_hours.c.hour)
        )
        return [(row.hour, row.revealed) for row in rows]
