import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from showme.domain.events import Kind
from showme.domain.ladder import Rung
from showme.domain.organisations import Organisation
from showme.errors import NotFound, StorageFull, Unavailable
from showme.records import Work
from storage.database import Database, open_database
from storage.tables import metadata
from tests.storage import postgresql
from tests.storage.conftest import NOW
from tests.storage.making import invite, journal, note


async def test_two_hundred_people_at_once_leave_no_gap_in_the_journal(
    database: Database, ours: Organisation, theirs: Organisation
) -> None:
    numbers_at_commit: list[int] = []

    async def act(person: int) -> None:
        event = await note(database, theirs if person % 5 == 0 else ours, f"person {person}")
        if person % 5:
            numbers_at_commit.append(event.number)

    await asyncio.gather(*(act(person) for person in range(200)))
    mine, other = await journal(database, ours), await journal(database, theirs)
    assert [event.number for event in mine] == list(range(1, 161))
    assert [event.number for event in other] == list(range(1, 41))
    assert sorted(numbers_at_commit) == list(range(1, 161))
    assert len({event.actor for event in (*mine, *other)}) == 200


async def test_whoever_sees_a_number_sees_every_number_below_it(database: Database, ours: Organisation) -> None:
    seen: list[list[int]] = []
    done = asyncio.Event()

    async def read_on() -> None:
        while not done.is_set():
            seen.append([event.number for event in await journal(database, ours)])
            await asyncio.sleep(0)

    reader = asyncio.create_task(read_on())
    await asyncio.gather(*(note(database, ours) for _ in range(60)))
    done.set()
    await reader
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in seen)


async def test_what_fails_leaves_nothing_and_gives_its_number_back(database: Database, ours: Organisation) -> None:
    await note(database, ours)

    async def failing(work: Work) -> None:
        await work.journal.append(Kind.TAPPED, organisation=ours.id, at=NOW, actor="nobody")
        await work.sms.keep(to="+32470123456", text="never", at=NOW)
        raise NotFound

    with pytest.raises(NotFound):
        await database.write(failing)
    assert (await note(database, ours)).number == 2
    assert [event.actor for event in await journal(database, ours)] == ["Anna", "Anna"]
    assert not await database.read(lambda work: work.sms.kept())


async def test_somebody_elses_failure_loses_nobodys_row(database: Database, ours: Organisation) -> None:
    async def failing(work: Work) -> None:
        await work.journal.append(Kind.TAPPED, organisation=ours.id, at=NOW, actor="nobody")
        await asyncio.sleep(0)
        raise NotFound

    async def act(person: int) -> None:
        if person % 2:
            with pytest.raises(NotFound):
                await database.write(failing)
        else:
            await note(database, ours)

    await asyncio.gather(*(act(person) for person in range(100)))
    assert [event.number for event in await journal(database, ours)] == list(range(1, 51))


async def test_a_caller_who_hangs_up_leaves_the_whole_or_nothing_and_holds_nobody_up(
    database: Database, ours: Organisation
) -> None:
    async def two_rows(work: Work) -> None:
        await work.journal.append(Kind.TAPPED, organisation=ours.id, at=NOW, actor="first")
        await asyncio.sleep(0.001)
        await work.journal.append(Kind.TAPPED, organisation=ours.id, at=NOW, actor="second")

    for turns in range(30):
        caller = asyncio.create_task(database.write(two_rows))
        for _ in range(turns * 3):
            await asyncio.sleep(0)
        caller.cancel()
        await asyncio.gather(caller, return_exceptions=True)
    async with asyncio.timeout(30):
        await note(database, ours, "next")
    await database.finish()
    events = await journal(database, ours)
    assert [event.number for event in events] == list(range(1, len(events) + 1))
    firsts, seconds = ([e for e in events if e.actor == name] for name in ("first", "second"))
    assert len(firsts) == len(seconds) == 29  # the first caller was gone before anything had begun
    assert sum(event.actor == "next" for event in events) == 1


