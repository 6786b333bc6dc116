"""Runs one of ffmpeg's programs confined, with a limit on everything that it may use."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from showme.errors import StorageFull, Unavailable

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_LAUNCHER: Final = str(Path(__file__).with_name("launching.py"))
_MOST_OUTPUT: Final = 256 * 1024
_MOST_COMPLAINT: Final = 16 * 1024
_FULL: Final = b"No space left on device"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one run may use: bytes of address space, seconds of processor and of clock, bytes of a file it writes."""

    memory: int
    processor: int
    clock: float
    written: int


class Failed(Exception):
    """The program said no, said too much, or was ended at one of its limits."""


async def run(program: str, arguments: Sequence[str], *, limits: Limits) -> bytes:
    """Run a program to its end and return what it said, at most 256 KiB.

    It sees none of our environment, where secrets are. It is ended, with whatever it started, at its limits and when
    our asker goes away. Raise Failed, StorageFull, Unavailable (it cannot be started).
    """
    try:
        running = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-S", _LAUNCHER,
            str(limits.memory), str(limits.processor), str(limits.written), program, *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={"LC_ALL": "C", "PATH": os.defpath},
            start_new_session=True,
        )  # fmt: skip
    except OSError as fault:
        raise Unavailable from fault
    saying = asyncio.ensure_future(_read(running.stdout, most=_MOST_OUTPUT))
    complaining = asyncio.ensure_future(_last_of(running.stderr, most=_MOST_COMPLAINT))
    try:
        async with asyncio.timeout(limits.clock):
            said, complaint = await asyncio.gather(saying, complaining)
            status = await running.wait()
    except (TimeoutError, _TooMuchSaid) as fault:
        raise Failed(type(fault).__name__) from fault
    finally:
        await _end(running, saying, complaining)
    if status != 0:
        if _FULL in complaint:
            raise StorageFull
        raise Failed(f"status {status}: {complaint[-200:].decode('ascii', 'replace')}")
    return said


class _TooMuchSaid(Exception):
    """More than any honest clip makes a program say."""


async def _read(stream: asyncio.StreamReader | None, *, most: int) -> bytes:
    said = bytearray()
    while stream is not None and (chunk := await stream.read(64 * 1024)):
        said += chunk
        if len(said) > most:
            raise _TooMuchSaid
    return bytes(said)


async def _last_of(stream: asyncio.StreamReader | None, *, most: int) -> bytes:
    """Read to the end and keep the last bytes: a damaged clip makes its decoder complain about every frame."""
    said = b""
    while stream is not None and (chunk := await stream.read(64 * 1024)):
        said = (said + chunk)[-most:]
    return said


async def _end(running: asyncio.subprocess.Process, *hearing: asyncio.Future[bytes]) -> None:
    """End a process with all that it started, and stay until the system has buried it: then be cancelled, if asked."""
    for each in hearing:
        each.cancel()
    if running.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    waiting = asyncio.ensure_future(_bury(running, hearing))
    cancelled: asyncio.CancelledError | None = None
    while not waiting.done():
        try:
            await asyncio.wait({waiting})
        except asyncio.CancelledError as asked:
            cancelled = asked
    if cancelled is not None:
        raise cancelled


async def _bury(running: asyncio.subprocess.Process, hearing: Collection[asyncio.Future[bytes]]) -> None:
    """Wait for the end of a killed process, hearing what it has said until then.

    asyncio wakes who waits for a process only when its pipes are at their end, too, and reads no further in a pipe
    of which enough lies unheard: after one that talks without end we would wait for ever.
    """
    await asyncio.wait(hearing)  # a pipe has one reader at a time
    await asyncio.gather(_last_of(running.stdout, most=1), _last_of(running.stderr, most=1))
    await running.wait()
