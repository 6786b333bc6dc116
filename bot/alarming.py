"""Tells supervisors' chats what the journal cannot: that the database is away."""

from __future__ import annotations

from datetime import UTC, datetime

from telegram import Bot
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.followers import Followers
from bot.services import Report
from bot.sounds import is_silent
from bot.voice import Voice
from showme.domain.words import Catalogue
from showme.ports import Clock


class Alarms:
    """Speaks past the parcels, to the chats that were known when the database was last there."""

    def __init__(self, *, bot: Bot, followers: Followers, clock: Clock, catalogue: Catalogue, report: Report) -> None:
        """Speak through ``bot``; whom it does not reach now, the line about the end tells all."""
        self._bot = bot
        self._followers = followers
        self._clock = clock
        self._catalogue = catalogue
        self._report = report

    async def tell(self, part: str, since: datetime) -> None:
        """Tell every supervisors' chat once that a part is in trouble; nothing is raised."""
        now = self._clock.now()
        for following in self._followers.followed():
            chat = following.chat
            if chat.role != "supervisor":
                continue
            voice = Voice(self._catalogue, chat.language)
            name = voice.from_section(f"chat.notices.parts.{part}") or voice.html("notices.parts.other", part=part)
            told = voice.html("notices.trouble_began", since=f"{since.astimezone(UTC):%H:%M}")
            try:
                await self._bot.send_message(
                    chat.telegram_id,
                    f"{name}: {told}",
                    parse_mode=ParseMode.HTML,
                    disable_notification=is_silent(chat, now, matters=True),
                )
            except TelegramError as error:
                self._report("alarm_not_told", error)
            following.pace.spend(now)
