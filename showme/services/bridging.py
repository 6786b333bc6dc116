"""Bridging: the lines of one invitation, and its stills, may be at different nodes, and nobody notices."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from showme.errors import Refused, Unavailable
from showme.switchboard import Far, PlaceStanding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from showme.ports import Clock, Exchange
    from showme.services.stills import Stills
    from showme.switchboard import Switchboard

_ROUND: Final = 1.0
_SAY_AGAIN: Final = 2
"""Rounds after which it is said again who is waited for: what is said once may be lost with a connection."""


class Bridging:
    """Keeps the switchboard and the stills of every node of one mind; each node speaks for its own lines alone.

    What a page sends is carried to the node that has the line. A node that dies takes no place with it: its peers have
    the switchboard's ``AWAY`` to come back through another node.
    """

    def __init__(
        self,
        *,
        switchboard: Switchboard,
        stills: Stills,
        clock: Clock,
        report: Callable[[str, BaseException], None],
    ) -> None:
        """Bridge these; ``across`` says how."""
        self._switchboard = switchboard
        self._stills = stills
        self._clock = clock
        self._report = report
        self._exchange: Exchange | None = None
        self._fetching: set[asyncio.Task[None]] = set()
        self._wanted_still: dict[str, int] = {}
        self._task: asyncio.Task[None] | None = None

    def across(self, exchange: Exchange) -> None:
        """Carry everything by ``exchange``."""
        self._exchange = exchange
        self._switchboard.tell_nodes(self._tell_place)
        self._switchboard.lend_from(exchange.node)
        self._stills.share_with(exchange.show, lambda name: exchange.tell({"forgotten": name}))
        self._stills.listen(self._want)

    async def start(self) -> None:
        """Begin to make rounds."""
        self._task = asyncio.create_task(self._go_round())

    async def stop(self) -> None:
        """Stop; the other nodes notice."""
        for task in (self._task, *self._fetching):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    def hear(self, node: int, said: Mapping[str, Any]) -> None:
        """Hear what another node says; nonsense is reported and changes nothing."""
        try:
            self._hear(node, said)
        except (Refused, KeyError, TypeError, ValueError) as error:
            self._report("nodes_not_understood", error)

    def learn(self, places: Mapping[str, tuple[int, Mapping[str, Any]]]) -> None:
        """Learn who is on the line at the other nodes that run, all of them, and say who is here."""
        for node in set(self._switchboard.theirs().values()) - {node for node, _ in places.values()}:
            self._switchboard.orphan(node, now=self._clock.now())
        for name, node in self._switchboard.theirs().items():
            if name not in places or places[name][0] != node:
                self._switchboard.unmirror(name, node)
        for name, (node, body) in places.items():
            self.hear(node, {"peer": name, "stands": body})
        if self._exchange is not None:
            self._switchboard.lend_from(self._exchange.node)
        for name, standing in self._switchboard.ours().items():
            self._tell_place(name, standing)

    def _hear(self, node: int, said: Mapping[str, Any]) -> None:
        now = self._clock.now()
        match said:
            case {"to": str(peer), "text": str(text)}:
                self._switchboard.arrive(peer, text, now=now)
            case {"peer": str(peer), "stands": None}:
                self._switchboard.unmirror(peer, node)
            case {"peer": str(peer), "stands": dict(body)}:
                far = Far(node=node, standing=PlaceStanding(**body), deliver=partial(self._send, node, peer))
                self._switchboard.mirror(peer, far, now=now)
            case {"want": str(invitation)}:
                self._stills.want_elsewhere(invitation)
            case {"forgotten": str(invitation)}:
                self._stills.forget_here(invitation)
            case {"still": str(invitation)}:
                if invitation in self._stills.waited_for() or self._stills.wanted(invitation):
                    self._fetch(invitation)
            case _:
                return  # a newer node may say what we do not know yet

    def _send(self, node: int, peer: str, text: str) -> None:
        if self._exchange is not None:
            self._exchange.tell({"to": peer, "text": text}, to=node)

    def _tell_place(self, name: str, standing: PlaceStanding | None) -> None:
        if self._exchange is not None:
            body = asdict(standing) if standing is not None else None
            self._exchange.place(name, body)
            self._exchange.tell({"peer": name, "stands": body})

    def _want(self, invitation: str) -> None:
        if self._exchange is not None and invitation in self._stills.waited_for():
            self._exchange.tell({"want": invitation})

    def _fetch(self, invitation: str) -> None:
        """Fetch an invitation's newest still; one fetch at a time, and another one if more were told of meanwhile."""
        told = self._wanted_still.get(invitation, 0)
        self._wanted_still[invitation] = told + 1
        if not told:
            task = asyncio.create_task(self._fetch_all(invitation))
            self._fetching.add(task)
            task.add_done_callback(self._fetching.discard)

    async def _fetch_all(self, invitation: str) -> None:
        try:
            while told := self._wanted_still[invitation]:
                found = await self._exchange.shown(invitation) if self._exchange is not None else None
                if found is not None:
                    self._stills.take_in(invitation, *found)
                if self._wanted_still[invitation] == told:
                    break
        except Unavailable:
            return  # the next still is a second away
        finally:
            self._wanted_still.pop(invitation, None)

    async def _go_round(self) -> None:
        number = 0
        while True:
            await asyncio.sleep(_ROUND)
            number += 1
            try:
                if not self._switchboard.is_idle:
                    self._switchboard.sweep(now=self._clock.now())
                if number % _SAY_AGAIN == 0:
                    for invitation in self._stills.waited_for():
                        self._want(invitation)
            except Exception as error:  # noqa: BLE001 - the next round comes in time
                self._report("bridging_failed", error)
