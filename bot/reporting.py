"""Answers ``/report`` with a picture of the figures."""

from __future__ import annotations

from html import escape

from telegram import Bot, ReplyParameters
from telegram.error import RetryAfter, TelegramError

from bot.answering import Answering
from bot.asked import Asked
from bot.figures import send_figures
from bot.followers import Followers
from bot.services import Report, Services
from showme.domain.reports import MOST_DAYS
from showme.ports import Clock


class Reports:
    """``/report``."""

    def __init__(
        self,
        *,
        bot: Bot,
        services: Services,
        answering: Answering,
        followers: Followers,
        clock: Clock,
        report: Report,
    ) -> None:
        """Answer through ``bot``, and let the chat's pace know."""
        self._bot = bot
        self._services = services
        self._answering = answering
        self._followers = followers
        self._clock = clock
        self._report = report

    async def report(self, asked: Asked) -> None:
        """Show the figures of the last day, or of as many as are asked for. Raise NotAllowed."""
        asked.dispatcher.refuse_unless_supervisor()
        days = _days(asked.arguments)
        if days is None:
            how = asked.voice.from_section("report.how", most=MOST_DAYS) or ""
            await self._answering.reply(asked.message, how, chat=asked.chat.id)
            return
        language, organisation = asked.chat.language, asked.chat.organisation
        reporting = self._services.reporting
        figures = await reporting.lately(organisation, days=days)
        html = escape(reporting.text(figures, language=language), quote=False)
        picture = await reporting.picture(figures, organisation=organisation, language=language)
        reply = ReplyParameters(message_id=asked.message.message_id, allow_sending_without_reply=True)
        try:
            await send_figures(self._bot, asked.message.chat.id, html=html, picture=picture, reply=reply)
        except RetryAfter:
            await self._answering.reply(asked.message, html, chat=asked.chat.id)
            return
        except TelegramError as error:
            self._report("chat_answer_lost", error)
        following = self._followers.of(asked.chat.id)
        if following is not None:
            following.pace.spend(self._clock.now())


def _days(arguments: str) -> int | None:
    if not arguments:
        return 1
    if not (arguments.isascii() and arguments.isdecimal() and len(arguments) <= len(str(MOST_DAYS))):
        return None
    return days if 1 <= (days := int(arguments)) <= MOST_DAYS else None
