"""Tells people who they are in a chat, and lets them choose its language."""

from __future__ import annotations

from dataclasses import replace

from bot.answering import Answering
from bot.asked import Asked
from bot.services import Services
from bot.voice import Voice
from showme.domain.words import LANGUAGES
from showme.errors import NotUnderstood
from showme.records import Records, Work


class ThisChat:
    """``/whoami`` and ``/lang``."""

    def __init__(self, *, services: Services, records: Records, answering: Answering) -> None:
        """Ask the services, and change the chat's record."""
        self._services = services
        self._records = records
        self._answering = answering

    async def who_am_i(self, asked: Asked) -> None:
        """Tell the name that colleagues read, this chat's role, its organisation and its language."""
        organisation = await self._services.viewing.organisation(asked.chat.organisation)
        voice = asked.voice
        lines = [
            voice.html("whoami.name", name=asked.dispatcher.name),
            voice.html(f"whoami.{asked.chat.role}", organisation=organisation.name),
            voice.html("whoami.language", spoken=LANGUAGES.get(voice.language, voice.language)),
        ]
        await self._answering.reply(asked.message, "\n".join(lines), chat=asked.chat.id)

    async def change_language(self, asked: Asked) -> None:
        """Speak another language in this chat from now on; raise NotUnderstood when it is not offered."""
        wished = asked.arguments.lower()
        if not wished:
            offered = " · ".join(f"{code} {name}" for code, name in LANGUAGES.items())
            await self._answering.reply(
                asked.message, asked.voice.html("lang.how", offered=offered), chat=asked.chat.id
            )
            return
        if wished not in LANGUAGES:
            raise NotUnderstood("language_not_offered", offered=", ".join(LANGUAGES))

        async def changing(work: Work) -> None:
            await work.chats.set_language(asked.chat.id, wished)

        await self._records.write(changing)
        voice: Voice = replace(asked.voice, language=wished)
        await self._answering.reply(asked.message, voice.html("lang.done"), chat=asked.chat.id)
