"""Keeps the bytes of uploads under way as objects, so that an upload goes on at whichever node its phone reaches."""

from __future__ import annotations

import hashlib
import secrets
import weakref
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, func, insert, select, update

from showme.errors import Contradiction, NotFound
from storage.database import UnitOfWork
from storage.files import NAME, READ_AT_ONCE, to_the_end, told_as_ours
from storage.s3_media import SETTLED, keep_original
from storage.tables import upload_pieces

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from sqlalchemy.ext.asyncio import AsyncConnection

    from showme.records import Records, Work
    from storage.s3 import ObjectStore
    from storage.s3_media import ObjectMedia

PARTIAL: Final = "partial"
_AT_ONCE: Final = 4 * 1024 * 1024
"""Bytes after which a piece is put by, should a phone send all in one go."""


class ObjectPartials:
    """Keeps partial uploads as pieces, one object and one row each; implements the port ``Partials``.

    A piece counts once its row is there, and its row is written after its object. Rows begin where the one before
    ends: of two nodes that write at the same place, because a phone came back while its old line still lingers, one
    is refused. So the sum of the rows is how far the upload has come.
    """

    def __init__(self, store: ObjectStore, media: ObjectMedia, records: Records) -> None:
        """Keep objects in ``store`` and rows in ``records``; gather whole uploads where ``media`` works."""
        self._store = store
        self._media = media
        self._records = records

    async def size(self, name: str) -> int:
        """Return how many bytes have arrived; 0 where nothing is."""

        async def adding_up(work: Work) -> int:
            return await _size(_through(work), name)

        return await self._records.read(adding_up)

    @asynccontextmanager
    async def growing(self, name: str) -> AsyncIterator[GrowingPieces]:
        """Open a partial upload, or begin it, to write at its end; what was written stays, however this ends."""
        if not NAME.fullmatch(name):
            raise NotFound
        growing = GrowingPieces(self._store, self._records, name, await self.size(name))
        try:
            yield growing
        finally:
            await growing.put_by()

    async def whole(self, name: str) -> WholeObject:
        """Gather an upload whose last byte has arrived; raise NotFound."""
        pieces = await self._pieces(name)
        if not pieces:
            raise NotFound
        return await WholeObject.gather(self._store, self._media, pieces)

    async def forget(self, name: str) -> None:
        """Remove a partial upload, its objects before their rows; nothing happens where nothing is."""
        pieces = await self._pieces(name)
        if not pieces:
            return
        await self._store.delete([_object(piece.stored_as) for piece in pieces])

        async def forgetting(work: Work) -> None:
            for piece in pieces:
                await _through(work).execute(
                    delete(upload_pieces).where(
                        upload_pieces.c.upload == name, upload_pieces.c.stored_as == piece.stored_as
                    )
                )

        await self._records.write(forgetting)

    async def names(self) -> frozenset[str]:
        """Return the names of all partial uploads."""

        async def listing(work: Work) -> frozenset[str]:
            return frozenset(await _through(work).scalars(select(upload_pieces.c.upload).distinct()))

        return await self._records.read(listing)

    async def sweep(self) -> int:
        """Remove the objects that never got a row, and are old enough that nobody is about to write it."""

        async def listing(work: Work) -> frozenset[str]:
            return frozenset(await _through(work).scalars(select(upload_pieces.c.stored_as)))

        before = datetime.now(UTC) - SETTLED
        left = [kept.name for kept in await self._store.listed(f"{PARTIAL}/") if kept.at <= before]
        known = {_object(name) for name in await self._records.read(listing)}
        await self._store.delete(strays := sorted(set(left) - known))
        return len(strays)

    async def _pieces(self, name: str) -> Sequence[Any]:
        async def listing(work: Work) -> Sequence[Any]:
            query = (
                select(upload_pieces.c.stored_as, upload_pieces.c.bytes)
                .where(upload_pieces.c.upload == name)
                .order_by(upload_pieces.c.first)
            )
            return (await _through(work).execute(query)).all()

        return await self._records.read(listing)


