"""Sends the card of an invitation, and edits it in its place."""

from __future__ import annotations

from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.cards import Watch, hint_falls_due, write_card
from bot.failures import is_as_it_was, is_gone
from bot.markup import card_buttons
from bot.outcomes import NOTHING, Outcome
from bot.pen import Pen
from bot.reminders import Reminders
from bot.subject import Subject
from bot.topics import Topics
from bot.watch_links import WatchLinks
from showme.domain.chats import Errand, Posted


class CardMessages:
    """The cards of one chat."""

    def __init__(self, *, pen: Pen, reminders: Reminders, topics: Topics, watch_links: WatchLinks) -> None:
        """Tell ``reminders`` when a card has to be written again."""
        self._pen = pen
        self._reminders = reminders
        self._topics = topics
        self._watch_links = watch_links

    async def write(self, subject: Subject) -> Outcome:
        """Edit the card that stands, or send a new one. Raise TelegramError."""
        invitation, card, now = subject.invitation, subject.card, self._pen.clock.now()
        has_ended = invitation.state(now) != "open"
        if card is None:
            if invitation.state(now) == "expired":
                return NOTHING
            return Outcome(posted=await self.new(subject))
        text = write_card(
            invitation,
            now=now,
            voice=self._pen.voice(subject.chat),
            credits_left=subject.credits_left,
            asks=self._reminders.question(invitation.id, now),
            watch=await self._watch(subject),
            removed=subject.removed,
        )
        try:
            await self._pen.bot.edit_message_text(
                text.html,
                parse_mode=ParseMode.HTML,
                chat_id=subject.chat.telegram_id,
                message_id=card.message_id,
                reply_markup=card_buttons(text.buttons),
            )
        except BadRequest as error:
            if is_gone(error):
                await self._pen.removed(card)
                return Outcome(is_done=False)
            if not is_as_it_was(error):
                raise
        self._reminders.remind(invitation.id, hint_falls_due(invitation, now))
        if has_ended:
            await self._topics.close_if_over(subject.chat, invitation)
        return Outcome()

    async def new(self, subject: Subject) -> Posted:
        """Send a new card, in the topic of its incident where there is one. Raise TelegramError."""
        chat, now, voice = subject.chat, self._pen.clock.now(), self._pen.voice(subject.chat)
        thread = await self._topics.opened(chat, subject.invitation, voice)
        text = write_card(
            subject.invitation,
            now=now,
            voice=voice,
            credits_left=subject.credits_left,
            watch=await self._watch(subject),
            removed=subject.removed,
            perhaps_repeat=subject.parcel.perhaps_sent,
        )
        message = await self._pen.bot.send_message(
            chat.telegram_id,
            text.html,
            parse_mode=ParseMode.HTML,
            reply_markup=card_buttons(text.buttons),
            disable_notification=self._pen.is_silent(chat, matters=False),
            message_thread_id=thread,
        )
        self._reminders.remind(subject.invitation.id, hint_falls_due(subject.invitation, now))
        return self._pen.posted(subject, message, errand=Errand.CARD)

    async def _watch(self, subject: Subject) -> Watch:
        links = self._watch_links
        link = await links.of(subject.chat, subject.invitation) if links.fit_below else None
        return Watch(link=link, path=subject.live.note if subject.live else None)
