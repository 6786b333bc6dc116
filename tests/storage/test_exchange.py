"""What nodes tell each other arrives, in order and once, and is kept by nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import func, select

from showme.records import Work
from storage.database import UnitOfWork, open_database
from storage.exchange import NodeExchange
from storage.membership import Membership
from storage.tables import node_messages
from tests.storage import postgresql
from tests.storage.nodes import eventually


class Node:
    """One end."""

    def __init__(self, url: str) -> None:
        self.heard: list[tuple[int, Mapping[str, Any]]] = []
        self.places: list[Mapping[str, tuple[int, Mapping[str, Any]]]] = []
        self.membership = Membership(url, report=lambda *_: None)
        self.exchange = NodeExchange(self.membership, hear=self.hear, places=self.places.append)

    def hear(self, node: int, said: Mapping[str, Any]) -> None:
        if said != {"hello": True}:
            self.heard.append((node, said))


@pytest.fixture
def url(postgresql_server: postgresql.Server) -> Iterator[str]:
    fresh = postgresql_server.fresh()
    yield fresh
    postgresql_server.drop(fresh)


@asynccontextmanager
async def node(url: str) -> AsyncIterator[Node]:
    one = Node(url)
    await one.membership.start()
    await one.exchange.start()
    try:
        yield one
    finally:
        await one.exchange.stop()
        await one.membership.stop()


async def test_what_one_tells_all_others_hear_in_order(url: str) -> None:
    async with node(url) as one, node(url) as other, node(url) as third:
        for number in range(300):
            one.exchange.tell({"number": number})
        one.exchange.tell({"only": "the third"}, to=third.exchange.node)
        told = [(one.exchange.node, {"number": number}) for number in range(300)]
        await eventually(lambda: len(third.heard) == 301)
        await eventually(lambda: len(other.heard) == 300)
        assert other.heard == told
        assert third.heard == [*told, (one.exchange.node, {"only": "the third"})]
        assert one.heard == []


async def test_two_that_tell_at_once_are_both_heard(url: str) -> None:
    async with node(url) as one, node(url) as other, node(url) as third:
        for number in range(100):
            one.exchange.tell({"one": number})
            other.exchange.tell({"other": number})
        await eventually(lambda: len(third.heard) == 200)
        for teller, name in ((one, "one"), (other, "other")):
            assert [said for who, said in third.heard if who == teller.exchange.node] == [
                {name: number} for number in range(100)
            ]


async def test_who_joins_later_learns_who_is_on_the_line(url: str) -> None:
    async with node(url) as one:
        one.exchange.place("peer1", {"is_on": True})
        one.exchange.place("peer2", {"is_on": True})
        one.exchange.place("peer2", None)
        await eventually(lambda: not one.exchange._to_do)
        async with node(url) as later:
            await eventually(
                lambda: bool(later.places) and later.places[-1] == {"peer1": (one.exchange.node, {"is_on": True})}
            )


async def test_a_node_that_dies_takes_its_peers_off_the_list(url: str) -> None:
    async with node(url) as other:
        async with node(url) as one:
            one.exchange.place("peer1", {"is_on": True})
            one.exchange.tell({"done": True})
            await eventually(lambda: bool(other.heard))
            other.exchange._look_around = True
            other.exchange._more.set()
            await eventually(lambda: "peer1" in other.places[-1])
            seen = len(other.places)
            for task in one.exchange._tasks:
                task.cancel()
            assert one.membership._connection is not None
            one.membership._connection.terminate()
        await eventually(lambda: len(other.places) > seen and not other.places[-1])


async def test_a_node_whose_connection_was_cut_is_told_anew_who_is_there(url: str) -> None:
    async with node(url) as one, node(url) as other:
        one.exchange.place("peer1", {"is_on": True})
        one.exchange.tell({"done": True})
        await eventually(lambda: bool(other.heard))
        seen = len(other.places)
        assert other.membership._connection is not None
        other.membership._connection.terminate()
        await eventually(lambda: len(other.places) > seen and "peer1" in other.places[-1])


async def test_a_still_is_lent_and_the_newest_counts(url: str) -> None:
    async with node(url) as one, node(url) as other:
        one.exchange.show("invitation", 1, b"older")
        one.exchange.show("invitation", 2, b"newer")
        await eventually(lambda: len(other.heard) == 2)
        assert await other.exchange.shown("invitation") == (2, b"newer")
        assert await other.exchange.shown("another") is None


async def test_what_was_told_is_forgotten(url: str) -> None:
    async def kept(work: Work) -> int:
        assert isinstance(work, UnitOfWork)
        return await work.connection.scalar(select(func.count()).select_from(node_messages)) or 0

    async with open_database(url) as records, node(url) as one, node(url) as other:
        one.exchange.tell({"number": 1})
        await eventually(lambda: bool(other.heard))
        assert await records.read(kept)
        await one.membership.ask("UPDATE node_messages SET at = at - interval '2 minutes'")
        await one.membership.ask("INSERT INTO node_stills VALUES ('old', 1, 'x', now() - interval '1 minute')")
        await one.exchange.sweep()
        assert await records.read(kept) == 0
        assert await one.exchange.shown("old") is None
