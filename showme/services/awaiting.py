"""Awaiting: an invitation to which nobody has answered for minutes is written into the journal, once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from showme.domain.events import Kind
from showme.domain.organisations import MOST_UNANSWERED
from showme.errors import NotUnderstood
from showme.services.sending import SHOWME

if TYPE_CHECKING:
    from collections.abc import Callable

    from showme.domain.invitations import Invitation
    from showme.domain.organisations import Organisation
    from showme.domain.people import Dispatcher
    from showme.ports import Clock
    from showme.records import Records, Work

_NEWS_FOR: Final = timedelta(minutes=30)
"""What we slept through for longer than this is no news to anybody."""
_LOOK_EVERY: Final = 10.0


class Awaiting:
    """Looks for invitations that somebody should ask about."""

    def __init__(self, *, records: Records, clock: Clock, report: Callable[[str, BaseException], None]) -> None:
        """Work on these records, by this clock."""
        self._records = records
        self._clock = clock
        self._report = report
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Go on looking."""
        self._task = asyncio.create_task(self._go_on())

    async def stop(self) -> None:
        """Stop looking."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def choose(self, by: Dispatcher, *, minutes: int) -> None:
        """Let an organisation be told after so many minutes, 0 for never; raise NotAllowed, NotUnderstood."""
        by.refuse_unless_supervisor()
        if not 0 <= minutes <= MOST_UNANSWERED:
            raise NotUnderstood("unanswered_not_understood", most=MOST_UNANSWERED)

        async def choosing(work: Work) -> None:
            await work.organisations.set_unanswered(by.organisation, minutes=minutes)

        await self._records.write(choosing)

    async def look(self) -> None:
        """Look once; raise what the records raise, and then tell at the next look."""

        async def finding(work: Work) -> list[tuple[Organisation, Invitation]]:
            return [
                (organisation, invitation)
                for organisation in await work.organisations.all()
                if organisation.unanswered_minutes
                for invitation in await self._untold(work, organisation)
            ]

        for organisation, invitation in await self._records.read(finding):
            await self._tell(organisation, invitation)

    async def _untold(self, work: Work, organisation: Organisation) -> list[Invitation]:
        until = self._clock.now() - timedelta(minutes=organisation.unanswered_minutes)
        waiting = await work.invitations.unanswered(organisation.id, since=until - _NEWS_FOR, until=until)
        return [invitation for invitation in waiting if not await _is_told(work, invitation)]

    async def _tell(self, organisation: Organisation, invitation: Invitation) -> None:
        async def telling(work: Work) -> None:
            # Held, so that an answer or an end of this very moment is seen, and two nodes tell it once.
            held = await work.invitations.hold(organisation.id, invitation.id)
            if held is None or held.is_answered or held.ended_at is not None or await _is_told(work, held):
                return
            await work.journal.append(
                Kind.INVITATION_UNANSWERED,
                organisation=organisation.id,
                at=self._clock.now(),
                actor=SHOWME,
                invitation=invitation.id,
                detail={"minutes": organisation.unanswered_minutes, "rung": str(held.ladder.highest)},
            )

        await self._records.write(telling)

    async def _go_on(self) -> None:
        while True:
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - tried again at the next look
                self._report("awaiting_failed", error)
            await asyncio.sleep(_LOOK_EVERY)


async def _is_told(work: Work, invitation: Invitation) -> bool:
    told = await work.journal.of_invitation(invitation.organisation, invitation.id, {Kind.INVITATION_UNANSWERED})
    return bool(told)
