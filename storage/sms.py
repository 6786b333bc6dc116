"""SMS on their way out, and the embedded outbox."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select, update

from showme.domain.invitations import SmsState
from showme.domain.sms import Attempt, AttemptState, KeptSms, QueuedSms, Receipt, Recently, better
from storage.tables import early_receipts, kept_sms, sms_attempts, sms_messages

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncConnection


class SmsRecords:
    """SMS through one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Read and write through a connection."""
        self._connection = connection

    async def queue(self, *, organisation: int, invitation: str, by: str, number_digest: str, at: datetime) -> str:
        """Queue an SMS."""
        sms = secrets.token_hex(8)
        await self._connection.execute(
            insert(sms_messages).values(
                id=sms, organisation=organisation, invitation=invitation, made_at=at, state="queued", by=by,
                number_digest=number_digest,
            )
        )  # fmt: skip
        return sms

    async def recently(self, organisation: int, *, by: str, number_digest: str, since: datetime) -> Recently:
        """Count what was ordered since a moment."""
        counted = await self._connection.execute(
            select(
                func.count().filter(sms_messages.c.number_digest == number_digest),
                func.count().filter(sms_messages.c.by == by),
                func.count(),
            ).where(sms_messages.c.organisation == organisation, sms_messages.c.made_at > since)
        )
        to_number, by_dispatcher, by_organisation = counted.one()
        return Recently(to_number=to_number, by_dispatcher=by_dispatcher, by_organisation=by_organisation)

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

    async def hold(self, sms: str) -> bool:
        """Hold an SMS that is being sent."""
        held = await self._connection.scalar(
            select(sms_messages.c.id)
            .where(sms_messages.c.id == sms, sms_messages.c.state == "sending")
            .with_for_update()
        )
        return held is not None

    async def finish(self, sms: str, state: SmsState) -> None:
        """Note how it ended."""
        await self._connection.execute(update(sms_messages).where(sms_messages.c.id == sms).values(state=state))

    async def begin_attempt(self, sms: str, provider: str, at: datetime) -> None:
        """Note that a provider is about to be asked."""
        await self._connection.execute(
            insert(sms_attempts).values(sms=sms, provider=provider, made_at=at, state="sending")
        )

    async def finish_attempt(self, attempt: Attempt) -> Attempt:
        """Note the answer, and what was said early."""
        await self._in_turn(attempt.provider, attempt.provider_id)
        for receipt in await self._early(attempt):
            attempt = _told(attempt, receipt)
        await self._write(attempt)
        return attempt

    async def attempts(self, sms: str) -> Sequence[Attempt]:
        """Return what the providers did, in the order in which they were asked."""
        rows = await self._connection.execute(
            select(sms_attempts).where(sms_attempts.c.sms == sms).order_by(sms_attempts.c.made_at)
        )
        return [_attempt(row) for row in rows]

    async def providers_of(self, invitation: str) -> Sequence[str]:
        """Return the providers, the last one first."""
        rows = await self._connection.scalars(
            select(sms_attempts.c.provider)
            .join(sms_messages, sms_messages.c.id == sms_attempts.c.sms)
            .where(sms_messages.c.invitation == invitation)
            .order_by(sms_attempts.c.made_at.desc())
        )
        return list(rows)

    async def note_receipt(self, receipt: Receipt, at: datetime) -> QueuedSms | None:
        """Note a receipt, or keep it until its attempt is known."""
        await self._in_turn(receipt.provider, receipt.provider_id)
        rows = await self._connection.execute(
            select(sms_attempts)
            .where(sms_attempts.c.provider == receipt.provider, sms_attempts.c.provider_id == receipt.provider_id)
            .order_by(sms_attempts.c.made_at.desc())
        )
        row = rows.first()
        if row is None:
            await self._keep_early(receipt, at)
            return None
        before = _attempt(row)
        after = _told(before, receipt)
        if after == before:
            return None
        await self._write(after)
        # Locked, so that whoever draws the sum at this moment has either seen the attempt or is seen by us.
        sms = (
            await self._connection.execute(select(sms_messages).where(sms_messages.c.id == after.sms).with_for_update())
        ).one()
        if sms.state in {"queued", "sending"}:
            return None
        return QueuedSms(id=sms.id, organisation=sms.organisation, invitation=sms.invitation)

    async def is_newest(self, sms: QueuedSms) -> bool:
        """Whether no other was ordered after it."""
        newest = await self._connection.scalar(
            select(sms_messages.c.id)
            .where(sms_messages.c.invitation == sms.invitation)
            .order_by(sms_messages.c.made_at.desc())
            .limit(1)
        )
        return newest == sms.id

    async def forget_traces(self, before: datetime) -> None:
        """Forget counted numbers and early receipts."""
        await self._connection.execute(
            update(sms_messages)
            .where(sms_messages.c.number_digest.is_not(None), sms_messages.c.made_at <= before)
            .values(number_digest=None)
        )
        await self._connection.execute(delete(early_receipts).where(early_receipts.c.at <= before))

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

    async def forget_kept_to(self, e164: str) -> None:
        """Take what went to a number out of the embedded outbox."""
        await self._connection.execute(delete(kept_sms).where(kept_sms.c.recipient == e164))

    async def forget_kept(self, before: datetime) -> None:
        """Empty the embedded outbox of what is older."""
        await self._connection.execute(delete(kept_sms).where(kept_sms.c.at <= before))

    async def _write(self, attempt: Attempt) -> None:
        await self._connection.execute(
            update(sms_attempts)
            .where(sms_attempts.c.sms == attempt.sms, sms_attempts.c.provider == attempt.provider)
            .values(state=attempt.state, provider_id=attempt.provider_id, cause=attempt.cause)
        )

    async def _in_turn(self, provider: str, provider_id: str | None) -> None:
        """Wait until nobody else writes about what a provider calls by this id; SQLite has one writer anyway.

        A receipt and the answer that first tells us the id may come at the same moment: the later one must see what
        the earlier one wrote.
        """
        if provider_id is not None and self._connection.dialect.name == "postgresql":
            name = f"{provider} {provider_id}"
            await self._connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))

    async def _early(self, attempt: Attempt) -> Sequence[Receipt]:
        rows = await self._connection.execute(
            delete(early_receipts)
            .where(early_receipts.c.provider == attempt.provider, early_receipts.c.provider_id == attempt.provider_id)
            .returning(early_receipts)
        )
        return [
            Receipt(provider=row.provider, provider_id=row.provider_id, state=row.state, cause=row.cause)
            for row in rows
        ]

    async def _keep_early(self, receipt: Receipt, at: datetime) -> None:
        await self._connection.execute(
            delete(early_receipts).where(
                early_receipts.c.provider == receipt.provider,
                early_receipts.c.provider_id == receipt.provider_id,
                early_receipts.c.state == receipt.state,
            )
        )
        await self._connection.execute(insert(early_receipts).values(**vars(receipt), at=at))


def _attempt(row: Row[tuple[object, ...]]) -> Attempt:
    return Attempt(sms=row.sms, provider=row.provider, state=row.state, provider_id=row.provider_id, cause=row.cause)


def _told(attempt: Attempt, receipt: Receipt) -> Attempt:
    """Return the attempt as it stands after a receipt."""
    said: dict[str, AttemptState] = {"sent": "accepted", "delivered": "delivered", "failed": "failed"}
    state = better(attempt.state, said[receipt.state])
    return attempt if state == attempt.state else replace(attempt, state=state, cause=receipt.cause)
