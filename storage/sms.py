"""SMS on their way out, and the embedded outbox."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select, update

from showme.domain.invitations import SmsState
from showme.domain.sms import KeptSms, QueuedSms
from storage.tables import kept_sms, sms_messages

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection


class SmsRecords:
    """SMS through one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Read and write through a connection."""
        self._connection = connection

    async def queue(self, *, organisation: int, invitation: str, at: datetime) -> str:
        """Queue an SMS."""
        sms = secrets.token_hex(8)
        await self._connection.execute(
            insert(sms_messages).values(
                id=sms, organisation=organisation, invitation=invitation, made_at=at, state="queued"
            )
        )
        return sms

    async def take(self, sms: str) -> QueuedSms | None:
        """Take a queued SMS; only one taker gets it."""
        taken = await self._connection.execute(
            update(sms_messages)
            .where(sms_messages.c.id == sms, sms_messages.c.state == "queued")
            .values(state="sending")
            .returning(sms_messages.c.id, sms_messages.c.organisation, sms_messages.c.invitation)
        )
        row = taken.one_or_none()
        return QueuedSms(id=row.id, organisation=row.organisation, invitation=row.invitation) if row else None

    async def finish(self, sms: str, *, state: SmsState, provider: str | None, provider_id: str | None) -> None:
        """Note how the provider answered."""
        await self._connection.execute(
            update(sms_messages)
            .where(sms_messages.c.id == sms)
            .values(state=state, provider=provider, provider_id=provider_id)
        )

    async def unfinished(self) -> tuple[Sequence[str], Sequence[QueuedSms]]:
        """Return what is queued, and what was taken and never answered."""
        rows = (
            await self._connection.execute(
                select(sms_messages).where(sms_messages.c.state.in_(["queued", "sending"])).order_by("made_at")
            )
        ).all()
        queued = [row.id for row in rows if row.state == "queued"]
        sending = [
            QueuedSms(id=row.id, organisation=row.organisation, invitation=row.invitation)
            for row in rows
            if row.state == "sending"
        ]
        return queued, sending

    async def keep(self, *, to: str, text: str, at: datetime) -> str:
        """Put an SMS into the embedded outbox."""
        kept = secrets.token_hex(8)
        await self._connection.execute(insert(kept_sms).values(id=kept, recipient=to, text=text, at=at))
        return kept

    async def kept(self, *, most: int = 100) -> Sequence[KeptSms]:
        """Return the newest of the embedded outbox, oldest first."""
        rows = await self._connection.execute(select(kept_sms).order_by(kept_sms.c.at.desc()).limit(most))
        return [KeptSms(id=row.id, to=row.recipient, text=row.text, at=row.at) for row in reversed(rows.all())]

    async def oldest_kept(self) -> datetime | None:
        """Return when its oldest SMS was kept."""
        moment: datetime | None = await self._connection.scalar(select(func.min(kept_sms.c.at)))
        return moment

    async def forget_kept(self, before: datetime) -> None:
        """Empty the embedded outbox of what is older."""
        await self._connection.execute(delete(kept_sms).where(kept_sms.c.at <= before))
