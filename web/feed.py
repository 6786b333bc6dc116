"""Follows every organisation's journal once, however many feeds read it."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Protocol

from showme.domain.events import Kind
from showme.errors import TooMany, Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence

    from showme.services.viewing import Happening, Viewing

_REMEMBERED: Final = 1_000
_TOO_FAR_BEHIND: Final = 5_000
_KEEP_ALIVE: Final = 15.0
_AT_MOST: Final = 200
MOST_FEEDS: Final = 32
"""Feeds that the phones of one invitation may hold open; a phone that changes networks leaves some behind."""
_CROWDED_FOR: Final = 15
_AGAIN: Final = 0.5
"""Seconds after which the journal is read again when that failed."""


class Reset(Exception):
    """The reader's place is too far back, or ahead of us: the lists have to be loaded again."""

    def __init__(self, head: int) -> None:
        """Say from where a reader can go on."""
        self.head = head
        super().__init__(head)


class Standing(Protocol):
    """How something stands: told beside the journal, at the start and whenever it has changed, never what it was."""

    def news(self) -> bytes | None:
        """Return a message of how it stands now; None when just that was told before."""
        ...

    async def changed(self) -> None:
        """Return once there may be news."""
        ...


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

    async def follow(self, after: int, *, beside: Standing | None = None) -> AsyncIterator[Sequence[Happening]]:
        """Yield happenings numbered above ``after`` as they come; an empty batch every 15 s keeps the line awake.

        Where the reader also looks ``beside`` the journal, an empty batch comes when there may be news there, too.

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
                if not await _woken(more, beside):
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
            if any(map(_erases, fresh)):
                # What was told and is now forgotten must not be told again from here: the journal tells the rest.
                self._newest.clear()
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
        self._feeds: Counter[str] = Counter()

    def of(self, organisation: int) -> Tail:
        """Return the organisation's tail."""
        return self._by_organisation.setdefault(organisation, Tail(self._viewing, organisation))

    @property
    def readers(self) -> int:
        """How many feeds are open now."""
        return sum(tail.readers for tail in self._by_organisation.values())

    def refuse_crowd(self, invitation: str) -> None:
        """Raise TooMany where an invitation's phones hold more feeds than phones can need: each costs memory."""
        if self._feeds[invitation] >= MOST_FEEDS:
            raise TooMany(retry_after=_CROWDED_FOR)

    @contextmanager
    def feed_of(self, invitation: str) -> Iterator[None]:
        """Count a feed of an invitation's phone while it is open."""
        self._feeds[invitation] += 1
        try:
            yield
        finally:
            self._feeds[invitation] -= 1
            if not self._feeds[invitation]:
                del self._feeds[invitation]

    def stop(self) -> None:
        """End every reader of every tail."""
        for tail in self._by_organisation.values():
            tail.stop()


async def messages(
    tail: Tail,
    after: int,
    *,
    render: Callable[[Happening], bytes | None],
    may_go_on: Callable[[Sequence[Happening]], Awaitable[bool]] | None = None,
    farewell: Callable[[Sequence[Happening]], Awaitable[bytes | None]] | None = None,
    beside: Standing | None = None,
) -> AsyncIterator[bytes]:
    """Yield a feed as Server-Sent Events (WHATWG HTML, 9.2); what ``render`` answers None to is left out.

    What stands ``beside`` the journal is told at the start and when it has changed. After every batch, also an empty
    one, ``may_go_on`` says whether the reader may hear more; it ends when not. Before every batch ``farewell`` may end
    it, with a last message in the place of the batch.
    """
    yield b": showme\n\n"
    if beside is not None and (first := beside.news()) is not None:
        yield first
    try:
        async for batch in tail.follow(after, beside=beside):
            if farewell is not None and (last := await farewell(batch)) is not None:
                yield last
                return
            rendered = [message for happening in batch if (message := render(happening)) is not None]
            news = beside.news() if beside is not None else None
            if news is not None:
                rendered.append(news)
            if rendered:
                yield b"".join(rendered)
            elif not batch:
                yield b": ka\n\n"
            if may_go_on is not None and not await may_go_on(batch):
                return
    except Reset as reset:
        yield f"id: {reset.head}\nevent: reset\ndata: {{}}\n\n".encode()


def _erases(happening: Happening) -> bool:
    """Whether details of earlier events went with this one."""
    event = happening.event
    return event.kind in {Kind.INVITATION_FORGOTTEN, Kind.PHOTO_QUARANTINED} or event.detail.get("wrong_number") is True


async def _woken(more: asyncio.Event, beside: Standing | None) -> bool:
    """Wait for more of the journal, for 15 s at most; whether it came, and not only news beside it."""
    if beside is None:
        try:
            async with asyncio.timeout(_KEEP_ALIVE):
                return await more.wait()
        except TimeoutError:
            return False
    waiting = [asyncio.ensure_future(more.wait()), asyncio.ensure_future(beside.changed())]
    try:
        await asyncio.wait(waiting, timeout=_KEEP_ALIVE, return_when=asyncio.FIRST_COMPLETED)
        return more.is_set()
    finally:
        await _end(*waiting)


async def _end(*tasks: asyncio.Future[Any]) -> None:
    """Cancel what still waits, and see it end: nobody is left waiting, and no error is left unread."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
