"""Keeps a few confined worker processes warm, and hands them one picture each."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Final, Self

from pebble import ProcessExpired, ProcessPool

from gateways.imaging import confinement
from gateways.imaging.confinement import Limits
from gateways.imaging.header import read_header
from showme.domain.pictures import Derived
from showme.errors import NotReadable, StorageFull, Unavailable

if TYPE_CHECKING:
    from concurrent.futures import Future
    from pathlib import Path
    from types import TracebackType

    from gateways.imaging.confinement import Answer
    from showme.domain.pictures import PictureHeader

MEMORY: Final = 640 * 1024 * 1024
"""Bytes for one picture. Measured in docs/decisions/0004: a transparent PNG of 64 megapixels takes 577 MiB."""

SECONDS: Final = 10.0
"""Of a processor, for one picture. Measured there: at most 3 for an honest one of 50 or 64 megapixels."""

BUSY: Final = 4.0
"""How many times as long it may take by the clock: what is slow on a busy machine is not damaged."""

PATIENCE: Final = 30.0
"""Seconds beyond a picture's own, for a worker to start on a busy machine."""

ATTEMPTS: Final = 2
"""A worker that died may have been the victim of something else: its picture gets one more worker, and then none."""

PICTURES_EACH: Final = 500
"""After so many a worker makes place for a fresh one: what a decoder leaks on damaged pictures goes with it."""


class ImagingWorkers:
    """Reads headers in the server and decodes pictures in worker processes; implements the port ``Imaging``."""

    def __init__(self, *, workers: int | None = None, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        """Remember the limits; ``workers`` is the number of processes, by default one for each core we may use."""
        self._count = workers or _cores()
        self._limits = Limits(memory=memory, seconds=seconds)
        self._pool: ProcessPool | None = None
        self._renewing = asyncio.Lock()
        self._free = asyncio.Semaphore(self._count)
        self._running: set[Future[Answer]] = set()
        self._stopped = False

    async def __aenter__(self) -> Self:
        """Start the workers."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the workers."""
        await self.stop()

    async def start(self) -> None:
        """Launch the workers and return at once, while they warm up by themselves."""
        self._stopped = False
        await self._working_pool()

    async def stop(self) -> None:
        """End all workers within a second or two, whatever they are at; who still waits gets Unavailable."""
        self._stopped = True
        async with self._renewing:
            for job in tuple(self._running):
                job.cancel()
            pool, self._pool = self._pool, None
            if pool is not None:
                await asyncio.to_thread(_end, pool)

    async def warmed(self) -> None:
        """Wait until a worker has answered; for benchmarks and ``doctor``, nobody else needs to wait."""
        pool = await self._working_pool()
        await asyncio.wrap_future(pool.schedule(confinement.nothing))

    async def inspect(self, file: Path) -> PictureHeader:
        """Read format and size from the header alone; raise NotAPicture or NotReadable."""
        return await asyncio.to_thread(read_header, file)

    async def derive(self, original: Path, *, wall: Path, thumbnail: Path) -> Derived:
        """Decode in a worker and write both derivatives there.

        Raise NotReadable (damaged, or the worker was killed for its time or memory), StorageFull, or Unavailable (no
        worker could be had, or the original could not be read).
        """
        task = (str(original), str(wall), str(thumbnail), self._limits.seconds)
        async with self._free:
            for attempt in range(1, ATTEMPTS + 1):
                try:
                    return _told(await self._done(task))
                except BrokenProcessPool as fault:
                    if attempt == ATTEMPTS:
                        raise Unavailable from fault
                except ProcessExpired as fault:
                    # Out of processor time is the picture's doing; any other death may not be.
                    if attempt == ATTEMPTS or fault.exitcode == confinement.OUT_OF_TIME:
                        raise NotReadable("picture_damaged") from fault
                except TimeoutError as fault:
                    raise NotReadable("picture_damaged") from fault
        raise Unavailable  # pragma: no cover - the last attempt returned or raised

    async def _done(self, task: tuple[str, str, str, float]) -> Answer:
        """Have one worker do the task; raise what became of the worker if it did not."""
        pool = await self._working_pool()
        try:
            job: Future[Answer] = pool.schedule(confinement.derive, args=task, timeout=self._limits.seconds * BUSY)
        except RuntimeError as fault:
            raise BrokenProcessPool(str(fault)) from fault
        self._running.add(job)
        answer = asyncio.wrap_future(job)
        try:
            done, _ = await asyncio.wait({answer}, timeout=self._limits.seconds * BUSY + PATIENCE)
        finally:
            self._running.discard(job)
            # Also when our asker went away: pebble then ends the worker, which costs less than finishing in vain.
            job.cancel()
        if self._stopped or answer.cancelled():
            raise Unavailable
        if not done:
            await self._discard(pool)
            raise BrokenProcessPool("no worker answered")
        return answer.result()

    async def _working_pool(self) -> ProcessPool:
        async with self._renewing:
            if self._stopped:
                raise Unavailable
            if self._pool is None or not self._pool.active:
                broken, self._pool = self._pool, None
                if broken is not None:
                    await asyncio.to_thread(_end, broken)
                self._pool = await asyncio.to_thread(self._opened)
            return self._pool

    async def _discard(self, pool: ProcessPool) -> None:
        async with self._renewing:
            if self._pool is pool:
                self._pool = None
                await asyncio.to_thread(_end, pool)

    def _opened(self) -> ProcessPool:
        pool = ProcessPool(
            max_workers=self._count,
            max_tasks=PICTURES_EACH,
            initializer=confinement.confine,
            initargs=(self._limits,),
            # Not forked: a worker shall know nothing of the server's memory, descriptors and threads.
            context=multiprocessing.get_context("spawn"),
        )
        pool.schedule(confinement.nothing)  # the first task is what launches the workers
        return pool


def _cores() -> int:
    """Return how many cores we may use: in a container often fewer than there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _end(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]  # pebble types what returns something
    pool.join()


def _told(answer: Answer) -> Derived:
    """Turn a worker's word into its result or our error."""
    if isinstance(answer, Derived):
        return answer
    if answer == "damaged":
        raise NotReadable("picture_damaged")
    if answer == "storage_full":
        raise StorageFull
    raise Unavailable
