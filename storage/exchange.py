"""Carries what nodes tell each other through tables without a log; only the numbers of rows are notified."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from typing import TYPE_CHECKING, Any, Final

from showme.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from storage.membership import Membership

_CHANNEL: Final = "showme_nodes"
_HELLO: Final = {"hello": True}
_MOST_WAITING: Final = 20_000
_AT_ONCE: Final = 200
_SWEEP_EVERY: Final = 10.0
_TELL: Final = (
    "WITH said AS (INSERT INTO node_messages (sender, receiver, body) VALUES ($2, $3, $4) RETURNING *) "
    "SELECT pg_notify($1, id || ' ' || sender || ' ' || coalesce(receiver::text, '')) FROM said"
)
_PLACE: Final = (
    "INSERT INTO node_places (peer, node, body) VALUES ($1, $2, $3) "
    "ON CONFLICT (peer) DO UPDATE SET node = excluded.node, body = excluded.body"
)
_SHOW: Final = (
    "INSERT INTO node_stills (invitation, number, picture) VALUES ($1, $2, $3) "
    "ON CONFLICT (invitation) DO UPDATE SET number = excluded.number, picture = excluded.picture, at = now()"
)


class NodeExchange:
    """Tells and hears by one connection, in order; implements the port ``Exchange``."""

    def __init__(
        self,
        membership: Membership,
        *,
        hear: Callable[[int, Mapping[str, Any]], None],
        places: Callable[[Mapping[str, tuple[int, Mapping[str, Any]]]], None],
    ) -> None:
        """Let ``hear`` have what others tell, with who told it, and ``places`` who is on the line at other nodes.

        ``places`` is called with all of them whenever we may have missed something or a node has gone; to be made
        before the membership starts.
        """
        self._membership = membership
        self._hear = hear
        self._places = places
        self._to_do: deque[tuple[str, tuple[Any, ...]]] = deque()
        self._to_read: deque[int] = deque()
        self._more = asyncio.Event()
        self._look_around = False
        self._known: set[int] = set()
        self._tasks: list[asyncio.Task[None]] = []
        membership.hear(_CHANNEL, self._notified)
        membership.when_joined(self._joined)

    @property
    def node(self) -> int:
        """Our number among the nodes."""
        return self._membership.node

    async def start(self) -> None:
        """Begin to tell and to hear."""
        self._tasks = [asyncio.create_task(self._carry()), asyncio.create_task(self._look_after())]

    async def stop(self) -> None:
        """Stop, and take our places off the list."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        try:
            await self._membership.ask("DELETE FROM node_places WHERE node = $1", self.node)
        except Unavailable:
            return  # whoever notices that we have gone does it

    def tell(self, body: Mapping[str, Any], *, to: int | None = None) -> None:
        """Tell a node, or all others."""
        self._do(_TELL, lambda: (_CHANNEL, self.node, to, json.dumps(body)))

    def place(self, peer: str, body: Mapping[str, Any] | None) -> None:
        """Note who is on the line here."""
        if body is None:
            self._do("DELETE FROM node_places WHERE peer = $1 AND node = $2", lambda: (peer, self.node))
        else:
            self._do(_PLACE, lambda: (peer, self.node, json.dumps(body)))

    def show(self, invitation: str, number: int, picture: bytes) -> None:
        """Put a still by for the other nodes."""
        self._do(_SHOW, lambda: (invitation, number, picture))
        self.tell({"still": invitation})

    async def shown(self, invitation: str) -> tuple[int, bytes] | None:
        """Return an invitation's still and its number; raise Unavailable."""
        rows = await self._membership.ask("SELECT number, picture FROM node_stills WHERE invitation = $1", invitation)
        return (rows[0]["number"], bytes(rows[0]["picture"])) if rows else None

    async def sweep(self) -> None:
        """Forget what everybody has heard, and stills that no newer one has replaced; raise Unavailable."""
        await self._membership.ask("DELETE FROM node_messages WHERE at < now() - interval '1 minute'")
        await self._membership.ask("DELETE FROM node_stills WHERE at < now() - interval '30 seconds'")

    def _do(self, sentence: str, values: Callable[[], tuple[Any, ...]]) -> None:
        if len(self._to_do) < _MOST_WAITING:
            self._to_do.append((sentence, values()))
            self._more.set()

    def _notified(self, payload: str) -> None:
        number, sender, receiver = payload.split(" ")
        if int(sender) != self.node and (not receiver or int(receiver) == self.node):
            self._to_read.append(int(number))
            self._more.set()

    async def _joined(self) -> None:
        """Forget what an earlier run of our number left, and learn who is there."""
        await self._membership.ask("DELETE FROM node_places WHERE node = $1", self.node)
        self._to_do.clear()
        self._to_read.clear()
        self._known.clear()
        self._look_around = True
        self.tell(_HELLO)

    async def _carry(self) -> None:
        while True:
            await self._membership.joined()
            try:
                if self._look_around:
                    self._look_around = False
                    await self._learn_places()
                while self._to_do:
                    sentence, values = self._to_do[0]
                    await self._membership.ask(sentence, *values)
                    if self._to_do and self._to_do[0][1] is values:
                        self._to_do.popleft()
                    await self._read()
                await self._read()
            except Unavailable:
                await asyncio.sleep(0)
                continue
            if not (self._to_do or self._to_read or self._look_around):
                self._more.clear()
                await self._more.wait()

    async def _read(self) -> None:
        """Hear what was notified, in that order, which is the order of commitment."""
        while self._to_read:
            numbers = [self._to_read.popleft() for _ in range(min(len(self._to_read), _AT_ONCE))]
            rows = await self._membership.ask(
                "SELECT id, sender, body FROM node_messages WHERE id = ANY($1::bigint[])", numbers
            )
            found = {row["id"]: row for row in rows}
            for number in numbers:
                if (row := found.get(number)) is not None:
                    said = json.loads(row["body"])
                    # Somebody has (again) become a node of this number, and has none of the lines of the one before.
                    self._look_around = self._look_around or said == _HELLO
                    self._known.add(row["sender"])
                    self._hear(row["sender"], said)

    async def _learn_places(self) -> None:
        rows = await self._membership.ask("SELECT peer, node, body FROM node_places WHERE node <> $1", self.node)
        self._known |= {row["node"] for row in rows}
        self._places({row["peer"]: (row["node"], json.loads(row["body"])) for row in rows})

    async def _look_after(self) -> None:
        """Notice who has gone, forget what is told, and what was shown."""
        swept_at = 0.0
        loop = asyncio.get_running_loop()
        while True:
            await self._membership.joined()
            try:
                alive = await self._membership.nodes()
                if gone := self._known - alive:
                    await self._membership.ask("DELETE FROM node_places WHERE node = ANY($1::int[])", sorted(gone))
                    self._known -= gone
                    self._look_around = True
                    self._more.set()
                self._known |= alive
                if loop.time() - swept_at > _SWEEP_EVERY:
                    swept_at = loop.time()
                    await self.sweep()
            except Unavailable:
                continue
            finally:
                await asyncio.sleep(1.0)
