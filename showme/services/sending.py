"""Sending: a queued SMS leaves, once, and its answer climbs the ladder."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from showme.domain.events import Kind
from showme.domain.ladder import Rung
from showme.errors import Refused, Unavailable
from showme.services.inviting import key_of

if TYPE_CHECKING:
    from showme.domain.invitations import SmsState
    from showme.domain.sms import QueuedSms
    from showme.domain.words import Catalogue
    from showme.ports import Clock, SmsGateway
    from showme.records import Records, Work

SHOWME: Final = "showme"
_PATIENCE: Final = 0.8
"""Seconds for which a dispatcher waits for the provider's answer; it arrives on the ladder anyhow."""
_LAST_PATIENCE: Final = 5.0
"""Seconds that a stop leaves to what is under way."""


class Sending:
    """Sends what is queued, each in a task of its own, so that a slow provider holds nobody up."""

    def __init__(
        self, *, records: Records, clock: Clock, gateway: SmsGateway, words: Catalogue, public_url: str
    ) -> None:
        """Send through ``gateway``."""
        self._records = records
        self._clock = clock
        self._gateway = gateway
        self._words = words
        self._public_url = public_url
        self._under_way: set[asyncio.Task[None]] = set()

    async def send(self, sms: str) -> None:
        """Begin to send a queued SMS; return when it is answered, or after a moment while it goes on."""
        await asyncio.wait({self._begin(sms)}, timeout=_PATIENCE)

    async def resume(self) -> None:
        """After a start: send what was queued; what was being sent may have arrived, and is never sent twice."""

        async def finding(work: Work) -> tuple[list[str], list[QueuedSms]]:
            queued, taken = await work.sms.unfinished()
            return list(queued), list(taken)

        queued, taken = await self._records.read(finding)
        for sms in taken:
            await self._note(sms, "unknown", cause="sms_unknown", provider_id=None)
        for waiting in queued:
            _ = self._begin(waiting)

    async def stop(self) -> None:
        """Wait for what is under way, but not for a provider that hangs: the next start calls its answer unknown."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=_LAST_PATIENCE)
        for task in tuple(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    def _begin(self, sms: str) -> asyncio.Task[None]:
        task = asyncio.create_task(self._send(sms))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task

    async def _send(self, sms_id: str) -> None:
        async def taking(work: Work) -> tuple[QueuedSms, str, str] | None:
            sms = await work.sms.take(sms_id)
            if sms is None:
                return None
            invitation = await work.invitations.get(sms.organisation, sms.invitation)
            organisation = await work.organisations.get(sms.organisation)
            number = await work.invitations.number_of(sms.invitation)
            if invitation is None or organisation is None or number is None:
                await work.sms.finish(sms.id, state="refused", provider=None, provider_id=None)
                return None
            link = f"{self._public_url}/s/{await key_of(work, invitation)}"
            text = self._words.say(
                invitation.language, f"sms.{invitation.purpose}", organisation=organisation.name, link=link
            )
            return sms, number, text

        taken = await self._records.write(taking)
        if taken is None:
            return
        sms, number, text = taken
        try:
            provider_id = await self._gateway.send(to=number, text=text)
        except Refused as error:
            await self._note(sms, "refused", cause=error.cause, provider_id=None)
        except Unavailable as error:
            await self._note(sms, "unknown", cause=error.cause, provider_id=None)
        except Exception:
            await self._note(sms, "unknown", cause="sms_unknown", provider_id=None)
            raise
        else:
            await self._note(sms, "accepted", cause=None, provider_id=provider_id)

    async def _note(self, sms: QueuedSms, state: SmsState, *, cause: str | None, provider_id: str | None) -> None:
        now = self._clock.now()
        kinds: dict[SmsState, Kind] = {"accepted": Kind.SMS_ACCEPTED, "refused": Kind.SMS_REFUSED}

        async def noting(work: Work) -> None:
            await work.sms.finish(sms.id, state=state, provider=self._gateway.name, provider_id=provider_id)
            await work.invitations.note_sms(
                sms.invitation,
                state,
                provider=self._gateway.name,
                cause=cause,
                failed_at=None if state == "accepted" else now,
            )
            if state == "accepted":
                await work.invitations.reach(sms.invitation, Rung.SMS_ACCEPTED, now)
            await work.journal.append(
                kinds.get(state, Kind.SMS_UNKNOWN),
                organisation=sms.organisation,
                at=now,
                actor=SHOWME,
                invitation=sms.invitation,
                detail={"provider": self._gateway.name, "cause": cause},
            )

        await self._records.write(noting)
