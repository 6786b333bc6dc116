"""Taking over: what a node that has died left undone is done by another one, within seconds."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

_LOOK_EVERY: Final = 5.0


class TakingOver:
    """Looks again and again for what nobody works on; whoever works on something has its turn."""

    def __init__(
        self, take_up: Sequence[Callable[[], Awaitable[object]]], *, report: Callable[[str, BaseException], None]
    ) -> None:
        """Let each of ``take_up`` find what is left and begin with it; tell ``report`` what went wrong."""
        self._take_up = take_up
        self._report = report
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Go on looking."""
        self._task = asyncio.create_task(self._go_on())

    async def stop(self) -> None:
        """Stop looking."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def look(self) -> None:
        """Look once."""
        for take_up in self._take_up:
            try:
                await take_up()
            except Exception as error:  # noqa: BLE001 - the others are to be taken up all the same
                self._report("taking_over_failed", error)

    async def _go_on(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(_LOOK_EVERY)
