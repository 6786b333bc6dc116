"""Recognising: a passkey, added by somebody who is signed in, signs that person in from then on."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

from showme.domain.events import Kind
from showme.domain.passkeys import CHALLENGE_LIFE, HANDLE_BYTES, MOST_PASSKEYS, Passkey, read_label
from showme.errors import Contradiction, NotFound, NotSignedIn, TooMany
from showme.services.signing_in import Entrance, digest_of_secret

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from showme.domain.passkeys import PasskeyPlace
    from showme.domain.people import Dispatcher
    from showme.domain.sessions import Device, Session
    from showme.ports import Clock, PasskeyReader
    from showme.records import Records, Work
    from showme.services.signing_in import SigningIn

_CHALLENGE_BYTES: Final = 32
_ID_BYTES: Final = 8


class Recognising:
    """Adds, lists and removes passkeys, and opens sessions by them.

    A passkey belongs to a name and a role of an organisation: who signs in as a dispatcher never comes near those of a
    supervisor of the same name.
    """

    def __init__(self, *, records: Records, clock: Clock, passkeys: PasskeyReader, signing_in: SigningIn) -> None:
        """Read passkeys by ``passkeys``, and open sessions by ``signing_in``."""
        self._records = records
        self._clock = clock
        self._passkeys = passkeys
        self._signing_in = signing_in

    async def of_person(self, owner: Dispatcher) -> Sequence[Passkey]:
        """Return somebody's passkeys, oldest first."""

        async def looking(work: Work) -> Sequence[Passkey]:
            return await _passkeys_of(work, owner)

        return await self._records.read(looking)

    async def of_organisation(self, by: Dispatcher) -> Sequence[Passkey]:
        """Return everybody's passkeys, oldest first; raise NotAllowed."""
        by.refuse_unless_supervisor()

        async def looking(work: Work) -> Sequence[Passkey]:
            return await work.sign_ins.passkeys(by.organisation)

        return await self._records.read(looking)

    async def ask_to_add(self, session: Session, place: PasskeyPlace) -> Mapping[str, Any]:
        """Return what the browser needs to make a passkey for whoever is signed in; raise NotFound, TooMany."""
        _refuse_impossible(place)
        owner, challenge, now = session.dispatcher, secrets.token_bytes(_CHALLENGE_BYTES), self._clock.now()

        async def asking(work: Work) -> tuple[Sequence[Passkey], bytes, str]:
            known = await _passkeys_of(work, owner)
            if len(known) >= MOST_PASSKEYS:
                raise TooMany("too_many_passkeys", most=MOST_PASSKEYS)
            handle = known[0].handle if known else secrets.token_bytes(HANDLE_BYTES)
            organisation = await work.organisations.get(owner.organisation)
            await work.sign_ins.add_challenge(
                _digest(challenge), session=session.id, handle=handle, now=now, expires_at=now + CHALLENGE_LIFE
            )
            return known, handle, organisation.name if organisation else ""

        known, handle, organisation = await self._records.write(asking)
        return self._passkeys.to_make(
            place, challenge=challenge, owner=owner, organisation=organisation, handle=handle, known=known
        )

    async def add(self, session: Session, place: PasskeyPlace, answer: Mapping[str, Any], *, label: str) -> Passkey:
        """Keep a passkey that was made, under a label.

        Raise NotUnderstood (the answer, the label), NotSignedIn (the challenge is used or too old),
        Contradiction (it is here already), TooMany.
        """
        claim, now, owner = self._passkeys.read_claim(answer), self._clock.now(), session.dispatcher
        made, told = self._passkeys.read_made(place, answer, challenge=claim.challenge), read_label(label)

        async def adding(work: Work) -> Passkey:
            handle = await work.sign_ins.spend_challenge(_digest(claim.challenge), session=session.id, now=now)
            if handle is None:
                raise NotSignedIn("passkey_too_late")
            if len(await _passkeys_of(work, owner)) >= MOST_PASSKEYS:
                raise TooMany("too_many_passkeys", most=MOST_PASSKEYS)
            passkey = Passkey(
                id=secrets.token_hex(_ID_BYTES),
                owner=owner,
                handle=handle,
                credential=made.credential,
                public_key=made.public_key,
                counter=made.counter,
                label=told,
                transports=made.transports,
                made_at=now,
            )
            if not await work.sign_ins.add_passkey(passkey):
                raise Contradiction("passkey_known")
            await work.journal.append(
                Kind.PASSKEY_ADDED,
                organisation=owner.organisation,
                at=now,
                actor=owner.name,
                detail={"label": told, "role": owner.role},
            )
            return passkey

        return await self._records.write(adding)

    async def rename(self, session: Session, passkey: str, label: str) -> None:
        """Give one of one's own passkeys another label; raise NotFound, NotUnderstood."""
        owner, told = session.dispatcher, read_label(label)

        async def renaming(work: Work) -> None:
            _one(await _passkeys_of(work, owner), passkey)
            await work.sign_ins.name_passkey(owner.organisation, passkey, told)

        await self._records.write(renaming)

    async def remove(self, session: Session, passkey: str) -> Sequence[Session]:
        """Remove one of one's own passkeys; return the other sessions that ended with it. Raise NotFound."""
        owner = session.dispatcher

        async def removing(work: Work) -> Sequence[Session]:
            found = _one(await _passkeys_of(work, owner), passkey)
            return await self._remove(work, found, by=owner, but=session.id)

        return await self._records.write(removing)

    async def remove_anybodys(self, by: Dispatcher, passkey: str) -> Sequence[Session]:
        """Remove somebody's passkey, as a supervisor; return the sessions that ended with it.

        Raise NotAllowed, NotFound.
        """
        by.refuse_unless_supervisor()

        async def removing(work: Work) -> Sequence[Session]:
            found = _one(await work.sign_ins.passkeys(by.organisation), passkey)
            return await self._remove(work, found, by=by)

        return await self._records.write(removing)

    async def ask_to_sign_in(self, place: PasskeyPlace) -> Mapping[str, Any]:
        """Return what the browser needs to let a passkey sign somebody in; raise NotFound."""
        _refuse_impossible(place)
        challenge, now = secrets.token_bytes(_CHALLENGE_BYTES), self._clock.now()

        async def asking(work: Work) -> None:
            await work.sign_ins.add_challenge(
                _digest(challenge), session=None, handle=b"", now=now, expires_at=now + CHALLENGE_LIFE
            )

        await self._records.write(asking)
        return self._passkeys.to_sign(place, challenge=challenge)

    async def sign_in(self, place: PasskeyPlace, answer: Mapping[str, Any], *, device: Device) -> Entrance:
        """Open a session for the owner of the passkey that has signed.

        A passkey whose counter does not grow may have been copied: it signs nobody in, and supervisors read of it.

        Raise NotUnderstood, NotSignedIn.
        """
        claim, now = self._passkeys.read_claim(answer), self._clock.now()

        async def spending(work: Work) -> Passkey | None:
            # In a transaction of its own: a challenge counts once, also where what comes of it is refused.
            if await work.sign_ins.spend_challenge(_digest(claim.challenge), session=None, now=now) is None:
                raise NotSignedIn("passkey_too_late")
            return await work.sign_ins.passkey_of(claim.credential)

        passkey = await self._records.write(spending)
        if passkey is None or (claim.handle is not None and claim.handle != passkey.handle):
            raise NotSignedIn("passkey_not_known")
        counter = self._passkeys.read_signed(place, answer, challenge=claim.challenge, public_key=passkey.public_key)
        owner = passkey.owner

        async def opening(work: Work) -> Entrance | None:
            known = await work.sign_ins.passkey_of(claim.credential)
            if known is None:
                raise NotSignedIn("passkey_not_known")
            if known.is_copied(counter):
                await work.journal.append(
                    Kind.PASSKEY_DOUBTED,
                    organisation=owner.organisation,
                    at=now,
                    actor=owner.name,
                    detail={"label": known.label},
                )
                return None
            await work.sign_ins.use_passkey(known.id, counter=counter, at=now)
            return await self._signing_in.enter(work, owner, way="passkey", device=device, passkey=known.id)

        entrance = await self._records.write(opening)
        if entrance is None:
            raise NotSignedIn("passkey_doubted")
        return entrance

    async def _remove(
        self, work: Work, passkey: Passkey, *, by: Dispatcher, but: str | None = None
    ) -> Sequence[Session]:
        """Remove a passkey with the sessions that it opened: whoever has lost a device wants it out."""
        now = self._clock.now()
        await work.sign_ins.remove_passkey(by.organisation, passkey.id)
        await work.journal.append(
            Kind.PASSKEY_REMOVED,
            organisation=by.organisation,
            at=now,
            actor=by.name,
            detail={"label": passkey.label, "name": passkey.owner.name},
        )
        opened = [
            session
            for session in await work.sign_ins.sessions(by.organisation)
            if session.passkey == passkey.id and session.id != but
        ]
        for session in opened:
            await work.sign_ins.end_session(by.organisation, session.id, by=by.name, at=now)
            await work.journal.append(
                Kind.SESSION_REVOKED,
                organisation=by.organisation,
                at=now,
                actor=by.name,
                detail={"name": session.dispatcher.name},
            )
        return opened


async def _passkeys_of(work: Work, owner: Dispatcher) -> Sequence[Passkey]:
    return [passkey for passkey in await work.sign_ins.passkeys(owner.organisation) if passkey.owner == owner]


def _one(passkeys: Sequence[Passkey], wanted: str) -> Passkey:
    found = next((passkey for passkey in passkeys if passkey.id == wanted), None)
    if found is None:
        raise NotFound
    return found


def _refuse_impossible(place: PasskeyPlace) -> None:
    if not place.is_possible:
        raise NotFound("passkeys_need_a_name")


def _digest(challenge: bytes) -> str:
    return digest_of_secret(challenge.hex())
