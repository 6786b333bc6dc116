"""Live video as the records hold it."""

import asyncio
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

import storage
from showme.domain.invitations import Invitation
from showme.domain.organisations import Organisation
from storage.database import Database, open_database
from tests.storage.conftest import NOW, later
from tests.storage.making import a_photo, invite, receive
from tests.storage.postgresql import Server

SILENCE = timedelta(seconds=30)


@pytest.fixture
async def invitation(database: Database, ours: Organisation) -> Invitation:
    return await invite(database, ours)


async def see(database: Database, invitation: Invitation) -> Invitation:
    found = await database.read(lambda work: work.invitations.get(invitation.organisation, invitation.id))
    assert found is not None
    return found


async def test_live_video_begins_once_and_ends_once(database: Database, invitation: Invitation) -> None:
    name = invitation.id
    assert not invitation.is_live
    begun = await asyncio.gather(*(database.write(lambda work: work.invitations.begin_live(name, NOW)) for _ in "1234"))
    assert sorted(begun) == [False, False, False, True]
    seen = await see(database, invitation)
    assert (seen.is_live, seen.live_began_at, seen.live_ended_at) == (True, NOW, None)

    end = later(seconds=29)
    ended = await asyncio.gather(
        *(database.write(lambda work: work.invitations.end_live(name, end, silence=SILENCE)) for _ in "1234")
    )
    assert [span for span in ended if span is not None] == [(NOW, end)]
    seen = await see(database, invitation)
    assert (seen.is_live, seen.live_began_at, seen.live_ended_at) == (False, NOW, end)

    assert await database.write(lambda work: work.invitations.begin_live(name, later(minutes=1)))
    seen = await see(database, invitation)
    assert (seen.live_began_at, seen.live_ended_at) == (later(minutes=1), None)


async def test_what_was_silent_for_long_ended_when_it_was_last_heard(
    database: Database, invitation: Invitation
) -> None:
    name, heard = invitation.id, later(seconds=12)
    await database.write(lambda work: work.invitations.begin_live(name, NOW))
    assert await database.write(lambda work: work.invitations.note_heard(name, heard))
    span = await database.write(lambda work: work.invitations.end_live(name, later(hours=3), silence=SILENCE))
    assert span == (NOW, heard)
    assert not await database.write(lambda work: work.invitations.note_heard(name, later(hours=3)))
    assert (await see(database, invitation)).live_ended_at == heard


async def test_an_invitation_that_has_ended_does_not_become_live(database: Database, invitation: Invitation) -> None:
    await database.write(lambda work: work.invitations.end(invitation, at=NOW, closed=True))
    assert not await database.write(lambda work: work.invitations.begin_live(invitation.id, NOW))
    assert not (await see(database, invitation)).is_live


async def test_only_those_without_a_sign_are_found(
    database: Database, ours: Organisation, theirs: Organisation
) -> None:
    silent, heard, foreign, never, over = [
        await invite(database, organisation) for organisation in (ours, ours, theirs, ours, ours)
    ]
    for each in (silent, heard, foreign, over):
        await database.write(lambda work, name=each.id: work.invitations.begin_live(name, NOW))  # type: ignore[misc]
    await database.write(lambda work: work.invitations.note_heard(heard.id, later(seconds=1)))
    await database.write(lambda work: work.invitations.end_live(over.id, NOW, silence=SILENCE))
    live = await database.read(lambda work: work.invitations.live())
    assert live == {silent.id, heard.id, foreign.id}
    found = await database.read(lambda work: work.invitations.unheard_since(NOW))
    assert {each.id for each in found} == {silent.id, foreign.id}
    assert await database.read(lambda work: work.invitations.unheard_since(later(seconds=-1))) == []
    assert never.id not in {each.id for each in found}


