"""What can go wrong between us and an SMS provider, scripted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Literal

from quart import Response


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer this, without doing anything."""

    status: int
    body: str = field(default="", repr=False)
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Hang:
    """Never answer, and do nothing."""


@dataclass(frozen=True, slots=True)
class LoseAnswer:
    """Take the SMS, and lose the answer: never send it, break it off, answer an error in its place, or garble it."""

    by: Literal["hang", "break", "bad gateway", "garble"] = "hang"


Fault = Answer | Hang | LoseAnswer


class Faults:
    """What goes wrong with the next requests, one after the other."""

    def __init__(self) -> None:
        """Let everything go well."""
        self._planned: list[Fault] = []

    def next(self, *faults: Fault) -> None:
        """Let the next requests go wrong, each in its own way."""
        self._planned.extend(faults)

    def take(self) -> Fault | None:
        """Return what goes wrong with this request, if anything."""
        return self._planned.pop(0) if self._planned else None


async def answer_of(fault: Fault) -> Response:
    """Return the answer that a fault makes; never return where there is none."""
    match fault:
        case Answer():
            return Response(fault.body, status=fault.status, content_type=fault.content_type)
        case LoseAnswer(by="break"):
            return Response(_too_little(), status=201, headers={"Content-Length": "1000"})
        case LoseAnswer(by="bad gateway"):
            return Response("<html>Bad Gateway</html>", status=502, content_type="text/html")
        case LoseAnswer(by="garble"):
            return Response('{"sid": "SM', status=201, content_type="application/json")
        case _:
            await asyncio.Event().wait()
            raise AssertionError


async def _too_little() -> AsyncIterator[bytes]:
    # An ASGI server gives no way to close a connection in the middle of an answer: this one promises more than it
    # sends, so that the server has to.
    yield b"{"
