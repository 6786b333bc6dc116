"""Puts objects aside that nobody can explain, below a name that says why and when, and empties that in time."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from storage.attic import ATTIC, moment_of, pile_name
from storage.media import KINDS
from storage.s3_media import SETTLED
from storage.s3_partials import PARTIAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from showme.ports import Stray
    from storage.s3 import Kept, ObjectStore


class ObjectAttic:
    """Names below ``put-aside/`` in the same store; implements the port ``Attic``."""

    def __init__(self, store: ObjectStore) -> None:
        """Put aside within a store."""
        self._store = store

    async def put_aside(self, strays: Sequence[Stray], *, why: str, at: datetime) -> str:
        """Move objects below a name of the moment and the reason, and return that.

        The youngest stay where they are: at another node their row may be about to be written.
        """
        pile, before = pile_name(why, at), datetime.now(UTC) - SETTLED
        wanted = {f"{kind}/{name}": f"{ATTIC}/{pile}/{kind}-{name}" for kind, name in strays}
        for kept in await self._kept(sorted({kind for kind, _ in strays})):
            if kept.name in wanted and kept.at <= before:
                await self._store.move(kept.name, wanted[kept.name])
        return pile

    async def forget(self, before: datetime) -> int:
        """Remove what was put aside before a moment, and return how many objects that were."""
        gone = []
        for kept in await self._store.listed(f"{ATTIC}/"):
            at = moment_of(kept.name.split("/")[1])
            if at is not None and at <= before:
                gone.append(kept.name)
        await self._store.delete(gone)
        return len(gone)

    async def unfinished(self) -> Sequence[Stray]:
        """Return nothing: what is under way elsewhere cannot be told from what was left."""
        return ()

    async def kept(self) -> Sequence[Stray]:
        """Return every original, wall picture, thumbnail and film."""
        found = [kept.name.partition("/") for kept in await self._kept(KINDS)]
        return [(kind, name) for kind, _, name in found]

    async def sizes(self) -> Mapping[str, tuple[int, int]]:
        """Return how many objects, and how many bytes, are of each kind."""
        told: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
        for kept in await self._kept((*KINDS, PARTIAL, ATTIC)):
            kind = kept.name.partition("/")[0]
            count, size = told[kind]
            told[kind] = (count + 1, size + kept.size)
        return told

    async def _kept(self, kinds: Sequence[str]) -> list[Kept]:
        return [kept for kind in kinds for kept in await self._store.listed(f"{kind}/")]
