"""SMS providers that do as they are told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class ScriptedGateway:
    """Implements ``showme.ports.SmsGateway``; ``answer`` is awaited for each SMS and may raise or hang."""

    def __init__(self, name: str = "scripted") -> None:
        self.name = name
        self.sent: list[tuple[str, str]] = []
        self.answer: Callable[[], Awaitable[None]] | None = None

    async def send(self, *, to: str, text: str) -> str:
        self.sent.append((to, text))
        if self.answer is not None:
            await self.answer()
        return f"{self.name}-{len(self.sent)}"

    def refuse(self, error: Exception) -> None:
        """Raise this for each SMS from now on."""

        async def refusing() -> None:
            raise error

        self.answer = refusing

    def hang(self) -> None:
        """Answer nothing from now on."""

        async def hanging() -> None:
            await asyncio.Event().wait()

        self.answer = hanging
