"""Compares records and files for ``showme doctor --check``, and puts right what can be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from app.assembly import only_user_of, open_office
from app.clock import SystemClock
from app.findings import Finding
from app.media import open_media
from app.settings import Settings
from showme.domain.upkeep import HARMLESS
from showme.services.checking import Checking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from showme.domain.upkeep import Oddity, Subject

_SENTENCES: Final[dict[Subject, str]] = {
    "rows_without_file": "{count} photos were received, and their files are gone",
    "originals_lost": "{count} photos can still be seen, and their originals are gone",
    "files_without_row": "{count} files belong to no photo: their upload was never confirmed",
    "files_that_differ": "{count} originals are not what was received",
    "pictures_missing": "{count} photos lack pictures for the wall",
    "photos_not_shown": "{count} photos wait to be shown",
    "notices_waiting": "{count} notices wait for the team chat",
    "notices_half_sent": "{count} of them may have been sent already: a repeat carries the number of its photo",
    "sms_unfinished": "{count} SMS are ordered and not concluded: the next start sends them, or gives the credit back",
    "credits_that_differ": "{count} organisations have other credits than their ledger says",
    "files_unfinished": "{count} files are of uploads under way, or were left by a crash",
}
_MEGABYTE: Final = 1024 * 1024


async def check(settings: Settings, *, repair: bool) -> Sequence[Finding]:
    """Compare, and repair where asked; say what was found. Raise Problems where a server runs that this disturbs."""
    if repair:
        with only_user_of(settings.data):
            return await _check(settings, repair=True)
    return await _check(settings, repair=False)


async def _check(settings: Settings, *, repair: bool) -> Sequence[Finding]:
    async with open_office(settings) as office, open_media(settings, office.records) as media:
        checking = Checking(records=office.records, clock=SystemClock(), media=media.store, attic=media.attic)
        found = await checking.check(repair=repair)
        sizes = await media.attic.sizes()
    findings = [_finding(oddity) for oddity in found]
    if all(finding.state == "well" for finding in findings):
        sentence = "every photo has its files, and every file its photo"
        findings.append(Finding(subject="files", state="well", sentence=sentence))
    told = ", ".join(f"{kind} {count} ({size // _MEGABYTE} MB)" for kind, (count, size) in sizes.items() if count)
    return [*findings, Finding(subject="sizes", state="well", sentence=told or "no files")]


def _finding(oddity: Oddity) -> Finding:
    sentence = _SENTENCES[oddity.subject].format(count=oddity.count)
    if oddity.names and oddity.subject not in HARMLESS:
        sentence += f" ({', '.join(oddity.names)}{', …' if oddity.count > len(oddity.names) else ''})"
    is_well = oddity.subject in HARMLESS or oddity.repaired is not None
    otherwise: Literal["warning", "wrong"] = "warning" if oddity.subject in _PASSING else "wrong"
    remedy = f" Done: {oddity.repaired}." if oddity.repaired else "" if is_well else _REMEDY.get(oddity.subject, _STOP)
    return Finding(
        subject=oddity.subject.replace("_", " "),
        state="well" if is_well else otherwise,
        sentence=f"{sentence}.{remedy}",
    )


_PASSING: Final = frozenset({"files_unfinished", "files_without_row"})
"""What is so for a moment, too, while a photo arrives."""
_STOP: Final = " Stop the server, and: showme doctor --check --repair"
_REMEDY: Final = {"originals_lost": " Look for them in a backup."}
