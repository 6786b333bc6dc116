"""Keeps pictures as objects of an S3-compatible store, for every node of an installation."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from showme.errors import Contradiction, NotFound
from storage.files import NAME, make_folder, refuse_when_nearly_full, remove, sync, to_the_end, told_as_ours
from storage.media import KINDS, ArrivingFile, LentFiles

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from showme.domain.pictures import MediaKind
    from storage.s3 import ObjectStore

SETTLED: Final = timedelta(hours=1)
"""After so long, what no row knows is nobody's: no upload is between its object and its row for longer."""


class ObjectMedia:
    """Keeps pictures below the names of their kinds; implements the port ``MediaStore``.

    The store's acknowledgement is what makes an original durable. Local files are for the work alone, in a folder of
    this node's own.
    """

    def __init__(self, store: ObjectStore, scratch: Path) -> None:
        """Keep in ``store``; work in ``scratch``, as ``open`` makes it."""
        self.store = store
        self._scratch = scratch
        self._in_use: set[Path] = set()

    @classmethod
    async def open(cls, store: ObjectStore, scratch: Path) -> ObjectMedia:
        """Make the folder for the work where it is missing, readable by our own account only."""
        await to_the_end(_made, scratch)
        return cls(store, scratch)

    @asynccontextmanager
    async def incoming(self, *, most_bytes: int) -> AsyncIterator[ArrivingObject]:
        """Open a place for arriving bytes; leaving the context, in whatever way, removes what was not kept."""
        with self.temporary() as path:
            arriving = ArrivingObject(path, store=self.store, most_bytes=most_bytes)
            try:
                await to_the_end(refuse_when_nearly_full, self._scratch)
                await to_the_end(arriving.create)
                yield arriving
            finally:
                await to_the_end(arriving.discard)

    @asynccontextmanager
    async def deriving(self, name: str) -> AsyncIterator[tuple[Path, Path, Path]]:
        """Lend a copy of the original and two paths; leaving without error keeps these two. Raise NotFound."""
        with self.temporary() as original, self.temporary() as wall, self.temporary() as thumbnail:
            await self._fetch(name, original)
            yield original, wall, thumbnail
            await self._keep_derived(name, {"wall": wall, "thumbnail": thumbnail})

    @asynccontextmanager
    async def deriving_clip(self, name: str) -> AsyncIterator[LentFiles]:
        """Lend a copy of a clip and paths; leaving without error keeps those that were written.

        Raise NotFound, StorageFull.
        """
        with (
            self.temporary() as original,
            self.temporary() as poster,
            self.temporary() as wall,
            self.temporary() as thumbnail,
            self.temporary() as clip,
        ):
            await to_the_end(refuse_when_nearly_full, self._scratch)
            await self._fetch(name, original)
            yield LentFiles(original=original, poster=poster, wall=wall, thumbnail=thumbnail, clip=clip)
            await self._keep_derived(name, {"wall": wall, "thumbnail": thumbnail, "clip": clip})

    async def size(self, kind: MediaKind, name: str) -> int:
        """Return the size in bytes; raise NotFound."""
        return (await self.store.look(object_name(kind, name))).size

    async def read(
        self, kind: MediaKind, name: str, *, first: int = 0, count: int | None = None
    ) -> AsyncIterator[bytes]:
        """Yield the bytes in chunks of at most 256 KiB, from ``first`` on and at most ``count``; raise NotFound."""
        async for chunk in self.store.get(object_name(kind, name), first=first, count=count):
            yield chunk

    async def forget(self, name: str) -> None:
        """Remove every kind of ``name``, its original first: whoever derives it just now looks for that last."""
        if NAME.fullmatch(name):
            await self.store.delete([object_name(kind, name) for kind in ("original", *KINDS)])

    async def names(self) -> frozenset[str]:
        """Return the names of all originals and derivatives kept; not the youngest, which may yet get their row."""
        before = datetime.now(UTC) - SETTLED
        found = [kept for kind in KINDS for kept in await self.store.listed(f"{kind}/") if kept.at <= before]
        return frozenset(kept.name.partition("/")[2] for kept in found)

    async def sweep(self) -> int:
        """Remove temporary files that an earlier run left; return how many."""
        return await to_the_end(self._sweep)

    @contextmanager
    def temporary(self) -> Iterator[Path]:
        """Lend a path for the work; what is there in the end is removed."""
        path = self.lend()
        try:
            yield path
        finally:
            self.take_back(path)

    def lend(self) -> Path:
        """Return a path for the work of somebody who gives it back."""
        path = self._scratch / secrets.token_hex(16)
        self._in_use.add(path)
        return path

    def take_back(self, path: Path) -> None:
        """Remove what is at a path that was lent."""
        remove(path)
        self._in_use.discard(path)

    async def _fetch(self, name: str, into: Path) -> None:
        await self.store.fetch(object_name("original", name), into)
        await to_the_end(into.chmod, 0o400)

    async def _keep_derived(self, name: str, written: dict[MediaKind, Path]) -> None:
        kept = {kind: path for kind, path in written.items() if path.exists()}
        for kind, path in kept.items():
            await self.store.put_file(object_name(kind, name), path)
        try:
            await self.store.look(object_name("original", name))
        except NotFound:
            # It was forgotten meanwhile, perhaps before these were there to be forgotten with it.
            await self.store.delete([object_name(kind, name) for kind in kept])
            raise

    def _sweep(self) -> int:
        left = [path for path in self._scratch.iterdir() if path not in self._in_use]
        with told_as_ours():
            remove(*left)
        return len(left)


class ArrivingObject(ArrivingFile):
    """Bytes on their way in; implements the port ``Incoming``."""

    def __init__(self, path: Path, *, store: ObjectStore, most_bytes: int) -> None:
        """Gather in a file, and keep in ``store``."""
        super().__init__(path, keep_in=path.parent, most_bytes=most_bytes)
        self._store = store

    async def keep(self, name: str) -> None:
        """Make the bytes durable as the original ``name``; if this does not return, nothing is kept.

        Raise Contradiction when there is such an original already, StorageFull, Unavailable.
        """
        await keep_original(self._store, name, self.path)


async def keep_original(store: ObjectStore, name: str, path: Path) -> None:
    """Put a whole file as an original, once; a cancelled caller has promised nothing, and leaves nothing."""
    target = object_name("original", name)
    try:
        await store.look(target)
    except NotFound:
        pass
    else:
        raise Contradiction
    try:
        await store.put_file(target, path)
    except asyncio.CancelledError:
        await store.delete([target])
        raise


def object_name(kind: MediaKind, name: str) -> str:
    """Return where a picture is kept; raise NotFound for anything but a name of letters and digits."""
    if kind not in KINDS or not NAME.fullmatch(name):
        raise NotFound
    return f"{kind}/{name}"


def _made(scratch: Path) -> None:
    with told_as_ours():
        scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
        make_folder(scratch)
        sync(scratch)