async def test_a_lost_live_video_is_a_trouble_until_the_next_one(database: Database, invitation: Invitation) -> None:
    await database.write(lambda work: work.invitations.note_live_lost(invitation.id, NOW))
    assert (await see(database, invitation)).troubles.live_lost_at == NOW
    await database.write(lambda work: work.invitations.begin_live(invitation.id, later(seconds=1)))
    assert (await see(database, invitation)).troubles.live_lost_at is None


async def test_why_there_was_no_camera_is_kept_and_cleared(database: Database, invitation: Invitation) -> None:
    await database.write(lambda work: work.invitations.note_camera_refused(invitation.id, NOW, reason="in_app"))
    troubles = (await see(database, invitation)).troubles
    assert (troubles.camera_refused_at, troubles.camera_reason) == (NOW, "in_app")
    await database.write(lambda work: work.invitations.note_camera_refused(invitation.id, None))
    troubles = (await see(database, invitation)).troubles
    assert (troubles.camera_refused_at, troubles.camera_reason) == (None, "refused")


async def test_a_still_stays_a_still(database: Database, invitation: Invitation) -> None:
    still = await receive(database, replace(a_photo(invitation, name="still-01"), kind="still"))
    photo = await receive(database, a_photo(invitation, name="photo-01"))
    assert (still.kind, photo.kind) == ("still", "photo")
    assert await database.read(lambda work: work.photos.get(still.organisation, "still-01")) == still
    assert await database.read(lambda work: work.photos.get(still.organisation, "photo-01")) == photo


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_what_an_older_showme_wrote_is_there_after_the_migration(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if kind == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path / 'old.db'}"
    else:
        server: Server = request.getfixturevalue("postgresql_server")
        url = server.fresh(empty=True)

    def older(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(storage.__file__).with_name("migrations")))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for statement in _OLDER:
            connection.execute(text(statement), {"now": NOW, "nonce": b"12345678", "secret": bytes(32), "no": False})

    engine = create_async_engine(url)
    async with engine.begin() as connection:
        if kind == "sqlite":
            await connection.execute(text("PRAGMA foreign_keys=ON"))
        await connection.run_sync(older)
    await engine.dispose()

    async with open_database(url) as database:
        organisation = await database.read(lambda work: work.organisations.get(1))
        invitation = await database.read(lambda work: work.invitations.get(1, "old"))
        photo = await database.read(lambda work: work.photos.get(1, "photo-01"))
        assert organisation is not None
        assert not organisation.sound
        assert organisation.blurring == "shown"
        assert invitation is not None
        assert (invitation.is_live, invitation.live_began_at, invitation.photos) == (False, None, 1)
        assert photo is not None
        assert photo.kind == "photo"
        assert await database.write(lambda work: work.invitations.begin_live("old", NOW))
    if kind == "sqlite":
        with sqlite3.connect(tmp_path / "old.db") as looking:
            assert looking.execute("PRAGMA foreign_key_check").fetchall() == []
        looking.close()


_OLDER = (
    """INSERT INTO organisations (id, name, region, language, blur, retention_hours, made_at, last_invitation, credits,
       last_line, last_event, last_chain) VALUES (1, 'Old', 'BE', 'en', :no, 6, :now, 1, 0, 0, 0, '')""",
    "INSERT INTO organisation_secrets (id, organisation, value, made_at) VALUES (1, 1, :secret, :now)",
    """INSERT INTO invitations (id, organisation, number, purpose, language, "by", created_at, nonce, secret, closed,
       sms_state, photos) VALUES ('old', 1, 1, 'photo', 'en', 'Anna', :now, :nonce, 1, :no, 'none', 1)""",
    "INSERT INTO rungs (invitation, rung, at) VALUES ('old', 'created', :now)",
    """INSERT INTO photos (organisation, id, invitation, number, state, format, bytes, sha256, stored_as, received_at,
       expires_at) VALUES (1, 'photo-01', 'old', 1, 'shown', 'jpeg', 9, 'x', 'stored', :now, :now)""",
)
