"""Keeps one topic for each incident, where the group is a forum and lets the bot; elsewhere replies must do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from telegram import Bot
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.failures import is_as_it_was, is_no_topic
from bot.services import Report
from bot.voice import Voice
from showme.domain.chats import Chat, Errand, Topic
from showme.domain.invitations import Invitation
from showme.ports import Clock
from showme.records import Records, Work

_ASK_AGAIN: Final = timedelta(minutes=10)
"""How long we believe that a group is no forum, or that the bot may not open topics in it."""
_MOST_NAME: Final = 128
"""Characters (Bot API, ``createForumTopic``)."""


def subject_of(invitation: Invitation) -> str:
    """Return what a topic is about: an incident, or an invitation that names none."""
    return f"#{invitation.incident}" if invitation.incident else invitation.id


class Topics:
    """Opens, closes and loses the topics of one chat."""

    def __init__(self, *, bot: Bot, records: Records, clock: Clock, report: Report) -> None:
        """Ask Telegram for them."""
        self._bot = bot
        self._records = records
        self._clock = clock
        self._report = report
        self._none_until: datetime | None = None

    async def opened(self, chat: Chat, invitation: Invitation, voice: Voice) -> int | None:
        """Return the topic in which a new card belongs, opened where needed; None where there can be none.

        Raise RetryAfter; other troubles mean that there is none, as nothing may hold up a card.
        """
        if chat.telegram_id > 0:
            return None
        known = await self._known(chat, invitation)
        if known is not None:
            return await self._reopened(chat, known)
        now = self._clock.now()
        if self._none_until is not None and now < self._none_until:
            return None
        try:
            if (await self._bot.get_chat(chat.telegram_id)).is_forum:
                made = await self._bot.create_forum_topic(chat.telegram_id, _name(invitation, voice))
                return await self._keep(
                    Topic(chat=chat.id, subject=subject_of(invitation), thread=made.message_thread_id)
                )
        except RetryAfter:
            raise
        except BadRequest as error:
            # A member without the right to open topics.
            self._report("chat_topic_not_opened", error)
        except TelegramError as error:
            self._report("chat_topic_not_opened", error)
            return None
        self._none_until = now + _ASK_AGAIN
        return None

    async def lost(self, chat: Chat, invitation: Invitation) -> None:
        """Go on beside a topic that people have closed or deleted; the cards in it are written anew."""
        subject = subject_of(invitation)

        async def losing(work: Work) -> None:
            await work.chats.keep_topic(Topic(chat=chat.id, subject=subject, thread=None))
            for card in await work.chats.posted(chat.id, invitation=invitation.id, errand=Errand.CARD):
                await work.chats.removed(card)

        await self._records.write(losing)

    async def close_if_over(self, chat: Chat, invitation: Invitation) -> None:
        """Close the topic once none of its invitations is open."""
        known = await self._known(chat, invitation)
        if known is None or known.thread is None or known.is_closed or await self._goes_on(invitation):
            return
        try:
            await self._bot.close_forum_topic(chat.telegram_id, known.thread)
        except BadRequest as error:
            if not is_no_topic(error) and not is_as_it_was(error):
                self._report("chat_topic_not_closed", error)
        await self._keep(replace(known, is_closed=True))

    async def _reopened(self, chat: Chat, topic: Topic) -> int | None:
        if topic.thread is None or not topic.is_closed:
            return topic.thread
        try:
            await self._bot.reopen_forum_topic(chat.telegram_id, topic.thread)
        except BadRequest as error:
            if not is_as_it_was(error):
                self._report("chat_topic_not_opened", error)
                return await self._keep(replace(topic, thread=None, is_closed=False))
        return await self._keep(replace(topic, is_closed=False))

    async def _known(self, chat: Chat, invitation: Invitation) -> Topic | None:
        async def looking(work: Work) -> Topic | None:
            return await work.chats.topic(chat.id, subject_of(invitation))

        return await self._records.read(looking)

    async def _goes_on(self, invitation: Invitation) -> bool:
        """Whether the incident has an invitation that is open."""
        now, subject = self._clock.now(), subject_of(invitation)

        async def looking(work: Work) -> bool:
            newest = await work.invitations.newest(invitation.organisation)
            return any(subject_of(each) == subject and each.state(now) == "open" for each in newest)

        return await self._records.read(looking)

    async def _keep(self, topic: Topic) -> int | None:
        async def keeping(work: Work) -> None:
            await work.chats.keep_topic(topic)

        await self._records.write(keeping)
        return topic.thread


def _name(invitation: Invitation, voice: Voice) -> str:
    if invitation.incident:
        return f"#{invitation.incident}"[:_MOST_NAME]
    title = voice.say("list.number", number=invitation.number)
    return " · ".join(part for part in (title, invitation.masked_number) if part)[:_MOST_NAME]
