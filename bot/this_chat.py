"""Tells people who they are in a chat, and lets them choose how it speaks."""

from __future__ import annotations

from dataclasses import replace

from bot.answering import Answering
from bot.asked import Asked
from bot.followers import Followers
from bot.reading import OFF
from bot.services import Services
from bot.sounds import SoundWish, read_sound, said_hours, sound_words
from bot.voice import Voice
from showme.domain.chats import Chat
from showme.domain.organisations import MOST_UNANSWERED
from showme.domain.words import TEAM_LANGUAGES, Catalogue
from showme.errors import NotUnderstood
from showme.records import Records, Work
from showme.services.awaiting import Awaiting


class ThisChat:
    """``/whoami``, ``/lang``, ``/sound`` and ``/noanswer``."""

    def __init__(
        self,
        *,
        services: Services,
        records: Records,
        catalogue: Catalogue,
        answering: Answering,
        followers: Followers,
        awaiting: Awaiting,
    ) -> None:
        """Ask the services, and change the chat's record."""
        self._services = services
        self._records = records
        self._answering = answering
        self._followers = followers
        self._awaiting = awaiting
        self._sounds = sound_words(catalogue)

    async def who_am_i(self, asked: Asked) -> None:
        """Tell the name that colleagues read, the person's number, the chat's role, organisation and language."""
        organisation = await self._services.viewing.organisation(asked.chat.organisation)
        voice = asked.voice
        person = asked.message.from_user if asked.message.sender_chat is None else None
        lines = [
            voice.html("whoami.name", name=asked.dispatcher.name),
            *([voice.html("whoami.telegram", telegram_id=person.id)] if person is not None else []),
            voice.html(f"whoami.{asked.chat.role}", organisation=organisation.name),
            voice.html("whoami.language", spoken=TEAM_LANGUAGES.get(voice.language, voice.language)),
        ]
        await self._answering.reply(asked.message, "\n".join(lines), chat=asked.chat.id)

    async def change_language(self, asked: Asked) -> None:
        """Speak another language in this chat from now on; raise NotUnderstood when it is not offered."""
        wished = asked.arguments.lower()
        if not wished:
            offered = " · ".join(f"{code} {name}" for code, name in TEAM_LANGUAGES.items())
            await self._answering.reply(
                asked.message, asked.voice.html("lang.how", offered=offered), chat=asked.chat.id
            )
            return
        if wished not in TEAM_LANGUAGES:
            raise NotUnderstood("language_not_offered", offered=", ".join(TEAM_LANGUAGES))

        async def changing(work: Work) -> None:
            await work.chats.set_language(asked.chat.id, wished)

        await self._records.write(changing)
        self._followers.renew_menu(asked.chat.id)
        voice: Voice = replace(asked.voice, language=wished)
        await self._answering.reply(asked.message, voice.html("lang.done"), chat=asked.chat.id)

    async def change_sound(self, asked: Asked) -> None:
        """Make a sound at other things, or be quiet at other hours; without arguments, tell how it is. Raise NotFound.

        What cannot be read is answered with what can.
        """
        chat, wish = asked.chat, None
        if asked.arguments:
            organisation = await self._services.viewing.organisation(chat.organisation)
            wish = read_sound(asked.arguments, self._sounds, region=organisation.region, known=chat.quiet)
            if wish is None:
                await self._answering.reply(asked.message, asked.voice.html("sound.how"), chat=chat.id)
                return
            chat = await self._heard(chat, wish)
        lines = [asked.voice.html(f"sound.{chat.sound}"), _quiet(chat, asked.voice)]
        if wish is None:
            lines.append(asked.voice.html("sound.how"))
        await self._answering.reply(asked.message, "\n".join(lines), chat=chat.id)

    async def change_no_answer(self, asked: Asked) -> None:
        """Tell, or as a supervisor change, after how many minutes an invitation without an answer is told.

        Raise NotAllowed, NotUnderstood.
        """
        if asked.arguments:
            minutes = 0 if asked.arguments.lower() in OFF else _whole(asked.arguments)
            await self._awaiting.choose(asked.dispatcher, minutes=minutes)
        organisation = await self._services.viewing.organisation(asked.chat.organisation)
        minutes, voice = organisation.unanswered_minutes, asked.voice
        lines = [voice.html("noanswer.now", minutes=minutes) if minutes else voice.html("noanswer.never")]
        if not asked.arguments:
            lines.append(voice.html("noanswer.how"))
        await self._answering.reply(asked.message, "\n".join(lines), chat=asked.chat.id)

    async def _heard(self, chat: Chat, wish: SoundWish) -> Chat:
        sound = wish.sound

        async def changing(work: Work) -> None:
            if sound is not None:
                await work.chats.set_sound(chat.id, sound)
            else:
                await work.chats.set_quiet(chat.id, wish.quiet)

        await self._records.write(changing)
        return replace(chat, sound=sound) if sound is not None else replace(chat, quiet=wish.quiet)


def _whole(written: str) -> int:
    """Read a number of minutes; what is none counts as one that nobody may choose."""
    is_number = written.isascii() and written.isdecimal() and len(written) <= len(str(MOST_UNANSWERED))
    return int(written) if is_number else -1


def _quiet(chat: Chat, voice: Voice) -> str:
    if chat.quiet is None:
        return voice.html("sound.never_quiet")
    start, end = said_hours(chat.quiet)
    return voice.html("sound.quiet", start=start, end=end, zone=chat.quiet.zone)
