"""Leads each parcel to who writes what it asks for; what Telegram says to it is the caller's to judge."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from telegram import Bot
from telegram.error import BadRequest

from bot.card_messages import CardMessages
from bot.clearing import Clearing
from bot.clip_messages import ClipMessages
from bot.failure_messages import FailureMessages
from bot.failures import is_bad_address, is_no_topic
from bot.link_messages import LinkMessages
from bot.live_messages import LiveMessages, LiveSubject
from bot.notice_messages import NoticeMessages
from bot.outcomes import NOTHING, Outcome
from bot.pen import Pen
from bot.photo_messages import PhotoMessages
from bot.place_messages import PlaceMessages
from bot.reminders import Reminders
from bot.sentence_messages import SentenceMessages
from bot.services import Report, Services
from bot.subject import Subject, gather
from bot.topics import Topics
from bot.watch_links import WatchLinks
from showme.domain.chats import Chat, Errand, Parcel, Posted
from showme.domain.words import Catalogue
from showme.ports import Clock, MediaStore
from showme.records import Records, Work
from showme.services.guarding import Guarding


class Posting:
    """Writes cards, photos, locations, links, sentences and notices of one chat, and clears them away."""

    def __init__(
        self,
        *,
        bot: Bot,
        records: Records,
        clock: Clock,
        catalogue: Catalogue,
        media: MediaStore,
        services: Services,
        guarding: Guarding,
        reminders: Reminders,
        report: Report,
    ) -> None:
        """Speak through ``bot``; tell ``reminders`` when a card has to be written again."""
        self._pen = Pen(bot=bot, records=records, clock=clock, catalogue=catalogue)
        self._watch_links = WatchLinks(services)
        self._topics = Topics(bot=bot, records=records, clock=clock, report=report)
        self._cards = CardMessages(
            pen=self._pen, reminders=reminders, topics=self._topics, watch_links=self._watch_links
        )
        self._photos = PhotoMessages(pen=self._pen, media=media)
        self._lives = LiveMessages(bot=bot, records=records, clock=clock)
        self._notices = NoticeMessages(pen=self._pen, services=services)
        self._clearing = Clearing(
            bot=bot, records=records, clock=clock, catalogue=catalogue, guarding=guarding, report=report
        )
        self._guarding = guarding
        sentences = SentenceMessages(pen=self._pen)
        self._beside_the_card: Mapping[Errand, Callable[[Subject, Posted], Awaitable[Outcome]]] = {
            Errand.PHOTO: self._photos.one,
            Errand.WHOLE_PHOTO: self._photos.complete,
            Errand.CLIP: ClipMessages(pen=self._pen, media=media).send,
            Errand.LOCATION: PlaceMessages(pen=self._pen).send,
            Errand.LINK: LinkMessages(pen=self._pen, services=services).send,
            Errand.FAILURE: FailureMessages(pen=self._pen).send,
            Errand.SENTENCE: sentences.send,
            Errand.SHOWN: sentences.tell_shown,
            Errand.LIVE: self._live_began,
            Errand.LIVE_SEEN: self._note_path,
            Errand.LIVE_ENDED: self._live_ended,
        }

    async def perform(self, chat: Chat, parcels: Sequence[Parcel]) -> Sequence[Outcome]:
        """Do what parcels ask, and return what became of each; several are photos of one invitation.

        What they are about may have gone meanwhile, and then there is nothing to do. Raise TelegramError: then none of
        them was done. An outcome that is not done is to be noted, and its parcel performed again.
        """
        subjects: Sequence[Subject] = ()
        try:
            if parcels[0].errand in {Errand.FORGET_PHOTO, Errand.FORGET_INVITATION}:
                await self._clearing.clear(chat, parcels[0])
                return [Outcome()]
            if parcels[0].errand is Errand.NOTICE:
                return [await self._notices.send(chat, parcels[0])]
            gathered = [await gather(self._pen.records, chat, parcel) for parcel in parcels]
            subjects = [subject for subject in gathered if subject is not None]
            if len(subjects) < len(parcels):
                # An invitation is there or not for all of its parcels.
                return [NOTHING] * len(parcels)
            if any(_may_stand_unknown(subject) for subject in subjects):
                await self._guarding.note_not_forgotten(chat)
            return await self._perform(subjects)
        except BadRequest as error:
            if self._watch_links.fit_below and is_bad_address(error):
                self._watch_links.fit_below = False
            elif subjects and subjects[0].thread is not None and is_no_topic(error):
                await self._topics.lost(chat, subjects[0].invitation)
            else:
                raise
            return [Outcome(is_done=False)] * len(parcels)

    async def _perform(self, subjects: Sequence[Subject]) -> Sequence[Outcome]:
        first = subjects[0]
        if first.parcel.errand is Errand.CARD:
            return [await self._cards.write(first)]
        if first.card is None:
            card = await self._cards.new(first)
            return [Outcome(posted=card, is_done=False), *([Outcome(is_done=False)] * (len(subjects) - 1))]
        if len(subjects) > 1:
            return await self._photos.album(subjects, first.card)
        return [await self._beside_the_card[first.parcel.errand](first, first.card)]

    async def _live_began(self, subject: Subject, card: Posted) -> Outcome:
        live = self._live(subject, card)
        link = await self._watch_links.of(subject.chat, subject.invitation)
        if live is None or link is None:
            return NOTHING
        quiet = self._pen.is_silent(subject.chat, matters=True)
        as_button = self._watch_links.fit_below
        return Outcome(posted=await self._lives.begin(live, link=link, as_button=as_button, is_silent=quiet))

    async def _live_ended(self, subject: Subject, card: Posted) -> Outcome:
        live = self._live(subject, card)
        return Outcome(posted=await self._lives.end(live)) if live else NOTHING

    def _live(self, subject: Subject, card: Posted) -> LiveSubject | None:
        if subject.event is None:
            return None
        voice = self._pen.voice(subject.chat)
        return LiveSubject(
            chat=subject.chat,
            invitation=subject.invitation,
            event=subject.event,
            card=card,
            thread=subject.thread,
            voice=voice,
            mark=voice.html("perhaps_repeat") if subject.parcel.perhaps_sent else "",
        )

    async def _note_path(self, subject: Subject, _card: Posted) -> Outcome:
        how = subject.event.detail.get("how") if subject.event else None
        if subject.live is None or not isinstance(how, str):
            return NOTHING
        message = subject.live

        async def noting(work: Work) -> None:
            await work.chats.annotate(message, how)

        await self._pen.records.write(noting)
        return NOTHING


def _may_stand_unknown(subject: Subject) -> bool:
    """Whether a photo that is gone may stand in the chat all the same: it left, and Telegram never told its number."""
    parcel = subject.parcel
    return parcel.errand in {Errand.PHOTO, Errand.CLIP} and parcel.perhaps_sent and subject.photo is None
