"""Auditing: the journal is sealed, verified, exported and condensed."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

from showme.domain.audit import COLUMNS, Checkpoint, Verification, told
from showme.domain.events import Kind
from showme.domain.organisations import SELF_TEST
from showme.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from datetime import datetime

    from showme.domain.audit import Line, Verdict
    from showme.domain.people import Dispatcher
    from showme.ports import Clock
    from showme.records import Records, Work

Form = Literal["csv", "json"]

_AT_ONCE: Final = 500
_SEAL_EVERY: Final = timedelta(hours=24)
_LOOK_EVERY: Final = 600.0
_SPREADSHEETS_RUN: Final = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings of a cell that a spreadsheet takes for a formula (OWASP, "CSV Injection")."""


class Auditing:
    """Reads the journal as an audit does."""

    def __init__(
        self, *, records: Records, clock: Clock, key: bytes, report: Callable[[str, BaseException], None] | None = None
    ) -> None:
        """Sign checkpoints with ``key``, which is not in the database: who can write there cannot sign."""
        self._records = records
        self._clock = clock
        self._key = key
        self._report = report
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Seal every journal once a day from now on."""
        self._task = asyncio.create_task(self._go_on())

    async def stop(self) -> None:
        """Stop sealing."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def verify(self, organisation: int) -> Verdict:
        """Go through an organisation's whole journal, and say what is wrong with it."""

        async def ends(work: Work) -> tuple[Sequence[Checkpoint], tuple[int, str]]:
            return await work.audit.checkpoints(organisation), await work.audit.end(organisation)

        checkpoints, (head, chain) = await self._records.read(ends)
        verification = Verification(organisation, key=self._key, checkpoints=checkpoints)
        after = 0
        while lines := await self._page(organisation, after):
            for line in lines:
                # What was written since we looked at the end is verified the next time.
                if line.event.number > head and await self._has_moved(organisation, head):
                    return verification.finish(head=head, chain=chain)
                verification.take(line)
            after = lines[-1].event.number
        return verification.finish(head=head, chain=chain)

    async def organisations(self) -> Sequence[int]:
        """Return every organisation that has a journal, the self-test's too."""

        async def finding(work: Work) -> list[int]:
            known = [organisation.id for organisation in await work.organisations.all()]
            return known if await work.organisations.get(SELF_TEST) is None else [SELF_TEST, *known]

        return await self._records.read(finding)

    async def lines(
        self, organisation: int, *, after: int = 0, since: datetime | None = None, until: datetime | None = None,
        most: int = _AT_ONCE,
    ) -> Sequence[Line]:  # fmt: skip
        """Return a page of an organisation's journal, oldest first."""
        return await self._page(organisation, after, since=since, until=until, most=most)

    async def export(
        self, dispatcher: Dispatcher, *, form: Form, since: datetime | None = None, until: datetime | None = None
    ) -> AsyncIterator[str]:
        """Yield a supervisor's organisation's journal as text: CSV with a head, or a JSON array of objects.

        That it was exported, and by whom, is a line of the journal, too. Raise NotAllowed.
        """
        dispatcher.refuse_unless_supervisor()
        organisation, now = dispatcher.organisation, self._clock.now()

        async def noting(work: Work) -> None:
            if await work.organisations.get(organisation) is None:
                raise NotFound
            await work.journal.append(
                Kind.JOURNAL_EXPORTED,
                organisation=organisation,
                at=now,
                actor=dispatcher.name,
                detail={
                    "since": since.isoformat() if since else None,
                    "until": until.isoformat() if until else None,
                    "form": form,
                },
            )

        await self._records.write(noting)
        yield _csv(COLUMNS) if form == "csv" else "["
        after, is_first = 0, True
        while lines := await self._page(organisation, after, since=since, until=until):
            for line in lines:
                if form == "csv":
                    yield _csv([_cell(told(line)[column]) for column in COLUMNS])
                else:
                    yield ("\n" if is_first else ",\n") + json.dumps(told(line), ensure_ascii=False)
                is_first = False
            after = lines[-1].event.number
        if form == "json":
            yield "\n]\n"

    async def seal(self) -> None:
        """Sign how the chain of every journal stands, where the last word about it is a day old."""
        now = self._clock.now()
        for organisation in await self.organisations():

            async def sealing(work: Work, organisation: int = organisation) -> None:
                number, chain = await work.audit.end(organisation)
                newest = (await work.audit.checkpoints(organisation))[-1:]
                if not number or (newest and (newest[0].number >= number or now - newest[0].at < _SEAL_EVERY)):
                    return
                checkpoint = Checkpoint(organisation=organisation, number=number, at=now, chain=chain)
                await work.audit.keep(checkpoint.signed(self._key))

            await self._records.write(sealing)

    async def condense(self, organisation: int, *, before: datetime, by: str) -> int:
        """Put a signed checkpoint in the place of all lines written before a moment; return how many they were.

        The newest line always stays.
        """

        async def condensing(work: Work) -> int:
            last = await work.audit.last_before(organisation, before)
            head, _ = await work.audit.end(organisation)
            if last is None or last.number >= head:
                return 0
            earlier = [each for each in await work.audit.checkpoints(organisation) if each.gone]
            gone = last.number - (earlier[-1].number if earlier else 0)
            checkpoint = Checkpoint(
                organisation=organisation, number=last.number, at=self._clock.now(), chain=last.chain, gone=last.number
            )
            await work.audit.keep(checkpoint.signed(self._key))
            await work.audit.condense(checkpoint)
            await work.journal.append(
                Kind.JOURNAL_CONDENSED,
                organisation=organisation,
                at=self._clock.now(),
                actor=by,
                detail={"until": last.number, "lines": gone, "before": before.isoformat()},
            )
            return gone

        return await self._records.write(condensing)

    async def _page(
        self, organisation: int, after: int, *, since: datetime | None = None, until: datetime | None = None,
        most: int = _AT_ONCE,
    ) -> Sequence[Line]:  # fmt: skip
        async def reading(work: Work) -> Sequence[Line]:
            return await work.audit.lines(organisation, after, since=since, until=until, most=most)

        return await self._records.read(reading)

    async def _has_moved(self, organisation: int, head: int) -> bool:
        async def looking(work: Work) -> bool:
            return (await work.audit.end(organisation))[0] > head

        return await self._records.read(looking)

    async def _go_on(self) -> None:
        while True:
            try:
                await self.seal()
            except Exception as error:  # noqa: BLE001 - tried again at the next look
                if self._report is not None:
                    self._report("journal_not_sealed", error)
            await asyncio.sleep(_LOOK_EVERY)


def _csv(cells: Sequence[str]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()


def _cell(value: object) -> str:
    """Write a value so that no spreadsheet takes it for a formula."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if text.startswith(_SPREADSHEETS_RUN) else text
