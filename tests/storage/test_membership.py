"""Nodes share out the work, and whoever dies lets go of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from showme.domain.events import Kind
from showme.errors import Unavailable
from storage.database import JOURNAL, open_database
from storage.membership import Membership
from tests.storage import postgresql
from tests.storage.conftest import NOW
from tests.storage.nodes import PATIENCE, eventually, fall_silent, member


@pytest.fixture
def url(postgresql_server: postgresql.Server) -> Iterator[str]:
    fresh = postgresql_server.fresh()
    yield fresh
    postgresql_server.drop(fresh)


@pytest.fixture
async def two(url: str) -> AsyncIterator[tuple[Membership, Membership]]:
    async with member(url) as one, member(url) as other:
        yield one, other


async def test_of_two_nodes_one_has_a_turn(two: tuple[Membership, Membership]) -> None:
    one, other = two
    async with one.mine("bot") as ours:
        assert ours
        async with other.mine("bot") as theirs, one.mine("bot") as again, other.mine("retention") as another:
            assert not theirs
            assert not again
            assert another
    async with other.mine("bot") as theirs:
        assert theirs


async def test_a_turn_taken_by_many_at_once_is_had_by_one(two: tuple[Membership, Membership]) -> None:
    had = await asyncio.gather(*(node.take("photo 1") for node in two for _ in range(10)))
    assert had.count(True) == 1


async def test_each_node_has_a_number_of_its_own(two: tuple[Membership, Membership], url: str) -> None:
    one, other = two
    assert {one.node, other.node} == {0, 1}
    assert await one.nodes() == {0, 1}
    await one.stop()
    assert await other.nodes() == {other.node}
    async with member(url) as third:
        assert third.node == one.node


async def test_a_node_whose_connection_is_cut_holds_nothing_any_more(
    two: tuple[Membership, Membership], postgresql_server: postgresql.Server
) -> None:
    one, other = two
    lost: list[str] = []
    one.when_lost(lambda: lost.append("bot"))
    assert await one.take("bot")
    process = await one.ask("SELECT pg_backend_pid() AS process")
    await other.ask("SELECT pg_terminate_backend($1)", process[0]["process"])
    await eventually(lambda: bool(lost))
    assert await other.take("bot")
    async with asyncio.timeout(PATIENCE):
        await one.joined()
    assert one.is_member
    assert not await one.take("bot")


async def test_a_frozen_node_loses_its_turn_soon(two: tuple[Membership, Membership]) -> None:
    """It cannot say so: the database notices, and it knows by itself that nothing is its own any more."""
    one, other = two
    assert await one.take("bot")
    fall_silent(one)
    async with asyncio.timeout(PATIENCE):
        while not await other.take("bot"):  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.1)
    assert not one.is_member


async def test_every_node_hears_what_one_has_written(url: str) -> None:
    async with open_database(url) as here, open_database(url) as there:
        membership = Membership(url, report=lambda *_: None)
        membership.hear(JOURNAL, there.hear)
        membership.when_joined(there.learn_heads)
        await membership.start()
        try:
            ours = await here.write(
                lambda work: work.organisations.add(name="A", region="BE", language="en", at=NOW, secret=b"a" * 32)
            )
            await there.learn_heads()
            waiting = asyncio.create_task(there.wait_beyond(ours.id, 0))
            await here.write(
                lambda work: work.journal.append(Kind.TROUBLE_BEGAN, organisation=ours.id, at=NOW, actor="showme")
            )
            async with asyncio.timeout(PATIENCE):
                await waiting
        finally:
            await membership.stop()


async def test_what_was_written_while_a_node_heard_nothing_is_found_when_it_is_back(url: str) -> None:
    async with open_database(url) as here, open_database(url) as there:
        ours = await here.write(
            lambda work: work.organisations.add(name="A", region="BE", language="en", at=NOW, secret=b"a" * 32)
        )
        await there.learn_heads()
        membership = Membership(url, report=lambda *_: None)
        membership.hear(JOURNAL, there.hear)
        membership.when_joined(there.learn_heads)
        waiting = asyncio.create_task(there.wait_beyond(ours.id, 0))
        await here.write(
            lambda work: work.journal.append(Kind.TROUBLE_BEGAN, organisation=ours.id, at=NOW, actor="showme")
        )
        await membership.start()
        try:
            async with asyncio.timeout(PATIENCE):
                await waiting
        finally:
            await membership.stop()


async def test_nobody_becomes_a_node_of_a_database_that_is_not_there() -> None:
    with pytest.raises(Unavailable):
        await Membership("postgresql+asyncpg://nobody@/nothing?host=/nowhere", report=lambda *_: None).start()
