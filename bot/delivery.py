"""Carries the parcels of one chat to Telegram, one after another, and keeps each until Telegram has answered."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.failures import may_have_arrived, seconds_to_wait
from bot.health import Pulse
from bot.moving import follow_group
from bot.pace import Pace
from bot.posting import Outcome, Posting
from bot.reminders import Reminders
from bot.services import Report, Services
from bot.waiting import Backing, Waiting
from showme.domain.chats import Chat, Errand, Parcel, Urgency
from showme.errors import Unavailable
from showme.ports import Clock
from showme.records import Records, Work

TELEGRAM: Final = "telegram"
"""Who acts when Telegram says that the bot is not in a chat any more."""
_MOST_ATTEMPTS: Final = 5
"""How often a parcel is tried that fails by a fault of ours, before it is given up."""
_LEFT_ALONE: Final = timedelta(seconds=20)
_NOBODYS: Final = -1
"""The number of no parcel: a card that went ahead of a photo was never one."""


class Delivery:
    """One chat's line: what is urgent first, and within that in order."""

    def __init__(
        self,
        chat: int,
        *,
        records: Records,
        clock: Clock,
        services: Services,
        posting: Posting,
        reminders: Reminders,
        pace: Pace,
        waiting: Waiting,
        pulse: Pulse,
        report: Report,
    ) -> None:
        """Carry the parcels of a chat at a pace."""
        self.wake = asyncio.Event()
        """Set by whoever has packed something."""
        self._chat = chat
        self._records = records
        self._clock = clock
        self._services = services
        self._posting = posting
        self._reminders = reminders
        self._pace = pace
        self._waiting = waiting
        self._pulse = pulse
        self._report = report
        self._backing = Backing()
        self._not_before: datetime | None = None

    async def remember(self) -> None:
        """After a start: remember the cards whose hint falls due soon, or fell due while we were away."""

        async def looking(work: Work) -> None:
            chat = await work.chats.get(self._chat)
            for invitation in await work.invitations.newest(chat.organisation) if chat else ():
                hint = invitation.hint(self._clock.now())
                if hint is not None and hint.due_at > self._clock.now() - _LEFT_ALONE:
                    self._reminders.remind(invitation.id, hint.due_at)

        await self._records.read(looking)

    async def step(self) -> bool:
        """Carry one parcel, or wait until there is one; return False once the chat is not enrolled any more."""
        self.wake.clear()
        now = self._clock.now()
        chat = await self._still_enrolled()
        if chat is None:
            return False
        if chat.role == "dispatcher":
            await self._pack_reminders(chat, now)
        parcel, next_moment = await self._next(now)
        if parcel is None:
            moments = [moment for moment in (next_moment, self._reminders.next()) if moment is not None]
            await self._waiting.until(min(moments, default=None), unless=self.wake)
            return True
        ready_at = max(self._pace.ready_at(parcel.urgency, now), self._not_before or now)
        if ready_at > now:
            # Whatever comes meanwhile may be more urgent: it is looked for again.
            await self._waiting.until(ready_at, unless=self.wake)
            return True
        await self._carry(chat, parcel)
        return True

    async def _carry(self, chat: Chat, parcel: Parcel) -> None:
        try:
            outcome = await self._perform(chat, parcel)
        except asyncio.CancelledError:
            await self._keep(parcel, perhaps_sent=True)
            raise
        except TelegramError as error:
            await self._hear_refusal(chat, parcel, error)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - one parcel must never stop the line
            self._report("chat_parcel_failed", error)
            await self._leave_aside(parcel)
        else:
            self._pulse.beat()
            self._backing.went_well()
            await self._note(parcel, outcome)

    async def _perform(self, chat: Chat, parcel: Parcel) -> Outcome:
        outcome = None
        try:
            outcome = await self._posting.perform(chat, parcel)
            return outcome
        finally:
            # Counted when it is over: Telegram counted it earlier, so that by our count we are never too fast.
            if outcome is None or outcome.has_spoken:
                self._pace.spend(self._clock.now())

    async def _hear_refusal(self, chat: Chat, parcel: Parcel, error: TelegramError) -> None:
        """Do what Telegram's answer, or its silence, asks for; the parcel is kept, given up, or goes with the chat."""
        match error:
            case RetryAfter():
                self._leave_alone(seconds_to_wait(error))
            case ChatMigrated():
                await follow_group(self._records, chat.telegram_id, error.new_chat_id)
            case Forbidden():
                await self._services.enrolling.leave(chat.telegram_id, by=TELEGRAM)
            case BadRequest():
                self._report("chat_parcel_refused", error)
                await self._note(parcel, Outcome())
            case _:
                if self._pulse.miss():
                    self._report("telegram_unreachable", error)
                self._leave_alone(self._backing.failed())
                await self._keep(parcel, perhaps_sent=may_have_arrived(error))

    def _leave_alone(self, seconds: float) -> None:
        """Say nothing in this chat for a while; what waits keeps its order."""
        self._not_before = self._clock.now() + timedelta(seconds=seconds)

    async def _leave_aside(self, parcel: Parcel) -> None:
        """Let others go before a parcel that we cannot make sense of, and give it up in the end."""
        if parcel.attempts + 1 >= _MOST_ATTEMPTS:
            await self._note(parcel, Outcome())
            return
        await self._keep(parcel, perhaps_sent=parcel.perhaps_sent, until=self._clock.now() + _LEFT_ALONE)

    async def _keep(self, parcel: Parcel, *, perhaps_sent: bool, until: datetime | None = None) -> None:
        async def keeping(work: Work) -> None:
            await work.chats.postpone(parcel, until=until or self._clock.now(), perhaps_sent=perhaps_sent)

        await self._records.write(keeping)

    async def _note(self, parcel: Parcel, outcome: Outcome) -> None:
        done = parcel if outcome.is_done else replace(parcel, id=_NOBODYS)

        async def noting(work: Work) -> None:
            await work.chats.delivered(done, outcome.posted)

        if outcome.posted is None and not outcome.is_done:
            return
        is_reported = False
        while True:
            try:
                await self._records.write(noting)
            except Unavailable as error:
                # Telegram has it: forgetting that now would send it again. A full disk is told once, not every second.
                if not is_reported:
                    self._report("chat_delivery_not_noted", error)
                is_reported = True
                await self._waiting.pause(1)
            else:
                return

    async def _pack_reminders(self, chat: Chat, now: datetime) -> None:
        due = self._reminders.due(now)
        if not due:
            return

        async def packing(work: Work) -> None:
            for invitation in due:
                await work.chats.pack(
                    chat.id,
                    urgency=Urgency.EDIT,
                    errand=Errand.CARD,
                    invitation=invitation,
                    photo=None,
                    event=chat.cursor,
                )

        await self._records.write(packing)

    async def _still_enrolled(self) -> Chat | None:
        async def looking(work: Work) -> Chat | None:
            return await work.chats.get(self._chat)

        return await self._records.read(looking)

    async def _next(self, now: datetime) -> tuple[Parcel | None, datetime | None]:
        async def looking(work: Work) -> tuple[Parcel | None, datetime | None]:
            return await work.chats.next_parcel(self._chat, now), await work.chats.next_moment(self._chat)

        return await self._records.read(looking)
