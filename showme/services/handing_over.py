"""Handing over: of each invitation one dispatcher looks after it, and everybody sees who."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from showme.domain.events import Kind
from showme.domain.people import read_name
from showme.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from showme.domain.invitations import Invitation
    from showme.domain.people import Dispatcher
    from showme.ports import Clock
    from showme.records import Records, Work

SEEN_WITHIN: Final = timedelta(hours=12)
"""A shift and no more: whoever has gone home is not handed anything."""


class HandingOver:
    """Passes invitations on, and names the colleagues who may be there to take them."""

    def __init__(self, *, records: Records, clock: Clock) -> None:
        """Work on these records, by this clock."""
        self._records = records
        self._clock = clock

    async def hand_over(self, dispatcher: Dispatcher, invitation_id: str, *, to: str | None) -> Invitation:
        """Make somebody responsible for an open invitation, oneself when no name is given.

        Nothing happens where they are already. Raise NotFound, LinkEnded, NotUnderstood (the name).
        """
        now, name = self._clock.now(), read_name(to) if to else dispatcher.name

        async def handing(work: Work) -> Invitation:
            invitation = await work.invitations.hold(dispatcher.organisation, invitation_id)
            if invitation is None:
                raise NotFound
            invitation.refuse_unless_open(now)
            if invitation.responsible == name:
                return invitation
            await work.invitations.hand_over(invitation.id, to=name, by=dispatcher.name, at=now)
            await work.journal.append(
                Kind.HANDED_OVER,
                organisation=invitation.organisation,
                at=now,
                actor=dispatcher.name,
                invitation=invitation.id,
                detail={"from": invitation.responsible, "to": name},
            )
            return await work.invitations.get(dispatcher.organisation, invitation_id) or invitation

        return await self._records.write(handing)

    async def colleagues(self, dispatcher: Dispatcher) -> Sequence[str]:
        """Return who was seen within a shift: signed in here, or inviting from a chat; in alphabetical order."""
        since = self._clock.now() - SEEN_WITHIN

        async def looking(work: Work) -> Sequence[str]:
            signed_in = {
                session.dispatcher.name
                for session in await work.sign_ins.sessions(dispatcher.organisation)
                if session.dispatcher.role != "wall_screen" and session.seen_at >= since
            }
            newest = await work.invitations.newest(dispatcher.organisation)
            invited = {
                name
                for invitation in newest
                if invitation.created_at >= since
                for name in (invitation.by, invitation.responsible)
            }
            return sorted(signed_in | invited | {dispatcher.name}, key=str.casefold)

        return await self._records.read(looking)
