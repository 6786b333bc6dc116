"""Links for crews and other centres, and the browsers in which they were opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update

from showme.domain.shares import Share, Visit
from storage.tables import share_visits, shares

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Row, Select
    from sqlalchemy.ext.asyncio import AsyncConnection


class ShareRecords:
    """Shares through one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Read and write through a connection."""
        self._connection = connection

    async def add(self, share: Share) -> None:
        """Add a share."""
        await self._connection.execute(
            insert(shares).values(
                id=share.id,
                organisation=share.organisation,
                recipient=share.recipient,
                invitation=share.invitation,
                incident=share.incident,
                secret=share.secret,
                made_by=share.made_by,
                made_at=share.made_at,
                expires_at=share.expires_at,
            )
        )

    async def get(self, share: str, *, heard_since: datetime) -> Share | None:
        """Return a share."""
        rows = await self._connection.execute(_shares(heard_since).where(shares.c.id == share))
        row = rows.one_or_none()
        return _share(row) if row else None

    async def newest(self, organisation: int, *, ends_after: datetime, heard_since: datetime) -> Sequence[Share]:
        """Return the shares whose time is not over at a moment."""
        rows = await self._connection.execute(
            _shares(heard_since)
            .where(shares.c.organisation == organisation, shares.c.expires_at > ends_after)
            .order_by(shares.c.made_at.desc(), shares.c.id)
        )
        return [_share(row) for row in rows]

    async def end(self, share: Share, *, by: str, at: datetime) -> bool:
        """End a share."""
        ended = await self._connection.execute(
            update(shares).where(shares.c.id == share.id, shares.c.ended_at.is_(None)).values(ended_at=at, ended_by=by)
        )
        return ended.rowcount == 1

    async def add_visit(self, share: Share, digest: str, visit: Visit) -> None:
        """Note that a share was opened."""
        await self._connection.execute(
            insert(share_visits).values(
                digest=digest,
                share=share.id,
                address=visit.address,
                browser=visit.browser,
                opened_at=visit.opened_at,
                seen_at=visit.seen_at,
            )
        )
        await self._connection.execute(
            update(shares).where(shares.c.id == share.id).values(opened=shares.c.opened + 1, opened_at=visit.opened_at)
        )

    async def visits(self, share: Share) -> Sequence[Visit]:
        """Return where a share was opened."""
        rows = await self._connection.execute(
            select(share_visits)
            .where(share_visits.c.share == share.id)
            .order_by(share_visits.c.opened_at.desc(), share_visits.c.digest)
        )
        return [_visit(row) for row in rows]

    async def visited(self, digest: str, *, heard_since: datetime) -> tuple[Share, Visit] | None:
        """Return what a browser has opened."""
        rows = await self._connection.execute(select(share_visits).where(share_visits.c.digest == digest))
        row = rows.one_or_none()
        share = await self.get(row.share, heard_since=heard_since) if row else None
        return (share, _visit(row)) if row and share else None

    async def hear(self, digest: str, at: datetime) -> None:
        """Note that a browser looks."""
        await self._connection.execute(
            update(share_visits).where(share_visits.c.digest == digest).values(seen_at=at, left_at=None)
        )

    async def leave(self, digest: str, at: datetime) -> None:
        """Note that a browser looks no longer."""
        await self._connection.execute(update(share_visits).where(share_visits.c.digest == digest).values(left_at=at))

    async def forget(self, ended_before: datetime) -> None:
        """Remove what ended by itself before a moment."""
        old = select(shares.c.id).where(shares.c.expires_at < ended_before)
        await self._connection.execute(delete(share_visits).where(share_visits.c.share.in_(old)))
        await self._connection.execute(delete(shares).where(shares.c.expires_at < ended_before))


def _shares(heard_since: datetime) -> Select[Any]:
    watching = (
        select(func.count())
        .select_from(share_visits)
        .where(
            share_visits.c.share == shares.c.id,
            share_visits.c.seen_at >= heard_since,
            share_visits.c.left_at.is_(None),
        )
        .scalar_subquery()
    )
    return select(shares, watching.label("watching"))


def _share(row: Row[Any]) -> Share:
    return Share(
        id=row.id,
        organisation=row.organisation,
        recipient=row.recipient,
        invitation=row.invitation,
        incident=row.incident,
        secret=row.secret,
        made_by=row.made_by,
        made_at=row.made_at,
        expires_at=row.expires_at,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        opened=row.opened,
        opened_at=row.opened_at,
        watching=row.watching,
    )


def _visit(row: Row[Any]) -> Visit:
    return Visit(address=row.address, browser=row.browser, opened_at=row.opened_at, seen_at=row.seen_at)
