"""Sends photos as spoilered replies to their card, and bursts of them as albums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from telegram import InputMediaPhoto
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.failures import is_as_it_was, is_gone
from bot.outcomes import NOTHING, Outcome
from bot.pen import Pen, marked, replying_to
from bot.subject import Subject
from showme.domain.chats import Posted
from showme.domain.photos import Photo
from showme.errors import NotFound
from showme.ports import MediaStore
from showme.records import Work

MOST_IN_AN_ALBUM: Final = 10
"""Photos (Bot API, ``sendMediaGroup``: 2 to 10)."""
_OTHERS: Final = 10
"""So many messages of others may have come between ours: we hear of few of them, but they are numbered too."""
_UPLOAD_PATIENCE: Final = 30.0
"""Seconds for a photo to leave and be answered; python-telegram-bot waits for five."""
_ALBUM_PATIENCE: Final = 90.0


@dataclass(frozen=True, kw_only=True)
class _Photo:
    """A photo that is to be shown now."""

    subject: Subject
    content: bytes
    caption: str
    plain: str
    """The caption without a mark: what an earlier attempt wrote."""
    matters: bool
    size: str | None
    """Noted of its message where it is not whole."""


class PhotoMessages:
    """The photos of one chat."""

    def __init__(self, *, pen: Pen, media: MediaStore) -> None:
        """Read photos from ``media``."""
        self._pen = pen
        self._media = media

    async def one(self, subject: Subject, card: Posted) -> Outcome:
        """Send one photo, unless it has had its time or stands there already. Raise TelegramError."""
        return (await self.album([subject], card))[0]

    async def complete(self, subject: Subject, _card: Posted) -> Outcome:
        """Put a photo in the place of its preview; a message that is gone was removed by somebody, and stays away.

        Nothing happens where the photo is yet to be sent, or stands there already. Raise TelegramError.
        """
        photo, bot = subject.photo, self._pen.bot
        standing = next((one for one in subject.earlier if photo is not None and one.photo == photo.id), None)
        if photo is None or standing is None or standing.note in {None, photo.size}:
            return NOTHING
        try:
            content = b"".join([chunk async for chunk in self._media.read("wall", photo.stored_as)])
        except NotFound:
            return NOTHING
        caption = self._pen.voice(subject.chat).html(
            f"{photo.kind}.caption", photo=photo.number, number=subject.invitation.number
        )
        media = InputMediaPhoto(
            content,
            caption=caption,
            parse_mode=ParseMode.HTML,
            has_spoiler=subject.organisation.blur,
            filename="photo.jpg",
        )
        try:
            await bot.edit_message_media(
                media,
                subject.chat.telegram_id,
                standing.message_id,
                read_timeout=_UPLOAD_PATIENCE,
                write_timeout=_UPLOAD_PATIENCE,
            )
        except BadRequest as error:
            if not is_gone(error) and not is_as_it_was(error):
                raise

        async def noting(work: Work) -> None:
            await work.chats.annotate(standing, photo.size)

        await self._pen.records.write(noting)
        return Outcome()

    async def album(self, subjects: Sequence[Subject], card: Posted) -> Sequence[Outcome]:
        """Send photos of one invitation together; return what became of each. Raise TelegramError: of none then."""
        readied = [await self._readied(subject) for subject in subjects]
        photos = [photo for photo in readied if photo is not None]
        standing = await self._standing([photo for photo in photos if photo.subject.parcel.perhaps_sent])
        missing = photos[len(standing) :]
        if len(missing) > 1:
            sent = await self._send_together(missing, card)
        else:
            sent = [await self._send(photo, card) for photo in missing]
        posted = iter([*standing, *sent])
        return [Outcome(posted=next(posted)) if photo else NOTHING for photo in readied]

    async def _standing(self, photos: Sequence[_Photo]) -> Sequence[Posted]:
        """Return those messages of an earlier attempt that did arrive though its answer was lost, the first ones.

        Telegram has no way to ask what a bot has sent. But it numbers the messages of a chat one after another, and
        refuses with a reason of its own an edit that changes nothing: so one that would write what must stand there is
        tried on the numbers that follow our newest known message. Raise TelegramError.
        """
        if not photos:
            return ()
        subject = photos[0].subject

        async def looking(work: Work) -> int | None:
            return await work.chats.newest_message(subject.chat.id)

        newest = await self._pen.records.read(looking)
        found: list[Posted] = []
        if newest is None:
            return found
        for number in range(newest + 1, newest + 1 + len(photos) + _OTHERS):
            if len(found) == len(photos):
                break
            photo = photos[len(found)]
            if await self._stands_at(number, photo):
                found.append(replace(self._pen.posted_as(photo.subject, number), note=photo.size))
        return found

    async def _stands_at(self, number: int, photo: _Photo) -> bool:
        try:
            await self._pen.bot.edit_message_caption(
                photo.subject.chat.telegram_id, number, caption=photo.plain, parse_mode=ParseMode.HTML
            )
        except BadRequest as error:
            return is_as_it_was(error)
        return True

    async def _readied(self, subject: Subject) -> _Photo | None:
        photo = subject.photo
        if photo is None or photo.state != "shown" or photo.due_in_chats_at <= self._pen.clock.now():
            return None
        if photo.kind == "clip" and photo.clip != "making":
            return None  # it follows, as a film that plays
        if any(earlier.photo == photo.id for earlier in subject.earlier):
            return None
        try:
            content = b"".join([chunk async for chunk in self._media.read("wall", photo.stored_as)])
        except NotFound:
            return None
        voice = self._pen.voice(subject.chat)
        caption = voice.html(f"{photo.kind}.caption", photo=photo.number, number=subject.invitation.number)
        if photo.kind == "clip":
            caption = f"{caption}\n{voice.html('clip.making')}"
        return _Photo(
            subject=subject,
            content=content,
            caption=marked(caption, subject.parcel, voice),
            plain=caption,
            matters=photo.is_of_citizen and not subject.earlier,
            size=_noted(photo),
        )

    async def _send(self, photo: _Photo, card: Posted) -> Posted:
        subject = photo.subject
        message = await self._pen.bot.send_photo(
            subject.chat.telegram_id,
            photo.content,
            caption=photo.caption,
            parse_mode=ParseMode.HTML,
            has_spoiler=subject.organisation.blur,
            disable_notification=self._pen.is_silent(subject.chat, matters=photo.matters),
            reply_parameters=replying_to(card),
            message_thread_id=subject.thread,
            filename="photo.jpg",
            read_timeout=_UPLOAD_PATIENCE,
            write_timeout=_UPLOAD_PATIENCE,
        )
        return self._pen.posted(subject, message, note=photo.size)

    async def _send_together(self, photos: Sequence[_Photo], card: Posted) -> Sequence[Posted]:
        first = photos[0].subject
        messages = await self._pen.bot.send_media_group(
            first.chat.telegram_id,
            [
                InputMediaPhoto(
                    photo.content,
                    caption=photo.caption,
                    parse_mode=ParseMode.HTML,
                    has_spoiler=photo.subject.organisation.blur,
                    filename="photo.jpg",
                )
                for photo in photos
            ],
            disable_notification=self._pen.is_silent(first.chat, matters=any(photo.matters for photo in photos)),
            reply_parameters=replying_to(card),
            message_thread_id=first.thread,
            read_timeout=_ALBUM_PATIENCE,
            write_timeout=_ALBUM_PATIENCE,
        )
        return [
            self._pen.posted(photo.subject, message, note=photo.size)
            for photo, message in zip(photos, messages, strict=True)
        ]


def _noted(photo: Photo) -> str | None:
    """Return what is noted of a photo's message: the size, where it is not whole."""
    return photo.size if photo.size != "original" else None
