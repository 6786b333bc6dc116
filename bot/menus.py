"""Offers in each chat the commands that are of use there, in the language that the chat speaks."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final

from telegram import Bot, BotCommand, BotCommandScope, BotCommandScopeAllPrivateChats, BotCommandScopeChat
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.services import Report
from bot.waiting import Waiting
from showme.domain.chats import Chat
from showme.domain.people import Role
from showme.domain.words import FALLBACK, TEAM_LANGUAGES, Catalogue
from showme.ports import Clock
from showme.records import Records, Work

FOR_ROLE: Final[dict[Role, tuple[str, ...]]] = {
    "dispatcher": (
        "invite", "link", "list", "resend", "code", "say", "ask", "close", "wrong", "wall", "status", "credits",
        "sound", "lang", "whoami", "help",
    ),
    "supervisor": (
        "status", "report", "selftest", "list", "close", "wrong", "credits", "topup", "wall", "supervisor", "noanswer",
        "sound", "lang", "whoami", "help",
    ),
}  # fmt: skip
"""What an enrolled chat offers."""
IN_PRIVATE: Final = ("wall", "enrol", "help")
ELSEWHERE: Final = ("enrol",)
"""What a group offers that is not enrolled."""
_TRY_AGAIN: Final = timedelta(minutes=1)


async def offer_everywhere(bot: Bot, catalogue: Catalogue) -> None:
    """Offer, to each reader in the own language, what is of use where no chat is enrolled; raise TelegramError."""
    for language in (None, *TEAM_LANGUAGES):
        await _offer(bot, catalogue, ELSEWHERE, language=language, scope=None)
        await _offer(bot, catalogue, IN_PRIVATE, language=language, scope=BotCommandScopeAllPrivateChats())


async def _offer(
    bot: Bot, catalogue: Catalogue, names: tuple[str, ...], *, language: str | None, scope: BotCommandScope | None
) -> None:
    commands = _described(catalogue, language or FALLBACK, names)
    await bot.set_my_commands(commands, scope=scope, language_code=language)


def _described(catalogue: Catalogue, language: str, names: tuple[str, ...]) -> list[BotCommand]:
    return [BotCommand(name, catalogue.say(language, f"chat.commands.{name}")) for name in names]


class Menu:
    """The menu of one enrolled chat."""

    def __init__(
        self,
        chat: int,
        *,
        bot: Bot,
        records: Records,
        clock: Clock,
        catalogue: Catalogue,
        waiting: Waiting,
        report: Report,
    ) -> None:
        """Offer nothing yet; ``chat`` is our number of it."""
        self.wake = asyncio.Event()
        """Set by whoever has changed what the chat is, or speaks."""
        self._chat = chat
        self._bot = bot
        self._records = records
        self._clock = clock
        self._catalogue = catalogue
        self._waiting = waiting
        self._report = report
        self._tried: Chat | None = None

    def notice(self, chat: Chat) -> None:
        """See whether the chat is still what it was when its menu was last offered, and if not, offer it anew."""
        if self._tried is not None and _what_counts(chat) != _what_counts(self._tried):
            self.wake.set()

    async def step(self) -> bool:
        """Offer what is due, and wait; return False when the chat is not enrolled."""
        self.wake.clear()

        async def looking(work: Work) -> Chat | None:
            return await work.chats.get(self._chat)

        chat = await self._records.read(looking)
        if chat is None:
            return False
        until = None if await self._offer(chat) else self._clock.now() + _TRY_AGAIN
        await self._waiting.until(until, unless=self.wake)
        return True

    async def withdraw(self) -> None:
        """Take the menu away from a chat that is enrolled no longer, where we still may."""
        if self._tried is None:
            return
        try:
            await self._bot.delete_my_commands(scope=BotCommandScopeChat(self._tried.telegram_id))
        except TelegramError:
            return

    async def _offer(self, chat: Chat) -> bool:
        """Offer it; return False when it is worth another attempt."""
        self._tried = chat
        commands = _described(self._catalogue, chat.language, FOR_ROLE[chat.role])
        try:
            await self._bot.set_my_commands(commands, scope=BotCommandScopeChat(chat.telegram_id))
        except (BadRequest, Forbidden) as error:
            self._report("telegram_commands_not_offered", error)
        except TelegramError:
            # Telegram slow or away is told by whoever has something to say.
            return False
        return True


def _what_counts(chat: Chat) -> tuple[object, ...]:
    return chat.telegram_id, chat.role, chat.language
