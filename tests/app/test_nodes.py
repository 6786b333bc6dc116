"""What one node at a time does: begun by one, ended at once when its turn is lost, and taken over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from app import nodes as app_nodes
from app.assembly import open_installation
from app.nodes import Nodes, Shift
from app.settings import Problems, Settings
from storage.membership import Membership
from tests.storage.conftest import migrated, postgresql_server
from tests.storage.nodes import eventually, fall_silent
from tests.storage.postgresql import Server

__all__ = ["migrated", "postgresql_server"]


class Bot:
    """A part, which works or not."""

    def __init__(self, *, fails: int = 0) -> None:
        self.works = False
        self.begun = 0
        self.fails = fails

    async def start(self) -> None:
        if self.fails:
            self.fails -= 1
            raise OSError("not now")
        self.works = True
        self.begun += 1

    async def stop(self) -> None:
        self.works = False


class Node:
    """A node with a shift, and a bot that works in it."""

    def __init__(self, url: str) -> None:
        self.membership = Membership(url, report=lambda *_: None)
        self.shift = Shift(self.membership)
        self.bot = Bot()

    async def start(self) -> None:
        await self.membership.start()
        await self.shift.start()
        await self.shift.add(self.bot)

    async def stop(self) -> None:
        await self.shift.stop()
        await self.membership.stop()


@pytest.fixture
def url(postgresql_server: Server) -> Iterator[str]:
    fresh = postgresql_server.fresh()
    yield fresh
    postgresql_server.drop(fresh)


@pytest.fixture
async def two(url: str) -> AsyncIterator[tuple[Node, Node]]:
    one, other = Node(url), Node(url)
    for node in (one, other):
        await node.start()
    yield one, other
    for node in (one, other):
        await node.stop()


async def test_the_first_node_has_the_shift_and_the_other_waits(two: tuple[Node, Node]) -> None:
    one, other = two
    assert one.bot.works
    assert one.bot.begun == 1
    assert one.shift.is_ours
    assert not other.bot.works
    assert not other.shift.is_ours


async def test_who_stops_hands_the_shift_over(two: tuple[Node, Node]) -> None:
    one, other = two
    await one.shift.stop()
    assert not one.bot.works
    await eventually(lambda: other.bot.works)


async def test_a_bot_whose_node_lost_its_connection_is_silent_at_once(two: tuple[Node, Node]) -> None:
    one, other = two
    assert one.membership._connection is not None
    one.membership._connection.terminate()
    await eventually(lambda: not one.shift.is_ours)
    await eventually(lambda: one.bot.works != other.bot.works and one.bot.begun + other.bot.begun == 2)


async def test_a_bot_whose_node_is_frozen_may_not_speak_before_another_begins(two: tuple[Node, Node]) -> None:
    one, other = two
    assert one.shift._task is not None
    one.shift._task.cancel()  # nothing of it runs any more, and nobody has told it
    one.shift._is_on = True
    fall_silent(one.membership)
    both = False
    async with asyncio.timeout(30):
        while not other.shift.is_ours:
            await asyncio.sleep(0.01)
            both = both or (one.shift.is_ours and other.shift.is_ours)
    assert not both
    assert not one.shift.is_ours


async def test_what_cannot_begin_is_tried_again_and_keeps_nobody_else(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_nodes, "_AGAIN_AFTER", 0.05)
    node, retention = Node(url), Bot(fails=2)
    await node.start()
    await node.shift.add(retention)
    assert node.bot.works
    await eventually(lambda: retention.works)
    await node.stop()
    assert not retention.works


async def test_a_node_that_is_alone_does_everything_at_once() -> None:
    bot = Bot()
    async with AsyncExitStack() as stack:
        nodes = Nodes.__new__(Nodes)
        nodes._membership = nodes._shift = None
        await nodes.run(bot, stack)
        assert bot.works
        assert nodes.is_on_shift
        assert nodes.turns is None
    assert not bot.works


async def test_a_second_node_with_a_folder_of_its_own_is_refused(url: str, tmp_path: Path) -> None:
    """Its photos would be on one machine, and half of those who look for them on the other."""

    def settings(name: str) -> Settings:
        return Settings(
            base_url="http://localhost:8000", data=tmp_path / name, database_url=url, without_telegram=True,
            image_workers=1,
        )  # fmt: skip

    async with open_installation(settings("one")):
        with pytest.raises(Problems, match="media_bucket"):
            async with open_installation(settings("other")):
                pass
