"""Sends where the citizen is as Telegram's own location, with its coordinates to copy, and moves it."""

from __future__ import annotations

from typing import Final

from telegram import InlineKeyboardMarkup
from telegram.error import BadRequest

from bot.failures import is_as_it_was, is_gone
from bot.markup import copy_button
from bot.outcomes import NOTHING, Outcome
from bot.pen import Pen, replying_to
from bot.subject import Subject
from showme.domain.chats import Posted
from showme.domain.invitations import Location

_LARGEST_CIRCLE: Final = 1500.0
"""Metres: the least accurate that the Bot API takes (``sendLocation``)."""
_SHORTEST_LIVE: Final = 60


class PlaceMessages:
    """The locations of one chat; each invitation has one, which moves."""

    def __init__(self, *, pen: Pen) -> None:
        """Write with ``pen``."""
        self._pen = pen

    async def send(self, subject: Subject, card: Posted) -> Outcome:
        """Send where the phone is, or move what stands. Raise TelegramError."""
        location = subject.invitation.location
        if location is None:
            return NOTHING
        if subject.earlier:
            moved = await self._move(subject, location, subject.earlier[-1])
            return Outcome(is_done=moved)
        left = int((subject.invitation.expires_at - self._pen.clock.now()).total_seconds())
        # A live location is the only kind that can be moved later on.
        message = await self._pen.bot.send_location(
            subject.chat.telegram_id,
            latitude=location.latitude,
            longitude=location.longitude,
            horizontal_accuracy=min(location.accuracy, _LARGEST_CIRCLE),
            live_period=left if left >= _SHORTEST_LIVE else None,
            disable_notification=self._pen.is_silent(subject.chat, matters=False),
            reply_parameters=replying_to(card),
            message_thread_id=subject.thread,
            reply_markup=self._button(subject, location),
        )
        return Outcome(posted=self._pen.posted(subject, message))

    async def _move(self, subject: Subject, location: Location, earlier: Posted) -> bool:
        """Move the location that stands; return False when it cannot be moved and is not ours any more."""
        try:
            await self._pen.bot.edit_message_live_location(
                subject.chat.telegram_id,
                earlier.message_id,
                latitude=location.latitude,
                longitude=location.longitude,
                horizontal_accuracy=min(location.accuracy, _LARGEST_CIRCLE),
                reply_markup=self._button(subject, location),
            )
        except BadRequest as error:
            if is_gone(error):
                await self._pen.removed(earlier)
                return False
            if not is_as_it_was(error):
                raise
        return True

    def _button(self, subject: Subject, location: Location) -> InlineKeyboardMarkup:
        where = f"{location.latitude:.5f}, {location.longitude:.5f}"
        return copy_button(self._pen.voice(subject.chat).say("buttons.coordinates"), what=where)
