"""Looking on: who watches a live video at this moment, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from showme.domain.events import Kind
from showme.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from showme.domain.people import Dispatcher
    from showme.records import Records, Work


class LookingOn:
    """Puts names to those whom the switchboard knows as peers: the journal has noted who came as which."""

    def __init__(self, *, records: Records, viewers: Callable[[str], Sequence[str]]) -> None:
        """Ask ``viewers`` by an invitation's id who is on the line, at whichever node."""
        self._records = records
        self._viewers = viewers

    async def names(self, dispatcher: Dispatcher, invitation_id: str) -> Sequence[str]:
        """Return who watches an invitation, in the order in which they came, each once; raise NotFound."""

        async def looking(work: Work) -> Sequence[str]:
            if await work.invitations.get(dispatcher.organisation, invitation_id) is None:
                raise NotFound
            here = self._viewers(invitation_id)
            if not here:
                return []
            joined = await work.journal.of_invitation(dispatcher.organisation, invitation_id, (Kind.VIEWER_JOINED,))
            names = {str(event.detail.get("peer")): event.actor for event in joined}
            return list(dict.fromkeys(names[peer] for peer in here if peer in names))

        return await self._records.read(looking)