async def test_a_write_whose_caller_has_gone_ends_before_the_database_closes(database_url: str) -> None:
    async with open_database(database_url) as database:
        organisation = await database.write(
            lambda work: work.organisations.add(name="A", region="BE", language="en", at=NOW, secret=bytes(32))
        )
        begun = asyncio.Event()

        async def slow(work: Work) -> None:
            begun.set()
            await asyncio.sleep(0.1)
            await work.journal.append(Kind.TAPPED, organisation=organisation.id, at=NOW, actor="Anna")

        caller = asyncio.create_task(database.write(slow))
        await begun.wait()
        caller.cancel()
        await asyncio.gather(caller, return_exceptions=True)
    async with open_database(database_url) as database:
        assert await database.read(lambda work: work.journal.head(organisation.id)) == 1


async def test_a_reader_sees_one_moment_however_long_it_reads(database: Database, ours: Organisation) -> None:
    async def reading(work: Work) -> tuple[int, int]:
        before = await work.journal.head(ours.id)
        await note(database, ours)
        return before, await work.journal.head(ours.id)

    assert await database.read(reading) == (0, 0)
    assert await database.read(lambda work: work.journal.head(ours.id)) == 1


async def test_who_waits_for_the_journal_is_woken_by_its_own_organisation_only(
    database: Database, ours: Organisation, theirs: Organisation
) -> None:
    await note(database, ours)
    async with asyncio.timeout(30):
        await database.wait_beyond(ours.id, 0)
    waiting = [asyncio.create_task(database.wait_beyond(ours.id, 1)) for _ in range(3)]
    anything = asyncio.create_task(database.wait_beyond(None, 0))
    await asyncio.sleep(0)
    await note(database, theirs)
    async with asyncio.timeout(30):
        await anything
    assert not any(task.done() for task in waiting)
    await note(database, ours)
    async with asyncio.timeout(30):
        await asyncio.gather(*waiting)
    assert not database._waiting


async def test_who_stops_waiting_leaves_nothing_behind(database: Database, ours: Organisation) -> None:
    waiting = asyncio.create_task(database.wait_beyond(ours.id, 0))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert not database._waiting


async def test_after_a_restart_the_journals_head_is_known_before_anybody_waits(database_url: str) -> None:
    async with open_database(database_url) as database:
        organisation = await database.write(
            lambda work: work.organisations.add(name="A", region="BE", language="en", at=NOW, secret=bytes(32))
        )
        await note(database, organisation)
    async with open_database(database_url) as database, asyncio.timeout(30):
        await database.wait_beyond(organisation.id, 0)


async def test_a_failed_write_wakes_nobody(database: Database, ours: Organisation) -> None:
    async def failing(work: Work) -> None:
        await work.journal.append(Kind.TAPPED, organisation=ours.id, at=NOW, actor="nobody")
        raise NotFound

    waiting = asyncio.create_task(database.wait_beyond(ours.id, 0))
    await asyncio.sleep(0)
    with pytest.raises(NotFound):
        await database.write(failing)
    await asyncio.sleep(0)
    assert not waiting.done()
    waiting.cancel()


async def test_people_who_do_things_in_another_order_do_not_block_each_other(
    database: Database, ours: Organisation
) -> None:
    """One notes the journal before the invitation, the other after it: on PostgreSQL that is a deadlock."""
    invitation = await invite(database, ours)

    async def journal_first(work: Work) -> None:
        await work.journal.append(Kind.INVITATION_RESENT, organisation=ours.id, at=NOW, actor="Anna")
        await asyncio.sleep(0.01)
        await work.invitations.note_sms(invitation.id, "queued", provider=None, cause=None, failed_at=None)

    async def invitation_first(work: Work) -> None:
        await work.invitations.note_camera_refused(invitation.id, NOW)
        await asyncio.sleep(0.01)
        await work.journal.append(Kind.CAMERA_REFUSED, organisation=ours.id, at=NOW, actor="citizen")

    async with asyncio.timeout(60):
        await asyncio.gather(*(database.write(step) for step in (journal_first, invitation_first) * 3))
    assert [event.number for event in await journal(database, ours)] == list(range(1, 7))


async def test_many_may_read_at_once(database: Database, ours: Organisation) -> None:
    async with asyncio.timeout(60):
        heads = await asyncio.gather(*(database.read(lambda work: work.journal.head(ours.id)) for _ in range(100)))
    assert heads == [0] * 100


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_the_migrations_make_the_schema_that_the_code_expects(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if kind == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
    else:
        server: postgresql.Server = request.getfixturevalue("postgresql_server")
        url = server.fresh(empty=True)
    for _ in range(2):  # the second time there is nothing to do
        async with open_database(url):
            pass

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "target_metadata": metadata, "compare_server_default": True}
        )
        return list(compare_metadata(context, metadata))

    engine = create_async_engine(url)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


