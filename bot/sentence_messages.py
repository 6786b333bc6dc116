"""Brings what the citizen writes into the chat, and tells when the citizen's page has shown what we wrote."""

from __future__ import annotations

from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.failures import is_as_it_was, is_gone
from bot.outcomes import NOTHING, Outcome
from bot.pen import Pen, marked, replying_to
from bot.sentences import write_answer, write_heard, write_said
from bot.subject import Subject
from showme.domain.chats import Errand, Posted
from showme.domain.talk import Message, message_of, shown_up_to
from showme.records import Work

_SHOWN = "shown"
"""Noted beside our answer once it says so."""


class SentenceMessages:
    """The sentences of one chat."""

    def __init__(self, *, pen: Pen) -> None:
        """Write with ``pen``."""
        self._pen = pen

    async def send(self, subject: Subject, card: Posted) -> Outcome:
        """Tell a sentence, unless it was told or is forgotten; the citizen's make a sound. Raise TelegramError."""
        message = message_of(subject.event) if subject.event else None
        if message is None or any(earlier.note == str(message.number) for earlier in subject.earlier):
            return NOTHING
        voice = self._pen.voice(subject.chat)
        if message.by_citizen:
            question = await self._question(subject, message)
            html = write_heard(message, subject.invitation, question=question, voice=voice)
        else:
            html = write_said(message, subject.invitation, voice=voice)
        sent = await self._pen.bot.send_message(
            subject.chat.telegram_id,
            marked(html, subject.parcel, voice),
            parse_mode=ParseMode.HTML,
            disable_notification=self._pen.is_silent(subject.chat, matters=message.by_citizen),
            reply_parameters=replying_to(card),
            message_thread_id=subject.thread,
        )
        return Outcome(posted=self._pen.posted(subject, sent, note=str(message.number)))

    async def tell_shown(self, subject: Subject, _card: Posted) -> Outcome:
        """Say in our answers that the page has shown what was written, each once. Raise TelegramError."""
        shown = shown_up_to(subject.event) if subject.event else 0
        has_spoken = False
        for answer, message in await self._answers(subject, shown):
            has_spoken = True
            html = write_answer(message, subject.invitation, is_shown=True, voice=self._pen.voice(subject.chat))
            try:
                await self._pen.bot.edit_message_text(
                    html,
                    parse_mode=ParseMode.HTML,
                    chat_id=subject.chat.telegram_id,
                    message_id=answer.message_id,
                )
            except BadRequest as error:
                if not is_as_it_was(error) and not is_gone(error):
                    raise

            async def noting(work: Work, answer: Posted = answer) -> None:
                await work.chats.annotate(answer, _SHOWN)

            await self._pen.records.write(noting)
        return Outcome(has_spoken=has_spoken)

    async def _answers(self, subject: Subject, shown: int) -> list[tuple[Posted, Message]]:
        """Return our answers that do not say yet what is true of their sentences, which are not forgotten."""

        async def looking(work: Work) -> list[tuple[Posted, Message]]:
            found = []
            for answer in await work.chats.posted(
                subject.chat.id, invitation=subject.invitation.id, errand=Errand.TALK
            ):
                number = int(answer.note) if answer.note and answer.note.isdigit() else None
                event = await work.journal.get(subject.chat.organisation, number) if number else None
                message = message_of(event) if event else None
                if message is not None and message.number <= shown:
                    found.append((answer, message))
            return found

        return await self._pen.records.read(looking)

    async def _question(self, subject: Subject, message: Message) -> Message | None:
        number = message.reply_to
        if number is None:
            return None

        async def looking(work: Work) -> Message | None:
            event = await work.journal.get(subject.chat.organisation, number)
            return message_of(event) if event and event.invitation == subject.invitation.id else None

        return await self._pen.records.read(looking)
