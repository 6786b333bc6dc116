"""Shows spoken codes: what a dispatcher reads to a caller whom no SMS reaches."""

from __future__ import annotations

from typing import Final

from bot.answering import Answering
from bot.asked import Asked
from bot.invitations_here import InvitationsHere
from bot.services import Services
from showme.domain.chats import Errand, Posted
from showme.domain.invitations import Invitation
from showme.ports import Clock
from showme.records import Records, Work

_NO_BREAK: Final = "\u00a0"


class SpokenHere:
    """``/code``, and the card's button."""

    def __init__(
        self,
        *,
        services: Services,
        records: Records,
        clock: Clock,
        invitations: InvitationsHere,
        answering: Answering,
        address: str,
    ) -> None:
        """Let callers type codes at ``address``."""
        self._services = services
        self._records = records
        self._clock = clock
        self._invitations = invitations
        self._answering = answering
        self._address = address

    async def tell(self, asked: Asked) -> None:
        """Show the code of the invitation that is meant. Raise ShowmeError."""
        meant = await self._invitations.meant(asked, "code")
        if meant is not None:
            await self.show(asked, await self._services.viewing.invitation(asked.dispatcher, meant))

    async def show(self, asked: Asked, invitation: Invitation) -> None:
        """Show an invitation's code, which ends the one before; it goes with the invitation's links.

        It is said at once or not at all: a code that comes late has ended. Raise NotFound, LinkEnded, Unavailable.
        """
        code, ends_at = await self._services.speaking.show(asked.dispatcher, invitation.id)
        said = asked.voice.html("code.say", address=self._address, code=grouped(code))
        minutes = round((ends_at - self._clock.now()).total_seconds() / 60)
        valid = asked.voice.html("code.valid", number=invitation.number, minutes=minutes)
        answer = await self._answering.reply(asked.message, f"<b>{said}</b>\n{valid}", chat=asked.chat.id)
        if answer is None:
            return
        posted = Posted(
            chat=asked.chat.id,
            message_id=answer.message_id,
            errand=Errand.LINK,
            invitation=invitation.id,
            photo=None,
            sent_at=self._clock.now(),
        )

        async def noting(work: Work) -> None:
            await work.chats.note_posted(posted)

        await self._records.write(noting)


def grouped(code: str) -> str:
    """Return a code in two halves, as it is read aloud."""
    half = len(code) // 2
    return f"{code[:half]}{_NO_BREAK}{code[half:]}"
