"""Answers people at once, outside the line of parcels: what they asked for is of this moment only."""

from __future__ import annotations

from typing import Final

from telegram import Bot, CallbackQuery, InlineKeyboardMarkup, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError

from bot.failures import may_have_arrived, seconds_to_wait
from bot.followers import Followers
from bot.services import Report
from bot.waiting import Waiting
from showme.ports import Clock

_LONGEST_WAIT: Final = 15.0
"""Seconds; an answer that comes later answers nothing."""
_MOST_IN_A_TOAST: Final = 200
"""Characters (Bot API, ``answerCallbackQuery``)."""


class Answering:
    """Sends answers; one that cannot be sent is reported, and never stops what was asked for."""

    def __init__(self, *, bot: Bot, followers: Followers, clock: Clock, waiting: Waiting, report: Report) -> None:
        """Answer through ``bot``, and let the chat's pace know."""
        self._bot = bot
        self._followers = followers
        self._clock = clock
        self._waiting = waiting
        self._report = report

    async def reply(
        self, message: Message, html: str, *, chat: int | None = None, buttons: InlineKeyboardMarkup | None = None
    ) -> Message | None:
        """Answer a message below it, and return the answer unless it was lost; ``chat`` is our number of the chat."""
        answer = None
        reply = ReplyParameters(message_id=message.message_id, allow_sending_without_reply=True)
        try:
            answer = await self.send(message.chat.id, html, buttons=buttons, reply=reply)
        except TelegramError as error:
            self._report("chat_answer_lost", error)
        following = self._followers.of(chat) if chat is not None else None
        if following is not None:
            following.pace.spend(self._clock.now())
        return answer

    async def send(
        self,
        telegram_id: int,
        html: str,
        *,
        buttons: InlineKeyboardMarkup | None = None,
        reply: ReplyParameters | None = None,
    ) -> Message:
        """Say something, with a second attempt where the first has surely not arrived; raise TelegramError."""
        try:
            return await self._send(telegram_id, html, buttons, reply)
        except RetryAfter as error:
            wait = seconds_to_wait(error)
            if wait > _LONGEST_WAIT:
                raise
        except NetworkError as error:
            if may_have_arrived(error):
                raise
            wait = 1.0
        await self._waiting.pause(wait)
        return await self._send(telegram_id, html, buttons, reply)

    async def change(self, message: Message, html: str) -> None:
        """Say something else in the place of an answer, without its buttons."""
        try:
            await self._bot.edit_message_text(
                html, parse_mode=ParseMode.HTML, chat_id=message.chat.id, message_id=message.message_id
            )
        except TelegramError as error:
            self._report("chat_answer_lost", error)

    async def take_buttons(self, message: Message) -> None:
        """Take the buttons away from below an answer, and leave what it says."""
        try:
            await self._bot.edit_message_reply_markup(message.chat.id, message.message_id)
        except BadRequest:
            return
        except TelegramError as error:
            self._report("chat_answer_lost", error)

    async def toast(self, query: CallbackQuery, text: str | None = None, *, must_be_read: bool = False) -> None:
        """Answer a pressed button, so that its clock stops turning."""
        try:
            await query.answer(text[:_MOST_IN_A_TOAST] if text else None, show_alert=must_be_read)
        except TelegramError as error:
            self._report("chat_answer_lost", error)

    async def _send(
        self, telegram_id: int, html: str, buttons: InlineKeyboardMarkup | None, reply: ReplyParameters | None
    ) -> Message:
        return await self._bot.send_message(
            telegram_id, html, parse_mode=ParseMode.HTML, reply_markup=buttons, reply_parameters=reply
        )
