"""Copies every row and every picture of an installation to another database and media store, and proves it."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, Integer, func, insert, select, text

from storage.database import UnitOfWork
from storage.files import sync, to_the_end, told_as_ours
from storage.media import KINDS, FolderMedia
from storage.s3_media import ObjectMedia, object_name
from storage.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sqlalchemy import Table
    from sqlalchemy.ext.asyncio import AsyncConnection

    from showme.domain.pictures import MediaKind
    from showme.ports import Partials
    from showme.records import Work
    from storage.database import Database

_AT_ONCE: Final = 500


class NotMoved(Exception):
    """What was copied is not what was there, or something was there already; says what."""


@dataclass(frozen=True, kw_only=True)
class Heap:
    """The rows of a table, or the pictures of a kind: how many, and a digest of them all in whatever order."""

    count: int
    digest: int


async def refuse_unless_empty(to: Database, media: FolderMedia | ObjectMedia | None) -> None:
    """Raise NotMoved where anything is there."""

    async def counting(work: Work) -> dict[str, int]:
        connection = _through(work)
        return {
            table.name: await connection.scalar(select(func.count()).select_from(table)) or 0 for table in _lasting()
        }

    full = [f"{count} {name}" for name, count in (await to.read(counting)).items() if count]
    if full:
        raise NotMoved(f"the database there is not empty ({', '.join(full[:5])})")
    if media is not None and any([await pictures(media, kind) for kind in KINDS]):
        raise NotMoved("the media store there is not empty")


async def move_rows(source: Database, to: Database) -> Mapping[str, Heap]:
    """Copy all rows in one transaction; return what both hold. Raise NotMoved when they differ."""

    async def reading(work: Work) -> dict[str, Heap]:
        here = _through(work)

        async def writing(other: Work) -> None:
            there = _through(other)
            for table in _lasting():
                await _copy(table, here, there)
                await _go_on_counting(table, there)

        await to.write(writing)
        return await _heaps(here)

    async def looking(work: Work) -> dict[str, Heap]:
        return await _heaps(_through(work))

    before, after = await source.read(reading), await to.read(looking)
    differing = [name for name, heap in before.items() if after[name] != heap]
    if differing:
        raise NotMoved(f"rows differ: {', '.join(differing)}")
    return before


async def move_pictures(source: FolderMedia | ObjectMedia, to: FolderMedia | ObjectMedia, scratch: Path) -> int:
    """Copy all pictures, and read each again at its new place; return how many. Raise NotMoved when one differs."""
    count = 0
    for kind in KINDS:
        for name in await pictures(source, kind):
            path = scratch / secrets.token_hex(16)
            digest = hashlib.sha256()
            file = await to_the_end(path.open, "wb")
            with file:
                async for chunk in source.read(kind, name):
                    digest.update(chunk)
                    await to_the_end(file.write, chunk)
            await _put(to, kind, name, path)
            again = hashlib.sha256()
            async for chunk in to.read(kind, name):
                again.update(chunk)
            if again.digest() != digest.digest():
                raise NotMoved(f"{kind} {name} differs")
            count += 1
    return count


async def move_partials(source: Partials, to: Partials) -> int:
    """Copy what has arrived of uploads under way; return how many."""
    names = await source.names()
    for name in names:
        whole = await source.whole(name)
        async with to.growing(name) as growing:
            await growing.write_file(whole.path)
        if await to.size(name) != whole.size:
            raise NotMoved(f"the upload {name} differs")
    return len(names)


async def pictures(media: FolderMedia | ObjectMedia, kind: MediaKind) -> Sequence[str]:
    """Return the names of all pictures of a kind, the youngest too."""
    if isinstance(media, ObjectMedia):
        return [kept.name.partition("/")[2] for kept in await media.store.listed(f"{kind}/")]
    folder = media.path_of(kind, "x").parent
    return sorted(path.name for path in await to_the_end(lambda: list(folder.iterdir())) if path.is_file())


async def _put(media: FolderMedia | ObjectMedia, kind: MediaKind, name: str, path: Path) -> None:
    if isinstance(media, ObjectMedia):
        await media.store.put_file(object_name(kind, name), path)
        await to_the_end(path.unlink)
        return
    target = media.path_of(kind, name)

    def keep() -> None:
        with told_as_ours():
            path.chmod(0o600)
            sync(path)
            path.rename(target)
            sync(target.parent)

    await to_the_end(keep)


async def _copy(table: Table, here: AsyncConnection, there: AsyncConnection) -> None:
    rows = await here.stream(select(table).order_by(*table.primary_key.columns))
    async for batch in rows.mappings().partitions(_AT_ONCE):
        await there.execute(insert(table), [dict(row) for row in batch])


async def _go_on_counting(table: Table, there: AsyncConnection) -> None:
    """Let the numbers that PostgreSQL gives by itself go on behind those that are there."""
    column = table.autoincrement_column
    if there.dialect.name != "postgresql" or column is None or not isinstance(column.type, (Integer, BigInteger)):
        return
    sequence = await there.scalar(
        text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": column.name}
    )
    highest = await there.scalar(select(func.max(column)))
    if sequence is not None and highest is not None:
        await there.execute(text("SELECT setval(:sequence, :highest)"), {"sequence": sequence, "highest": highest})


async def _heaps(connection: AsyncConnection) -> dict[str, Heap]:
    return {table.name: await _heap(table, connection) for table in _lasting()}


async def _heap(table: Table, connection: AsyncConnection) -> Heap:
    count = digest = 0
    rows = await connection.stream(select(table))
    async for row in rows:
        count += 1
        written = json.dumps([_plain(value) for value in row], sort_keys=True)
        digest ^= int.from_bytes(hashlib.sha256(written.encode()).digest())
    return Heap(count=count, digest=digest)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if isinstance(value, datetime) else value


def _lasting() -> list[Table]:
    """Return the tables whose rows are the installation's own, not those of its nodes or of its media store."""
    return [table for table in metadata.sorted_tables if not table.info.get("passing")]


def _through(work: Work) -> AsyncConnection:
    if not isinstance(work, UnitOfWork):
        raise TypeError(work)
    return work.connection
