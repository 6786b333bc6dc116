"""Follows every organisation's journal once, however many feeds read it."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final

from showme.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

    from showme.services.viewing import Happening, Viewing

_REMEMBERED: Final = 1_000
_TOO_FAR_BEHIND: Final = 5_000
_KEEP_ALIVE: Final = 15.0
_AT_MOST: Final = 200
_AGAIN: Final = 0.5
"""Seconds after which the journal is read again when that failed."""


class Reset(Exception):
    """The reader's place is too far back, or ahead of us: the lists have to be loaded again."""

    def __init__(self, head: int) -> None:
        """Say from where a reader can go on."""
        self.head = head
        super().__init__(head)


class Tail:
    """The newest happenings of one organisation, read once and shared."""

    def __init__(self, viewing: Viewing, organisation: int) -> None:
        """Follow an organisation."""
        self._viewing = viewing
        self._organisation = organisation
        self._newest: deque[Happening] = deque(maxlen=_REMEMBERED)
        self._head = 0
        self._more = asyncio.Event()
        self._readers = 0
        self._stopped = False
        self._following: asyncio.Task[None] | None = None

    @property
    def readers(self) -> int:
        """How many follow it now."""
        return self._readers

    async def follow(self, after: int) -> AsyncIterator[Sequence[Happening]]:
        """Yield happenings numbered above ``after`` as they come; an empty batch every 15 s keeps the line awake.

        End when the tail is stopped; raise Reset when ``after`` is not a place to go on from.
        """
        head = await self._viewing.head(self._organisation)
        if after > head or head - after > _TOO_FAR_BEHIND:
            raise Reset(head)
        self._readers += 1
        if self._following is None:
            self._head = head
            self._following = asyncio.create_task(self._read_on())
        try:
            while not self._stopped:
                more = self._more
                batch = await self._after(after)
                if batch:
                    after = batch[-1].event.number
                    yield batch
                    continue
                try:
                    async with asyncio.timeout(_KEEP_ALIVE):
                        await more.wait()
                except TimeoutError:
                    yield ()
        finally:
            self._readers -= 1
            if self._readers == 0 and self._following is not None:
                self._following.cancel()
                self._following = None
                self._newest.clear()

    def stop(self) -> None:
        """End every reader, so that the server can stop."""
        self._stopped = True
        self._more.set()

    async def _after(self, number: int) -> Sequence[Happening]:
        if number >= self._head:
            return ()
        if self._newest and self._newest[0].event.number <= number + 1:
            first = number + 1 - self._newest[0].event.number
            return [self._newest[place] for place in range(first, min(len(self._newest), first + _AT_MOST))]
        return await self._viewing.happenings(self._organisation, number, most=_AT_MOST)

    async def _read_on(self) -> None:
        while True:
            try:
                await self._read_more()
            except Unavailable:
                # The readers stay and must hear the rest; whoever asked for something was told what failed.
                await asyncio.sleep(_AGAIN)

    async def _read_more(self) -> None:
        await self._viewing.wait_beyond(self._organisation, self._head)
        fresh = await self._viewing.happenings(self._organisation, self._head, most=_AT_MOST)
        if fresh:
            self._newest.extend(fresh)
            self._head = fresh[-1].event.number
            self._more.set()
            self._more = asyncio.Event()


class Tails:
    """One tail per organisation, made when somebody first reads it."""

    def __init__(self, viewing: Viewing) -> None:
        """Follow organisations through ``viewing``."""
        self._viewing = viewing
        self._by_organisation: dict[int, Tail] = {}

    def of(self, organisation: int) -> Tail:
        """Return the organisation's tail."""
        return self._by_organisation.setdefault(organisation, Tail(self._viewing, organisation))

    @property
    def readers(self) -> int:
        """How many feeds are open now."""
        return sum(tail.readers for tail in self._by_organisation.values())

    def stop(self) -> None:
        """End every reader of every tail."""
        for tail in self._by_organisation.values():
            tail.stop()


async def messages(
    tail: Tail,
    after: int,
    *,
    render: Callable[[Happening], bytes | None],
    may_go_on: Callable[[Sequence[Happening]], Awaitable[bool]],
) -> AsyncIterator[bytes]:
    """Yield a feed as Server-Sent Events (WHATWG HTML, 9.2); what ``render`` answers None to is left out.

    After every batch, also an empty one, ``may_go_on`` says whether the reader may hear more; it ends when not.
    """
    yield b": showme\n\n"
    try:
        async for batch in tail.follow(after):
            rendered = [message for happening in batch if (message := render(happening)) is not None]
            if rendered:
                yield b"".join(rendered)
            elif not batch:
                yield b": ka\n\n"
            if not await may_go_on(batch):
                return
    except Reset as reset:
        yield f"id: {reset.head}\nevent: reset\ndata: {{}}\n\n".encode()
