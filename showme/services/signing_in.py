"""Signing in: a dispatcher's link or single-use link becomes a session that can be revoked."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Final

from showme.domain.events import Kind
from showme.domain.people import SINGLE_USE_LINK_LIFE, Dispatcher, read_name
from showme.errors import NotSignedIn

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from showme.domain.people import Role
    from showme.ports import Clock
    from showme.records import Records, Work

_SECRET_BYTES: Final = 24
_TOUCH_EVERY: Final = 300
"""Seconds between two notes that a session is in use; its idle limit is counted in hours."""


class SigningIn:
    """Hands out links and tokens, opens sessions, tells who is behind one."""

    def __init__(self, *, records: Records, clock: Clock, public_url: str) -> None:
        """Write links below ``public_url``."""
        self._records = records
        self._clock = clock
        self._public_url = public_url
        self._touched: dict[str, datetime] = {}

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

    async def sign_in(self, secret: str, name: str) -> str:
        """Open a session and return its token; a link that was made for one person signs in nobody else.

        Raise NotSignedIn, NotUnderstood (the name).
        """
        token, now = secrets.token_urlsafe(_SECRET_BYTES), self._clock.now()

        async def opening(work: Work) -> None:
            digest = digest_of_secret(secret)
            found = await work.sign_ins.link(digest, now)
            if found is None:
                raise NotSignedIn("sign_in_link_not_valid")
            dispatcher = Dispatcher(
                organisation=found.organisation, name=read_name(found.name or name), role=found.role
            )
            if not await work.sign_ins.spend_link(digest, now):
                raise NotSignedIn("sign_in_link_not_valid")
            await work.sign_ins.add_session(digest_of_secret(token), dispatcher=dispatcher, at=now)
            await work.journal.append(
                Kind.SIGNED_IN, organisation=dispatcher.organisation, at=now, actor=dispatcher.name
            )

        await self._records.write(opening)
        return token

    async def who(self, token: str) -> Dispatcher:
        """Return who is behind a session's token; raise NotSignedIn."""
        digest, now = digest_of_secret(token), self._clock.now()

        async def looking(work: Work) -> Dispatcher | None:
            return await work.sign_ins.session(digest, now)

        async def touching(work: Work) -> None:
            await work.sign_ins.touch_session(digest, now)

        found = await self._records.read(looking)
        if found is None:
            raise NotSignedIn
        touched = self._touched.get(digest)
        if touched is None or (now - touched).total_seconds() > _TOUCH_EVERY:
            self._touched[digest] = now
            await self._records.write(touching)
        return found

    async def sign_out(self, token: str) -> None:
        """Revoke a session."""
        digest, now = digest_of_secret(token), self._clock.now()

        async def ending(work: Work) -> None:
            found = await work.sign_ins.session(digest, now)
            await work.sign_ins.end_session(digest, now)
            if found is not None:
                await work.journal.append(Kind.SIGNED_OUT, organisation=found.organisation, at=now, actor=found.name)

        await self._records.write(ending)
        self._touched.pop(digest, None)

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
