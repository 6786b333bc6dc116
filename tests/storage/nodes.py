"""Nodes for tests: members of one PostgreSQL that can die without a word."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from storage.membership import Membership

PATIENCE = 30.0


@asynccontextmanager
async def member(url: str) -> AsyncIterator[Membership]:
    """Become a member, and leave in the end."""
    one = Membership(url, report=lambda *_: None)
    await one.start()
    try:
        yield one
    finally:
        await one.stop()


async def eventually(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(PATIENCE):
        while not is_so():  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.02)


def fall_silent(one: Membership) -> None:
    """Let a node freeze: it holds its connection, and says nothing more."""
    assert one._task is not None
    one._task.cancel()
    one._task = None
