"""What only a look over all the records tells: what waits, and sums that must agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select, update

from showme.domain.upkeep import Balance
from storage.tables import (
    invitations,
    ledger,
    organisations,
    parcels,
    photos,
    sessions,
    shares,
    sign_in_links,
    sms_messages,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from showme.domain.photos import Photo


class UpkeepRecords:
    """The look over all records through one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Read and write through a connection."""
        self._connection = connection

    async def notices(self) -> tuple[int, int]:
        """Return how many notices wait, and how many of these may have been sent already."""
        counted = await self._connection.execute(select(func.count(), func.count().filter(parcels.c.perhaps_sent)))
        waiting, perhaps_sent = counted.one()
        return waiting, perhaps_sent

    async def balances(self) -> Sequence[Balance]:
        """Return what each organisation has, and what its ledger comes to."""
        rows = await self._connection.execute(
            select(organisations.c.id, organisations.c.credits, func.coalesce(func.sum(ledger.c.amount), 0))
            .select_from(organisations)
            .outerjoin(ledger, ledger.c.organisation == organisations.c.id)
            .group_by(organisations.c.id, organisations.c.credits)
            .order_by(organisations.c.id)
        )
        return [Balance(of=row[0], credits=row[1], ledger=int(row[2])) for row in rows]

    async def settle(self, balance: Balance) -> None:
        """Let an organisation have what its ledger comes to, unless it moved meanwhile."""
        await self._connection.execute(
            update(organisations)
            .where(organisations.c.id == balance.of, organisations.c.credits == balance.credits)
            .values(credits=balance.ledger)
        )

    async def derive_again(self, photo: Photo) -> None:
        """Let a photo's pictures be made anew at the next start."""
        await self._connection.execute(
            update(photos)
            .where(photos.c.organisation == photo.organisation, photos.c.id == photo.id, photos.c.state == "shown")
            .values(state="received", clip=None)
        )

    async def end_sign_ins(self, at: datetime) -> None:
        """End every session, every link for one use and every share."""
        await self._connection.execute(update(sessions).where(sessions.c.ended_at.is_(None)).values(ended_at=at))
        await self._connection.execute(
            update(sign_in_links)
            .where(sign_in_links.c.ended_at.is_(None), sign_in_links.c.expires_at.is_not(None))
            .values(ended_at=at)
        )
        await self._connection.execute(update(shares).where(shares.c.ended_at.is_(None)).values(ended_at=at))

    async def doubt_what_waits(self) -> None:
        """Call SMS on their way unknown, and every notice that waits perhaps sent."""
        waiting = select(sms_messages.c.invitation).where(sms_messages.c.state.in_(_ON_THEIR_WAY))
        await self._connection.execute(
            update(invitations)
            .where(invitations.c.id.in_(waiting), invitations.c.sms_state.in_(_ON_THEIR_WAY))
            .values(sms_state="unknown", sms_cause="sms_unknown")
        )
        await self._connection.execute(
            update(sms_messages).where(sms_messages.c.state.in_(_ON_THEIR_WAY)).values(state="unknown")
        )
        await self._connection.execute(update(parcels).values(perhaps_sent=True))


_ON_THEIR_WAY: Final = ("queued", "sending")
