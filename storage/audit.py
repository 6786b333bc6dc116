"""The journal as an audit reads it, and the checkpoints of its chain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, delete, func, insert, select

from showme.domain.audit import Checkpoint, Line
from showme.domain.events import Event, Kind
from storage.tables import checkpoints, event_details, events, organisations

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncConnection


class AuditRecords:
    """The audit through one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Read and write through a connection."""
        self._connection = connection

    async def lines(
        self,
        organisation: int,
        after: int,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        most: int = 500,
    ) -> Sequence[Line]:
        """Return lines above a number, oldest first."""
        query = _LINES.where(events.c.organisation == organisation, events.c.number > after)
        if since is not None:
            query = query.where(events.c.at >= since)
        if until is not None:
            query = query.where(events.c.at < until)
        rows = await self._connection.execute(query.order_by(events.c.number).limit(most))
        return [_line(row) for row in rows]

    async def end(self, organisation: int) -> tuple[int, str]:
        """Return what the organisation says of its journal's end."""
        found = await self._connection.execute(
            select(organisations.c.last_event, organisations.c.last_chain).where(organisations.c.id == organisation)
        )
        row = found.one_or_none()
        return (row.last_event, row.last_chain) if row else (0, "")

    async def checkpoints(self, organisation: int) -> Sequence[Checkpoint]:
        """Return every checkpoint, oldest first."""
        rows = await self._connection.execute(
            select(checkpoints).where(checkpoints.c.organisation == organisation).order_by(checkpoints.c.number)
        )
        return [Checkpoint(**row._asdict()) for row in rows]

    async def last_before(self, organisation: int, moment: datetime) -> Event | None:
        """Return the line before the first one that is not older; a clock that was set back hides none."""
        first_later = await self._connection.scalar(
            select(func.min(events.c.number)).where(events.c.organisation == organisation, events.c.at >= moment)
        )
        query = _LINES.where(events.c.organisation == organisation)
        if first_later is not None:
            query = query.where(events.c.number < first_later)
        row = (await self._connection.execute(query.order_by(events.c.number.desc()).limit(1))).one_or_none()
        return _line(row).event if row else None

    async def keep(self, checkpoint: Checkpoint) -> None:
        """Add a checkpoint, in the place of one at the same line."""
        await self._connection.execute(
            delete(checkpoints).where(
                checkpoints.c.organisation == checkpoint.organisation, checkpoints.c.number == checkpoint.number
            )
        )
        await self._connection.execute(insert(checkpoints).values(**vars(checkpoint)))

    async def condense(self, checkpoint: Checkpoint) -> None:
        """Remove the lines up to a checkpoint; the database itself lets nobody remove any other."""
        for table in (event_details, events):
            await self._connection.execute(
                delete(table).where(
                    table.c.organisation == checkpoint.organisation, table.c.number <= checkpoint.number
                )
            )


_LINES: Final = select(events, event_details.c.detail, event_details.c.salt).outerjoin(
    event_details,
    and_(event_details.c.organisation == events.c.organisation, event_details.c.number == events.c.number),
)


def _line(row: Row[tuple[object, ...]]) -> Line:
    told = row._asdict()
    salt = told.pop("salt")
    return Line(event=Event(**{**told, "kind": Kind(row.kind), "detail": row.detail or {}}), salt=salt)
