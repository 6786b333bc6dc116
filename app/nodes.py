"""Runs one process as a node among several: what it hears of the others, and what only one of them does at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Final, Protocol

from app.logs import report, tell
from app.settings import Problems
from storage.database import JOURNAL
from storage.exchange import NodeExchange
from storage.membership import Membership

if TYPE_CHECKING:
    from app.settings import Settings
    from showme.ports import Turns
    from showme.services.bridging import Bridging
    from storage.database import Database

_TRY_EVERY: Final = 1.0
_LOOK_EVERY: Final = 2.0
_AGAIN_AFTER: Final = 5.0
_ALONE: Final = "the only node"


class Part(Protocol):
    """What is started and stopped, more than once where its turn comes and goes."""

    async def start(self) -> None: ...  # noqa: D102
    async def stop(self) -> None: ...  # noqa: D102


class Nodes:
    """This node, or the only one."""

    def __init__(self, records: Database, membership: Membership | None) -> None:
        """Share the work by ``membership``; None where nobody else is."""
        self._records = records
        self._membership = membership
        self._shift = Shift(membership) if membership is not None else None

    @property
    def turns(self) -> Turns | None:
        """Who does what; None where nobody else is."""
        return self._membership

    @property
    def is_on_shift(self) -> bool:
        """Whether what one node does is certainly ours to do at this moment."""
        return self._shift is None or self._shift.is_ours

    async def run(self, part: Part, stack: AsyncExitStack) -> None:
        """Start a part, and stop it with ``stack``; where others are, while it is our shift, at one node at a time."""
        if self._shift is None:
            await part.start()
            stack.push_async_callback(part.stop)
        else:
            await self._shift.add(part)
            stack.push_async_callback(self._shift.remove, part)

    async def join(self, bridging: Bridging, stack: AsyncExitStack, *, alone: bool) -> None:
        """Become one of the nodes, and let lines and stills cross them.

        ``alone`` says that the media are in a folder of this machine. Raise Problems when somebody else is there then,
        Unavailable.
        """
        if self._membership is None or self._shift is None:
            return
        exchange = NodeExchange(self._membership, hear=bridging.hear, places=bridging.learn)
        await self._membership.start()
        stack.push_async_callback(self._membership.stop)
        if alone and not await self._membership.take(_ALONE):
            raise Problems(
                ["Another node uses this database, and the media are in a folder of this machine: see media_bucket."]
            )
        bridging.across(exchange)
        for part in (exchange, bridging, self._shift):
            await part.start()
            stack.push_async_callback(part.stop)
        stack.push_async_callback(_ended, asyncio.create_task(self._keep_looking(self._membership)))

    async def _keep_looking(self, membership: Membership) -> None:
        """While we hear nothing, look by ourselves how far the journals have come."""
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            if not membership.is_member:
                try:
                    await self._records.learn_heads()
                except Exception as error:  # noqa: BLE001 - tried again soon; what is read then is complete
                    report("journals_not_looked_at", error)


class Shift:
    """What one node at a time does: the bot, retention, reports and the like, all of them at the same node."""

    def __init__(self, membership: Membership) -> None:
        """Take turns by ``membership``."""
        self._membership = membership
        self._parts: list[Part] = []
        self._beginning: dict[Part, asyncio.Task[None]] = {}
        self._is_on = False
        self._tried = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def is_ours(self) -> bool:
        """Whether it is certainly our shift at this moment."""
        return self._is_on and self._membership.is_member

    async def start(self) -> None:
        """Take the shift if it is free, now or later."""
        self._task = asyncio.create_task(self._take_turns())
        await self._tried.wait()

    async def stop(self) -> None:
        """Let somebody else have it."""
        if self._task is not None:
            await _ended(self._task)

    async def add(self, part: Part) -> None:
        """Have a part work while it is our shift; return once it has begun, or could not, or it is not our shift."""
        self._parts.append(part)
        if self._is_on:
            await self._begin(part)

    async def remove(self, part: Part) -> None:
        """Have a part work no longer."""
        self._parts.remove(part)
        if self._is_on:
            await self._end(part)

    async def _take_turns(self) -> None:
        """Work whenever it is our turn, until that is lost; then stop at once, for somebody else has begun or will."""
        while True:
            await self._membership.joined()
            async with self._membership.mine("the shift") as is_ours:
                if is_ours:
                    await self._work()
            self._tried.set()
            await asyncio.sleep(_TRY_EVERY)

    async def _work(self) -> None:
        parts = list(self._parts)  # whoever is added from here on begins by itself
        self._is_on = True
        self._tried.set()
        tell("shift_begins", node=self._membership.node)
        beginning = asyncio.create_task(self._begin_all(parts))
        try:
            await self._membership.lost()
        finally:
            self._is_on = False
            await _ended(beginning)
            for part in reversed(self._parts):
                await self._end(part)
            tell("shift_ends", node=self._membership.node)

    async def _begin_all(self, parts: Sequence[Part]) -> None:
        for part in parts:
            await self._begin(part)

    async def _begin(self, part: Part) -> None:
        """Start a part; one that cannot start is tried again, and keeps no other from working."""
        try:
            await part.start()
        except Exception as error:  # noqa: BLE001 - whatever it is
            report("part_not_started", error)
            self._beginning[part] = asyncio.create_task(self._begin_later(part))

    async def _begin_later(self, part: Part) -> None:
        while True:
            await asyncio.sleep(_AGAIN_AFTER)
            try:
                await part.start()
            except Exception as error:  # noqa: BLE001 - likewise
                report("part_not_started", error)
            else:
                return

    async def _end(self, part: Part) -> None:
        if (beginning := self._beginning.pop(part, None)) is not None:
            await _ended(beginning)
        try:
            await part.stop()
        except Exception as error:  # noqa: BLE001 - the others have to stop as well
            report("part_not_stopped", error)


@asynccontextmanager
async def open_nodes(settings: Settings, records: Database) -> AsyncIterator[Nodes]:
    """Make ready to be a node, where the database is one that several share."""
    if settings.database_url is None:
        yield Nodes(records, None)
        return
    membership = Membership(settings.database, report=report)
    membership.hear(JOURNAL, records.hear)
    membership.when_joined(records.learn_heads)
    yield Nodes(records, membership)


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
