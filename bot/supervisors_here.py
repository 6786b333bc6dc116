"""Lets supervisors make persons supervisors, in whatever chat of the organisation those write."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from telegram import Bot, Message, User
from telegram.error import TelegramError

from bot.answering import Answering
from bot.asked import Asked
from bot.reading import OFF
from bot.services import Report
from bot.speakers import name_of
from showme.services.appointing import Appointing

_REMEMBERED: Final = 1000


class SupervisorsHere:
    """``/supervisor``: as a reply to the person, or with an ``@name`` that is known in this chat."""

    def __init__(self, *, bot: Bot, appointing: Appointing, answering: Answering, report: Report) -> None:
        """Ask Telegram for the administrators of a chat, whose names it tells."""
        self._bot = bot
        self._appointing = appointing
        self._answering = answering
        self._report = report
        self._met: OrderedDict[tuple[int, str], User] = OrderedDict()

    def meet(self, message: Message) -> None:
        """Remember, until a restart, whose name is whose: Telegram tells bots of no name by itself."""
        person = message.from_user
        if person is not None and person.username and not person.is_bot:
            key = (message.chat.id, person.username.lower())
            self._met[key] = person
            self._met.move_to_end(key)
            while len(self._met) > _REMEMBERED:
                self._met.popitem(last=False)

    async def appoint(self, asked: Asked) -> None:
        """Make a person a supervisor, or with ``off`` one no longer; tell who is one otherwise. Raise NotAllowed."""
        asked.dispatcher.refuse_unless_supervisor()
        words = asked.arguments.split()
        is_off = any(word.lower() in OFF for word in words)
        names = [word for word in words if word.startswith("@")]
        if not names and asked.message.reply_to_message is None:
            await self._tell(asked)
            return
        person = await self._person(asked, names)
        if person is None:
            await self._answer(asked, asked.voice.html("supervisors.unknown"))
        elif is_off:
            gone = await self._appointing.dismiss(asked.dispatcher, telegram_id=person.id)
            path = "supervisors.dismissed" if gone else "supervisors.was_none"
            await self._answer(asked, asked.voice.html(path, name=name_of(person)))
        else:
            name = name_of(person)
            is_new = await self._appointing.appoint(asked.dispatcher, telegram_id=person.id, name=name)
            path = "supervisors.appointed" if is_new else "supervisors.was_one"
            await self._answer(asked, asked.voice.html(path, name=name))

    async def _tell(self, asked: Asked) -> None:
        names = await self._appointing.names(asked.chat.organisation)
        head = asked.voice.html("supervisors.are", names=", ".join(names)) if names else None
        lines = [head, asked.voice.html("supervisors.how")]
        await self._answer(asked, "\n".join(line for line in lines if line))

    async def _person(self, asked: Asked, names: Sequence[str]) -> User | None:
        """Return who is meant: a person, in this chat; nobody's word is taken for a number that we do not know."""
        if names:
            wanted = names[0][1:].lower()
            return self._met.get((asked.message.chat.id, wanted)) or await self._administrator(asked, wanted)
        replied = asked.message.reply_to_message
        if replied is None or replied.from_user is None or replied.from_user.is_bot or replied.sender_chat is not None:
            return None
        return replied.from_user

    async def _administrator(self, asked: Asked, username: str) -> User | None:
        try:
            leaders = await self._bot.get_chat_administrators(asked.message.chat.id)
        except TelegramError as error:
            self._report("chat_member_unknown", error)
            return None
        people = (leader.user for leader in leaders if not leader.user.is_bot)
        return next((person for person in people if (person.username or "").lower() == username), None)

    async def _answer(self, asked: Asked, html: str) -> None:
        await self._answering.reply(asked.message, html, chat=asked.chat.id)
