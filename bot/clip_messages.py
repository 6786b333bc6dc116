"""Sends clips as spoilered videos that play in the chat, or puts them in the place of their poster."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from telegram import InputMediaVideo
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.failures import is_as_it_was, is_gone
from bot.outcomes import NOTHING, Outcome
from bot.pen import Pen, marked, replying_to
from bot.subject import Subject
from showme.domain.chats import Errand, Posted
from showme.domain.photos import Photo
from showme.errors import NotFound
from showme.ports import MediaStore

MOST_BYTES: Final = 50_000_000
"""Of a video that a bot sends (Bot API, ``sendVideo``)."""
_PATIENCE: Final = 300.0
"""Seconds for a video to leave and be answered."""
_PLAYS: Final = "plays"
"""Noted of a message whose clip can be played, or never will be."""


@dataclass(frozen=True, kw_only=True)
class _Clip:
    """A clip that is to be shown now; without ``film`` its poster stands for it."""

    photo: Photo
    poster: bytes
    film: bytes | None
    caption: str


class ClipMessages:
    """The clips of one chat."""

    def __init__(self, *, pen: Pen, media: MediaStore) -> None:
        """Read clips from ``media``."""
        self._pen = pen
        self._media = media

    async def send(self, subject: Subject, card: Posted) -> Outcome:
        """Send a clip once it is decided whether it can be played, unless it has had its time. Raise TelegramError."""
        photo = subject.photo
        if photo is None or photo.clip not in {"playable", "unplayable"}:
            return NOTHING
        if photo.due_in_chats_at <= self._pen.clock.now():
            return NOTHING
        standing = next((one for one in subject.earlier if one.photo == photo.id), None)
        if standing is not None and standing.note == _PLAYS:
            return NOTHING
        try:
            clip = await self._readied(subject, photo)
        except NotFound:
            return NOTHING
        if standing is None:
            return Outcome(posted=await self._new(subject, card, clip))
        return await self._instead_of_poster(subject, clip, standing)

    async def _readied(self, subject: Subject, photo: Photo) -> _Clip:
        voice = self._pen.voice(subject.chat)
        caption = voice.html("clip.caption", photo=photo.number, number=subject.invitation.number)
        film = None
        if photo.clip == "unplayable":
            caption = f"{caption}\n{voice.html('clip.unplayable')}"
        elif await self._media.size("clip", photo.stored_as) > MOST_BYTES:
            caption = f"{caption}\n{voice.html('clip.too_large')}"
        else:
            film = b"".join([chunk async for chunk in self._media.read("clip", photo.stored_as)])
        return _Clip(
            photo=photo,
            poster=b"".join([chunk async for chunk in self._media.read("wall", photo.stored_as)]),
            film=film,
            caption=caption,
        )

    async def _new(self, subject: Subject, card: Posted, clip: _Clip) -> Posted:
        bot, chat, photo = self._pen.bot, subject.chat, clip.photo
        caption = marked(clip.caption, subject.parcel, self._pen.voice(chat))
        blur, thread = subject.organisation.blur, subject.thread
        silent = self._pen.is_silent(chat, matters=not subject.earlier)
        if clip.film is None:
            message = await bot.send_photo(
                chat.telegram_id,
                clip.poster,
                caption=caption,
                parse_mode=ParseMode.HTML,
                has_spoiler=blur,
                disable_notification=silent,
                reply_parameters=replying_to(card),
                message_thread_id=thread,
                filename="poster.jpg",
                read_timeout=_PATIENCE,
                write_timeout=_PATIENCE,
            )
        else:
            message = await bot.send_video(
                chat.telegram_id,
                clip.film,
                duration=round(photo.seconds or 0),
                width=photo.width,
                height=photo.height,
                cover=clip.poster,
                supports_streaming=True,
                caption=caption,
                parse_mode=ParseMode.HTML,
                has_spoiler=blur,
                disable_notification=silent,
                reply_parameters=replying_to(card),
                message_thread_id=thread,
                filename="clip.mp4",
                read_timeout=_PATIENCE,
                write_timeout=_PATIENCE,
            )
        # From here on it is a photo's message as any other: it is answered to, and cleared away.
        return replace(self._pen.posted(subject, message, note=_PLAYS), errand=Errand.PHOTO)

    async def _instead_of_poster(self, subject: Subject, clip: _Clip, standing: Posted) -> Outcome:
        """Let the poster's message play; a message that is gone was removed by somebody, and stays away."""
        bot, chat, photo = self._pen.bot, subject.chat, clip.photo
        try:
            if clip.film is None:
                await bot.edit_message_caption(
                    chat.telegram_id, standing.message_id, caption=clip.caption, parse_mode=ParseMode.HTML
                )
            else:
                # Without a cover: python-telegram-bot 22.8 attaches none here, and Telegram draws one itself.
                film = InputMediaVideo(
                    clip.film,
                    caption=clip.caption,
                    parse_mode=ParseMode.HTML,
                    width=photo.width,
                    height=photo.height,
                    duration=round(photo.seconds or 0),
                    supports_streaming=True,
                    has_spoiler=subject.organisation.blur,
                    filename="clip.mp4",
                )
                await bot.edit_message_media(
                    film,
                    chat.telegram_id,
                    standing.message_id,
                    read_timeout=_PATIENCE,
                    write_timeout=_PATIENCE,
                )
        except BadRequest as error:
            if not is_gone(error) and not is_as_it_was(error):
                raise
        return Outcome()
