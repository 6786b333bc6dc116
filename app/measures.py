"""Reads off the running parts what they know of themselves, for whoever watches over the service."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.application import TeamChat
from showme.domain.measures import Measure
from showme.services.calling import Calling
from showme.services.forgetting import Forgetting
from showme.services.receiving import Receiving
from showme.services.showing import Showing

_WELL: Final[Mapping[str, float | None]] = {"up": 1.0, "off": None, "elsewhere": None}
"""How a part's state counts; one that is off, or another node's work, is not told of."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts that are read, called as a source of measures."""

    data: Path
    receiving: Receiving
    showing: Showing
    forgetting: Forgetting
    calling: Calling
    team_chat: TeamChat | None
    open_feeds: Callable[[], int]
    states: Callable[[], Mapping[str, str]]

    def __call__(self) -> Iterator[Measure]:
        """Yield how everything is at this moment."""
        yield Measure(name="open_feeds", value=self.open_feeds())
        yield Measure(name="bytes_in_flight", value=self.receiving.bytes_in_flight)
        yield Measure(name="photos_waiting", value=self.showing.waiting)
        for kind, count in self.receiving.taken_in.items():
            yield Measure(name="uploads_total", value=count, labels={"kind": kind})
        yield Measure(name="upload_bytes_total", value=self.receiving.bytes_taken_in)
        for how, count in self.calling.pictures.items():
            yield Measure(name="pictures_seen_total", value=count, labels={"path": how})
        yield from self._states()
        yield from self._disk()

    def _states(self) -> Iterator[Measure]:
        states = self.states()
        yield Measure(name="telegram_up", value=states.get("telegram") == "up")
        if self.team_chat is not None:
            yield Measure(name="telegram_429_total", value=self.team_chat.times_slowed)
        for part, state in states.items():
            value = _WELL.get(state, 0.0)
            if value is not None:
                yield Measure(name="part_up", value=value, labels={"part": part})
        if states.get("retention") != "elsewhere":
            last = self.forgetting.went_well_at
            yield Measure(name="retention_last_run_timestamp_seconds", value=last.timestamp())

    def _disk(self) -> Iterator[Measure]:
        disk = shutil.disk_usage(self.data)
        yield Measure(name="disk_free_bytes", value=disk.free)
        yield Measure(name="disk_total_bytes", value=disk.total)
