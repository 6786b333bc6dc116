"""Inviting: a dispatcher asks a citizen to show, by SMS or by a link handed over another way."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

from showme.domain.events import Kind
from showme.domain.invitations import Invitation, read_incident, read_language, read_purpose
from showme.domain.keys import NONCE_BYTES, write_key
from showme.domain.phone_numbers import PhoneNumber, read_number
from showme.errors import NotFound, NotInvitable, TooMany
from showme.services.linking import key_of
from showme.services.ordering import order_sms

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from showme.domain.organisations import Organisation
    from showme.domain.people import Dispatcher
    from showme.domain.sms import SmsRules
    from showme.ports import Clock
    from showme.records import Records, Work
    from showme.services.limiting import Limiting
    from showme.services.sending import Sending

T = TypeVar("T")
_ID_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ID_LENGTH: Final = 14


@dataclass(frozen=True, kw_only=True)
class Invited:
    """A fresh invitation and the key that opens it."""

    invitation: Invitation
    key: str = field(repr=False)
    link: str = field(repr=False)


class Inviting:
    """Makes invitations, sends them again, and hands out their links."""

    def __init__(
        self,
        *,
        records: Records,
        clock: Clock,
        sending: Sending,
        rules: SmsRules,
        public_url: str,
        limiting: Limiting | None = None,
    ) -> None:
        """Write links below ``public_url`` (no slash at its end) and hand SMS to ``sending``, within ``rules``.

        ``limiting`` hears of who ran into a limit.
        """
        self._records = records
        self._clock = clock
        self._sending = sending
        self._rules = rules
        self._public_url = public_url
        self._limiting = limiting

    async def invite(
        self,
        dispatcher: Dispatcher,
        *,
        to: str | None,
        purpose: str | None = None,
        language: str | None = None,
        incident: str | None = None,
        waits: bool = True,
    ) -> Invited:
        """Invite a citizen; without a number nothing is sent and the link is handed over another way.

        Return once the SMS provider has answered, or after a second when it is slow; at once unless the caller
        ``waits``, which is of use only to those who show no ladder. Raise NotInvitable, TooMany; nothing is sent,
        charged or kept then.
        """
        now = self._clock.now()

        async def making(work: Work) -> tuple[Invitation, str, str | None]:
            organisation = await work.organisations.get(dispatcher.organisation)
            if organisation is None:
                raise NotFound
            number = self._number(to, organisation) if to else None
            secret = (await work.organisations.secrets(organisation.id))[0]
            nonce = secrets.token_bytes(NONCE_BYTES)
            invitation = await work.invitations.add(
                Invitation(
                    id="".join(secrets.choice(_ID_DIGITS) for _ in range(_ID_LENGTH)),
                    organisation=organisation.id,
                    number=0,
                    purpose=read_purpose(purpose),
                    language=read_language(language, otherwise=organisation.language),
                    language_chosen=bool(language),
                    incident=read_incident(incident),
                    masked_number=number.masked if number else None,
                    by=dispatcher.name,
                    created_at=now,
                    nonce=nonce,
                    secret=secret.id,
                    sms_state="queued" if number else "none",
                ),
                e164=number.e164 if number else None,
            )
            detail: dict[str, object] = {"purpose": invitation.purpose, "incident": invitation.incident}
            sms = None
            if number is not None:
                sms, left = await order_sms(
                    work, invitation, e164=number.e164, dispatcher=dispatcher, rules=self._rules, now=now
                )
                detail |= {"to": invitation.masked_number, "credits": left}
            await work.journal.append(
                Kind.INVITATION_CREATED,
                organisation=organisation.id,
                at=now,
                actor=dispatcher.name,
                invitation=invitation.id,
                detail=detail,
            )
            key = write_key(organisation=organisation.id, made_at=now, nonce=nonce, secret=secret.value)
            return invitation, key, sms

        invitation, key, sms = await self._ordered(making, dispatcher)
        if sms is not None:
            await self._send(sms, waits=waits)
        return Invited(invitation=await self._now(invitation), key=key, link=f"{self._public_url}/s/{key}")

    async def resend(self, dispatcher: Dispatcher, invitation_id: str, *, waits: bool = True) -> Invitation:
        """Send the same link again, for a credit of its own; ``waits`` as in ``invite``.

        Raise NotFound, LinkEnded, TooMany, NotInvitable (it has no number, one is on its way, no credit is left).
        """
        now = self._clock.now()

        async def queueing(work: Work) -> tuple[Invitation, str]:
            invitation = await work.invitations.get(dispatcher.organisation, invitation_id)
            if invitation is None:
                raise NotFound
            invitation.refuse_unless_open(now)
            e164 = await work.invitations.number_of(invitation.id)
            if e164 is None:
                raise NotInvitable("no_number_to_resend")
            sms, left = await order_sms(work, invitation, e164=e164, dispatcher=dispatcher, rules=self._rules, now=now)
            # Read once more, behind the lock that the charge has taken: two colleagues may ask at the same moment.
            invitation = await work.invitations.get(dispatcher.organisation, invitation_id)
            if invitation is None or invitation.sms_state in {"queued", "sending"}:
                raise NotInvitable("sms_on_its_way")
            await work.journal.append(
                Kind.INVITATION_RESENT,
                organisation=invitation.organisation,
                at=now,
                actor=dispatcher.name,
                invitation=invitation.id,
                detail={"credits": left},
            )
            await work.invitations.note_sms(invitation.id, "queued", provider=None, cause=None, failed_at=None)
            return invitation, sms

        invitation, sms = await self._ordered(queueing, dispatcher)
        await self._send(sms, waits=waits)
        return await self._now(invitation)

    async def link(self, dispatcher: Dispatcher, invitation_id: str) -> str:
        """Hand out the link of an open invitation, and note who took it; raise NotFound, LinkEnded."""
        now = self._clock.now()

        async def handing(work: Work) -> str:
            invitation = await work.invitations.get(dispatcher.organisation, invitation_id)
            if invitation is None:
                raise NotFound
            invitation.refuse_unless_open(now)
            await work.journal.append(
                Kind.LINK_COPIED,
                organisation=invitation.organisation,
                at=now,
                actor=dispatcher.name,
                invitation=invitation.id,
            )
            return f"{self._public_url}/s/{await key_of(work, invitation)}"

        return await self._records.write(handing)

    async def link_to_draw(self, dispatcher: Dispatcher, invitation_id: str) -> str:
        """Return the link for its QR code, changing nothing; raise NotFound, LinkEnded."""
        now = self._clock.now()

        async def looking(work: Work) -> str:
            invitation = await work.invitations.get(dispatcher.organisation, invitation_id)
            if invitation is None:
                raise NotFound
            invitation.refuse_unless_open(now)
            return f"{self._public_url}/s/{await key_of(work, invitation)}"

        return await self._records.read(looking)

    async def _ordered(self, order: Callable[[Work], Awaitable[T]], dispatcher: Dispatcher) -> T:
        """Write an order; raise what it raises, and let supervisors hear of a limit that was hit."""
        try:
            return await self._records.write(order)
        except TooMany as error:
            if self._limiting is not None:
                await self._limiting.note(dispatcher.organisation, error.cause, by=dispatcher.name)
            raise

    async def _send(self, sms: str, *, waits: bool) -> None:
        if waits:
            await self._sending.send(sms)
        else:
            _ = self._sending.begin(sms)

    def _number(self, typed: str, organisation: Organisation) -> PhoneNumber:
        number = read_number(typed, region=organisation.region)
        if number.country not in self._rules.countries:
            raise NotInvitable("country_not_allowed", country=number.country)
        return number

    async def _now(self, invitation: Invitation) -> Invitation:
        async def looking(work: Work) -> Invitation:
            return await work.invitations.get(invitation.organisation, invitation.id) or invitation

        return await self._records.read(looking)
