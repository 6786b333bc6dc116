"""Hands people of enrolled chats their way to the photowall, in private only."""

from __future__ import annotations

from typing import Final

from telegram import Bot, Message, User
from telegram.error import Forbidden, TelegramError

from bot.answering import Answering
from bot.asked import Asked
from bot.failures import is_unreachable
from bot.homes import Homes
from bot.markup import link_button
from bot.services import Services
from bot.speakers import name_of
from bot.voice import Voice
from showme.domain.chats import Chat
from showme.domain.people import SINGLE_USE_LINK_LIFE, Dispatcher
from showme.services.appointing import Appointing

START: Final = "wall"
"""What ``/start`` brings along when somebody comes from our button (Bot API, "Deep linking")."""


class WallLinks:
    """``/wall`` in a team chat, and ``/wall`` or ``/start wall`` in private."""

    def __init__(
        self,
        *,
        bot: Bot,
        services: Services,
        appointing: Appointing,
        answering: Answering,
        homes: Homes,
    ) -> None:
        """Ask ``homes`` who belongs to which chat, at the moment of asking."""
        self._bot = bot
        self._homes = homes
        self._services = services
        self._appointing = appointing
        self._answering = answering

    async def from_chat(self, asked: Asked) -> None:
        """Send the one who asks in an enrolled chat a single-use link, in private. Raise ShowmeError."""
        person = asked.message.from_user
        if person is None or asked.message.sender_chat is not None:
            await self._answering.reply(asked.message, asked.voice.html("wall.not_anonymous"), chat=asked.chat.id)
            return
        try:
            await self._send(person, asked.dispatcher, asked.voice, asked.chat)
        except TelegramError as error:
            if not isinstance(error, Forbidden) and not is_unreachable(error):
                raise
            address = f"https://t.me/{self._bot.username}?start={START}"
            button = link_button(asked.voice.say("buttons.start"), to=address)
            html = asked.voice.html("wall.press_start")
            await self._answering.reply(asked.message, html, chat=asked.chat.id, buttons=button)
        else:
            if asked.message.chat.id != person.id:
                await self._answering.reply(asked.message, asked.voice.html("wall.sent"), chat=asked.chat.id)

    async def in_private(self, message: Message, voice: Voice) -> None:
        """Give a link for each organisation whose chat the person is in now. Raise ShowmeError."""
        person = message.from_user
        if person is None:
            return
        homes = await self._homes.of(person)
        if not homes:
            await self._answering.reply(message, voice.html("wall.not_yours"))
        for chat in homes:
            dispatcher = await self._appointing.dispatcher(
                organisation=chat.organisation, role=chat.role, name=name_of(person), telegram_id=person.id
            )
            await self._send(person, dispatcher, voice, chat)

    async def _send(self, person: User, dispatcher: Dispatcher, voice: Voice, chat: Chat) -> None:
        link = await self._services.signing_in.single_use_link(dispatcher)
        minutes = int(SINGLE_USE_LINK_LIFE.total_seconds() // 60)
        await self._answering.send(person.id, voice.html("wall.link", link=link, minutes=minutes, chat=chat.title))
