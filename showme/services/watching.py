"""Watching: what is out of order for longer than a minute is written into every organisation's journal."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from showme.domain.events import Kind
from showme.services.sending import SHOWME

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from showme.ports import Clock
    from showme.records import Records, Work

DISK: Final = "disk"
DATABASE: Final = "database"
LEAST_DISK: Final = 500 * 1024 * 1024
"""Bytes; below it the disk is in trouble."""
_WELL: Final = frozenset({"up", "off", "elsewhere"})
_PATIENCE: Final = timedelta(minutes=1)
"""How long a part has to stand in another way before that is news; a short absence is nobody's business."""
_LOOK_EVERY: Final = 30.0
_DATABASE_ANSWERS_WITHIN: Final = 10.0


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
        alarm: Callable[[str, datetime], Awaitable[None]] | None = None,
    ) -> None:
        """Ask ``parts`` how each stands (``up`` and ``off`` are well) and ``disk_free`` for bytes.

        What stands behind a space in a state tells where the trouble is: ``broken photo``. ``alarm`` tells of a part's
        trouble, and since when it lasts, where the journal cannot.
        """
        self._records = records
        self._clock = clock
        self._parts = parts
        self._disk_free = disk_free
        self._report = report
        self._alarm = alarm
        self._standing: dict[str, _Standing] | None = None
        self._database_away: _Standing | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Go on looking; what was told while another node looked is read from the journal."""
        self._standing = None
        self._task = asyncio.create_task(self._go_on())

    async def stop(self) -> None:
        """Stop looking."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def look(self) -> None:
        """Look at every part once; raise what the records raise, and then tell at the next look."""
        now = self._clock.now()
        if not await self._database_answers():
            await self._without_database(now)
            return
        await self._database_is_back(now)
        if self._standing is None:
            self._standing = await self._recall()
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

    async def _database_answers(self) -> bool:
        async def asking(work: Work) -> int:
            return await work.journal.head(0)

        try:
            async with asyncio.timeout(_DATABASE_ANSWERS_WITHIN):
                await self._records.read(asking)
        except Exception as error:  # noqa: BLE001 - whatever it is, nothing can be read
            if self._database_away is None:
                self._report("database_away", error)
            return False
        return True

    async def _without_database(self, now: datetime) -> None:
        """Tell past the journal, once, that the database is away for longer than a moment."""
        away = self._database_away or _Standing(is_well=False, since=now)
        self._database_away = away
        if away.told_since is None and now - away.since > _PATIENCE:
            self._database_away = _Standing(is_well=False, since=away.since, told_since=away.since)
            if self._alarm is not None:
                await self._alarm(DATABASE, away.since)

    async def _database_is_back(self, now: datetime) -> None:
        """Write into the journal, now that there is one again, what it could not tell."""
        away = self._database_away
        if away is not None and away.told_since is not None:
            detail = {"part": DATABASE, "since": _written(away.since), "until": _written(now)}
            await self._tell(Kind.TROUBLE_ENDED, detail)
        self._database_away = None

    async def _recall(self) -> dict[str, _Standing]:
        """Return the troubles that an earlier run told of and did not see the end of: every journal has them."""

        async def looking(work: Work) -> dict[str, _Standing]:
            known: dict[str, _Standing] = {}
            for organisation in (await work.organisations.all())[:1]:
                newest = await work.journal.newest(organisation.id, {Kind.TROUBLE_BEGAN, Kind.TROUBLE_ENDED})
                last = {str(event.detail.get("part")): event for event in reversed(newest)}
                for part, event in last.items():
                    if event.kind is Kind.TROUBLE_BEGAN:
                        since = datetime.fromisoformat(str(event.detail["since"]))
                        known[part] = _Standing(is_well=False, since=since, told_since=since)
            return known

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
