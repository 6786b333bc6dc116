"""The audit at a terminal: verify, export, condense."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from app.assembly import Office, open_office
from app.audit_key import audit_key
from app.clock import SystemClock
from app.findings import Finding
from app.settings import Problems, Settings, read_settings
from showme.domain.people import Dispatcher
from showme.services.administering import OPERATOR
from showme.services.auditing import Auditing

if TYPE_CHECKING:
    import argparse
    from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
    from typing import TextIO

    from showme.domain.audit import Fault, Irregularity, Verdict

_LEAST_KEPT: Final = timedelta(days=30)
"""Younger lines are not condensed: somebody may still ask for them."""
_SENTENCES: Final[dict[Fault, str]] = {
    "changed": "line {number} does not follow from the line before it: one of the two was changed",
    "removed": "line {number} was removed",
    "inserted": "line {number} was inserted",
    "reordered": "line {number} and line {until} stand in each other's place, or were moved",
    "detail_changed": "the detail of line {number} is not what was written",
    "checkpoint_forged": "the checkpoint at line {number} was not signed with this installation's key",
}
_SEVERAL: Final[dict[Fault, str]] = {
    "removed": "lines {number} to {until} were removed",
    "inserted": "lines {number} to {until} were inserted",
}


async def audit(chosen: argparse.Namespace) -> None:
    """Export or condense an organisation's journal."""
    settings = read_settings()
    async with open_office(settings) as office:
        known = {organisation.id for organisation in await office.administering.organisations()}
        if chosen.organisation not in known:
            raise Problems([f"There is no organisation {chosen.organisation}; see: showme organisation list"])
        await _DEEDS[chosen.deed](_auditing(office, settings), chosen)


async def verify(settings: Settings) -> Sequence[Finding]:
    """Verify the journal of every organisation."""
    found = []
    async with open_office(settings) as office:
        auditing = _auditing(office, settings)
        for organisation in await auditing.organisations():
            found += _findings(await auditing.verify(organisation))
    return found or [Finding(subject="journal", state="well", sentence="there is no organisation yet")]


def sentence_of(irregularity: Irregularity) -> str:
    """Say in English what is wrong, and at which line."""
    several = irregularity.until is not None and _SEVERAL.get(irregularity.fault)
    return (several or _SENTENCES[irregularity.fault]).format(number=irregularity.number, until=irregularity.until)


def _findings(verdict: Verdict) -> list[Finding]:
    subject = f"journal of organisation {verdict.organisation}"
    if verdict.irregularities:
        return [
            Finding(subject=subject, state="wrong", sentence=f"{sentence_of(each)}.") for each in verdict.irregularities
        ]
    sentence = f"{verdict.lines} lines follow from each other, and {verdict.checkpoints} checkpoints hold"
    if verdict.first > 1:
        sentence += f"; lines 1 to {verdict.first - 1} were condensed"
    return [Finding(subject=subject, state="well", sentence=sentence)]


def _auditing(office: Office, settings: Settings) -> Auditing:
    return Auditing(records=office.records, clock=SystemClock(), key=audit_key(settings.data))


async def _export(auditing: Auditing, chosen: argparse.Namespace) -> None:
    operator = Dispatcher(organisation=chosen.organisation, name=OPERATOR, role="supervisor")
    pieces = auditing.export(operator, form=chosen.form, since=_moment(chosen.since), until=_moment(chosen.until))
    if chosen.to is None:
        await _write(pieces, sys.stdout)
        return
    try:
        with chosen.to.open("x", encoding="utf-8", newline="") as file:
            chosen.to.chmod(0o600)
            await _write(pieces, file)
    except OSError as error:
        raise Problems([f"{chosen.to} cannot be written ({error.strerror})."]) from None


async def _write(pieces: AsyncIterator[str], to: TextIO) -> None:
    async for piece in pieces:
        to.write(piece)


async def _condense(auditing: Auditing, chosen: argparse.Namespace) -> None:
    before = _moment(chosen.before)
    if before is None or before > datetime.now(UTC) - _LEAST_KEPT:
        raise Problems([f"Only lines older than {_LEAST_KEPT.days} days are condensed."])
    verdict = await auditing.verify(chosen.organisation)
    if verdict.irregularities:
        told = [f"{sentence_of(irregularity)}." for irregularity in verdict.irregularities]
        raise Problems(["The journal is not as it was written; nothing was condensed.", *told])
    gone = await auditing.condense(chosen.organisation, before=before, by=OPERATOR)
    print(f"{gone} lines written before {before:%Y-%m-%d} are one signed checkpoint now.")


def _moment(day: date | None) -> datetime | None:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None


_DEEDS: Final[dict[str, Callable[[Auditing, argparse.Namespace], Coroutine[None, None, None]]]] = {
    "export": _export,
    "condense": _condense,
}
