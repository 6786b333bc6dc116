"""Finds the organisations to which a person belongs: those with an enrolled chat in which Telegram says they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from telegram import Bot, User
from telegram.constants import ChatMemberStatus
from telegram.error import TelegramError

from bot.services import Report
from showme.domain.chats import Chat
from showme.records import Records, Work

_PRESENT: Final = frozenset({ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.MEMBER})


class Homes:
    """Asks Telegram at the moment of asking, as people come and go."""

    def __init__(self, *, bot: Bot, records: Records, report: Report) -> None:
        """Ask through ``bot``."""
        self._bot = bot
        self._records = records
        self._report = report

    async def of(self, person: User) -> Sequence[Chat]:
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
