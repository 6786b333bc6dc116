"""Takes out of the chat what has had its time: photos, locations, links."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from typing import Final

from telegram import Bot, InputMediaPhoto
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.failures import is_as_it_was, is_gone, is_too_old_to_delete
from bot.services import Report
from bot.voice import Voice
from showme.domain.chats import Chat, Errand, Parcel, Posted
from showme.domain.words import Catalogue
from showme.ports import Clock
from showme.records import Records, Work
from showme.services.guarding import Guarding

_GREY: Final = 160
_WITH_THE_INVITATION: Final = (Errand.LOCATION, Errand.LINK, Errand.SENTENCE, Errand.TALK)


class Clearing:
    """Deletes our messages; what Telegram does not let a bot delete any more loses what it showed."""

    def __init__(
        self,
        *,
        bot: Bot,
        records: Records,
        clock: Clock,
        catalogue: Catalogue,
        guarding: Guarding,
        report: Report,
    ) -> None:
        """Tell supervisors, and ``report``, of messages that still show what they should not."""
        self._bot = bot
        self._records = records
        self._clock = clock
        self._catalogue = catalogue
        self._guarding = guarding
        self._report = report

    async def clear(self, chat: Chat, parcel: Parcel) -> None:
        """Delete what a parcel names; done twice it does no harm. Raise TelegramError."""
        for message in await self._standing(parcel):
            await self._remove(chat, message)

            async def noting(work: Work, message: Posted = message) -> None:
                await work.chats.removed(message)

            await self._records.write(noting)

    async def _standing(self, parcel: Parcel) -> Sequence[Posted]:
        invitation = parcel.invitation
        if invitation is None:
            return ()
        errands = (Errand.PHOTO,) if parcel.errand is Errand.FORGET_PHOTO else _WITH_THE_INVITATION

        async def looking(work: Work) -> list[Posted]:
            return [
                message
                for errand in errands
                for message in await work.chats.posted(
                    parcel.chat, invitation=invitation, errand=errand, photo=parcel.photo
                )
            ]

        return await self._records.read(looking)

    async def _remove(self, chat: Chat, message: Posted) -> None:
        try:
            await self._bot.delete_message(chat.telegram_id, message.message_id)
        except BadRequest as error:
            if is_gone(error):
                return
            if not is_too_old_to_delete(error):
                raise
            await self._blank(chat, message, error)

    async def _blank(self, chat: Chat, message: Posted, refusal: BadRequest) -> None:
        """Put something empty in the place of a message that stands for good."""
        gone = Voice(self._catalogue, chat.language).html("expired")
        try:
            if message.errand is Errand.PHOTO:
                await self._bot.edit_message_media(
                    InputMediaPhoto(grey_picture(), caption=gone, parse_mode=ParseMode.HTML, filename="expired.png"),
                    chat_id=chat.telegram_id,
                    message_id=message.message_id,
                )
            elif message.errand is Errand.LOCATION:
                await self._give_up(chat, refusal)
            else:
                await self._bot.edit_message_text(
                    gone, parse_mode=ParseMode.HTML, chat_id=chat.telegram_id, message_id=message.message_id
                )
        except BadRequest as error:
            if not is_as_it_was(error) and not is_gone(error):
                await self._give_up(chat, error)

    async def _give_up(self, chat: Chat, refusal: BadRequest) -> None:
        """Let people know that a message stands which only they can delete."""
        self._report("chat_message_not_forgotten", refusal)
        await self._guarding.note_not_forgotten(chat)


def grey_picture(*, width: int = 320, height: int = 240) -> bytes:
    """Return a PNG (W3C PNG, 8-bit grey) with nothing on it."""
    rows = (b"\0" + bytes([_GREY]) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )
