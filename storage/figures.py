"""Counts what happened to an organisation's invitations and SMS over a span of time."""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import TYPE_CHECKING

from sqlalchemy import and_, select

from showme.domain.figures import InvitationFigures, SmsFigures, standing_of
from showme.domain.ladder import Rung
from showme.domain.sms import Attempt
from storage.tables import invitations, rungs, sms_attempts, sms_messages

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection


class FigureRecords:
    """Figures through one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Read through a connection."""
        self._connection = connection

    async def sms(self, organisation: int, *, since: datetime, until: datetime) -> SmsFigures:
        """Count the SMS of a span by how they stand; one that ended before any provider was asked has failed."""
        rows = await self._connection.execute(
            select(sms_messages.c.id, sms_messages.c.state.label("ended_as"), sms_attempts)
            .outerjoin(sms_attempts, sms_attempts.c.sms == sms_messages.c.id)
            .where(
                sms_messages.c.organisation == organisation,
                sms_messages.c.made_at >= since,
                sms_messages.c.made_at < until,
            )
        )
        attempts: dict[str, list[Attempt]] = {}
        ended_untried = 0
        for row in rows:
            known = attempts.setdefault(row.id, [])
            if row.provider is not None:
                known.append(Attempt(sms=row.id, provider=row.provider, state=row.state))
            elif row.ended_as == "refused":
                del attempts[row.id]
                ended_untried += 1
        counted = Counter(standing_of(each) for each in attempts.values())
        counted["failed"] += ended_untried
        return SmsFigures(**counted)

    async def invitations(self, organisation: int, *, since: datetime, until: datetime) -> InvitationFigures:
        """Count the invitations of a span by how far they have come."""
        loaded, pictured = rungs.alias("loaded"), rungs.alias("pictured")
        rows = (
            await self._connection.execute(
                select(
                    invitations.c.created_at,
                    invitations.c.photos,
                    loaded.c.at.label("loaded_at"),
                    pictured.c.at.label("pictured_at"),
                )
                .outerjoin(loaded, and_(loaded.c.invitation == invitations.c.id, loaded.c.rung == Rung.PAGE_LOADED))
                .outerjoin(
                    pictured, and_(pictured.c.invitation == invitations.c.id, pictured.c.rung == Rung.FIRST_PICTURE)
                )
                .where(
                    invitations.c.organisation == organisation,
                    invitations.c.created_at >= since,
                    invitations.c.created_at < until,
                )
            )
        ).all()
        seconds = [(row.pictured_at - row.created_at).total_seconds() for row in rows if row.pictured_at is not None]
        return InvitationFigures(
            made=len(rows),
            pages_loaded=sum(row.loaded_at is not None for row in rows),
            photos=sum(row.photos for row in rows),
            median_seconds=median(seconds) if seconds else None,
        )
