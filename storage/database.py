"""Runs units of work on SQLite or PostgreSQL, one writer at a time on SQLite, and wakes the journal's readers."""

from __future__ import annotations

import asyncio
import errno
import secrets
import sqlite3
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import event, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from showme.errors import StorageFull, Unavailable
from storage.audit import AuditRecords
from storage.chats import ChatRecords
from storage.figures import FigureRecords
from storage.invitations import InvitationRecords
from storage.journal import JournalRecords
from storage.ledger import LedgerRecords
from storage.migrating import migrate
from storage.organisations import OrganisationRecords
from storage.photos import PhotoRecords
from storage.quarantine import QuarantineRecords
from storage.seeing import SeeingRecords
from storage.shares import ShareRecords
from storage.sign_ins import SignInRecords
from storage.sms import SmsRecords
from storage.spoken_codes import SpokenCodeRecords
from storage.upkeep import UpkeepRecords
from storage.uploads import UploadRecords

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry

    from showme.records import Work

T = TypeVar("T")

_READERS: Final = 4
_ATTEMPTS: Final = 10
_PASSING: Final = frozenset({"23505", "40001", "40P01"})
"""PostgreSQL's codes for "somebody wrote the same at the same moment", "not in this order" and "deadlock": a step that
met one is run again, and then sees what the other one wrote."""
JOURNAL: Final = "showme_journal"
"""PostgreSQL's channel on which each commit tells the numbers that it has reached, and nothing else."""
_MOST_TOLD: Final = 7_900
"""PostgreSQL takes 7 999 bytes. Who writes for so many organisations at once is heard of at the next look."""
_PAIR: Final = 2
_GONE: Final = ("08", "57P", "53300")
"""Beginnings of PostgreSQL's codes for a connection that is not there."""


class UnitOfWork:
    """All records over one connection, within one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Look at the records through a connection."""
        self.connection = connection
        self.journal = JournalRecords(connection)
        self.audit = AuditRecords(connection)
        self.upkeep = UpkeepRecords(connection)
        self.organisations = OrganisationRecords(connection)
        self.invitations = InvitationRecords(connection)
        self.photos = PhotoRecords(connection)
        self.quarantine = QuarantineRecords(connection)
        self.seeing = SeeingRecords(connection)
        self.shares = ShareRecords(connection)
        self.uploads = UploadRecords(connection)
        self.sms = SmsRecords(connection)
        self.ledger = LedgerRecords(connection)
        self.spoken_codes = SpokenCodeRecords(connection)
        self.sign_ins = SignInRecords(connection)
        self.chats = ChatRecords(connection)
        self.figures = FigureRecords(connection)


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
        self._running: set[asyncio.Future[Any]] = set()

    async def write(self, step: Callable[[Work], Awaitable[T]]) -> T:
        """Run a step in a transaction of its own, which ends also when the caller is cancelled meanwhile."""
        running = asyncio.ensure_future(self._write(step))
        self._running.add(running)
        running.add_done_callback(self._running.discard)
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

    async def finish(self) -> None:
        """Wait for the steps whose callers have gone, before the connections close."""
        while self._running:
            await asyncio.wait(set(self._running))

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
        if self._turn is not None:
            async with self._turn:
                return await self._write_now(step)
        for attempt in range(1, _ATTEMPTS):
            try:
                return await self._write_now(step)
            except DBAPIError as error:
                if _code(error) not in _PASSING:
                    raise
            # Apart from each other, so that two who met do not meet again.
            await asyncio.sleep(secrets.randbelow(20 * attempt) / 1000)
        return await self._write_now(step)

    async def _write_now(self, step: Callable[[Work], Awaitable[T]]) -> T:
        with _translated():
            async with self._writer.connect() as connection:
                work = UnitOfWork(connection)
                async with connection.begin():
                    result = await step(work)
                    if work.journal.heads and self._turn is None:
                        told = " ".join(f"{organisation}:{head}" for organisation, head in work.journal.heads.items())
                        await connection.execute(select(func.pg_notify(JOURNAL, told[:_MOST_TOLD])))
        self._wake(work.journal.heads)
        return result

    def hear(self, told: str) -> None:
        """Take in how far another process has brought the journals: what it notified on the channel ``JOURNAL``."""
        self._wake({int(pair[0]): int(pair[1]) for word in told.split() if len(pair := word.split(":")) == _PAIR})

    def _wake(self, heads: dict[int, int]) -> None:
        self._commits += 1
        for organisation, head in heads.items():  # on PostgreSQL the later commit may be told of first
            self._heads[organisation] = max(head, self._heads.get(organisation, 0))
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)

    async def learn_heads(self) -> None:
        """Learn how far each organisation's journal has come, before anyone waits, or when we may have missed it."""

        async def heads(work: Work) -> dict[int, int]:
            return {known.id: await work.journal.head(known.id) for known in await work.organisations.all()}

        self._wake(await self.read(heads))


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
        writer = create_async_engine(url, pool_size=_READERS, pool_pre_ping=True, hide_parameters=True)
        readers = writer.execution_options(isolation_level="REPEATABLE READ")
    database = Database(writer, readers, one_writer=is_sqlite)
    try:
        with _translated():
            await migrate(writer)
        await database.learn_heads()
        yield database
    finally:
        await database.finish()
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
        hide_parameters=True,
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
        is_gone = error.connection_invalidated or (_code(error) or "").startswith(_GONE)
        if is_gone or isinstance(error.orig, (sqlite3.OperationalError, OSError)):
            raise Unavailable("database_unavailable", retry_after=5) from error
        raise
    except NoConnectionFree as error:
        raise Unavailable("database_unavailable", retry_after=5) from error
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise StorageFull(retry_after=30) from error
        raise Unavailable("database_unavailable", retry_after=5) from error


def _is_full(error: BaseException | None) -> bool:
    return (
        getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL or getattr(error, "sqlstate", None) == "53100"
    )


def _code(error: DBAPIError) -> str | None:
    """Return PostgreSQL's code of what went wrong (its manual, appendix A)."""
    return getattr(error.orig, "sqlstate", None)


def _take_note(finished: asyncio.Future[T]) -> None:
    """Retrieve the outcome of a step whose caller has gone, so that asyncio does not complain of it."""
    if not finished.cancelled():
        finished.exception()
