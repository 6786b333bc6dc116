import asyncio
import secrets
from datetime import datetime, timedelta

import pytest

from showme.domain.invitations import Invitation
from showme.domain.organisations import Organisation
from showme.domain.uploads import Upload
from showme.records import Work
from storage.database import Database
from tests.storage.conftest import NOW, later
from tests.storage.making import a_photo, invite, receive


def an_upload(invitation: Invitation, *, photo: str | None = None, length: int = 3_000_000_000) -> Upload:
    return Upload(
        id=secrets.token_hex(16),
        organisation=invitation.organisation,
        invitation=invitation.id,
        photo=photo or secrets.token_hex(16),
        length=length,
        metadata="filename w4l0w6kuanBn",
        made_at=NOW,
        expires_at=later(hours=1),
    )


async def add(database: Database, upload: Upload) -> Upload:
    async def adding(work: Work) -> None:
        await work.uploads.add(upload)

    await database.write(adding)
    return upload


async def due(database: Database, moment: datetime) -> set[str]:
    return set(await database.read(lambda work: work.uploads.due(moment)))


async def test_an_upload_is_found_by_its_invitation_and_by_its_photo(
    database: Database, ours: Organisation, theirs: Organisation
) -> None:
    invitation, other = await invite(database, ours), await invite(database, theirs)
    upload = await add(database, an_upload(invitation))
    assert await database.read(lambda work: work.uploads.get(invitation.id, upload.id)) == upload
    assert await database.read(lambda work: work.uploads.get(other.id, upload.id)) is None
    assert await database.read(lambda work: work.uploads.for_photo(ours.id, upload.photo)) == upload
    assert await database.read(lambda work: work.uploads.for_photo(theirs.id, upload.photo)) is None
    assert await database.read(lambda work: work.uploads.ids()) == {upload.id}
    await database.write(lambda work: work.uploads.forget(upload.id))
    assert await database.read(lambda work: work.uploads.ids()) == frozenset()


async def test_what_has_its_photo_is_not_counted(database: Database, ours: Organisation) -> None:
    invitation, other = await invite(database, ours), await invite(database, ours)
    assert await database.read(lambda work: work.uploads.unfinished(invitation.id)) == (0, 0)
    for length in (3_000_000_000, 7):
        await add(database, an_upload(invitation, length=length))
    await add(database, an_upload(other))
    await add(database, an_upload(invitation, photo="arrived-photo"))
    await receive(database, a_photo(invitation, name="arrived-photo"))
    assert await database.read(lambda work: work.uploads.unfinished(invitation.id)) == (2, 3_000_000_007)


async def test_an_upload_is_due_when_its_hour_is_over_or_its_invitation(database: Database, ours: Organisation) -> None:
    invitation, closed = await invite(database, ours), await invite(database, ours)
    upload, other = await add(database, an_upload(invitation)), await add(database, an_upload(closed))
    assert await due(database, NOW) == set()
    await database.write(lambda work: work.invitations.end(closed, at=NOW, closed=True))
    assert await due(database, NOW) == {other.id}
    assert await due(database, later(hours=1)) == {upload.id, other.id}
    await database.write(lambda work: work.uploads.prolong(upload, until=later(hours=2)))
    assert await due(database, later(hours=1, minutes=59)) == {other.id}
    found = await database.read(lambda work: work.uploads.get(invitation.id, upload.id))
    assert found is not None
    assert found.expires_at - upload.expires_at == timedelta(hours=1)


async def test_two_who_begin_the_same_photo_at_once_make_one_upload(database: Database, ours: Organisation) -> None:
    invitation = await invite(database, ours)

    async def begin() -> str:
        wanted = an_upload(invitation, photo="made-by-the-phone")

        async def beginning(work: Work) -> str:
            known = await work.uploads.for_photo(ours.id, wanted.photo)
            if known is None:
                await work.uploads.add(wanted)
            return (known or wanted).id

        return await database.write(beginning)

    assert len(set(await asyncio.gather(*(begin() for _ in range(8))))) == 1


@pytest.mark.parametrize("of", ["photo", "id"])
async def test_a_second_row_of_the_same_name_is_impossible(database: Database, ours: Organisation, of: str) -> None:
    first = await add(database, an_upload(await invite(database, ours)))
    second = an_upload(await invite(database, ours))
    doubled = Upload(**{**vars(second), of: getattr(first, of)})
    with pytest.raises(Exception, match=r"(?i)unique"):
        await add(database, doubled)
