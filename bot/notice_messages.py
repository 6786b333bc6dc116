"""Sends supervisors the lines about what happened."""

from __future__ import annotations

from bot.figures import picture_of_day, send_figures
from bot.outcomes import NOTHING, Outcome
from bot.pen import Pen, marked
from bot.services import Services
from bot.supervising import is_loud, write_notice
from showme.domain.chats import Chat, Parcel
from showme.domain.events import Event
from showme.domain.invitations import Invitation
from showme.records import Work


class NoticeMessages:
    """The notices of one chat."""

    def __init__(self, *, pen: Pen, services: Services) -> None:
        """Let the services draw the picture of a day."""
        self._pen = pen
        self._services = services

    async def send(self, chat: Chat, parcel: Parcel) -> Outcome:
        """Tell of an event, while there is something to tell. Raise TelegramError."""

        async def looking(work: Work) -> tuple[Event | None, Invitation | None]:
            event = await work.journal.get(chat.organisation, parcel.event)
            about = event.invitation if event else None
            return event, await work.invitations.get(chat.organisation, about) if about else None

        event, invitation = await self._pen.records.read(looking)
        voice = self._pen.voice(chat)
        html = write_notice(event, invitation=invitation, voice=voice) if event else None
        if event is None or html is None:
            return NOTHING
        picture = await picture_of_day(event, self._services.reporting, language=chat.language)
        quiet = self._pen.is_silent(chat, matters=is_loud(event))
        html = marked(html, parcel, voice)
        await send_figures(self._pen.bot, chat.telegram_id, html=html, picture=picture, is_silent=quiet)
        return Outcome()
