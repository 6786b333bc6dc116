"""Spoken codes, and the tries at codes that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select

from storage.tables import spoken_codes, wrong_codes

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection


class SpokenCodeRecords:
    """Spoken codes through one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Read and write through a connection."""
        self._connection = connection

    async def add(self, code: str, *, organisation: int, invitation: str, expires_at: datetime) -> bool:
        """Add a code in the place of the invitation's former one."""
        taken = await self._connection.scalar(select(spoken_codes.c.invitation).where(spoken_codes.c.code == code))
        if taken is not None:
            return False
        await self._connection.execute(delete(spoken_codes).where(spoken_codes.c.invitation == invitation))
        await self._connection.execute(
            insert(spoken_codes).values(
                code=code, organisation=organisation, invitation=invitation, expires_at=expires_at
            )
        )
        return True

    async def spend(self, code: str, now: datetime) -> tuple[int, str] | None:
        """Use a code up; a late one goes too."""
        spent = await self._connection.execute(
            delete(spoken_codes).where(spoken_codes.c.code == code).returning(spoken_codes)
        )
        row = spent.one_or_none()
        return (row.organisation, row.invitation) if row and row.expires_at > now else None

    async def note_wrong(self, address: str, at: datetime) -> None:
        """Note a wrong try."""
        await self._connection.execute(insert(wrong_codes).values(address=address, at=at))

    async def wrong_since(self, moment: datetime, *, address: str | None = None) -> int:
        """Count wrong tries."""
        query = select(func.count()).select_from(wrong_codes).where(wrong_codes.c.at > moment)
        if address is not None:
            query = query.where(wrong_codes.c.address == address)
        return await self._connection.scalar(query) or 0

    async def forget(self, before: datetime) -> None:
        """Forget what has ended."""
        await self._connection.execute(delete(spoken_codes).where(spoken_codes.c.expires_at <= before))
        await self._connection.execute(delete(wrong_codes).where(wrong_codes.c.at <= before))
