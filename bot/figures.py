"""Sends figures with their picture to a chat."""

from __future__ import annotations

from typing import Final

from telegram import Bot, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest

from showme.domain.events import Event
from showme.domain.reports import read_report
from showme.services.reporting import Reporting

_UPLOAD_PATIENCE: Final = 30.0
"""Seconds for a picture to leave and be answered; python-telegram-bot waits for five."""


async def picture_of_day(event: Event, reporting: Reporting, *, language: str) -> bytes | None:
    """Draw what the event of a day tells; None for any other event, and when it cannot be drawn."""
    report = read_report(event.detail)
    if report is None:
        return None
    return await reporting.picture(report, organisation=event.organisation, language=language)


async def send_figures(
    bot: Bot,
    telegram_id: int,
    *,
    html: str,
    picture: bytes | None,
    is_silent: bool = False,
    reply: ReplyParameters | None = None,
) -> Message:
    """Send figures below their picture, or alone where there is none or the group takes none; raise TelegramError."""
    if picture is not None:
        try:
            return await bot.send_photo(
                telegram_id,
                picture,
                caption=html,
                parse_mode=ParseMode.HTML,
                disable_notification=is_silent,
                reply_parameters=reply,
                filename="report.png",
                read_timeout=_UPLOAD_PATIENCE,
                write_timeout=_UPLOAD_PATIENCE,
            )
        except BadRequest:
            pass
    return await bot.send_message(
        telegram_id, html, parse_mode=ParseMode.HTML, disable_notification=is_silent, reply_parameters=reply
    )
