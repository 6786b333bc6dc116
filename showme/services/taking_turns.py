"""Taking turns where nobody else is: whoever is alone may do everything."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Alone:
    """The only node; implements the port ``Turns``."""

    @asynccontextmanager
    async def mine(self, what: str) -> AsyncIterator[bool]:  # noqa: ARG002 - it does not matter what
        """Let it be done."""
        yield True
