"""Posts the link of an invitation, to be handed over another way than by SMS."""

from __future__ import annotations

from telegram.constants import ParseMode

from bot.markup import copy_button
from bot.outcomes import NOTHING, Outcome
from bot.pen import Pen, marked, replying_to
from bot.services import Services
from bot.subject import Subject
from bot.watch_links import asker
from showme.domain.chats import Posted
from showme.errors import Refused


class LinkMessages:
    """The links of one chat."""

    def __init__(self, *, pen: Pen, services: Services) -> None:
        """Ask the services for links."""
        self._pen = pen
        self._services = services

    async def send(self, subject: Subject, card: Posted) -> Outcome:
        """Post a link, while it works. Raise TelegramError."""
        try:
            link = await self._services.inviting.link_to_draw(asker(subject.chat), subject.invitation.id)
        except Refused:
            return NOTHING
        voice = self._pen.voice(subject.chat)
        said = voice.html("link.text", number=subject.invitation.number, link=link)
        message = await self._pen.bot.send_message(
            subject.chat.telegram_id,
            marked(said, subject.parcel, voice),
            parse_mode=ParseMode.HTML,
            reply_markup=copy_button(voice.say("buttons.copy"), what=link),
            disable_notification=self._pen.is_silent(subject.chat, matters=False),
            reply_parameters=replying_to(card),
            message_thread_id=subject.thread,
        )
        return Outcome(posted=self._pen.posted(subject, message))
