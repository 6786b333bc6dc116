"""Closing: a dispatcher ends an invitation, and its link with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from showme.domain.events import Kind
from showme.errors import NotFound
from showme.services.calling import end_live

if TYPE_CHECKING:
    from showme.domain.invitations import Invitation
    from showme.domain.people import Dispatcher
    from showme.ports import Clock
    from showme.records import Records, Work


_FORGOTTEN: Final = "•••"
"""What stands in the place of a number that was somebody else's."""


class Closing:
    """Ends invitations by choice; time ends them in ``forgetting``."""

    def __init__(self, *, records: Records, clock: Clock) -> None:
        """Work on these records, by this clock."""
        self._records = records
        self._clock = clock

    async def close(self, dispatcher: Dispatcher, invitation_id: str, *, wrong_number: bool = False) -> Invitation:
        """Close an invitation and forget the number; one that has ended stays ended as it has.

        With ``wrong_number`` what colleagues saw of the number is forgotten too, also later, and what was written to
        whoever holds the phone, and by them. Raise NotFound.
        """
        now = self._clock.now()

        async def closing(work: Work) -> Invitation:
            invitation = await work.invitations.get(dispatcher.organisation, invitation_id)
            if invitation is None:
                raise NotFound
            ends = invitation.state(now) == "open" and await work.invitations.end(invitation, at=now, closed=True)
            if ends:
                await end_live(work, invitation, at=now, actor=dispatcher.name, cause="ended")
            forgets = wrong_number and invitation.masked_number not in {None, _FORGOTTEN}
            if forgets:
                e164 = await work.invitations.number_of(invitation.id)
                if e164 is not None:
                    await work.sms.forget_kept_to(e164)
                await work.invitations.mask_number(invitation.id, _FORGOTTEN)
            if wrong_number and (ends or forgets):
                await work.journal.forget_details(invitation.organisation, invitation.id)
            if ends or forgets:
                await work.invitations.forget_number(invitation.id)
                await work.journal.append(
                    Kind.INVITATION_CLOSED,
                    organisation=invitation.organisation,
                    at=now,
                    actor=dispatcher.name,
                    invitation=invitation.id,
                    detail={"wrong_number": wrong_number},
                )
            return await work.invitations.get(dispatcher.organisation, invitation_id) or invitation

        return await self._records.write(closing)
