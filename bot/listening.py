"""Takes updates in, from Telegram's queue or its webhook, each handled once."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, Final

from telegram import Bot, Message, Update
from telegram.error import TelegramError

from bot.comings import Comings
from bot.commands import Commands
from bot.health import Pulse
from bot.moving import follow_group
from bot.presses import Presses
from bot.services import Report
from bot.waiting import Backing, Waiting
from showme.domain.origins import acting_from
from showme.records import Records

WANTED: Final = ("message", "callback_query", "my_chat_member", "chat_member")
"""The kinds of update that we ask for; an edited command is not done again."""
_GET_UPDATES: Final = "getupdates"
"""The Bot API reads names of methods in any case. Written so, python-telegram-bot hands the updates over unread: it
would read a whole batch at once, and one update that it cannot read would hold up all others for ever."""
_ASK_FOR: Final = 25
"""Seconds for which Telegram may keep our question open."""
_ANSWER_WITHIN: Final = _ASK_FOR + 10.0
_LONGEST_HANDLING: Final = 60.0
_REMEMBERED: Final = 1000

RawUpdate = Mapping[str, Any]


class Listening:
    """Hears what happens in the chats."""

    def __init__(
        self,
        *,
        bot: Bot,
        records: Records,
        commands: Commands,
        presses: Presses,
        comings: Comings,
        waiting: Waiting,
        pulse: Pulse,
        report: Report,
    ) -> None:
        """Lead messages to ``commands``, pressed buttons to ``presses``, and who comes and goes to ``comings``."""
        self._bot = bot
        self._records = records
        self._commands = commands
        self._presses = presses
        self._comings = comings
        self._waiting = waiting
        self._pulse = pulse
        self._report = report
        self._handled: deque[int] = deque(maxlen=_REMEMBERED)
        self._offset: int | None = None
        self._at_hand: asyncio.Task[None] | None = None

    async def poll(self) -> None:
        """Ask for updates until cancelled; those at hand then are handled to their end."""
        backing = Backing()
        while True:
            try:
                updates = await self._ask(seconds=_ASK_FOR)
            except TelegramError as error:
                if self._pulse.miss():
                    self._report("telegram_unreachable", error)
                await self._waiting.pause(backing.failed())
                continue
            self._pulse.beat()
            backing.went_well()
            if updates:
                self._at_hand = asyncio.create_task(self._handle_all(updates))
                await asyncio.shield(self._at_hand)

    async def finish(self, *, within: float) -> None:
        """After polling: wait for what is at hand, and tell Telegram what was handled; it does not come again then."""
        try:
            async with asyncio.timeout(within):
                if self._at_hand is not None:
                    await self._at_hand
                if self._offset is not None:
                    await self._ask(seconds=0)
        except (TelegramError, TimeoutError) as error:
            self._report("telegram_updates_not_confirmed", error)

    async def handle(self, raw: RawUpdate) -> None:
        """Handle one update, as JSON; one that cannot be handled is reported and passed over."""
        number = raw.get("update_id")
        if number in self._handled:
            return
        if isinstance(number, int):
            self._handled.append(number)
        try:
            async with asyncio.timeout(_LONGEST_HANDLING):
                update = Update.de_json(dict(raw), self._bot)
                with acting_from(_origin_of(update, raw)):
                    await self._lead(update)
        except Exception as error:  # noqa: BLE001 - one update must never hold up the others
            self._report("telegram_update_not_handled", error)

    async def _ask(self, *, seconds: int) -> Sequence[RawUpdate]:
        arguments: dict[str, Any] = {"timeout": seconds, "allowed_updates": list(WANTED)}
        if self._offset is not None:
            arguments["offset"] = self._offset
        if not seconds:
            arguments["limit"] = 1
        answer = await self._bot.do_api_request(_GET_UPDATES, api_kwargs=arguments, read_timeout=_ANSWER_WITHIN)
        return [update for update in answer if isinstance(update, dict)] if isinstance(answer, list) else []

    async def _handle_all(self, updates: Sequence[RawUpdate]) -> None:
        """Handle a batch: each chat's updates in order, the chats beside each other."""
        by_chat: dict[object, list[RawUpdate]] = {}
        for update in updates:
            by_chat.setdefault(_chat_of(update), []).append(update)
        await asyncio.gather(*(self._handle_in_turn(some) for some in by_chat.values()))
        self._offset = max(int(update["update_id"]) for update in updates) + 1

    async def _handle_in_turn(self, updates: Sequence[RawUpdate]) -> None:
        for update in updates:
            await self.handle(update)

    async def _lead(self, update: Update) -> None:
        if update.callback_query is not None:
            await self._presses.hear(update.callback_query)
        elif update.my_chat_member is not None:
            await self._comings.of_bot(update.my_chat_member)
        elif update.chat_member is not None:
            await self._comings.of_person(update.chat_member)
        elif update.message is not None:
            await self._hear(update.message)

    async def _hear(self, message: Message) -> None:
        if message.migrate_to_chat_id is not None:
            await follow_group(self._records, message.chat.id, message.migrate_to_chat_id)
        elif message.migrate_from_chat_id is not None:
            await follow_group(self._records, message.migrate_from_chat_id, message.chat.id)
        elif message.new_chat_members:
            await self._comings.announced(message)
        else:
            await self._commands.hear(message)


def _origin_of(update: Update, raw: RawUpdate) -> str:
    """Return what the journal keeps of where somebody acts: the chat, and the person's number at Telegram."""
    person = update.effective_user
    return f"telegram {_chat_of(raw)} {person.id if person else ''}".rstrip()


def _chat_of(update: RawUpdate) -> object:
    """Return the chat in which an update happened, whatever it is; None when it does not say."""
    for kind in WANTED:
        happened = update.get(kind)
        if isinstance(happened, dict):
            inside = happened.get("message") if kind == "callback_query" else happened
            chat = inside.get("chat") if isinstance(inside, dict) else None
            return chat.get("id") if isinstance(chat, dict) else None
    return None
