"""Carries the parcels of one chat to Telegram, one after another, and keeps each until Telegram has answered.

Whatever makes a new message is marked before it leaves, so that a message repeated after a crash says that it is one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice, takewhile
from typing import Final

from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.failures import may_have_arrived, seconds_to_wait
from bot.health import Pulse
from bot.moving import follow_group
from bot.outcomes import Outcome
from bot.pace import A_MINUTE, Pace, Together
from bot.photo_messages import MOST_IN_AN_ALBUM
from bot.posting import Posting
from bot.reminders import Reminders
from bot.services import Report, Services
from bot.waiting import Backing, Waiting
from showme.domain.chats import Chat, Errand, Parcel, Urgency
from showme.errors import Unavailable
from showme.ports import Clock
from showme.records import Records, Work
from showme.services.limiting import Limiting

TELEGRAM: Final = "telegram"
"""Who acts when Telegram says that the bot is not in a chat any more."""
_MOST_ATTEMPTS: Final = 5
"""How often a parcel is tried that fails by a fault of ours, before it is given up."""
_LEFT_ALONE: Final = timedelta(seconds=20)
_WORTH_TELLING: Final = 10.0
"""Seconds for which Telegram takes nothing more in a chat, so that supervisors should know why photos come late."""
_CHANGING: Final = frozenset(
    {Errand.WHOLE_PHOTO, Errand.LIVE_SEEN, Errand.SHOWN, Errand.FORGET_PHOTO, Errand.FORGET_INVITATION}
)
"""What only changes messages that stand: done twice, it does no harm."""
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
        together: Together,
        waiting: Waiting,
        pulse: Pulse,
        limiting: Limiting | None,
        report: Report,
    ) -> None:
        """Carry the parcels of a chat at a pace, which no chat together with the others exceeds."""
        self.wake = asyncio.Event()
        """Set by whoever has packed something."""
        self._chat = chat
        self._records = records
        self._clock = clock
        self._services = services
        self._posting = posting
        self._reminders = reminders
        self._pace = pace
        self._together = together
        self._waiting = waiting
        self._pulse = pulse
        self._limiting = limiting
        self._report = report
        self._backing = Backing()
        self._not_before: datetime | None = None
        self._alone: set[int] = set()
        """Parcels that Telegram has refused in an album: one of them may be what it takes nowhere."""

    async def remember(self) -> None:
        """After a start: remember what was said within the minute, and the cards whose hint falls due about now."""
        now = self._clock.now()

        async def looking(work: Work) -> tuple[Sequence[datetime], int]:
            chat = await work.chats.get(self._chat)
            for invitation in await work.invitations.newest(chat.organisation) if chat else ():
                hint = invitation.hint(self._clock.now())
                if hint is not None and hint.due_at > self._clock.now() - _LEFT_ALONE:
                    self._reminders.remind(invitation.id, hint.due_at)
            return await work.chats.spoken_since(self._chat, now - A_MINUTE)

        spoken, perhaps = await self._records.read(looking)
        for moment in spoken:
            self._pace.spend(moment)
        # What was on its way when we were stopped may have arrived this late.
        self._pace.spend(now, perhaps)

    async def step(self) -> bool:
        """Carry what leaves next, or wait until there is something; return False once the chat is not enrolled."""
        self.wake.clear()
        now = self._clock.now()
        chat = await self._still_enrolled()
        if chat is None:
            return False
        if chat.role == "dispatcher":
            await self._pack_reminders(chat, now)
        waiting, next_moment = await self._next(now)
        if not waiting:
            moments = [moment for moment in (next_moment, self._reminders.next()) if moment is not None]
            await self._waiting.until(min(moments, default=None), unless=self.wake)
            return True
        ready_at = max(self._pace.ready_at(waiting[0].urgency, now), self._not_before or now)
        parcels = self._leaving_together(waiting, now)
        ready_at = max(ready_at, self._together.ready_at(len(parcels), now))
        if ready_at > now:
            # Whatever comes meanwhile may be more urgent: it is looked for again.
            await self._waiting.until(ready_at, unless=self.wake)
            return True
        # Reserved before anything is waited for, so that no two chats take the same room.
        self._together.begin(len(parcels))
        try:
            await self._carry(chat, parcels)
        finally:
            self._together.end(self._clock.now(), len(parcels))
        return True

    def _leaving_together(self, waiting: Sequence[Parcel], now: datetime) -> Sequence[Parcel]:
        """Return what leaves next: a parcel, or the photos of one invitation that wait one behind the other."""
        first = waiting[0]
        if first.errand is not Errand.PHOTO or first.id in self._alone:
            return waiting[:1]
        alike = takewhile(
            lambda parcel: (
                parcel.errand is Errand.PHOTO
                and parcel.invitation == first.invitation
                and parcel.id not in self._alone
                and parcel.perhaps_sent == first.perhaps_sent
            ),
            waiting,
        )
        return list(islice(alike, max(1, self._pace.room(now))))

    async def _carry(self, chat: Chat, parcels: Sequence[Parcel]) -> None:
        if parcels[0].errand not in _CHANGING:
            await self._mark(parcels, perhaps_sent=True)
        try:
            outcomes = await self._perform(chat, parcels)
        except asyncio.CancelledError:
            await self._keep(parcels, perhaps_sent=True)
            raise
        except TelegramError as error:
            await self._hear_refusal(chat, parcels, error)
        except Unavailable:
            await self._mark(parcels, perhaps_sent=None)
            raise
        except Exception as error:  # noqa: BLE001 - one parcel must never stop the line
            self._report("chat_parcel_failed", error)
            self._alone.update(parcel.id for parcel in parcels)
            await self._leave_aside(parcels)
        else:
            self._pulse.beat()
            self._backing.went_well()
            await self._note(parcels, outcomes)

    async def _perform(self, chat: Chat, parcels: Sequence[Parcel]) -> Sequence[Outcome]:
        spoken = len(parcels)
        try:
            outcomes = await self._posting.perform(chat, parcels)
            spoken = sum(outcome.has_spoken for outcome in outcomes)
            return outcomes
        except NetworkError as error:
            if not isinstance(error, BadRequest) and not may_have_arrived(error):
                spoken = 0
            raise
        finally:
            # Counted when it is over: Telegram counted it earlier, so that by our count we are never too fast.
            self._pace.spend(self._clock.now(), spoken)

    async def _hear_refusal(self, chat: Chat, parcels: Sequence[Parcel], error: TelegramError) -> None:
        """Do what Telegram's answer, or its silence, asks for; parcels are kept, given up, or go with the chat."""
        match error:
            case RetryAfter():
                self._pulse.slowed()
                self._leave_alone(seconds_to_wait(error))
                await self._mark(parcels, perhaps_sent=None)
                if self._limiting is not None and seconds_to_wait(error) >= _WORTH_TELLING:
                    await self._limiting.note(chat.organisation, TELEGRAM, by=chat.title)
            case ChatMigrated():
                await follow_group(self._records, chat.telegram_id, error.new_chat_id)
                await self._mark(parcels, perhaps_sent=None)
            case Forbidden():
                await self._services.enrolling.leave(chat.telegram_id, by=TELEGRAM)
            case BadRequest() if len(parcels) > 1:
                self._report("chat_album_refused", error)
                self._alone.update(parcel.id for parcel in parcels)
                await self._mark(parcels, perhaps_sent=None)
            case BadRequest():
                self._report("chat_parcel_refused", error)
                await self._note(parcels, [Outcome()])
            case _:
                if self._pulse.miss():
                    self._report("telegram_unreachable", error)
                self._leave_alone(self._backing.failed())
                await self._keep(parcels, perhaps_sent=may_have_arrived(error))

    def _leave_alone(self, seconds: float) -> None:
        """Say nothing in this chat for a while; what waits keeps its order."""
        self._not_before = self._clock.now() + timedelta(seconds=seconds)

    async def _leave_aside(self, parcels: Sequence[Parcel]) -> None:
        """Let others go before parcels that we cannot make sense of, and give those up in the end."""
        given_up = [parcel for parcel in parcels if parcel.attempts + 1 >= _MOST_ATTEMPTS]
        kept = [parcel for parcel in parcels if parcel not in given_up]
        await self._note(given_up, [Outcome()] * len(given_up))
        await self._keep(kept, perhaps_sent=False, until=self._clock.now() + _LEFT_ALONE)

    async def _mark(self, parcels: Sequence[Parcel], *, perhaps_sent: bool | None) -> None:
        """Note whether parcels may have arrived; with None, what was so before they left."""

        async def marking(work: Work) -> None:
            for parcel in parcels:
                await work.chats.mark(
                    parcel, perhaps_sent=parcel.perhaps_sent if perhaps_sent is None else perhaps_sent
                )

        await self._records.write(marking)

    async def _keep(self, parcels: Sequence[Parcel], *, perhaps_sent: bool, until: datetime | None = None) -> None:
        async def keeping(work: Work) -> None:
            for parcel in parcels:
                await work.chats.postpone(parcel, until=until or self._clock.now(), perhaps_sent=perhaps_sent)

        await self._records.write(keeping)

    async def _note(self, parcels: Sequence[Parcel], outcomes: Sequence[Outcome]) -> None:
        async def noting(work: Work) -> None:
            for parcel, outcome in zip(parcels, outcomes, strict=True):
                done = parcel if outcome.is_done else replace(parcel, id=_NOBODYS)
                await work.chats.delivered(done, outcome.posted)
                if not outcome.is_done:
                    await work.chats.mark(parcel, perhaps_sent=parcel.perhaps_sent)

        self._alone -= {parcel.id for parcel, outcome in zip(parcels, outcomes, strict=True) if outcome.is_done}
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

    async def _next(self, now: datetime) -> tuple[Sequence[Parcel], datetime | None]:
        async def looking(work: Work) -> tuple[Sequence[Parcel], datetime | None]:
            waiting = await work.chats.next_parcels(self._chat, now, most=MOST_IN_AN_ALBUM)
            return waiting, await work.chats.next_moment(self._chat)

        return await self._records.read(looking)
