"""Invitations, their rungs, and the numbers that stand apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import case, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_on_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_on_sqlite

from showme.domain.attendance import Attendance
from showme.domain.invitations import Invitation, Location, Phone, SmsState
from showme.domain.ladder import ANSWERS, Rung, Troubles
from storage.tables import invitation_numbers, invitations, organisations, rungs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from sqlalchemy import Row, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from showme.domain.ladder import CameraReason


class InvitationRecords:
    """Invitations through one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Read and write through a connection."""
        self._connection = connection

    async def add(self, invitation: Invitation, *, e164: str | None) -> Invitation:
        """Add an invitation under the organisation's next number, with its first rung."""
        number = await self._connection.scalar(
            update(organisations)
            .where(organisations.c.id == invitation.organisation)
            .values(last_invitation=organisations.c.last_invitation + 1)
            .returning(organisations.c.last_invitation)
        )
        await self._connection.execute(
            insert(invitations).values(
                id=invitation.id,
                organisation=invitation.organisation,
                number=number,
                purpose=invitation.purpose,
                language=invitation.language,
                language_chosen=invitation.language_chosen,
                incident=invitation.incident,
                masked_number=invitation.masked_number,
                by=invitation.by,
                created_at=invitation.created_at,
                nonce=invitation.nonce,
                secret=invitation.secret,
                closed=False,
                sms_state=invitation.sms_state,
                photos=0,
            )
        )
        if e164 is not None:
            await self._connection.execute(insert(invitation_numbers).values(invitation=invitation.id, e164=e164))
        await self.reach(invitation.id, Rung.CREATED, invitation.created_at)
        return (await self._found(select(invitations).where(invitations.c.id == invitation.id)))[0]

    async def get(self, organisation: int, invitation: str) -> Invitation | None:
        """Return one of this organisation's."""
        found = await self._found(
            select(invitations).where(invitations.c.organisation == organisation, invitations.c.id == invitation)
        )
        return found[0] if found else None

    async def hold(self, organisation: int, invitation: str) -> Invitation | None:
        """Return one of this organisation's, its row locked; SQLite lets nobody else write meanwhile anyway."""
        await self._connection.execute(
            select(invitations.c.id)
            .where(invitations.c.organisation == organisation, invitations.c.id == invitation)
            .with_for_update()
        )
        return await self.get(organisation, invitation)

    async def by_nonce(self, organisation: int, nonce: bytes) -> Invitation | None:
        """Return the one whose key carries these random bytes."""
        found = await self._found(
            select(invitations).where(invitations.c.organisation == organisation, invitations.c.nonce == nonce)
        )
        return found[0] if found else None

    async def newest(self, organisation: int, *, most: int = 200) -> Sequence[Invitation]:
        """Return the newest first."""
        return await self._found(
            select(invitations)
            .where(invitations.c.organisation == organisation)
            .order_by(invitations.c.number.desc())
            .limit(most)
        )

    async def unanswered(self, organisation: int, *, since: datetime, until: datetime) -> Sequence[Invitation]:
        """Return those of a span to which nobody has answered yet, oldest first."""
        answered = select(rungs.c.invitation).where(
            rungs.c.invitation == invitations.c.id, rungs.c.rung.in_([str(rung) for rung in ANSWERS])
        )
        return await self._found(
            select(invitations)
            .where(
                invitations.c.organisation == organisation,
                invitations.c.ended_at.is_(None),
                invitations.c.created_at >= since,
                invitations.c.created_at < until,
                ~answered.exists(),
            )
            .order_by(invitations.c.number)
        )

    async def due_to_forget(self, made_before: datetime, *, most: int = 200) -> Sequence[Invitation]:
        """Return those made at or before a moment and not forgotten yet, oldest first."""
        return await self._found(
            select(invitations)
            .where(invitations.c.forgotten_at.is_(None), invitations.c.created_at <= made_before)
            .order_by(invitations.c.created_at)
            .limit(most)
        )

    async def oldest_remembered(self) -> datetime | None:
        """Return when the oldest one that is not forgotten was made."""
        moment: datetime | None = await self._connection.scalar(
            select(func.min(invitations.c.created_at)).where(invitations.c.forgotten_at.is_(None))
        )
        return moment

    async def end(self, invitation: Invitation, *, at: datetime, closed: bool) -> bool:
        """End it, once."""
        ended = await self._connection.execute(
            update(invitations)
            .where(invitations.c.id == invitation.id, invitations.c.ended_at.is_(None))
            .values(ended_at=at, closed=closed)
        )
        return ended.rowcount == 1

    async def reach(self, invitation: str, rung: Rung, at: datetime) -> bool:
        """Note a rung; its first time stays."""
        values = {"invitation": invitation, "rung": str(rung), "at": at}
        statement = (
            insert_on_postgresql(rungs).values(**values).on_conflict_do_nothing()
            if self._connection.dialect.name == "postgresql"
            else insert_on_sqlite(rungs).values(**values).on_conflict_do_nothing()
        )
        return (await self._connection.execute(statement)).rowcount == 1

    async def describe_phone(self, invitation: str, phone: Phone) -> None:
        """Replace what is known of the phone."""
        await self._set(
            invitation,
            phone_kind=phone.kind,
            phone_browser=phone.browser,
            phone_battery=phone.battery,
            phone_network=phone.network,
            phone_clock=phone.clock,
        )

    async def locate(self, invitation: str, location: Location) -> None:
        """Replace where the phone is."""
        await self._set(
            invitation,
            latitude=location.latitude,
            longitude=location.longitude,
            accuracy=location.accuracy,
            located_at=location.at,
        )

    async def note_sms(
        self, invitation: str, state: SmsState, *, provider: str | None, cause: str | None, failed_at: datetime | None
    ) -> None:
        """Note how the newest SMS stands."""
        await self._set(invitation, sms_state=state, sms_provider=provider, sms_cause=cause, sms_failed_at=failed_at)

    async def note_camera_refused(
        self, invitation: str, at: datetime | None, *, reason: CameraReason = "refused"
    ) -> None:
        """Note, or clear, that the page got no camera."""
        await self._set(invitation, camera_refused_at=at, camera_reason=reason if at is not None else None)

    async def begin_live(self, invitation: str, at: datetime) -> bool:
        """Begin live video where the invitation is open and none is on."""
        begun = await self._connection.execute(
            update(invitations)
            .where(
                invitations.c.id == invitation,
                invitations.c.ended_at.is_(None),
                invitations.c.live_heard_at.is_(None),
            )
            .values(live_began_at=at, live_ended_at=None, live_heard_at=at, live_lost_at=None)
        )
        return begun.rowcount == 1

    async def end_live(self, invitation: str, at: datetime, *, silence: timedelta) -> tuple[datetime, datetime] | None:
        """End live video, no later than the phone's last sign where that is long ago."""
        heard_at = invitations.c.live_heard_at
        ended = await self._connection.execute(
            update(invitations)
            .where(invitations.c.id == invitation, heard_at.is_not(None))
            .values(live_ended_at=case((heard_at < at - silence, heard_at), else_=at), live_heard_at=None)
            .returning(invitations.c.live_began_at, invitations.c.live_ended_at)
        )
        row = ended.one_or_none()
        return (row.live_began_at, row.live_ended_at) if row else None

    async def note_heard(self, invitation: str, at: datetime) -> bool:
        """Note a sign of a phone that is live."""
        noted = await self._connection.execute(
            update(invitations)
            .where(invitations.c.id == invitation, invitations.c.live_heard_at.is_not(None))
            .values(live_heard_at=at)
        )
        return noted.rowcount == 1

    async def unheard_since(self, moment: datetime) -> Sequence[Invitation]:
        """Return the live ones without a noted sign after a moment."""
        return await self._found(select(invitations).where(invitations.c.live_heard_at <= moment))

    async def live(self) -> frozenset[str]:
        """Return the ids of all that are live."""
        ids = select(invitations.c.id).where(invitations.c.live_heard_at.is_not(None))
        return frozenset(await self._connection.scalars(ids))

    async def note_live_lost(self, invitation: str, at: datetime | None) -> None:
        """Note, or clear, that the phone fell silent."""
        await self._set(invitation, live_lost_at=at)

    async def attend(self, invitation: str, page: Attendance) -> None:
        """Replace how the page stands."""
        await self._set(
            invitation,
            page_state=page.state,
            page_unsent=page.unsent,
            page_trouble=page.trouble,
            page_told=page.told,
            page_at=page.at,
        )

    async def note_photo_unreadable(self, invitation: str, at: datetime | None) -> None:
        """Note, or clear, that the last photo could not be read."""
        await self._set(invitation, photo_unreadable_at=at)

    async def number_of(self, invitation: str) -> str | None:
        """Return the citizen's number while we have it."""
        return await self._connection.scalar(
            select(invitation_numbers.c.e164).where(invitation_numbers.c.invitation == invitation)
        )

    async def open_with_number(self, e164: str) -> Invitation | None:
        """Return the newest one that still knows a number."""
        found = await self._found(
            select(invitations)
            .join(invitation_numbers, invitation_numbers.c.invitation == invitations.c.id)
            .where(invitation_numbers.c.e164 == e164, invitations.c.ended_at.is_(None))
            .order_by(invitations.c.created_at.desc())
            .limit(1)
        )
        return found[0] if found else None

    async def forget_number(self, invitation: str) -> None:
        """Erase the citizen's number."""
        await self._connection.execute(delete(invitation_numbers).where(invitation_numbers.c.invitation == invitation))

    async def mask_number(self, invitation: str, masked: str) -> None:
        """Put another text in the place of the masked number."""
        await self._set(invitation, masked_number=masked)

    async def of_incident(self, organisation: int, incident: str) -> Sequence[Invitation]:
        """Return this organisation's of an incident that are not forgotten, newest first."""
        return await self._found(
            select(invitations)
            .where(
                invitations.c.organisation == organisation,
                invitations.c.incident == incident,
                invitations.c.forgotten_at.is_(None),
            )
            .order_by(invitations.c.number.desc())
        )

    async def hand_over(self, invitation: str, *, to: str, by: str, at: datetime) -> None:
        """Note who is responsible."""
        await self._set(invitation, handed_to=to, handed_by=by, handed_at=at)

    async def forget(self, invitation: str, at: datetime) -> None:
        """Erase number, phone and location."""
        await self.forget_number(invitation)
        await self.describe_phone(invitation, Phone())
        await self._set(invitation, latitude=None, longitude=None, accuracy=None, located_at=None, forgotten_at=at)

    async def _set(self, invitation: str, **values: object) -> None:
        await self._connection.execute(update(invitations).where(invitations.c.id == invitation).values(**values))

    async def _found(self, query: Select[tuple[object, ...]]) -> list[Invitation]:
        rows = (await self._connection.execute(query)).all()
        reached: dict[str, dict[Rung, datetime]] = {row.id: {} for row in rows}
        if rows:
            climbed = await self._connection.execute(select(rungs).where(rungs.c.invitation.in_(list(reached))))
            for step in climbed:
                reached[step.invitation][Rung(step.rung)] = step.at
        return [_invitation(row, reached[row.id]) for row in rows]


