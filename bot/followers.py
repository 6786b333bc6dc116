"""Keeps, for each enrolled chat, one loop that packs and one that delivers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from telegram import Bot

from bot.delivery import Delivery
from bot.health import Pulse
from bot.menus import Menu
from bot.notices import Notices
from bot.pace import Pace, Together
from bot.posting import Posting
from bot.reminders import Reminders
from bot.services import Report, Services
from bot.waiting import Waiting
from showme.domain.chats import Chat
from showme.domain.words import Catalogue
from showme.ports import Clock, MediaStore
from showme.records import Records, Work
from showme.services.guarding import Guarding
from showme.services.limiting import Limiting

_LOOK_EVERY: Final = timedelta(seconds=5)
_BREATH: Final = 5.0
"""Seconds after something that nobody foresaw."""


@dataclass(frozen=True, kw_only=True)
class Following:
    """What runs for one chat."""

    organisation: int
    telegram_id: int
    chat: Chat
    """As it stood when it was last looked at."""
    delivery: Delivery
    reminders: Reminders
    pace: Pace
    menu: Menu
    task: asyncio.Task[None]


class Followers:
    """Follows the journal for every enrolled chat, from its enrolment to its end."""

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
        waiting: Waiting,
        pulse: Pulse,
        limiting: Limiting | None,
        report: Report,
    ) -> None:
        """Speak through ``bot``."""
        self._bot = bot
        self._records = records
        self._clock = clock
        self._catalogue = catalogue
        self._media = media
        self._services = services
        self._guarding = guarding
        self._together = Together()
        self._waiting = waiting
        self._pulse = pulse
        self._limiting = limiting
        self._report = report
        self._followed: dict[int, Following] = {}
        self._look = asyncio.Event()

    def look_again(self) -> None:
        """Notice soon that a chat was enrolled, or left."""
        self._look.set()

    def of(self, chat: int) -> Following | None:
        """Return what runs for a chat."""
        return self._followed.get(chat)

    def followed(self) -> Sequence[Following]:
        """Return what runs for every chat, as it was when the records were last there."""
        return list(self._followed.values())

    def wake(self, chat: int) -> None:
        """Say that something waits for a chat."""
        following = self._followed.get(chat)
        if following is not None:
            following.delivery.wake.set()

    def renew_menu(self, chat: int) -> None:
        """Offer the commands of a chat anew: it speaks another language now."""
        following = self._followed.get(chat)
        if following is not None:
            following.menu.wake.set()

    async def follow(self) -> None:
        """Follow, until cancelled."""
        try:
            await self._kept_going(self._look_around, "chats_not_looked_after")
        finally:
            await self._end([following.task for following in self._followed.values()])
            self._followed.clear()

    async def _look_around(self) -> bool:
        self._look.clear()

        async def looking(work: Work) -> list[Chat]:
            return list(await work.chats.all())

        enrolled = {chat.id: chat for chat in await self._records.read(looking)}
        ended = [
            number
            for number, following in self._followed.items()
            if following.task.done() or (number in enrolled and following.organisation != enrolled[number].organisation)
        ]
        await self._end([self._followed.pop(number).task for number in ended])
        for number, following in self._followed.items():
            if number not in enrolled:
                # Its line sees that it has left, and ends what runs for it.
                following.delivery.wake.set()
        for number, chat in enrolled.items():
            if number in self._followed:
                self._followed[number].menu.notice(chat)
                self._followed[number] = replace(self._followed[number], chat=chat)
            else:
                self._followed[number] = self._begin(chat)
        await self._waiting.until(self._clock.now() + _LOOK_EVERY, unless=self._look)
        return True

    def _begin(self, chat: Chat) -> Following:
        reminders = Reminders()
        # Groups have numbers below zero, people above (Bot API, "Chat").
        pace = Pace(is_group=chat.telegram_id < 0)
        posting = Posting(
            bot=self._bot, records=self._records, clock=self._clock, catalogue=self._catalogue, media=self._media,
            services=self._services, guarding=self._guarding, reminders=reminders, report=self._report,
        )  # fmt: skip
        delivery = Delivery(
            chat.id, records=self._records, clock=self._clock, services=self._services, posting=posting,
            reminders=reminders, pace=pace, together=self._together, waiting=self._waiting, pulse=self._pulse,
            limiting=self._limiting, report=self._report,
        )  # fmt: skip
        menu = Menu(
            chat.id, bot=self._bot, records=self._records, clock=self._clock, catalogue=self._catalogue,
            waiting=self._waiting, report=self._report,
        )  # fmt: skip
        task = asyncio.create_task(self._run(chat, delivery, menu))
        return Following(
            organisation=chat.organisation,
            telegram_id=chat.telegram_id,
            chat=chat,
            delivery=delivery,
            reminders=reminders,
            pace=pace,
            menu=menu,
            task=task,
        )

    async def _run(self, chat: Chat, delivery: Delivery, menu: Menu) -> None:
        notices = Notices(chat.id, records=self._records)

        async def packing() -> bool:
            packed = await notices.pack()
            if packed is None:
                return False
            organisation, cursor, events = packed
            if events:
                delivery.wake.set()
            await self._records.wait_beyond(organisation, cursor)
            return True

        async def delivering() -> bool:
            return await delivery.step()

        async def remembering() -> bool:
            await delivery.remember()
            return False

        await self._kept_going(remembering, "chat_not_followed")
        others = [
            asyncio.create_task(self._kept_going(packing, "chat_not_packed")),
            asyncio.create_task(self._kept_going(menu.step, "chat_menu_not_kept")),
        ]
        try:
            await self._kept_going(delivering, "chat_not_delivered")
        finally:
            await self._end(others)
        await menu.withdraw()

    async def _kept_going(self, step: Callable[[], Awaitable[bool]], trouble: str) -> None:
        """Take one step after another until one says that it was the last; report what nobody foresaw, and go on."""
        while True:
            try:
                if not await step():
                    return
            except Exception as error:  # noqa: BLE001 - the chat must never fall silent
                self._report(trouble, error)
                await self._waiting.pause(_BREATH)

    async def _end(self, tasks: list[asyncio.Task[None]]) -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
