"""Appointing: a person becomes a supervisor in every chat of the organisation, or is one no longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from showme.domain.events import Kind
from showme.domain.people import Dispatcher

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from showme.domain.people import Role
    from showme.ports import Clock
    from showme.records import Records, Work


class Appointing:
    """Knows persons by their Telegram numbers, which stay when names change."""

    def __init__(self, *, records: Records, clock: Clock) -> None:
        """Work on these records, by this clock."""
        self._records = records
        self._clock = clock

    async def appoint(self, by: Dispatcher, *, telegram_id: int, name: str) -> bool:
        """Make a person a supervisor; return False when the person was one. Raise NotAllowed."""
        by.refuse_unless_supervisor()
        now = self._clock.now()

        async def appointing(work: Work) -> bool:
            is_new = await work.chats.appoint(
                organisation=by.organisation, telegram_id=telegram_id, name=name, by=by.name, at=now
            )
            if is_new:
                await work.journal.append(
                    Kind.SUPERVISOR_APPOINTED,
                    organisation=by.organisation,
                    at=now,
                    actor=by.name,
                    detail={"name": name},
                )
            return is_new

        return await self._records.write(appointing)

    async def dismiss(self, by: Dispatcher, *, telegram_id: int) -> str | None:
        """Let a person be a supervisor no longer; return the name, None when there was none. Raise NotAllowed.

        What this person has opened as a supervisor on the web ends, and so do the passkeys that open more of it.
        """
        by.refuse_unless_supervisor()
        now = self._clock.now()

        async def dismissing(work: Work) -> str | None:
            name = await work.chats.dismiss(by.organisation, telegram_id)
            if name is not None:
                await work.journal.append(
                    Kind.SUPERVISOR_DISMISSED,
                    organisation=by.organisation,
                    at=now,
                    actor=by.name,
                    detail={"name": name},
                )
                await _end_powers(work, Dispatcher(organisation=by.organisation, name=name, role="supervisor"), by, now)
            return name

        return await self._records.write(dismissing)

    async def names(self, organisation: int) -> Sequence[str]:
        """Return who was appointed."""
        return [name for _, name in await self.people(organisation)]

    async def people(self, organisation: int) -> Sequence[tuple[int, str]]:
        """Return who was appointed, by Telegram's number and name, oldest first."""

        async def looking(work: Work) -> Sequence[tuple[int, str]]:
            return await work.chats.supervisors(organisation)

        return await self._records.read(looking)

    async def dispatcher(self, *, organisation: int, role: Role, name: str, telegram_id: int | None) -> Dispatcher:
        """Return who acts: with a chat's role, or as the supervisor that the person was made."""

        async def looking(work: Work) -> bool:
            return telegram_id is not None and await work.chats.is_supervisor(organisation, telegram_id)

        is_supervisor = role == "supervisor" or await self._records.read(looking)
        return Dispatcher(organisation=organisation, name=name, role="supervisor" if is_supervisor else "dispatcher")


async def _end_powers(work: Work, owner: Dispatcher, by: Dispatcher, now: datetime) -> None:
    for passkey in await work.sign_ins.passkeys(owner.organisation):
        if passkey.owner == owner:
            await work.sign_ins.remove_passkey(owner.organisation, passkey.id)
    for session in await work.sign_ins.sessions(owner.organisation):
        if session.dispatcher == owner:
            await work.sign_ins.end_session(owner.organisation, session.id, by=by.name, at=now)
