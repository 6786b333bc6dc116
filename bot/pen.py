"""Holds what everybody needs who writes in a chat."""

from __future__ import annotations

from telegram import Bot, Message, ReplyParameters

from bot.sounds import is_silent
from bot.subject import Subject
from bot.voice import Voice
from showme.domain.chats import Chat, Errand, Parcel, Posted
from showme.domain.words import Catalogue
from showme.ports import Clock
from showme.records import Records, Work


class Pen:
    """The bot, the records, the clock and the words of one chat's line."""

    def __init__(self, *, bot: Bot, records: Records, clock: Clock, catalogue: Catalogue) -> None:
        """Write through ``bot``."""
        self.bot = bot
        self.records = records
        self.clock = clock
        self.catalogue = catalogue

    def voice(self, chat: Chat) -> Voice:
        """Return the words of a chat's language."""
        return Voice(self.catalogue, chat.language)

    def is_silent(self, chat: Chat, *, matters: bool) -> bool:
        """Whether a message makes no sound now."""
        return is_silent(chat, self.clock.now(), matters=matters)

    def posted(
        self, subject: Subject, message: Message, *, errand: Errand | None = None, note: str | None = None
    ) -> Posted:
        """Return what to note of a message that was sent."""
        return self.posted_as(subject, message.message_id, errand=errand, note=note)

    def posted_as(
        self, subject: Subject, message_id: int, *, errand: Errand | None = None, note: str | None = None
    ) -> Posted:
        """Return what to note of a message by Telegram's number of it."""
        return Posted(
            chat=subject.chat.id,
            message_id=message_id,
            errand=errand or subject.parcel.errand,
            invitation=subject.invitation.id,
            photo=subject.parcel.photo if errand is None else None,
            sent_at=self.clock.now(),
            note=note,
        )

    async def removed(self, message: Posted) -> None:
        """Note that a message of ours no longer stands."""

        async def removing(work: Work) -> None:
            await work.chats.removed(message)

        await self.records.write(removing)


def replying_to(card: Posted) -> ReplyParameters:
    """Return what makes a message a reply to a card, or to nothing once the card is gone."""
    return ReplyParameters(message_id=card.message_id, allow_sending_without_reply=True)


def marked(html: str, parcel: Parcel, voice: Voice) -> str:
    """Say of a message that it may stand there already, when an earlier attempt may have arrived."""
    return f"{html} {voice.html('perhaps_repeat')}" if parcel.perhaps_sent else html
