"""Tells in the chat that live video has begun, and in the same message that it has ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from telegram import Bot, InlineKeyboardMarkup, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.failures import is_as_it_was, is_gone
from bot.markup import link_button
from bot.pen import replying_to
from bot.voice import Voice
from showme.domain.chats import Chat, Errand, Posted
from showme.domain.events import Event
from showme.domain.invitations import Invitation
from showme.ports import Clock
from showme.records import Records, Work

_THE_SAME: Final = timedelta(minutes=1)
"""A live video that comes back so soon takes its old message again, and makes no second sound."""
_UNHEARD: Final = "unheard"
"""Noted beside a message that made no sound, so that a beginning never takes its place."""
_CAUSES: Final = {"stopped": "live.stopped", "lost": "live.lost", "ended": "live.closed"}


@dataclass(frozen=True, kw_only=True)
class LiveSubject:
    """A live video as it stands now, and what the chat holds of it."""

    chat: Chat
    invitation: Invitation
    event: Event
    """Its beginning, or its end."""
    card: Posted
    voice: Voice
    thread: int | None = None
    """The topic in which it is told."""
    mark: str = ""
    """Says of a new message that it may stand there already."""


class LiveMessages:
    """Sends and edits them; each is ours until it has said that the video is over."""

    def __init__(self, *, bot: Bot, records: Records, clock: Clock) -> None:
        """Speak through ``bot``."""
        self._bot = bot
        self._records = records
        self._clock = clock

    async def begin(self, subject: LiveSubject, *, link: str, as_button: bool, is_silent: bool) -> Posted | None:
        """Tell that it has begun; return our message when it is a new one. Raise TelegramError.

        ``as_button`` puts the link below the message, where Telegram takes it; else it stands in the text.
        """
        invitation, voice = subject.invitation, subject.voice
        html = voice.html("live.began", number=invitation.number)
        if not as_button:
            html = f"{html}\n{voice.html('live.link', link=link)}"
        buttons = link_button(voice.say("buttons.watch"), to=link) if as_button else None
        if await self._standing(subject, Errand.LIVE):
            return None
        for earlier in await self._lately_ended(subject):
            is_heard = earlier.note != _UNHEARD
            if is_heard and await self._change(subject, earlier, html, errand=Errand.LIVE, buttons=buttons):
                return None
        message = await self._send(subject, html, buttons=buttons, is_silent=is_silent)
        return self._posted(subject, message, errand=Errand.LIVE)

    async def end(self, subject: LiveSubject) -> Posted | None:
        """Tell that it has ended, how long it lasted and why; return our message when it is a new one.

        Raise TelegramError.
        """
        if subject.invitation.is_live:
            # It is back already: what the message says is true again.
            return None
        html = _ended(subject)
        standing = await self._standing(subject, Errand.LIVE)
        changed = [await self._change(subject, message, html, errand=Errand.LIVE_ENDED) for message in standing]
        if any(changed):
            return None
        for earlier in await self._lately_ended(subject):
            if await self._change(subject, earlier, html, errand=Errand.LIVE_ENDED):
                return None
        # It began and ended while nobody could be told.
        message = await self._send(subject, html, buttons=None, is_silent=True)
        return replace(self._posted(subject, message, errand=Errand.LIVE_ENDED), note=_UNHEARD)

    async def _send(
        self, subject: LiveSubject, html: str, *, buttons: InlineKeyboardMarkup | None, is_silent: bool
    ) -> Message:
        return await self._bot.send_message(
            subject.chat.telegram_id,
            f"{html} {subject.mark}" if subject.mark else html,
            parse_mode=ParseMode.HTML,
            reply_markup=buttons,
            disable_notification=is_silent,
            reply_parameters=replying_to(subject.card),
            message_thread_id=subject.thread,
        )

    async def _change(
        self,
        subject: LiveSubject,
        message: Posted,
        html: str,
        *,
        errand: Errand,
        buttons: InlineKeyboardMarkup | None = None,
    ) -> bool:
        """Let a message of ours say something else; return False when it is not there any more."""
        is_there = True
        try:
            await self._bot.edit_message_text(
                html,
                parse_mode=ParseMode.HTML,
                chat_id=subject.chat.telegram_id,
                message_id=message.message_id,
                reply_markup=buttons,
            )
        except BadRequest as error:
            if not is_gone(error) and not is_as_it_was(error):
                raise
            is_there = not is_gone(error)

        async def noting(work: Work) -> None:
            await work.chats.removed(message)
            if is_there:
                note = message.note if message.note == _UNHEARD else None
                now = self._clock.now()
                await work.chats.note_posted(replace(message, errand=errand, sent_at=now, note=note))

        await self._records.write(noting)
        return is_there

    async def _standing(self, subject: LiveSubject, errand: Errand) -> Sequence[Posted]:
        async def looking(work: Work) -> Sequence[Posted]:
            return await work.chats.posted(subject.chat.id, invitation=subject.invitation.id, errand=errand)

        return await self._records.read(looking)

    async def _lately_ended(self, subject: LiveSubject) -> Sequence[Posted]:
        since = self._clock.now() - _THE_SAME
        ended = await self._standing(subject, Errand.LIVE_ENDED)
        return [message for message in ended[-1:] if message.sent_at > since]

    def _posted(self, subject: LiveSubject, message: Message, *, errand: Errand) -> Posted:
        return Posted(
            chat=subject.chat.id,
            message_id=message.message_id,
            errand=errand,
            invitation=subject.invitation.id,
            photo=None,
            sent_at=self._clock.now(),
        )


def _ended(subject: LiveSubject) -> str:
    voice, detail = subject.voice, subject.event.detail
    seconds, cause = detail.get("seconds"), detail.get("cause")
    time = voice.clock(seconds) if isinstance(seconds, int | float) else "?"
    said = voice.html("live.ended", number=subject.invitation.number, time=time)
    return f"{said} {voice.html(_CAUSES[str(cause)])}" if cause in _CAUSES else said
