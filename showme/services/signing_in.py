"""Signing in: a dispatcher's link or single-use link becomes a session that can be revoked."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from showme.domain.events import Kind
from showme.domain.people import SCREEN_LINK_LIFE, SINGLE_USE_LINK_LIFE, Dispatcher, read_name
from showme.domain.sessions import SESSIONS_KEPT, Device, Session, Way, life_of
from showme.errors import NotSignedIn

if TYPE_CHECKING:
    from datetime import timedelta

    from showme.domain.people import Role
    from showme.ports import Clock
    from showme.records import Records, Work

_SECRET_BYTES: Final = 24
_ID_BYTES: Final = 8
_TOUCH_EVERY: Final = 300
"""Seconds between two notes that a session is in use; its idle limit is counted in hours."""


@dataclass(frozen=True, kw_only=True)
class Entrance:
    """A session that was opened, with the token that proves it from now on."""

    token: str = field(repr=False)
    session: Session


class SigningIn:
    """Hands out links and tokens, opens sessions, tells who is behind one."""

    def __init__(self, *, records: Records, clock: Clock, public_url: str) -> None:
        """Write links below ``public_url``."""
        self._records = records
        self._clock = clock
        self._public_url = public_url

    async def organisation_link(self, organisation: int, *, role: Role = "dispatcher", replace: bool = True) -> str:
        """Make the organisation's sign-in link; the ones before end, unless ``replace`` is false."""
        secret, now = secrets.token_urlsafe(_SECRET_BYTES), self._clock.now()

        async def adding(work: Work) -> None:
            if replace:
                await work.sign_ins.revoke_organisation_links(organisation, now)
            await work.sign_ins.add_link(
                digest_of_secret(secret), organisation=organisation, role=role, at=now, name=None, expires_at=None
            )

        await self._records.write(adding)
        return f"{self._public_url}/sign-in/{secret}"

    async def single_use_link(self, dispatcher: Dispatcher, *, life: timedelta = SINGLE_USE_LINK_LIFE) -> str:
        """Make a link that signs this one person in, once, within ten minutes."""
        secret, now = secrets.token_urlsafe(_SECRET_BYTES), self._clock.now()

        async def adding(work: Work) -> None:
            await work.sign_ins.add_link(
                digest_of_secret(secret),
                organisation=dispatcher.organisation,
                role=dispatcher.role,
                at=now,
                name=dispatcher.name,
                expires_at=now + life,
            )

        await self._records.write(adding)
        return f"{self._public_url}/sign-in/{secret}"

    async def screen_link(self, by: Dispatcher, name: str) -> str:
        """Make a link that turns one browser into a wall screen of this name, once, within a day.

        Raise NotAllowed, NotUnderstood (the name).
        """
        by.refuse_unless_supervisor()
        secret, now = secrets.token_urlsafe(_SECRET_BYTES), self._clock.now()
        screen = read_name(name)

        async def adding(work: Work) -> None:
            await work.sign_ins.add_link(
                digest_of_secret(secret),
                organisation=by.organisation,
                role="wall_screen",
                at=now,
                name=screen,
                expires_at=now + SCREEN_LINK_LIFE,
            )
            await work.journal.append(
                Kind.SCREEN_INVITED, organisation=by.organisation, at=now, actor=by.name, detail={"screen": screen}
            )

        await self._records.write(adding)
        return f"{self._public_url}/sign-in/{secret}"

    async def look_at_link(self, secret: str) -> Dispatcher:
        """Return whom a link would sign in, changing nothing (the name is empty where it has to be asked).

        Raise NotSignedIn.
        """

        async def looking(work: Work) -> Dispatcher | None:
            return await work.sign_ins.link(digest_of_secret(secret), self._clock.now())

        found = await self._records.read(looking)
        if found is None:
            raise NotSignedIn("sign_in_link_not_valid")
        return found

    async def sign_in(self, secret: str, name: str, *, device: Device | None = None) -> Entrance:
        """Open a session by a link; one that was made for one person signs in nobody else.

        Raise NotSignedIn, NotUnderstood (the name).
        """

        async def spending(work: Work) -> tuple[Dispatcher, Way]:
            digest, now = digest_of_secret(secret), self._clock.now()
            found = await work.sign_ins.link(digest, now)
            if found is None:
                raise NotSignedIn("sign_in_link_not_valid")
            dispatcher = Dispatcher(
                organisation=found.organisation, name=read_name(found.name or name), role=found.role
            )
            if not await work.sign_ins.spend_link(digest, now):
                raise NotSignedIn("sign_in_link_not_valid")
            return dispatcher, "single_use" if found.name else "link"

        async def opening(work: Work) -> Entrance:
            dispatcher, way = await spending(work)
            return await self.enter(work, dispatcher, way=way, device=device or Device())

        return await self._records.write(opening)

    async def enter(
        self, work: Work, dispatcher: Dispatcher, *, way: Way, device: Device, passkey: str | None = None
    ) -> Entrance:
        """Open a session, within a unit of work, for somebody who has proved to be this."""
        token, now = secrets.token_urlsafe(_SECRET_BYTES), self._clock.now()
        session = Session(
            id=secrets.token_hex(_ID_BYTES),
            dispatcher=dispatcher,
            way=way,
            device=device,
            made_at=now,
            seen_at=now,
            passkey=passkey,
        )
        role = dispatcher.role
        await work.sign_ins.forget_sessions(made_before=now - life_of(role) - SESSIONS_KEPT, role=role)
        await work.sign_ins.add_session(digest_of_secret(token), session)
        await work.journal.append(
            Kind.SIGNED_IN,
            organisation=dispatcher.organisation,
            at=now,
            actor=dispatcher.name,
            detail={"way": way, "role": role},
        )
        return Entrance(token=token, session=session)

    async def session(self, token: str) -> Session:
        """Return the session that a token opens, and note that it is in use; raise NotSignedIn, with the cause."""
        digest, now = digest_of_secret(token), self._clock.now()

        async def looking(work: Work) -> Session | None:
            return await work.sign_ins.session(digest)

        async def touching(work: Work) -> None:
            await work.sign_ins.touch_session(digest, now)

        found = await self._records.read(looking)
        if found is None:
            raise NotSignedIn
        found.refuse_if_ended(now)
        if (now - found.seen_at).total_seconds() > _TOUCH_EVERY:
            await self._records.write(touching)
        return found

    async def who(self, token: str) -> Dispatcher:
        """Return who is behind a session's token; raise NotSignedIn."""
        return (await self.session(token)).dispatcher

    async def sign_out(self, token: str) -> Session | None:
        """End the session of a token, and return it; None where there was none."""
        digest, now = digest_of_secret(token), self._clock.now()

        async def ending(work: Work) -> Session | None:
            found = await work.sign_ins.session(digest)
            if found is None or not found.is_open(now):
                return None
            who = found.dispatcher
            await work.sign_ins.end_session(who.organisation, found.id, by=who.name, at=now)
            await work.journal.append(Kind.SIGNED_OUT, organisation=who.organisation, at=now, actor=who.name)
            return found

        return await self._records.write(ending)

    async def make_token(self, dispatcher: Dispatcher) -> str:
        """Make a token for a program, which acts under the dispatcher's name."""
        token, now = secrets.token_urlsafe(_SECRET_BYTES), self._clock.now()

        async def adding(work: Work) -> None:
            await work.sign_ins.add_token(digest_of_secret(token), dispatcher=dispatcher, at=now)

        await self._records.write(adding)
        return token

    async def whose_token(self, token: str) -> Dispatcher:
        """Return on whose behalf a program acts; raise NotSignedIn."""

        async def looking(work: Work) -> Dispatcher | None:
            return await work.sign_ins.token(digest_of_secret(token))

        found = await self._records.read(looking)
        if found is None:
            raise NotSignedIn("token_not_valid")
        return found


def digest_of_secret(secret: str) -> str:
    """Return the SHA-256 under which a secret is kept; enough, because every secret is 24 random bytes."""
    return hashlib.sha256(secret.encode()).hexdigest()