def _invitation(row: Row[tuple[object, ...]], reached: Mapping[Rung, datetime]) -> Invitation:
    located = row.located_at is not None
    return Invitation(
        id=row.id,
        organisation=row.organisation,
        number=row.number,
        purpose=row.purpose,
        language=row.language,
        language_chosen=row.language_chosen,
        incident=row.incident,
        masked_number=row.masked_number,
        by=row.by,
        created_at=row.created_at,
        nonce=row.nonce,
        secret=row.secret,
        ended_at=row.ended_at,
        closed=row.closed,
        handed_to=row.handed_to,
        handed_by=row.handed_by,
        handed_at=row.handed_at,
        sms_state=row.sms_state,
        sms_provider=row.sms_provider,
        sms_cause=row.sms_cause,
        phone=Phone(
            kind=row.phone_kind,
            browser=row.phone_browser,
            battery=row.phone_battery,
            network=row.phone_network,
            clock=row.phone_clock,
        ),
        location=Location(latitude=row.latitude, longitude=row.longitude, accuracy=row.accuracy, at=row.located_at)
        if located
        else None,
        page=Attendance(
            state=row.page_state,
            unsent=row.page_unsent,
            trouble=row.page_trouble,
            told=row.page_told,
            at=row.page_at,
        )
        if row.page_at is not None
        else None,
        photos=row.photos,
        live_began_at=row.live_began_at,
        live_ended_at=row.live_ended_at,
        reached=reached,
        troubles=Troubles(
            sms_failed_at=row.sms_failed_at,
            camera_refused_at=row.camera_refused_at,
            camera_reason=row.camera_reason or "refused",
            photo_unreadable_at=row.photo_unreadable_at,
            live_lost_at=row.live_lost_at,
        ),
    )
