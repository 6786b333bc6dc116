"""Links that sign in, sessions, passkeys and tokens; of every secret only a digest is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from showme.domain.passkeys import Passkey
from showme.domain.people import Dispatcher, Role
from showme.domain.sessions import Device, Session
from storage.tables import challenges, passkeys, sessions, sign_in_links, tokens

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any

    from sqlalchemy import ColumnElement, Row, Table
    from sqlalchemy.ext.asyncio import AsyncConnection


class SignInRecords:
    """Sign-ins through one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Read and write through a connection."""
        self._connection = connection

    async def add_link(
        self, digest: str, *, organisation: int, role: Role, at: datetime, name: str | None, expires_at: datetime | None
    ) -> None:
        """Add a link: with an end it is for one use, without it is the organisation's own."""
        await self._connection.execute(
            insert(sign_in_links).values(
                digest=digest, organisation=organisation, role=role, name=name, made_at=at, expires_at=expires_at
            )
        )

    async def link(self, digest: str, now: datetime) -> Dispatcher | None:
        """Return whom a link signs in, while it can."""
        rows = await self._connection.execute(select(sign_in_links).where(_usable(digest, now)))
        row = rows.one_or_none()
        return Dispatcher(organisation=row.organisation, name=row.name or "", role=row.role) if row else None

    async def spend_link(self, digest: str, now: datetime) -> bool:
        """Use a link; the organisation's own stays usable."""
        spent = await self._connection.execute(
            update(sign_in_links)
            .where(_usable(digest, now), sign_in_links.c.expires_at.is_not(None))
            .values(ended_at=now)
        )
        return spent.rowcount == 1 or await self.link(digest, now) is not None

    async def revoke_organisation_links(self, organisation: int, at: datetime) -> None:
        """End the organisation's own links."""
        await self._connection.execute(
            update(sign_in_links)
            .where(sign_in_links.c.organisation == organisation, sign_in_links.c.expires_at.is_(None))
            .where(sign_in_links.c.ended_at.is_(None))
            .values(ended_at=at)
        )

    async def add_session(self, digest: str, session: Session) -> None:
        """Open a session."""
        owner = session.dispatcher
        language = await self._connection.scalar(
            select(sessions.c.language)
            .where(_owned_by(sessions, owner), sessions.c.language.is_not(None))
            .order_by(sessions.c.made_at.desc())
            .limit(1)
        )
        await self._connection.execute(
            insert(sessions).values(
                digest=digest,
                id=session.id,
                organisation=owner.organisation,
                role=owner.role,
                name=owner.name,
                way=session.way,
                browser=session.device.browser,
                address=session.device.address,
                passkey=session.passkey,
                language=language,
                made_at=session.made_at,
                seen_at=session.seen_at,
            )
        )

    async def session(self, digest: str) -> Session | None:
        """Return a session, also one that has ended."""
        rows = await self._connection.execute(select(sessions).where(sessions.c.digest == digest))
        row = rows.one_or_none()
        return _session(row) if row else None

    async def sessions(self, organisation: int) -> Sequence[Session]:
        """Return the sessions that nobody has ended."""
        rows = await self._connection.execute(
            select(sessions)
            .where(sessions.c.organisation == organisation, sessions.c.ended_at.is_(None))
            .order_by(sessions.c.seen_at.desc(), sessions.c.made_at.desc())
        )
        return [_session(row) for row in rows]

    async def touch_session(self, digest: str, at: datetime) -> None:
        """Note that a session is in use."""
        await self._connection.execute(update(sessions).where(sessions.c.digest == digest).values(seen_at=at))

    async def choose_language(self, session: str, language: str | None) -> None:
        """Note a person's language."""
        await self._connection.execute(update(sessions).where(sessions.c.id == session).values(language=language))

    async def end_session(self, organisation: int, session: str, *, by: str, at: datetime) -> bool:
        """End a session."""
        ended = await self._connection.execute(
            update(sessions)
            .where(sessions.c.organisation == organisation, sessions.c.id == session, sessions.c.ended_at.is_(None))
            .values(ended_at=at, ended_by=by)
        )
        return ended.rowcount == 1

    async def forget_sessions(self, *, made_before: datetime, role: Role) -> None:
        """Forget old sessions."""
        await self._connection.execute(
            delete(sessions).where(sessions.c.made_at < made_before, sessions.c.role == role)
        )

    async def add_passkey(self, passkey: Passkey) -> bool:
        """Add a passkey, unless its credential is known."""
        if await self.passkey_of(passkey.credential) is not None:
            return False
        await self._connection.execute(
            insert(passkeys).values(
                id=passkey.id,
                organisation=passkey.owner.organisation,
                role=passkey.owner.role,
                name=passkey.owner.name,
                handle=passkey.handle,
                credential=passkey.credential,
                public_key=passkey.public_key,
                counter=passkey.counter,
                label=passkey.label,
                transports=list(passkey.transports),
                made_at=passkey.made_at,
            )
        )
        return True

    async def passkey_of(self, credential: bytes) -> Passkey | None:
        """Return the passkey with a credential."""
        rows = await self._connection.execute(select(passkeys).where(passkeys.c.credential == credential))
        row = rows.one_or_none()
        return _passkey(row) if row else None

    async def passkeys(self, organisation: int) -> Sequence[Passkey]:
        """Return the organisation's passkeys."""
        rows = await self._connection.execute(
            select(passkeys).where(passkeys.c.organisation == organisation).order_by(passkeys.c.made_at, passkeys.c.id)
        )
        return [_passkey(row) for row in rows]

    async def use_passkey(self, passkey: str, *, counter: int, at: datetime) -> None:
        """Note the use of a passkey."""
        await self._connection.execute(
            update(passkeys).where(passkeys.c.id == passkey).values(counter=counter, used_at=at)
        )

    async def name_passkey(self, organisation: int, passkey: str, label: str) -> None:
        """Rename a passkey."""
        await self._connection.execute(
            update(passkeys)
            .where(passkeys.c.organisation == organisation, passkeys.c.id == passkey)
            .values(label=label)
        )

    async def remove_passkey(self, organisation: int, passkey: str) -> bool:
        """Remove a passkey."""
        removed = await self._connection.execute(
            delete(passkeys).where(passkeys.c.organisation == organisation, passkeys.c.id == passkey)
        )
        return removed.rowcount == 1

    async def add_challenge(
        self, digest: str, *, session: str | None, handle: bytes, now: datetime, expires_at: datetime
    ) -> None:
        """Add a challenge, and drop the late ones."""
        await self._connection.execute(delete(challenges).where(challenges.c.expires_at <= now))
        await self._connection.execute(
            insert(challenges).values(digest=digest, session=session, handle=handle, expires_at=expires_at)
        )

    async def spend_challenge(self, digest: str, *, session: str | None, now: datetime) -> bytes | None:
        """Use a challenge up."""
        is_its = challenges.c.session.is_(None) if session is None else challenges.c.session == session
        spent = await self._connection.execute(
            delete(challenges)
            .where(challenges.c.digest == digest, is_its, challenges.c.expires_at > now)
            .returning(challenges.c.handle)
        )
        return spent.scalar_one_or_none()

    async def add_token(self, digest: str, *, dispatcher: Dispatcher, at: datetime) -> None:
        """Add a program's token."""
        await self._connection.execute(
            insert(tokens).values(
                digest=digest,
                organisation=dispatcher.organisation,
                role=dispatcher.role,
                name=dispatcher.name,
                made_at=at,
            )
        )

    async def token(self, digest: str) -> Dispatcher | None:
        """Return whose token it is."""
        rows = await self._connection.execute(
            select(tokens).where(tokens.c.digest == digest, tokens.c.ended_at.is_(None))
        )
        row = rows.one_or_none()
        return Dispatcher(organisation=row.organisation, name=row.name, role=row.role) if row else None


def _usable(digest: str, now: datetime) -> ColumnElement[bool]:
    links = sign_in_links.c
    return (links.digest == digest) & links.ended_at.is_(None) & (links.expires_at.is_(None) | (links.expires_at > now))


def _owned_by(table: Table, owner: Dispatcher) -> ColumnElement[bool]:
    owned = table.c
    return (owned.organisation == owner.organisation) & (owned.name == owner.name) & (owned.role == owner.role)


def _owner(row: Row[Any]) -> Dispatcher:
    return Dispatcher(organisation=row.organisation, name=row.name, role=row.role)


def _session(row: Row[Any]) -> Session:
    return Session(
        id=row.id,
        dispatcher=_owner(row),
        way=row.way,
        device=Device(browser=row.browser, address=row.address),
        made_at=row.made_at,
        seen_at=row.seen_at,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        passkey=row.passkey,
        language=row.language,
    )


def _passkey(row: Row[Any]) -> Passkey:
    return Passkey(
        id=row.id,
        owner=_owner(row),
        handle=row.handle,
        credential=row.credential,
        public_key=row.public_key,
        counter=row.counter,
        label=row.label,
        transports=tuple(row.transports),
        made_at=row.made_at,
        used_at=row.used_at,
    )
