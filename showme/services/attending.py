"""Attending: whether the citizen's page is still there, as it tells itself and as its open feed shows."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from showme.domain.events import Kind
from showme.domain.ladder import Rung
from showme.services.opening import CITIZEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from showme.domain.attendance import Attendance, PageState
    from showme.domain.invitations import Invitation
    from showme.ports import Clock
    from showme.records import Records, Work
    from showme.services.opening import Opened

SILENT: Final = timedelta(seconds=12)
"""After this long without a feed a page that was in sight is out of reach: it reconnects within seconds otherwise."""
_LOOK_EVERY: Final = 3.0
_KINDS: Final[dict[PageState, Kind]] = {
    "shown": Kind.PAGE_SHOWN,
    "hidden": Kind.PAGE_HIDDEN,
    "left": Kind.PAGE_LEFT,
    "silent": Kind.PAGE_SILENT,
}


class Attending:
    """What is known of a citizen's page; before the first tap it may be a scanner's, and nothing is noted."""

    def __init__(self, *, records: Records, clock: Clock, report: Callable[[str, BaseException], None]) -> None:
        """Work on these records, by this clock; tell ``report`` of a look that failed."""
        self._records = records
        self._clock = clock
        self._report = report
        self._feeds: Counter[tuple[int, str]] = Counter()
        self._cut: dict[tuple[int, str], datetime] = {}
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look for pages that fell silent."""
        self._task = asyncio.create_task(self._go_on())

    async def stop(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def note(self, opened: Opened, told: Attendance) -> None:
        """Note how the page stands; what is older than known, or tells nothing new, changes nothing."""
        await self._note(opened.invitation, told)

    @contextmanager
    def feed_of(self, invitation: Invitation) -> Iterator[None]:
        """Count a feed of the page while it is open: when the last one is cut, the page may be out of reach."""
        who = (invitation.organisation, invitation.id)
        self._feeds[who] += 1
        self._cut.pop(who, None)
        try:
            yield
        finally:
            self._feeds[who] -= 1
            if not self._feeds[who]:
                del self._feeds[who]
                self._cut[who] = self._clock.now()

    async def look(self) -> None:
        """Note of each page whose feed was cut long ago that it is out of reach."""
        now = self._clock.now()
        for who, cut_at in list(self._cut.items()):
            if now - cut_at < SILENT:
                continue
            await self._note_silence(who, cut_at)
            if self._cut.get(who) == cut_at:
                del self._cut[who]

    async def _go_on(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - whatever it was, the next look comes in time
                self._report("attending_failed", error)

    async def _note_silence(self, who: tuple[int, str], cut_at: datetime) -> None:
        now = self._clock.now()

        async def noting(work: Work) -> None:
            known = await work.invitations.hold(*who)
            # A page that has gone to another node, or that said goodbye, has told so since.
            if known is not None and known.page is not None and known.page.state == "shown" and known.page.at <= cut_at:
                await _write(work, known, replace(known.page, state="silent", at=now), now=now)

        await self._records.write(noting)

    async def _note(self, invitation: Invitation, told: Attendance) -> None:
        async def noting(work: Work) -> None:
            known = await work.invitations.hold(invitation.organisation, invitation.id)
            if known is not None and (known.page is None or known.page.told < told.told):
                await _write(work, known, told, now=told.at)

        await self._records.write(noting)


async def _write(work: Work, known: Invitation, page: Attendance, *, now: datetime) -> None:
    if known.state(now) != "open" or Rung.TAPPED not in known.reached:
        return
    await work.invitations.attend(known.id, page)
    before = known.page
    is_as_before = before is not None and before.state == page.state
    if is_as_before and before is not None and (before.unsent, before.trouble) == (page.unsent, page.trouble):
        return
    await work.journal.append(
        Kind.PAGE_TOLD if is_as_before else _KINDS[page.state],
        organisation=known.organisation,
        at=now,
        actor=CITIZEN,
        invitation=known.id,
        detail={"unsent": page.unsent, "trouble": page.trouble},
    )
