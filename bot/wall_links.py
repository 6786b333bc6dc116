"""Hands people of enrolled chats their way to the photowall, in private only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from telegram import Bot, Message, User
from telegram.constants import ChatMemberStatus
from telegram.error import Forbidden, TelegramError

from bot.answering import Answering
from bot.asked import Asked
from bot.failures import is_unreachable
from bot.markup import link_button
from bot.services import Report, Services
from bot.speakers import name_of
from bot.voice import Voice
from showme.domain.chats import Chat
from showme.domain.people import SINGLE_USE_LINK_LIFE, Dispatcher
from showme.records import Records, Work
from showme.services.appointing import Appointing

START: Final = "wall"
"""What ``/start`` brings along when somebody comes from our button (Bot API, "Deep linking")."""
_PRESENT: Final = frozenset({ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.MEMBER})


class WallLinks:
    """``/wall`` in a team chat, and ``/wall`` or ``/start wall`` in private."""

    def __init__(
        self,
        *,
        bot: Bot,
        records: Records,
        services: Services,
        appointing: Appointing,
        answering: Answering,
        report: Report,
    ) -> None:
        """Ask Telegram who belongs to which chat, at the moment of asking."""
        self._bot = bot
        self._records = records
        self._services = services
        self._appointing = appointing
        self._answering = answering
        self._report = report

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
        homes = await self._homes(person)
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

    async def _homes(self, person: User) -> Sequence[Chat]:
        """Return one enrolled chat of each organisation that has the person in one, a dispatchers' chat if possible."""

        async def looking(work: Work) -> list[Chat]:
            return sorted(await work.chats.all(), key=lambda chat: chat.role)

        homes: dict[int, Chat] = {}
        for chat in await self._records.read(looking):
            if chat.organisation not in homes and await self._is_in(person, chat):
                homes[chat.organisation] = chat
        return list(homes.values())

    async def _is_in(self, person: User, chat: Chat) -> bool:
        if chat.telegram_id > 0:
            return chat.telegram_id == person.id
        try:
            seat = await self._bot.get_chat_member(chat.telegram_id, person.id)
        except TelegramError as error:
            self._report("chat_member_unknown", error)
            return False
        return seat.status in _PRESENT or (
            seat.status == ChatMemberStatus.RESTRICTED and bool(getattr(seat, "is_member", False))
        )
