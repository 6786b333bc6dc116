"""Tells of what has failed for one citizen, each kind once within minutes."""

from __future__ import annotations

from telegram.constants import ParseMode

from bot.failing import AGAIN_AFTER, is_loud, write_failure
from bot.outcomes import NOTHING, Outcome
from bot.pen import Pen, marked, replying_to
from bot.subject import Subject
from showme.domain.chats import Posted


class FailureMessages:
    """The failures of one chat."""

    def __init__(self, *, pen: Pen) -> None:
        """Write with ``pen``."""
        self._pen = pen

    async def send(self, subject: Subject, card: Posted) -> Outcome:
        """Tell of a failure that is not over, unless it was told lately. Raise TelegramError."""
        event, now, voice = subject.event, self._pen.clock.now(), self._pen.voice(subject.chat)
        if event is None or any(
            earlier.note == event.kind and earlier.sent_at > now - AGAIN_AFTER for earlier in subject.earlier
        ):
            return NOTHING
        html = write_failure(event, subject.invitation, now=now, voice=voice)
        if html is None:
            return NOTHING
        message = await self._pen.bot.send_message(
            subject.chat.telegram_id,
            marked(html, subject.parcel, voice),
            parse_mode=ParseMode.HTML,
            disable_notification=self._pen.is_silent(subject.chat, matters=is_loud(event)),
            reply_parameters=replying_to(card),
            message_thread_id=subject.thread,
        )
        return Outcome(posted=self._pen.posted(subject, message, note=event.kind))