class GrowingPieces:
    """A partial upload that is being written; implements the port ``Growing``."""

    def __init__(self, store: ObjectStore, records: Records, name: str, size: int) -> None:
        """Go on behind so many bytes."""
        self._store = store
        self._records = records
        self._name = name
        self._kept = size
        self._gathered = bytearray()

    @property
    def size(self) -> int:
        """Bytes so far."""
        return self._kept + len(self._gathered)

    async def write(self, chunk: bytes) -> None:
        """Append a chunk; raise StorageFull, Unavailable, Contradiction (another node was faster)."""
        self._gathered += chunk
        if len(self._gathered) >= _AT_ONCE:
            await self.put_by()

    async def write_file(self, path: Path) -> None:
        """Append what another file holds."""
        with told_as_ours(), path.open("rb") as read:
            while chunk := await to_the_end(read.read, READ_AT_ONCE):
                await self.write(chunk)
        await self.put_by()

    async def cut(self, size: int) -> None:
        """Take back everything after the first ``size`` bytes."""
        if size >= self._kept:
            del self._gathered[size - self._kept :]
            return
        self._gathered.clear()
        self._kept = await self._records.write(lambda work: _cut(_through(work), self._name, size))

    async def put_by(self) -> None:
        """Make durable what was gathered."""
        if not self._gathered:
            return
        content, first = bytes(self._gathered), self._kept
        self._gathered.clear()
        stored_as = secrets.token_hex(16)
        await self._store.put(_object(stored_as), content)

        async def noting(work: Work) -> bool:
            connection = _through(work)
            if await _size(connection, self._name) != first:
                return False
            await connection.execute(
                insert(upload_pieces).values(
                    upload=self._name, first=first, bytes=len(content), stored_as=stored_as, at=datetime.now(UTC)
                )
            )
            return True

        if not await self._records.write(noting):
            await self._store.delete([_object(stored_as)])
            raise Contradiction("upload_taken_over")
        self._kept = first + len(content)


class WholeObject:
    """An upload whose last byte has arrived, gathered in a file of our own; implements the port ``Arrived``."""

    def __init__(self, store: ObjectStore, media: ObjectMedia, path: Path, *, size: int, sha256: str) -> None:
        """Take a file that ``media`` has lent and nobody writes to any more; it is given back as we go."""
        self._store = store
        weakref.finalize(self, media.take_back, path)
        self._path = path
        self._size = size
        self._sha256 = sha256

    @classmethod
    async def gather(cls, store: ObjectStore, media: ObjectMedia, pieces: Sequence[Any]) -> WholeObject:
        """Fetch the pieces into a file, one behind the other; raise NotFound."""
        digest, size, path = hashlib.sha256(), 0, media.lend()
        try:
            with told_as_ours(), path.open("wb") as file:
                for piece in pieces:
                    async for chunk in store.get(_object(piece.stored_as), count=piece.bytes):
                        digest.update(chunk)
                        size += len(chunk)
                        await to_the_end(file.write, chunk)
        except BaseException:
            media.take_back(path)
            raise
        return cls(store, media, path, size=size, sha256=digest.hexdigest())

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    @property
    def size(self) -> int:
        """Its bytes."""
        return self._size

    @property
    def sha256(self) -> str:
        """Their SHA-256 in lower-case hexadecimal."""
        return self._sha256

    async def keep(self, name: str) -> None:
        """Make the bytes durable as the original ``name``; the pieces stay until they are forgotten."""
        await keep_original(self._store, name, self._path)


async def _size(connection: AsyncConnection, upload: str) -> int:
    """Add up; whoever writes a piece meanwhile ends up with the same beginning, and one of the two is refused."""
    query = select(func.coalesce(func.sum(upload_pieces.c.bytes), 0)).where(upload_pieces.c.upload == upload)
    return int(await connection.scalar(query) or 0)


async def _cut(connection: AsyncConnection, upload: str, size: int) -> int:
    beyond = upload_pieces.c.first >= size
    await connection.execute(delete(upload_pieces).where(upload_pieces.c.upload == upload, beyond))
    await connection.execute(
        update(upload_pieces)
        .where(upload_pieces.c.upload == upload, upload_pieces.c.first + upload_pieces.c.bytes > size)
        .values(bytes=size - upload_pieces.c.first)
    )
    return await _size(connection, upload)


def _object(stored_as: str) -> str:
    return f"{PARTIAL}/{stored_as}"


def _through(work: Work) -> AsyncConnection:
    """Return the connection of a transaction: pieces are this store's own business, not the rules'."""
    if not isinstance(work, UnitOfWork):
        raise TypeError(work)
    return work.connection
