"""Closing: a dispatcher ends an invitation, and its link with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from showme.domain.events import Kind
from showme.errors import NotFound

if TYPE_CHECKING:
    from showme.domain.invitations import Invitation
    from showme.domain.people import Dispatcher
    from showme.ports import Clock
    from showme.records import Records, Work


class Closing:
    """Ends invitations by choice; time ends them in ``forgetting``."""

    def __init__(self, *, records: Records, clock: Clock) -> None:
        """Work on these records, by this clock."""
        self._records = records
        self._clock = clock

    async def close(self, dispatcher: Dispatcher, invitation_id: str) -> Invitation:
        """Close an invitation and forget the number; one that has ended stays as it is. Raise NotFound."""
        now = self._clock.now()

        async def closing(work: Work) -> Invitation:
            invitation = await work.invitations.get(dispatcher.organisation, invitation_id)
            if invitation is None:
                raise NotFound
            if invitation.state(now) == "open" and await work.invitations.end(invitation, at=now, closed=True):
                await work.invitations.forget_number(invitation.id)
                await work.journal.append(
                    Kind.INVITATION_CLOSED,
                    organisation=invitation.organisation,
                    at=now,
                    actor=dispatcher.name,
                    invitation=invitation.id,
                )
            return await work.invitations.get(dispatcher.organisation, invitation_id) or invitation

        return await self._records.write(closing)
