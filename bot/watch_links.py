"""Makes the links that watch live video, and knows whether Telegram takes them as buttons."""

from __future__ import annotations

from bot.services import Services
from showme.domain.chats import Chat
from showme.domain.invitations import Invitation
from showme.domain.people import Dispatcher
from showme.errors import Refused


class WatchLinks:
    """The links of one chat."""

    def __init__(self, services: Services) -> None:
        """Ask the services."""
        self._services = services
        self.fit_below = True
        """Whether Telegram takes our address as a button's, as far as we know."""

    async def of(self, chat: Chat, invitation: Invitation) -> str | None:
        """Return the link that watches an invitation, None when nothing is to be watched."""
        if not invitation.is_live:
            return None
        try:
            return await self._services.passing.link(asker(chat), invitation.id)
        except Refused:
            return None


def asker(chat: Chat) -> Dispatcher:
    """Return the chat itself, as who asks for what is shown to all in it."""
    return Dispatcher(organisation=chat.organisation, name=chat.title, role=chat.role)