async def test_a_moment_without_a_zone_is_never_stored(database: Database, ours: Organisation) -> None:
    with pytest.raises(Exception, match="a moment without a zone"):
        await database.write(lambda work: work.sms.keep(to="+32470123456", text="x", at=NOW.replace(tzinfo=None)))


async def test_the_time_of_a_rung_comes_back_to_the_microsecond_in_utc(database: Database, ours: Organisation) -> None:
    invitation = await invite(database, ours)
    found = await database.read(lambda work: work.invitations.get(ours.id, invitation.id))
    assert found is not None
    assert found.reached == {Rung.CREATED: NOW}
    assert found.created_at.tzinfo is NOW.tzinfo


# --- on SQLite only ---------------------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "only.db"


async def test_sqlite_syncs_every_commit_and_checks_what_belongs_together(file: Path) -> None:
    async with open_database(f"sqlite+aiosqlite:///{file}") as database:
        for engine in (database._writer, database._readers):
            async with engine.connect() as connection:
                found = {
                    name: await connection.scalar(text(f"PRAGMA {name}"))
                    for name in ("journal_mode", "synchronous", "foreign_keys")
                }
            assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


async def test_a_full_disk_is_told_as_such_and_nothing_acknowledged_is_lost(file: Path) -> None:
    async with open_database(f"sqlite+aiosqlite:///{file}") as database:
        organisation = await database.write(
            lambda work: work.organisations.add(name="A", region="BE", language="en", at=NOW, secret=bytes(32))
        )

        async def limit(pages: int) -> None:
            async with database._writer.connect() as connection:
                await connection.execute(text(f"PRAGMA max_page_count={pages}"))

        async with database._writer.connect() as connection:
            pages = await connection.scalar(text("PRAGMA page_count"))
        assert isinstance(pages, int)
        await limit(pages + 8)

        async def big(work: Work) -> None:
            await work.sms.keep(to="+32470123456", text="x" * 5000, at=NOW)
            await work.journal.append(Kind.TAPPED, organisation=organisation.id, at=NOW, actor="Anna")

        acknowledged = 0

        async def until_full() -> None:
            nonlocal acknowledged
            for _ in range(100):
                await database.write(big)
                acknowledged += 1

        with pytest.raises(StorageFull) as refusal:
            await until_full()
        assert refusal.value.retry_after is not None
        assert acknowledged
        for _ in range(2):
            with pytest.raises(StorageFull):
                await database.write(big)
        assert len(await database.read(lambda work: work.sms.kept())) == acknowledged
        assert await database.read(lambda work: work.journal.head(organisation.id)) == acknowledged

        await limit(pages + 1000)
        await database.write(big)
        assert await database.read(lambda work: work.journal.head(organisation.id)) == acknowledged + 1


async def test_a_database_that_somebody_else_holds_is_unavailable_and_comes_back(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_database(f"sqlite+aiosqlite:///{file}") as database:
        async with database._writer.connect() as connection:
            await connection.execute(text("PRAGMA busy_timeout=1"))
        holder = sqlite3.connect(file, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable) as refusal:
            await database.write(lambda work: work.sms.keep(to="+32470123456", text="x", at=NOW))
        assert (refusal.value.cause, refusal.value.retry_after) == ("database_unavailable", 5)
        holder.close()
        await database.write(lambda work: work.sms.keep(to="+32470123456", text="x", at=NOW))


async def test_a_folder_that_is_not_there_is_told_as_ours(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        async with open_database(f"sqlite+aiosqlite:///{tmp_path / 'nowhere' / 'showme.db'}"):
            pass
    for thread in threading.enumerate():  # the driver's thread still says goodbye to this test's loop
        if "_connection_worker_thread" in thread.name:
            await asyncio.to_thread(thread.join, 30)


async def test_a_server_that_is_not_there_is_told_as_ours(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        async with open_database(f"postgresql+asyncpg://nobody@/nothing?host={tmp_path}"):
            pass
