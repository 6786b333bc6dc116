"""Makes one process a node among several: a connection of its own that hears what others say, and holds its turns."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

import asyncpg
from sqlalchemy.engine import make_url

from showme.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

_BEAT_EVERY: Final = 1.5
_PATIENCE: Final = 3.0
"""Seconds that the database may take to answer; after that we are no member, whatever it still holds for us."""
_GIVEN_UP_AFTER: Final = "6s"
"""After such a silence the database ends our session, and with it our turns: also when we were stopped or frozen."""
_AGAIN: Final = 0.5
_NODES: Final = 20_417
"""The first half of the locks that nodes hold on their numbers; the other half is the number."""
_MOST_NODES: Final = 256
_SESSION: Final = {
    "application_name": "showme node",
    "idle_session_timeout": _GIVEN_UP_AFTER,
    # The server notices, too, when our machine is gone without a word.
    "tcp_keepalives_idle": "2",
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "3",
}
_OF_SQLALCHEMY: Final = ("async_fallback", "prepared_statement_cache_size", "prepared_statement_name_func")
_TROUBLE: Final = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)


class Membership:
    """Our place among the nodes, for as long as one connection lasts; without it all that was ours is somebody else's.

    The connection holds advisory locks of the session, which PostgreSQL frees the moment the session ends (its manual,
    13.3.5), and beats: whoever does not hear an answer in time counts as lost, before the database says so.
    """

    def __init__(self, url: str, *, report: Callable[[str, BaseException], None]) -> None:
        """Connect to what SQLAlchemy calls ``url``, once started; tell ``report`` when the connection was lost."""
        self._url = url
        self._report = report
        self._connection: asyncpg.Connection[Any] | None = None
        self._speaking = asyncio.Lock()
        self._answered_at = 0.0
        self._channels: dict[str, Callable[[str], None]] = {}
        self._on_joined: list[Callable[[], Awaitable[None]]] = []
        self._on_lost: list[Callable[[], None]] = []
        self._node: int | None = None
        self._held: set[str] = set()
        self._joined = asyncio.Event()
        self._ended = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def node(self) -> int:
        """Our number among the nodes that run, from 0 on; it may be another one after the connection was lost."""
        return self._node or 0

    @property
    def is_member(self) -> bool:
        """Whether what we hold is certainly ours at this moment."""
        loop = asyncio.get_running_loop()
        return self._connection is not None and loop.time() - self._answered_at < _PATIENCE + _BEAT_EVERY

    def hear(self, channel: str, tell: Callable[[str], None]) -> None:
        """Let ``tell`` hear what is notified on a channel; to be said before the start."""
        self._channels[channel] = tell

    def when_joined(self, tell: Callable[[], Awaitable[None]]) -> None:
        """Let ``tell`` know each time we have (again) become a member: what was said meanwhile was not heard."""
        self._on_joined.append(tell)

    def when_lost(self, tell: Callable[[], None]) -> None:
        """Let ``tell`` know as soon as we are a member no longer."""
        self._on_lost.append(tell)

    async def start(self) -> None:
        """Become a member, and see to it that we stay one; raise Unavailable when the database cannot be reached."""
        try:
            await self._join()
        except (*_TROUBLE, Unavailable) as error:
            await self._part()
            raise Unavailable("database_unavailable", retry_after=5) from error
        self._task = asyncio.create_task(self._stay())

    async def stop(self) -> None:
        """Leave; what was ours is free at once."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._part()

    async def joined(self) -> None:
        """Return once we are a member."""
        await self._joined.wait()

    @asynccontextmanager
    async def mine(self, what: str) -> AsyncIterator[bool]:
        """Take a turn for as long as the context lasts; False where it is another's. Implements the port ``Turns``."""
        is_ours, connection = await self.take(what), self._connection
        try:
            yield is_ours
        finally:
            if is_ours and connection is self._connection:
                await self.give_back(what)

    async def lost(self) -> None:
        """Return once we are a member no longer."""
        await self._ended.wait()

    async def take(self, what: str) -> bool:
        """Take a turn unless it is another's, or taken by ourselves already; it is ours until given back or lost."""
        if what in self._held:
            return False
        self._held.add(what)
        try:
            is_ours = bool(await self._ask("SELECT pg_try_advisory_lock($1)", _number_of(what)))
        except Unavailable:
            is_ours = False
        if not is_ours:
            self._held.discard(what)
        return is_ours

    async def give_back(self, what: str) -> None:
        """Let others have a turn."""
        if what in self._held:
            self._held.discard(what)
            with contextlib.suppress(Unavailable):  # then it is nobody's anyway
                await self._ask("SELECT pg_advisory_unlock($1)", _number_of(what))

    async def nodes(self) -> frozenset[int]:
        """Return the numbers of the nodes that run; raise Unavailable."""
        rows = await self.ask(
            "SELECT objid::int AS node FROM pg_locks WHERE locktype = 'advisory' AND classid = $1 AND objsubid = 2 "
            "AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            _NODES,
        )
        return frozenset(row["node"] for row in rows)

    async def _ask(self, question: str, *values: object) -> Any:
        rows = await self.ask(question, *values)
        return rows[0][0] if rows else None

    async def ask(self, question: str, *values: object) -> Sequence[Any]:
        """Ask one thing at a time; a connection that does not answer is given up. Raise Unavailable."""
        async with self._speaking:
            connection = self._connection
            if connection is None:
                raise Unavailable("database_unavailable", retry_after=1)
            try:
                async with asyncio.timeout(_PATIENCE):
                    rows: Sequence[Any] = await connection.fetch(question, *values)
            except _TROUBLE as error:
                self._lose(connection)
                raise Unavailable("database_unavailable", retry_after=1) from error
            self._answered_at = asyncio.get_running_loop().time()
            return rows

    async def _stay(self) -> None:
        while True:
            try:
                if self._connection is None:
                    await self._join()
                async with asyncio.timeout(_BEAT_EVERY):
                    await self._ended.wait()
                self._report("not_among_the_nodes", Unavailable())
            except TimeoutError:
                with contextlib.suppress(Unavailable):
                    await self._ask("SELECT 1")
            except (*_TROUBLE, Unavailable) as error:
                self._report("not_among_the_nodes", error)
                await self._part()
            if self._connection is None:
                await asyncio.sleep(_AGAIN)

    async def _join(self) -> None:
        self._ended.clear()
        async with asyncio.timeout(_PATIENCE):
            connection: asyncpg.Connection[Any] = await asyncpg.connect(**_options(self._url), server_settings=_SESSION)
        self._connection = connection
        self._answered_at = asyncio.get_running_loop().time()
        connection.add_termination_listener(self._lose)
        for channel, tell in self._channels.items():
            await connection.add_listener(channel, _heard_by(tell))
        await self._take_a_number()
        for join in self._on_joined:
            await join()
        self._joined.set()

    async def _take_a_number(self) -> None:
        mine = self._node if self._node is not None else 0
        for number in (mine, *range(_MOST_NODES)):
            if await self._ask("SELECT pg_try_advisory_lock($1, $2)", _NODES, number):
                self._node = number
                return
        raise Unavailable("database_unavailable", retry_after=5)

    def _lose(self, connection: Any) -> None:
        """Note at once that nothing is ours any more."""
        known = self._connection
        if known is None or known is not connection:
            return
        self._connection = None
        self._held.clear()
        self._joined.clear()
        self._ended.set()
        known.terminate()
        for tell in self._on_lost:
            tell()

    async def _part(self) -> None:
        if (connection := self._connection) is not None:
            connection.remove_termination_listener(self._lose)
            with contextlib.suppress(*_TROUBLE):
                await connection.close(timeout=_PATIENCE)
            self._lose(connection)


def _options(url: str) -> dict[str, Any]:
    """Return what asyncpg is to be told of a URL, as SQLAlchemy reads it."""
    made = make_url(url)
    options = made.get_dialect()().create_connect_args(made)[1]
    return {name: value for name, value in options.items() if name not in _OF_SQLALCHEMY}


def _heard_by(tell: Callable[[str], None]) -> Callable[..., None]:
    def hear(_connection: object, _process: int, _channel: str, payload: object) -> None:
        tell(str(payload))

    return hear


def _number_of(what: str) -> int:
    """Return a lock's number, the same on every node; two things of one number would only wait for each other."""
    return int.from_bytes(hashlib.sha256(f"showme {what}".encode()).digest()[:8], signed=True)
