"""Runs units of work on SQLite or PostgreSQL, one writer at a time on SQLite, and wakes the journal's readers."""

from __future__ import annotations

import asyncio
import errno
import sqlite3
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from showme.errors import StorageFull, Unavailable
from storage.chats import ChatRecords
from storage.invitations import InvitationRecords
from storage.journal import JournalRecords
from storage.migrating import migrate
from storage.organisations import OrganisationRecords
from storage.photos import PhotoRecords
from storage.sign_ins import SignInRecords
from storage.sms import SmsRecords

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry

    from showme.records import Work

T = TypeVar("T")

_READERS = 4


class UnitOfWork:
    """All records over one connection, within one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Look at the records through a connection."""
        self.journal = JournalRecords(connection)
        self.organisations = OrganisationRecords(connection)
        self.invitations = InvitationRecords(connection)
        self.photos = PhotoRecords(connection)
        self.sms = SmsRecords(connection)
        self.sign_ins = SignInRecords(connection)
        self.chats = ChatRecords(connection)


class Database:
    """The records of an installation; implements ``showme.records.Records``."""

    def __init__(self, writer: AsyncEngine, readers: AsyncEngine, *, one_writer: bool) -> None:
        """Use an engine to write and one to read; ``one_writer`` puts writers in a line."""
        self._writer = writer
        self._readers = readers
        self._turn = asyncio.Lock() if one_writer else None
        self._heads: dict[int, int] = {}
        self._commits = 0
        self._waiting: set[asyncio.Future[None]] = set()

    async def write(self, step: Callable[[Work], Awaitable[T]]) -> T:
        """Run a step in a transaction of its own, which ends also when the caller is cancelled meanwhile."""
        running = asyncio.ensure_future(self._write(step))
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            running.add_done_callback(_take_note)
            raise

    async def read(self, step: Callable[[Work], Awaitable[T]]) -> T:
        """Run a step on one consistent view."""
        with _translated():
            async with self._readers.connect() as connection, connection.begin():
                return await step(UnitOfWork(connection))

    async def wait_beyond(self, organisation: int | None, number: int) -> None:
        """Return once the organisation's journal is beyond ``number``; with None, once anything more was committed."""
        if organisation is None:
            number = self._commits
        while (self._commits if organisation is None else self._heads.get(organisation, number)) <= number:
            woken = asyncio.get_running_loop().create_future()
            self._waiting.add(woken)
            try:
                await woken
            finally:
                self._waiting.discard(woken)

    async def _write(self, step: Callable[[Work], Awaitable[T]]) -> T:
        if self._turn is None:
            return await self._write_now(step)
        async with self._turn:
            return await self._write_now(step)

    async def _write_now(self, step: Callable[[Work], Awaitable[T]]) -> T:
        with _translated():
            async with self._writer.connect() as connection:
                work = UnitOfWork(connection)
                async with connection.begin():
                    result = await step(work)
        self._wake(work.journal.heads)
        return result

    def _wake(self, heads: dict[int, int]) -> None:
        self._commits += 1
        self._heads.update(heads)
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)

    async def learn_heads(self) -> None:
        """Learn how far each organisation's journal has come; once, before anyone waits."""

        async def heads(work: Work) -> dict[int, int]:
            return {known.id: await work.journal.head(known.id) for known in await work.organisations.all()}

        self._heads = await self.read(heads)


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    """Open a database with its schema brought up to date, and close it at the end.

    ``url`` is SQLAlchemy's: ``sqlite+aiosqlite:///…`` or ``postgresql+asyncpg://…``. Raise Unavailable when it cannot
    be reached.
    """
    is_sqlite = url.startswith("sqlite")
    if is_sqlite:
        writer = _sqlite_engine(url, begin="BEGIN IMMEDIATE", connections=1)
        readers = _sqlite_engine(url, begin="BEGIN", connections=_READERS)
    else:
        writer = readers = create_async_engine(url, pool_size=_READERS, pool_pre_ping=True)
    try:
        with _translated():
            await migrate(writer)
        database = Database(writer, readers, one_writer=is_sqlite)
        await database.learn_heads()
        yield database
    finally:
        await readers.dispose()
        await writer.dispose()


def _sqlite_engine(url: str, *, begin: str, connections: int) -> AsyncEngine:
    """Make an engine whose transactions begin as said.

    The driver's own idea of transactions is switched off, as SQLAlchemy documents for SQLite: explicit BEGIN.
    """
    engine = create_async_engine(
        url,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=connections,
        max_overflow=0,
        connect_args={"timeout": 10},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin_explicitly(connection: object) -> None:
        connection.exec_driver_sql(begin)  # type: ignore[attr-defined]

    return engine


@contextmanager
def _translated() -> Iterator[None]:
    """Raise StorageFull or Unavailable in the place of what the driver raises."""
    try:
        yield
    except DBAPIError as error:
        if _is_full(error.orig):
            raise StorageFull(retry_after=30) from error
        if error.connection_invalidated or isinstance(error.orig, (sqlite3.OperationalError, OSError)):
            raise Unavailable("database_unavailable", retry_after=5) from error
        raise
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise StorageFull(retry_after=30) from error
        raise Unavailable("database_unavailable", retry_after=5) from error


def _is_full(error: BaseException | None) -> bool:
    return (
        getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL or getattr(error, "sqlstate", None) == "53100"
    )


def _take_note(finished: asyncio.Future[T]) -> None:
    """Retrieve the outcome of a step whose caller has gone, so that asyncio does not complain of it."""
    if not finished.cancelled():
        finished.exception()
