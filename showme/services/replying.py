"""Replying: somebody answers our SMS, and is told that nobody reads there, and what to do instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from showme.domain.events import Kind
from showme.services.opening import CITIZEN

if TYPE_CHECKING:
    from showme.domain.invitations import Invitation
    from showme.domain.organisations import Organisation
    from showme.domain.words import Catalogue
    from showme.ports import Clock
    from showme.records import Records, Work


class Replying:
    """Answers answers; their text is not kept, since nobody could act on it in time."""

    def __init__(self, *, records: Records, clock: Clock, words: Catalogue) -> None:
        """Work on these records, by this clock, in these words."""
        self._records = records
        self._clock = clock
        self._words = words

    async def answer(self, e164: str) -> str | None:
        """Return what to answer to a number, in its invitation's language; None when no open invitation has it.

        The dispatchers see on the ladder's side that the phone has our SMS.
        """
        now = self._clock.now()

        async def finding(work: Work) -> tuple[Invitation, Organisation] | None:
            invitation = await work.invitations.open_with_number(e164)
            organisation = await work.organisations.get(invitation.organisation) if invitation else None
            if invitation is None or organisation is None or invitation.state(now) != "open":
                return None
            await work.journal.append(
                Kind.SMS_ANSWERED,
                organisation=invitation.organisation,
                at=now,
                actor=CITIZEN,
                invitation=invitation.id,
            )
            return invitation, organisation

        found = await self._records.write(finding)
        if found is None:
            return None
        invitation, organisation = found
        return self._words.say(invitation.language, "sms.reply", organisation=organisation.name)
