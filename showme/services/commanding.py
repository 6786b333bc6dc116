"""Commanding: a dispatcher has the citizen's page do something, or say it in the citizen's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from showme.domain.commands import read_command
from showme.domain.events import Kind
from showme.errors import NotFound

if TYPE_CHECKING:
    from showme.domain.people import Dispatcher
    from showme.ports import Clock
    from showme.records import Records, Work


class Commanding:
    """Writes commands into the journal, which the citizen's page follows."""

    def __init__(self, *, records: Records, clock: Clock) -> None:
        """Work on these records, by this clock."""
        self._records = records
        self._clock = clock

    async def command(self, by: Dispatcher, invitation_id: str, command: str) -> None:
        """Command an invitation's page; raise NotUnderstood (``command_not_understood``), NotFound, LinkEnded."""
        understood, now = read_command(command), self._clock.now()

        async def commanding(work: Work) -> None:
            invitation = await work.invitations.get(by.organisation, invitation_id)
            if invitation is None:
                raise NotFound
            invitation.refuse_unless_open(now)
            await work.journal.append(
                Kind.PHONE_COMMANDED,
                organisation=invitation.organisation,
                at=now,
                actor=by.name,
                invitation=invitation.id,
                detail={"command": understood},
            )

        await self._records.write(commanding)
