"""Counts what happened to an organisation's invitations and SMS over a span of time."""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, func, select

from showme.domain.figures import InvitationFigures, SmsFigures, standing_of
from showme.domain.ladder import Rung
from showme.domain.reports import Course, ProviderFigures
from showme.domain.sms import Attempt
from storage.tables import invitations, rungs, sms_attempts, sms_messages

if TYPE_CHECKING:
    from collections.abc import Sequence
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

    async def courses(self, organisation: int, *, since: datetime, until: datetime) -> Sequence[Course]:
        """Return how far each invitation of a span has come, oldest first."""
        rows = await self._connection.execute(
            select(invitations, rungs.c.rung, rungs.c.at)
            .join(rungs, rungs.c.invitation == invitations.c.id)
            .where(
                invitations.c.organisation == organisation,
                invitations.c.created_at >= since,
                invitations.c.created_at < until,
            )
            .order_by(invitations.c.number)
        )
        reached: dict[str, dict[Rung, datetime]] = {}
        made = {}
        for row in rows:
            made[row.id] = row
            reached.setdefault(row.id, {})[Rung(row.rung)] = row.at
        return [
            Course(
                purpose=row.purpose,
                by_sms=row.masked_number is not None,
                created_at=row.created_at,
                reached=reached[name],
                photos=row.photos,
                sms_state=row.sms_state,
                sms_cause=row.sms_cause,
                camera_trouble=(row.camera_reason or "refused") if row.camera_refused_at is not None else None,
                photo_unreadable=row.photo_unreadable_at is not None,
            )
            for name, row in made.items()
        ]

    async def providers(self, organisation: int, *, since: datetime, until: datetime) -> Sequence[ProviderFigures]:
        """Count what each provider did with the SMS of a span; one that is only being asked counts as unknown."""
        rows = await self._connection.execute(
            select(sms_attempts.c.provider, sms_attempts.c.state, func.count().label("times"))
            .join(sms_messages, sms_messages.c.id == sms_attempts.c.sms)
            .where(
                sms_messages.c.organisation == organisation,
                sms_messages.c.made_at >= since,
                sms_messages.c.made_at < until,
            )
            .group_by(sms_attempts.c.provider, sms_attempts.c.state)
        )
        counted: dict[str, Counter[str]] = {}
        for row in rows:
            counted.setdefault(row.provider, Counter())[_STANDS_AS.get(row.state, row.state)] += row.times
        return [ProviderFigures(provider=provider, **counts) for provider, counts in sorted(counted.items())]


_STANDS_AS: Final = {"refused": "failed", "unreachable": "failed", "sending": "unknown"}
