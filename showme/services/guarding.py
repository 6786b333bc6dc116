"""Guarding: supervisors hear who comes into their chats, where the bot is taken, and what could not be removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from showme.domain.chats import MOST_TITLE
from showme.domain.events import Kind

if TYPE_CHECKING:
    from collections.abc import Collection

    from showme.domain.chats import Chat
    from showme.ports import Clock
    from showme.records import Records, Work

_BOT = {"added": Kind.BOT_ADDED, "removed": Kind.BOT_REMOVED}

_STRANGER = "stranger"


class Guarding:
    """Writes into the journal what supervisors are told of."""

    def __init__(self, *, records: Records, clock: Clock) -> None:
        """Work on these records, by this clock."""
        self._records = records
        self._clock = clock

    async def note_joined(self, telegram_id: int, *, name: str, by: str) -> None:
        """Note that somebody came into a chat, by whom (perhaps alone); nothing where the chat is not enrolled."""

        async def noting(work: Work) -> None:
            chat = await work.chats.enrolled(telegram_id)
            if chat is not None:
                await self._append(work, Kind.CHAT_JOINED, chat.organisation, {"title": chat.title, "name": name}, by)

        await self._records.write(noting)

    async def note_bot(
        self, deed: Literal["added", "removed"], *, title: str, by: str, known_to: Collection[int]
    ) -> None:
        """Note that the bot was taken into a chat that is not enrolled, or out of one.

        The organisations to which the person is ``known_to`` belong hear who did it, and where. Of a stranger every
        organisation with a supervisors' chat hears, but neither name nor title: these may be another organisation's.
        """

        async def noting(work: Work) -> None:
            if known_to:
                for organisation in sorted(known_to):
                    await self._append(work, _BOT[deed], organisation, {"title": title[:MOST_TITLE]}, by)
                return
            told = {chat.organisation for chat in await work.chats.all() if chat.role == "supervisor"}
            for organisation in sorted(told):
                await self._append(work, _BOT[deed], organisation, {}, _STRANGER)

        await self._records.write(noting)

    async def note_not_forgotten(self, chat: Chat) -> None:
        """Note that a message stands in a chat beyond its time, because Telegram lets nobody but people delete it."""

        async def noting(work: Work) -> None:
            await self._append(work, Kind.MESSAGE_NOT_FORGOTTEN, chat.organisation, {"title": chat.title}, "telegram")

        await self._records.write(noting)

    async def _append(self, work: Work, kind: Kind, organisation: int, detail: dict[str, object], by: str) -> None:
        await work.journal.append(kind, organisation=organisation, at=self._clock.now(), actor=by, detail=detail)
