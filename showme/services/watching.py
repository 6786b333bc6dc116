"""Watching: what is out of order for longer than a minute is written into every organisation's journal."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from showme.domain.events import Kind
from showme.services.sending import SHOWME

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from showme.ports import Clock
    from showme.records import Records, Work

DISK: Final = "disk"
LEAST_DISK: Final = 500 * 1024 * 1024
"""Bytes; below it the disk is in trouble."""
_WELL: Final = frozenset({"up", "off"})
_PATIENCE: Final = timedelta(minutes=1)
"""How long a part has to stand in another way before that is news; a short absence is nobody's business."""
_LOOK_EVERY: Final = 30.0


@dataclass(frozen=True, kw_only=True)
class _Standing:
    """How a part stands, since when, and since when it was in a trouble that was told and is not over."""

    is_well: bool
    since: datetime
    told_since: datetime | None = None


class Watching:
    """Looks at every part, and tells of trouble that begins and ends."""

    def __init__(
        self,
        *,
        records: Records,
        clock: Clock,
        parts: Callable[[], Mapping[str, str]],
        disk_free: Callable[[], int],
        report: Callable[[str, BaseException], None],
    ) -> None:
        """Ask ``parts`` how each stands (``up`` and ``off`` are well) and ``disk_free`` for bytes.

        What stands behind a space in a state tells where the trouble is: ``broken photo``.
        """
        self._records = records
        self._clock = clock
        self._parts = parts
        self._disk_free = disk_free
        self._report = report
        self._standing: dict[str, _Standing] | None = None
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
        """Look at every part once; raise what the records raise, and then tell at the next look."""
        if self._standing is None:
            self._standing = await self._recall()
        now = self._clock.now()
        for part, state in self._states().items():
            is_well = state in _WELL
            standing = self._standing.get(part, _Standing(is_well=True, since=now))
            if is_well != standing.is_well:
                standing = _Standing(is_well=is_well, since=now, told_since=standing.told_since)
            self._standing[part] = standing
            if now - standing.since <= _PATIENCE:
                continue
            if not is_well and standing.told_since is None:
                where = {"where": state.partition(" ")[2]} if " " in state else {}
                detail = {"part": part, "since": _written(standing.since), **where}
                await self._tell(Kind.TROUBLE_BEGAN, detail)
                self._standing[part] = _Standing(is_well=False, since=standing.since, told_since=standing.since)
            elif is_well and standing.told_since is not None:
                detail = {"part": part, "since": _written(standing.told_since), "until": _written(standing.since)}
                await self._tell(Kind.TROUBLE_ENDED, detail)
                self._standing[part] = _Standing(is_well=True, since=standing.since)

    async def _recall(self) -> dict[str, _Standing]:
        """Return the trouble that an earlier run told of last and did not see the end of: every journal has it."""

        async def looking(work: Work) -> dict[str, _Standing]:
            for organisation in await work.organisations.all():
                began = await work.journal.last(organisation.id, Kind.TROUBLE_BEGAN)
                ended = await work.journal.last(organisation.id, Kind.TROUBLE_ENDED)
                if began is not None and (ended is None or ended.number < began.number):
                    since = datetime.fromisoformat(str(began.detail["since"]))
                    return {str(began.detail["part"]): _Standing(is_well=False, since=since, told_since=since)}
            return {}

        return await self._records.read(looking)

    def _states(self) -> Mapping[str, str]:
        return {**self._parts(), DISK: "up" if self._disk_free() >= LEAST_DISK else "low"}

    async def _tell(self, kind: Kind, detail: Mapping[str, object]) -> None:
        async def telling(work: Work) -> None:
            for organisation in await work.organisations.all():
                await work.journal.append(
                    kind, organisation=organisation.id, at=self._clock.now(), actor=SHOWME, detail=detail
                )

        await self._records.write(telling)

    async def _go_on(self) -> None:
        while True:
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - the one who watches must not fall asleep
                self._report("watching_failed", error)
            await asyncio.sleep(_LOOK_EVERY)


def _written(moment: datetime) -> str:
    """Write a moment as the journal's details hold it: ISO 8601, in UTC."""
    return moment.astimezone(UTC).isoformat()
