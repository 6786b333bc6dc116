"""Sending: a queued SMS leaves, once, and its answer climbs the ladder."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from showme.domain.credits import Entry
from showme.domain.events import Kind
from showme.domain.invitations import SILENCE
from showme.domain.ladder import Rung
from showme.domain.sms import Attempt, outcome_of
from showme.errors import NumberRefused, Refused, Unavailable, Unreachable
from showme.services.linking import key_of
from showme.services.taking_turns import Alone

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from datetime import datetime

    from showme.domain.invitations import SmsState
    from showme.domain.sms import AttemptState, QueuedSms
    from showme.domain.words import Catalogue
    from showme.ports import Clock, SmsGateway, Turns
    from showme.records import Records, Work

SHOWME: Final = "showme"
_PATIENCE: Final = 0.8
"""Seconds for which a dispatcher waits for the provider's answer; it arrives on the ladder anyhow."""
_HANGING: Final = 3.7
"""Seconds after which a provider is taken to hang, so that the next one has accepted within five."""
_MOST_ATTEMPTS: Final = 2
_LAST_PATIENCE: Final = 5.0
"""Seconds that a stop leaves to what is under way."""


class Sending:
    """Sends what is queued, each in a task of its own, so that a slow provider holds nobody up."""

    def __init__(
        self,
        *,
        records: Records,
        clock: Clock,
        gateways_of: Callable[[int], Sequence[SmsGateway]],
        words: Catalogue,
        public_url: str,
        turns: Turns | None = None,
    ) -> None:
        """Send through the first of an organisation's gateways, and when that fails through the next one.

        Of several nodes one sends an SMS, by ``turns``.
        """
        self._records = records
        self._clock = clock
        self._gateways_of = gateways_of
        self._words = words
        self._public_url = public_url
        self._turns = turns or Alone()
        self._under_way: set[asyncio.Task[None]] = set()
        self._listening: set[asyncio.Task[None]] = set()

    async def send(self, sms: str) -> None:
        """Begin to send a queued SMS; return when it is answered, or after a moment while it goes on."""
        await asyncio.wait({self.begin(sms)}, timeout=_PATIENCE)

    async def resume(self) -> None:
        """Send what was left queued; what was being sent by who has died may have arrived, and is never sent twice."""

        async def finding(work: Work) -> tuple[list[str], list[QueuedSms]]:
            queued, taken = await work.sms.unfinished()
            return list(queued), list(taken)

        queued, taken = await self._records.read(finding)
        for sms in taken:
            async with self._turns.mine(f"sms {sms.id}") as is_ours:
                if is_ours:
                    await self._conclude(sms)
        for waiting in queued:
            _ = self.begin(waiting)

    async def stop(self) -> None:
        """Wait for what is under way, but not for a provider that hangs: the next start calls its answer unknown."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=_LAST_PATIENCE)
        for task in (*self._under_way, *self._listening):
            task.cancel()
        await asyncio.gather(*self._under_way, *self._listening, return_exceptions=True)

    def begin(self, sms: str) -> asyncio.Task[None]:
        """Begin to send a queued SMS, and return at once; its answer climbs the ladder."""
        task = asyncio.create_task(self._send(sms))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task

    async def _send(self, sms_id: str) -> None:
        async with self._turns.mine(f"sms {sms_id}") as is_ours:
            if is_ours:
                await self._send_now(sms_id)

    async def _send_now(self, sms_id: str) -> None:
        async def taking(work: Work) -> tuple[QueuedSms, str, str, Sequence[str]] | None:
            sms = await work.sms.take(sms_id)
            if sms is None:
                return None
            invitation = await work.invitations.get(sms.organisation, sms.invitation)
            organisation = await work.organisations.get(sms.organisation)
            number = await work.invitations.number_of(sms.invitation)
            if invitation is None or organisation is None or number is None:
                await work.sms.finish(sms.id, "refused")
                await work.invitations.note_sms(sms.invitation, "refused", provider=None, cause=None, failed_at=None)
                await _refund(work, sms, now=self._clock.now())
                return None
            link = f"{self._public_url}/s/{await key_of(work, invitation)}"
            text = self._words.say(
                invitation.language, f"sms.{invitation.purpose}", organisation=organisation.name, link=link
            )
            return sms, number, text, await work.sms.providers_of(invitation.id)

        taken = await self._records.write(taking)
        if taken is None:
            return
        sms, number, text, used = taken
        try:
            for gateway in self._in_turn(sms, used):
                if not await self._try(gateway, sms, number=number, text=text):
                    break
        finally:
            await self._conclude(sms)
        self._in_background(self._await_receipt(sms))

    def _in_turn(self, sms: QueuedSms, used: Sequence[str]) -> Sequence[SmsGateway]:
        """Order the gateways, two at most: whoever sent last comes last, as its SMS did not help."""
        last = used[0] if used else None
        gateways = self._gateways_of(sms.organisation)
        return sorted(gateways, key=lambda gateway: gateway.name == last)[:_MOST_ATTEMPTS]

    async def _try(self, gateway: SmsGateway, sms: QueuedSms, *, number: str, text: str) -> bool:
        """Send through one provider, and return whether another one may help."""

        async def beginning(work: Work) -> bool:
            # Asked anew: while the first provider hung, the number may have turned out to be somebody else's.
            if await work.invitations.number_of(sms.invitation) is None:
                return False
            await work.sms.begin_attempt(sms.id, gateway.name, self._clock.now())
            return True

        if not await self._records.write(beginning):
            return False
        state: AttemptState = "unknown"
        cause: str | None = "sms_unknown"
        provider_id = None
        may_help = True
        try:
            async with asyncio.timeout(_HANGING):
                provider_id = await gateway.send(to=number, text=text)
            state, cause, may_help = "accepted", None, False
        except NumberRefused as error:
            state, cause, may_help = "refused", error.cause, False
        except Refused as error:
            state, cause = "refused", error.cause
        except Unreachable as error:
            state, cause = "unreachable", error.cause
        except Unavailable as error:
            cause = error.cause
        except TimeoutError:
            pass
        finally:
            attempt = Attempt(sms=sms.id, provider=gateway.name, state=state, provider_id=provider_id, cause=cause)
            await self._note_attempt(sms, attempt, goes_on=may_help)
        return may_help

    async def _note_attempt(self, sms: QueuedSms, attempt: Attempt, *, goes_on: bool) -> None:
        """Write down what a provider did; that it failed is news for the supervisors, whatever comes of it."""
        now = self._clock.now()

        async def noting(work: Work) -> None:
            await work.sms.finish_attempt(attempt)
            if goes_on:
                await work.journal.append(
                    Kind.SMS_PROVIDER_FAILED,
                    organisation=sms.organisation,
                    at=now,
                    actor=SHOWME,
                    invitation=sms.invitation,
                    detail={"provider": attempt.provider, "state": attempt.state, "cause": attempt.cause},
                )

        await self._records.write(noting)

    async def _await_receipt(self, sms: QueuedSms) -> None:
        """Tell, after a minute without any receipt, that the SMS is silent: the other ways are then offered."""
        await asyncio.sleep(SILENCE.total_seconds() + 1)

        async def telling(work: Work) -> None:
            now = self._clock.now()
            invitation = await work.invitations.get(sms.organisation, sms.invitation)
            hint = invitation.hint(now) if invitation else None
            if hint is not None and hint.cause == "sms_silent":
                await work.journal.append(
                    Kind.SMS_SILENT, organisation=sms.organisation, at=now, actor=SHOWME, invitation=sms.invitation
                )

        await self._records.write(telling)

    def _in_background(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._listening.add(task)
        task.add_done_callback(self._listening.discard)

    async def _conclude(self, sms: QueuedSms) -> None:
        """Draw the sum of the attempts, once: the ladder climbs, or the credit comes back.

        It comes back when no provider has taken the SMS; one that was taken and not delivered was paid for.
        """
        now = self._clock.now()

        async def concluding(work: Work) -> None:
            # Before the attempts are read: from here on receipts wait for us, and see that the sum is drawn.
            if not await work.sms.hold(sms.id):
                return
            attempts = await work.sms.attempts(sms.id)
            never_asked = Attempt(sms=sms.id, provider="", state="unreachable", cause="unreachable")
            outcome = outcome_of(attempts) if attempts else never_asked
            state = _CONCLUSIONS[outcome.state]
            await work.sms.finish(sms.id, state)
            credits_left = await _refund(work, sms, now=now) if outcome.state in {"refused", "unreachable"} else None
            await note_outcome(work, sms, outcome, state=state, credits_left=credits_left, now=now)

        await self._records.write(concluding)


async def note_outcome(
    work: Work, sms: QueuedSms, outcome: Attempt, *, state: SmsState, credits_left: int | None, now: datetime
) -> None:
    """Write, within a transaction, how an SMS stands onto its invitation, its ladder and into the journal."""
    has_failed = state in {"refused", "unknown"}
    cause = (outcome.cause or "sms_unknown") if has_failed else None
    await work.invitations.note_sms(
        sms.invitation, state, provider=outcome.provider or None, cause=cause, failed_at=now if has_failed else None
    )
    if state in {"accepted", "delivered"}:
        await work.invitations.reach(sms.invitation, Rung.SMS_ACCEPTED, now)
    if state == "delivered":
        await work.invitations.reach(sms.invitation, Rung.SMS_DELIVERED, now)
    detail: dict[str, object] = {"provider": outcome.provider, "cause": cause}
    if credits_left is not None:
        detail["credits"] = credits_left
    await work.journal.append(
        _KINDS[state], organisation=sms.organisation, at=now, actor=SHOWME, invitation=sms.invitation, detail=detail
    )


async def _refund(work: Work, sms: QueuedSms, *, now: datetime) -> int | None:
    return await work.ledger.write(
        Entry.REFUND, 1, organisation=sms.organisation, actor=SHOWME, at=now, invitation=sms.invitation
    )


_CONCLUSIONS: Final[dict[AttemptState, SmsState]] = {
    "accepted": "accepted",
    "delivered": "delivered",
    "unknown": "unknown",
    "sending": "unknown",
    "refused": "refused",
    "unreachable": "refused",
    "failed": "refused",
}
_KINDS: Final[dict[SmsState, Kind]] = {
    "accepted": Kind.SMS_ACCEPTED,
    "delivered": Kind.SMS_DELIVERED,
    "refused": Kind.SMS_REFUSED,
    "unknown": Kind.SMS_UNKNOWN,
}
