"""The stage of practice mode: an embedded team chat and phone, on which one person plays everyone."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Final

from practice.telegram.bot_api import BotApi
from practice.telegram.chats import Chats
from practice.telegram.people import People
from practice.telegram.records import Membership, Person
from practice.telegram.view import photo_bytes, view_chat, written

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from practice.credentials import Credentials
    from showme.domain.organisations import Organisation
    from showme.domain.sms import KeptSms
    from showme.ports import Clock
    from showme.records import Records, Work
    from showme.services.signing_in import SigningIn

TOKEN: Final = "112112112:practice-mode-needs-no-real-bot-token"  # noqa: S105 - the stand-in takes any, this one
PLAYER: Final = "Anna Peeters"
_PATIENCE: Final = 2.0
"""Seconds for which saying something waits for the bot's reaction, so that who asks next sees it."""


class PracticeStage:
    """Plays the team chat, and shows what arrives on the phone; implements ``web.needs.Stage``."""

    def __init__(
        self,
        *,
        organisation: Organisation,
        credentials: Credentials,
        records: Records,
        signing_in: SigningIn,
        clock: Clock,
        title: str = "Team chat",
    ) -> None:
        """Open the chat; messages are numbered from the present moment on, above those of earlier runs."""
        self._organisation = organisation
        self._credentials = credentials
        self._records = records
        self._signing_in = signing_in
        bot = Person(id=112_112_112, first_name="showme", username="showme_practice_bot", is_bot=True)
        self._chats = Chats(clock=clock.now, bot=bot, first_message=int(clock.now().timestamp() * 100))
        first, _, last = PLAYER.partition(" ")
        self._player = self._chats.new_person(first, last_name=last)
        self._group = self._chats.open_group(title, self._player, bot=Membership(bot))
        self._chats.open_private(self._player)
        self._people = People(self._chats)
        self.bot_api = BotApi(self._chats, token=TOKEN)

    @property
    def chat_id(self) -> int:
        """The practice chat's id, as Telegram would number it."""
        return self._group.id

    @property
    def chat_title(self) -> str:
        """The practice chat's title."""
        return self._group.title or ""

    async def state(self) -> Mapping[str, object]:
        """Return everything that can be seen."""

        async def looking(work: Work) -> list[KeptSms]:
            return list(await work.sms.kept())

        kept = await self._records.read(looking)
        organisation = self._organisation
        return {
            "organisation": {"id": organisation.id, "name": organisation.name, "region": organisation.region},
            "sign_in_link": self._credentials.sign_in_link,
            "api_token": self._credentials.api_token,
            "version": self._chats.version + len(kept),
            "sms": [
                {"id": sms.id, "to": sms.to, "text": sms.text, "link": sms.link, "at": written(sms.at)} for sms in kept
            ],
            "chat": self._messages(),
        }

    def _messages(self) -> list[Mapping[str, object]]:
        """Return the chat's messages, and among them what the bot says to the player alone, numbered below zero."""
        private = [
            {**message, "id": -message["id"], "reply_to": None, "private": True}
            for message in view_chat(self._chats, self._player.id)
        ]
        here = [{**message, "private": False} for message in view_chat(self._chats, self.chat_id)]
        return sorted([*here, *private], key=lambda message: str(message["at"]))

    async def say(self, text: str, *, reply_to: int | None) -> int:
        """Say something in the team chat and give the bot a moment to react; raise NotFound for a missing message."""
        message = self._people.say(self.chat_id, self._player, text, reply_to)
        if text.startswith("/"):
            await self._reaction(beyond=message.id)
        return message.id

    async def press(self, message: int, data: str) -> str | None:
        """Press a button and return what the bot answers, None while it says nothing; raise NotFound."""
        press = self._people.press(self.chat_id, message, data, self._player)
        async with _at_most(_PATIENCE):
            while self._chats.press(press.id).answer is None:
                await self._change()
        answer = self._chats.press(press.id).answer
        return answer.text if answer else None

    def photo(self, name: str) -> bytes:
        """Return a picture of the chat; raise NotFound."""
        return photo_bytes(self._chats, name)

    async def sign_in(self) -> str:
        """Sign the photowall's pane in."""
        secret = self._credentials.sign_in_link.rpartition("/")[2]
        return (await self._signing_in.sign_in(secret, PLAYER)).token

    async def _reaction(self, *, beyond: int) -> None:
        async with _at_most(_PATIENCE):
            while not any(
                message.id > beyond and message.sender.is_bot for message in self._chats.messages(self.chat_id)
            ):
                await self._change()

    async def _change(self) -> None:
        changed = asyncio.Event()
        forget = self._chats.watch(changed.set)
        try:
            await changed.wait()
        finally:
            forget()


@asynccontextmanager
async def _at_most(seconds: float) -> AsyncIterator[None]:
    """Give up waiting after so many seconds, quietly."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            yield
