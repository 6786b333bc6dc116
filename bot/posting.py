"""Does what one parcel asks, as things stand at that moment; what Telegram says to it is the caller's to judge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from telegram import Bot, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.cards import Watch, hint_falls_due, write_card
from bot.clearing import Clearing
from bot.failing import AGAIN_AFTER, write_failure
from bot.failing import is_loud as fails_loudly
from bot.failures import is_as_it_was, is_bad_address, is_gone
from bot.figures import picture_of_day, send_figures
from bot.live_messages import LiveMessages, LiveSubject
from bot.markup import card_buttons, copy_button
from bot.reminders import Reminders
from bot.services import Services
from bot.sounds import is_silent
from bot.supervising import is_loud, write_notice
from bot.voice import Voice
from showme.domain.chats import Chat, Errand, Parcel, Posted
from showme.domain.events import Event
from showme.domain.invitations import Invitation, Location
from showme.domain.organisations import Organisation
from showme.domain.people import Dispatcher
from showme.domain.photos import Photo
from showme.domain.words import Catalogue
from showme.errors import NotFound, Refused
from showme.ports import Clock, MediaStore
from showme.records import Records, Work

_LARGEST_CIRCLE: Final = 1500.0
"""Metres: the least accurate that the Bot API takes (``sendLocation``)."""
_SHORTEST_LIVE: Final = 60
_UPLOAD_PATIENCE: Final = 30.0
"""Seconds for a photo to leave and be answered; python-telegram-bot waits for five."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was done: our message if there is a new one, and whether the parcel has nothing left to ask."""

    posted: Posted | None = None
    is_done: bool = True
    has_spoken: bool = True
    """Whether Telegram was asked for anything, so that the chat's pace has to know."""


_NOTHING: Final = Outcome(has_spoken=False)


@dataclass(frozen=True, kw_only=True)
class _Subject:
    """What a parcel is about, as it stands now."""

    invitation: Invitation
    organisation: Organisation
    credits_left: int
    photo: Photo | None
    event: Event | None
    """The newest that the parcel is about."""
    card: Posted | None
    live: Posted | None
    """Our message that says that the video is live, while it is."""
    earlier: tuple[Posted, ...]
    """Our messages of the same errand about the same invitation."""


