"""Passing: a link in the team chat lets whoever follows it watch one invitation, while that is open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from showme.domain.invitations import Invitation
from showme.domain.passes import check_pass, make_pass, read_pass
from showme.domain.people import Dispatcher
from showme.errors import NotFound, WrongKey

if TYPE_CHECKING:
    from showme.ports import Clock
    from showme.records import Records, Work

TEAM_CHAT: Final = "team chat"
"""Under whose name stands what a holder of a watch link does: nobody is signed in."""


@dataclass(frozen=True, kw_only=True)
class Watched:
    """An invitation that a watch pass shows, and under whose name."""

    dispatcher: Dispatcher
    invitation: Invitation


class Passing:
    """Makes and checks watch links; they rest nowhere, survive a rotation, and die with their invitation."""

    def __init__(self, *, records: Records, clock: Clock, public_url: str) -> None:
        """Write links below ``public_url`` (no slash at its end)."""
        self._records = records
        self._clock = clock
        self._public_url = public_url

    async def link(self, dispatcher: Dispatcher, invitation_id: str) -> str:
        """Return the watch link of an open invitation, the same one each time; raise NotFound, LinkEnded."""
        now = self._clock.now()

        async def linking(work: Work) -> str:
            invitation = await work.invitations.get(dispatcher.organisation, invitation_id)
            if invitation is None:
                raise NotFound
            invitation.refuse_unless_open(now)
            kept = await work.organisations.secrets(invitation.organisation)
            secret = next(secret for secret in kept if secret.id == invitation.secret)
            return f"{self._public_url}/watch/{invitation.id}/{make_pass(invitation, secret.value)}"

        return await self._records.read(linking)

    async def check(self, invitation_id: str, text: str) -> Watched:
        """Return what a watch pass shows; raise WrongKey, and LinkEnded once the invitation has ended."""
        claim, now = read_pass(text), self._clock.now()

        async def checking(work: Work) -> Invitation:
            secrets = await work.organisations.secrets(claim.organisation)
            check_pass(claim, invitation_id, [secret.value for secret in secrets if secret.checks(now)])
            invitation = await work.invitations.get(claim.organisation, invitation_id)
            if invitation is None:
                raise WrongKey
            invitation.refuse_unless_open(now)
            return invitation

        invitation = await self._records.read(checking)
        return Watched(
            dispatcher=Dispatcher(organisation=invitation.organisation, name=TEAM_CHAT, is_guest=True),
            invitation=invitation,
        )
