"""Makes the rows that the tests of the records need."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from showme.domain.events import Event, Kind
from showme.domain.invitations import Invitation
from showme.domain.organisations import Organisation
from showme.domain.photos import Photo
from showme.records import Work
from storage.database import Database
from tests.storage.conftest import NOW


async def invite(
    database: Database, organisation: Organisation, *, at: datetime = NOW, e164: str | None = "+32470123456"
) -> Invitation:
    async def adding(work: Work) -> Invitation:
        secret = (await work.organisations.secrets(organisation.id))[0]
        invitation = Invitation(
            id=secrets.token_hex(7), organisation=organisation.id, number=0, purpose="photo", language="nl",
            incident="2026-1", masked_number="+32 4•• •• •• 56" if e164 else None, by="Anna", created_at=at,
            nonce=secrets.token_bytes(8), secret=secret.id, sms_state="queued" if e164 else "none",
        )  # fmt: skip
        return await work.invitations.add(invitation, e164=e164)

    return await database.write(adding)


def a_photo(invitation: Invitation, *, name: str | None = None, at: datetime = NOW) -> Photo:
    return Photo(
        id=name or secrets.token_hex(8), organisation=invitation.organisation, invitation=invitation.id, number=0,
        state="received", format="jpeg", bytes=2_500_000_000, sha256="0" * 64, stored_as=secrets.token_hex(16),
        received_at=at, expires_at=at + timedelta(hours=6),
    )  # fmt: skip


async def receive(database: Database, photo: Photo) -> Photo:
    async def adding(work: Work) -> Photo:
        return await work.photos.add(photo)

    return await database.write(adding)


async def note(database: Database, organisation: Organisation, actor: str = "Anna") -> Event:
    async def noting(work: Work) -> Event:
        return await work.journal.append(Kind.TAPPED, organisation=organisation.id, at=NOW, actor=actor)

    return await database.write(noting)


async def journal(database: Database, organisation: Organisation, *, after: int = 0) -> Sequence[Event]:
    async def looking(work: Work) -> Sequence[Event]:
        return await work.journal.since(organisation.id, after, most=1000)

    return await database.read(looking)