class Posting:
    """Writes cards, photos, locations, links and notices of one chat, and clears them away."""

    def __init__(
        self,
        *,
        bot: Bot,
        records: Records,
        clock: Clock,
        catalogue: Catalogue,
        media: MediaStore,
        services: Services,
        reminders: Reminders,
        report: Callable[[str, BaseException], None],
    ) -> None:
        """Speak through ``bot``; tell ``reminders`` when a card has to be written again."""
        self._bot = bot
        self._records = records
        self._clock = clock
        self._catalogue = catalogue
        self._media = media
        self._services = services
        self._reminders = reminders
        self._lives = LiveMessages(bot=bot, records=records, clock=clock)
        self._links_below = True
        """Whether Telegram takes our address as a button's, as far as we know."""
        self._clearing = Clearing(bot=bot, records=records, clock=clock, catalogue=catalogue, report=report)

    async def perform(self, chat: Chat, parcel: Parcel) -> Outcome:
        """Do what the parcel asks; what it is about may have gone meanwhile, and then there is nothing to do.

        Raise TelegramError. An outcome that is not done is to be noted, and the parcel performed again.
        """
        try:
            return await self._perform(chat, parcel)
        except BadRequest as error:
            if not self._links_below or not is_bad_address(error):
                raise
            self._links_below = False
            return Outcome(is_done=False)

    async def _perform(self, chat: Chat, parcel: Parcel) -> Outcome:
        if parcel.errand in {Errand.FORGET_PHOTO, Errand.FORGET_INVITATION}:
            return await self._clear(chat, parcel)
        if parcel.errand is Errand.NOTICE:
            return await self._notice(chat, parcel)
        subject = await self._subject(chat, parcel)
        if subject is None:
            return _NOTHING
        if parcel.errand is Errand.CARD:
            return await self._card(chat, parcel, subject)
        if subject.card is None:
            return Outcome(posted=await self._new_card(chat, parcel, subject), is_done=False)
        posters = {
            Errand.PHOTO: self._photo,
            Errand.LOCATION: self._location,
            Errand.LINK: self._link,
            Errand.LIVE: self._live_began,
            Errand.LIVE_SEEN: self._note_path,
            Errand.LIVE_ENDED: self._live_ended,
            Errand.FAILURE: self._failure,
        }
        return await posters[parcel.errand](chat, parcel, subject, subject.card)

    # --- the card ---

    async def _card(self, chat: Chat, parcel: Parcel, subject: _Subject) -> Outcome:
        invitation, card = subject.invitation, subject.card
        if card is None:
            if invitation.state(self._clock.now()) == "expired":
                return _NOTHING
            return Outcome(posted=await self._new_card(chat, parcel, subject))
        now = self._clock.now()
        asks = self._reminders.question(invitation.id, now)
        text = write_card(
            invitation,
            now=now,
            voice=self._voice(chat),
            credits_left=subject.credits_left,
            asks=asks,
            watch=await self._watch(chat, subject),
        )
        try:
            await self._bot.edit_message_text(
                text.html,
                parse_mode=ParseMode.HTML,
                chat_id=chat.telegram_id,
                message_id=card.message_id,
                reply_markup=card_buttons(text.buttons),
            )
        except BadRequest as error:
            if is_gone(error):
                await self._removed(card)
                return Outcome(is_done=False)
            if not is_as_it_was(error):
                raise
        self._reminders.remind(invitation.id, hint_falls_due(invitation, now))
        return Outcome()

    async def _new_card(self, chat: Chat, parcel: Parcel, subject: _Subject) -> Posted:
        now = self._clock.now()
        text = write_card(
            subject.invitation,
            now=now,
            voice=self._voice(chat),
            credits_left=subject.credits_left,
            watch=await self._watch(chat, subject),
            perhaps_repeat=parcel.perhaps_sent,
        )
        message = await self._bot.send_message(
            chat.telegram_id,
            text.html,
            parse_mode=ParseMode.HTML,
            reply_markup=card_buttons(text.buttons),
            disable_notification=is_silent(chat, now, matters=False),
        )
        self._reminders.remind(subject.invitation.id, hint_falls_due(subject.invitation, now))
        return self._posted(chat, parcel, subject, message, errand=Errand.CARD)

    # --- what replies to the card ---

    async def _photo(self, chat: Chat, parcel: Parcel, subject: _Subject, card: Posted) -> Outcome:
        photo = subject.photo
        if photo is None or photo.state != "shown" or photo.expires_at <= self._clock.now():
            return _NOTHING
        if any(earlier.photo == photo.id for earlier in subject.earlier):
            return _NOTHING
        try:
            content = b"".join([chunk async for chunk in self._media.read("wall", photo.stored_as)])
        except NotFound:
            return _NOTHING
        voice = self._voice(chat)
        caption = voice.html(f"{photo.kind}.caption", photo=photo.number, number=subject.invitation.number)
        is_first = photo.kind == "photo" and not subject.earlier
        message = await self._bot.send_photo(
            chat.telegram_id,
            content,
            caption=_marked(caption, parcel, voice),
            parse_mode=ParseMode.HTML,
            has_spoiler=subject.organisation.blur,
            disable_notification=is_silent(chat, self._clock.now(), matters=is_first),
            reply_parameters=_replying_to(card),
            filename="photo.jpg",
            read_timeout=_UPLOAD_PATIENCE,
            write_timeout=_UPLOAD_PATIENCE,
        )
        return Outcome(posted=self._posted(chat, parcel, subject, message))

    async def _location(self, chat: Chat, parcel: Parcel, subject: _Subject, card: Posted) -> Outcome:
        location = subject.invitation.location
        if location is None:
            return _NOTHING
        if subject.earlier:
            moved = await self._move(chat, location, subject.earlier[-1])
            return Outcome(is_done=moved)
        left = int((subject.invitation.expires_at - self._clock.now()).total_seconds())
        # A live location is the only kind that can be moved later on.
        message = await self._bot.send_location(
            chat.telegram_id,
            latitude=location.latitude,
            longitude=location.longitude,
            horizontal_accuracy=min(location.accuracy, _LARGEST_CIRCLE),
            live_period=left if left >= _SHORTEST_LIVE else None,
            disable_notification=is_silent(chat, self._clock.now(), matters=False),
            reply_parameters=_replying_to(card),
        )
        return Outcome(posted=self._posted(chat, parcel, subject, message))

    async def _move(self, chat: Chat, location: Location, earlier: Posted) -> bool:
        """Move the location that stands; return False when it cannot be moved and is not ours any more."""
        try:
            await self._bot.edit_message_live_location(
                chat.telegram_id,
                earlier.message_id,
                latitude=location.latitude,
                longitude=location.longitude,
                horizontal_accuracy=min(location.accuracy, _LARGEST_CIRCLE),
            )
        except BadRequest as error:
            if is_gone(error):
                await self._removed(earlier)
                return False
            if not is_as_it_was(error):
                raise
        return True

    async def _link(self, chat: Chat, parcel: Parcel, subject: _Subject, card: Posted) -> Outcome:
        try:
            link = await self._services.inviting.link_to_draw(_asker(chat), subject.invitation.id)
        except Refused:
            return _NOTHING
        voice = self._voice(chat)
        message = await self._bot.send_message(
            chat.telegram_id,
            _marked(voice.html("link.text", number=subject.invitation.number, link=link), parcel, voice),
            parse_mode=ParseMode.HTML,
            reply_markup=copy_button(voice.say("buttons.copy"), what=link),
            disable_notification=is_silent(chat, self._clock.now(), matters=False),
            reply_parameters=_replying_to(card),
        )
        return Outcome(posted=self._posted(chat, parcel, subject, message))

    async def _failure(self, chat: Chat, parcel: Parcel, subject: _Subject, card: Posted) -> Outcome:
        event, now, voice = subject.event, self._clock.now(), self._voice(chat)
        if event is None or any(
            earlier.note == event.kind and earlier.sent_at > now - AGAIN_AFTER for earlier in subject.earlier
        ):
            return _NOTHING
        html = write_failure(event, subject.invitation, now=now, voice=voice)
        if html is None:
            return _NOTHING
        message = await self._bot.send_message(
            chat.telegram_id,
            _marked(html, parcel, voice),
            parse_mode=ParseMode.HTML,
            disable_notification=is_silent(chat, now, matters=fails_loudly(event)),
            reply_parameters=_replying_to(card),
        )
        return Outcome(posted=replace(self._posted(chat, parcel, subject, message), note=event.kind))

    # --- live video ---

    async def _live_began(self, chat: Chat, parcel: Parcel, subject: _Subject, card: Posted) -> Outcome:
        live = self._live(chat, parcel, subject, card)
        link = await self._watch_link(chat, subject.invitation)
        if live is None or link is None:
            return _NOTHING
        quiet = is_silent(chat, self._clock.now(), matters=True)
        return Outcome(posted=await self._lives.begin(live, link=link, as_button=self._links_below, is_silent=quiet))

    async def _live_ended(self, chat: Chat, parcel: Parcel, subject: _Subject, card: Posted) -> Outcome:
        live = self._live(chat, parcel, subject, card)
        return Outcome(posted=await self._lives.end(live)) if live else _NOTHING

    def _live(self, chat: Chat, parcel: Parcel, subject: _Subject, card: Posted) -> LiveSubject | None:
        event, voice = subject.event, self._voice(chat)
        if event is None:
            return None
        mark = voice.html("perhaps_repeat") if parcel.perhaps_sent else ""
        return LiveSubject(chat=chat, invitation=subject.invitation, event=event, card=card, voice=voice, mark=mark)

    async def _note_path(self, _chat: Chat, _parcel: Parcel, subject: _Subject, _card: Posted) -> Outcome:
        how = subject.event.detail.get("how") if subject.event else None
        if subject.live is None or not isinstance(how, str):
            return _NOTHING
        message = subject.live

        async def noting(work: Work) -> None:
            await work.chats.annotate(message, how)

        await self._records.write(noting)
        return _NOTHING

    async def _watch(self, chat: Chat, subject: _Subject) -> Watch:
        link = await self._watch_link(chat, subject.invitation) if self._links_below else None
        return Watch(link=link, path=subject.live.note if subject.live else None)

    async def _watch_link(self, chat: Chat, invitation: Invitation) -> str | None:
        """Return the link that watches the invitation, None when nothing is to be watched."""
        if not invitation.is_live:
            return None
        try:
            return await self._services.passing.link(_asker(chat), invitation.id)
        except Refused:
            return None

    # --- what supervisors are told ---

    async def _notice(self, chat: Chat, parcel: Parcel) -> Outcome:
        async def looking(work: Work) -> tuple[Event | None, Invitation | None]:
            event = await work.journal.get(chat.organisation, parcel.event)
            return event, await self._about(work, chat, event.invitation if event else None)

        event, invitation = await self._records.read(looking)
        voice = self._voice(chat)
        html = write_notice(event, invitation=invitation, voice=voice) if event else None
        if event is None or html is None:
            return _NOTHING
        picture = await picture_of_day(event, self._services.reporting, language=chat.language)
        quiet = is_silent(chat, self._clock.now(), matters=is_loud(event))
        html = _marked(html, parcel, voice)
        await send_figures(self._bot, chat.telegram_id, html=html, picture=picture, is_silent=quiet)
        return Outcome()

    # --- around them ---

    async def _clear(self, chat: Chat, parcel: Parcel) -> Outcome:
        await self._clearing.clear(chat, parcel)
        return Outcome()

    async def _about(self, work: Work, chat: Chat, invitation: str | None) -> Invitation | None:
        return await work.invitations.get(chat.organisation, invitation) if invitation else None

    async def _subject(self, chat: Chat, parcel: Parcel) -> _Subject | None:
        async def looking(work: Work) -> _Subject | None:
            invitation = await self._about(work, chat, parcel.invitation)
            organisation = await work.organisations.get(chat.organisation)
            if invitation is None or organisation is None:
                return None
            cards = await work.chats.posted(chat.id, invitation=invitation.id, errand=Errand.CARD)
            lives = await work.chats.posted(chat.id, invitation=invitation.id, errand=Errand.LIVE)
            return _Subject(
                invitation=invitation,
                organisation=organisation,
                credits_left=await work.ledger.balance(organisation.id),
                photo=await work.photos.get(chat.organisation, parcel.photo) if parcel.photo else None,
                event=await work.journal.get(chat.organisation, parcel.event),
                card=cards[-1] if cards else None,
                live=lives[-1] if lives else None,
                earlier=tuple(await work.chats.posted(chat.id, invitation=invitation.id, errand=parcel.errand)),
            )

        return await self._records.read(looking)

    async def _removed(self, message: Posted) -> None:
        async def removing(work: Work) -> None:
            await work.chats.removed(message)

        await self._records.write(removing)

    def _posted(
        self, chat: Chat, parcel: Parcel, subject: _Subject, message: Message, *, errand: Errand | None = None
    ) -> Posted:
        return Posted(
            chat=chat.id,
            message_id=message.message_id,
            errand=errand or parcel.errand,
            invitation=subject.invitation.id,
            photo=parcel.photo if errand is None else None,
            sent_at=self._clock.now(),
        )

    def _voice(self, chat: Chat) -> Voice:
        return Voice(self._catalogue, chat.language)


def _asker(chat: Chat) -> Dispatcher:
    """Return the chat itself, as who asks for what is shown to all in it."""
    return Dispatcher(organisation=chat.organisation, name=chat.title, role=chat.role)


def _replying_to(card: Posted) -> ReplyParameters:
    return ReplyParameters(message_id=card.message_id, allow_sending_without_reply=True)


def _marked(html: str, parcel: Parcel, voice: Voice) -> str:
    """Say of a message that it may stand there already, when an earlier attempt may have arrived."""
    return f"{html} {voice.html('perhaps_repeat')}" if parcel.perhaps_sent else html
