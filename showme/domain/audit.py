"""The audit: whether the journal is what was written, and how its lines read in an export."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal

from showme.domain.events import Event, Kind, chain_of, digest_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

Fault = Literal["changed", "removed", "inserted", "reordered", "detail_changed", "checkpoint_forged"]
Deed = Literal[
    "invited", "saw", "revealed", "downloaded", "shared", "said", "changed", "deleted", "signed_in", "exported", "noted"
]

_KINDS: Final[dict[Deed, tuple[Kind, ...]]] = {
    "invited": (Kind.INVITATION_CREATED, Kind.INVITATION_RESENT, Kind.CODE_SHOWN, Kind.SCREEN_INVITED),
    "saw": (Kind.PHOTO_SEEN, Kind.VIEWER_JOINED, Kind.VIEWER_LEFT),
    "revealed": (Kind.PHOTO_REVEALED,),
    "downloaded": (Kind.ORIGINAL_DOWNLOADED, Kind.PHOTO_PRINTED, Kind.PHOTO_COPIED),
    "shared": (Kind.LINK_COPIED, Kind.INVITATION_SHARED, Kind.SHARE_OPENED, Kind.SHARE_ENDED),
    "said": (Kind.SENTENCE_SAID, Kind.PHONE_COMMANDED, Kind.ORIGINAL_ASKED),
    "deleted": (
        Kind.INVITATION_CLOSED,
        Kind.INVITATION_FORGOTTEN,
        Kind.PHOTO_FORGOTTEN,
        Kind.PHOTO_QUARANTINED,
        Kind.PHOTO_LEFT_CHATS,
    ),
    "signed_in": (Kind.SIGNED_IN, Kind.SIGNED_OUT, Kind.SESSION_REVOKED, Kind.PASSKEY_DOUBTED),
    "exported": (Kind.JOURNAL_EXPORTED,),
    "changed": (
        Kind.HANDED_OVER,
        Kind.PHOTO_MARKED,
        Kind.PHOTO_UNMARKED,
        Kind.PHOTO_KEPT_LONGER,
        Kind.PHOTO_KEPT_NO_LONGER,
        Kind.PHOTO_RELEASED,
        Kind.BLURRING_CHOSEN,
        Kind.PASSKEY_ADDED,
        Kind.PASSKEY_REMOVED,
        Kind.CREDITS_TOPPED_UP,
        Kind.SECRET_ROTATED,
        Kind.SUPERVISOR_APPOINTED,
        Kind.SUPERVISOR_DISMISSED,
        Kind.CHAT_ENROLLED,
        Kind.CHAT_LEFT,
        Kind.JOURNAL_CONDENSED,
        Kind.BACKUP_RESTORED,
    ),
}
_DEEDS: Final = {kind: deed for deed, kinds in _KINDS.items() for kind in kinds}
"""What a supervisor asks for, by kind of event; every other kind is ``noted``."""


_MOST_KEPT: Final = 2_000
"""Lines that are kept to find out what happened to them."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the journal with what proves its detail; ``salt`` is None once the detail was forgotten."""

    event: Event
    salt: bytes | None = field(repr=False)

    @property
    def deed(self) -> Deed:
        """What was done, in the words of an audit."""
        return _DEEDS.get(self.event.kind, "noted")


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """A signed word that the chain stood so at a line; ``gone`` lines up to it were condensed into it."""

    organisation: int
    number: int
    at: datetime
    chain: str
    gone: int = 0
    signature: str = ""

    def signed(self, key: bytes) -> Checkpoint:
        """Return it with its signature: HMAC-SHA256 (RFC 2104)."""
        return replace(self, signature=self._signature(key))

    def holds(self, key: bytes) -> bool:
        """Whether the signature is ours, compared in constant time."""
        return hmac.compare_digest(self.signature, self._signature(key))

    def _signature(self, key: bytes) -> str:
        told = ["checkpoint", self.organisation, self.number, self.at.isoformat(), self.chain, self.gone]
        return hmac.new(key, json.dumps(told).encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Irregularity:
    """What is wrong with the journal, and where: the number of the first line concerned."""

    organisation: int
    number: int
    fault: Fault
    until: int | None = None
    """The last line concerned where there are several; of reordered ones the other."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What came out when a journal was verified; ``first`` and ``last`` are the lines that were there."""

    organisation: int
    first: int
    last: int
    lines: int
    checkpoints: int
    irregularities: Sequence[Irregularity]


def chained(event: Event, *, after: str, number: int | None = None) -> str:
    """Return what an event's link must be behind a link, under its own number or another one."""
    return chain_of(
        after,
        organisation=event.organisation,
        number=event.number if number is None else number,
        at=event.at,
        kind=event.kind,
        actor=event.actor,
        invitation=event.invitation,
        photo=event.photo,
        digest=event.digest,
        origin=event.origin,
    )


@dataclass(kw_only=True)
class _Run:
    """Lines that do not follow, the link they should follow, and the one before that."""

    behind: str
    after: str
    events: list[Event] = field(default_factory=list)


class Verification:
    """Goes through one organisation's journal, line by line, oldest first."""

    def __init__(self, organisation: int, *, key: bytes, checkpoints: Sequence[Checkpoint]) -> None:
        """Begin at the last checkpoint that lines were condensed into, or at the very first line."""
        self._organisation = organisation
        self._found: list[Irregularity] = []
        self._checkpoints = {checkpoint.number: checkpoint for checkpoint in checkpoints}
        for checkpoint in checkpoints:
            if not checkpoint.holds(key):
                self._note(checkpoint.number, "checkpoint_forged")
        condensed = max((each for each in checkpoints if each.gone), key=lambda each: each.number, default=None)
        self._number = condensed.number if condensed else 0
        self._chain = condensed.chain if condensed else ""
        self._first = self._number + 1
        self._lines = 0
        self._behind = ""
        """The link before the last line's: what that one was chained to."""
        self._runs: list[_Run] = []
        """Where lines do not follow from those before them, one after the other."""
        self._is_in_run = False
        self._kept = 0

    def take(self, line: Line) -> None:
        """Look at the next line that is there."""
        event = line.event
        self._lines += 1
        follows = chained(event, after=self._chain) == event.chain
        if event.number > self._number + 1:
            self._is_in_run = False
            self._note(self._number + 1, "removed", until=event.number - 1)
        elif follows:
            self._is_in_run = False
        elif self._kept < _MOST_KEPT:
            if not self._is_in_run:
                self._runs.append(_Run(behind=self._behind, after=self._chain))
            self._runs[-1].events.append(event)
            self._is_in_run = True
            self._kept += 1
        if line.salt is not None and digest_of(event.detail, line.salt) != event.digest:
            self._note(event.number, "detail_changed")
        checkpoint = self._checkpoints.get(event.number)
        if checkpoint is not None and checkpoint.chain != event.chain:
            self._note(event.number, "changed")
        self._behind, self._number, self._chain = self._chain, event.number, event.chain

    def finish(self, *, head: int, chain: str) -> Verdict:
        """Say what was found, given the number and the link that the organisation itself says are its last."""
        self._settle()
        if self._number < head and not self._has("removed"):
            self._note(self._number + 1, "removed", until=head)
        elif self._number > head and not self._has("inserted"):
            self._note(head + 1, "inserted", until=self._number)
        elif self._number == head and self._chain != chain and not self._found:
            self._note(head, "changed")
        beyond = max(self._checkpoints, default=0)
        if beyond > self._number and not self._has("removed"):
            self._note(self._number + 1, "removed", until=beyond)
        return Verdict(
            organisation=self._organisation,
            first=self._first,
            last=self._number,
            lines=self._lines,
            checkpoints=len(self._checkpoints),
            irregularities=sorted(set(self._found), key=lambda each: (each.number, each.fault)),
        )

    def _settle(self) -> None:
        """Name what happened to the lines that do not follow from those before them."""
        broken = [event for run in self._runs for event in run.events]
        explained: set[int] = set()
        for run in self._runs:
            first = run.events[0]
            if first.number in explained:
                self._note_changed(run.events, explained)
                continue
            here = next((each for each in broken if each is not first and _fits(each, run.after, first.number)), None)
            if here is not None and self._belongs_elsewhere(first, broken):
                self._note(first.number, "reordered", until=here.number)
                explained |= {each + further for each in (first.number, here.number) for further in (0, 1)}
                self._note_changed(run.events, explained)
            elif here is not None:
                self._note(first.number, "inserted")
            elif _fits(first, run.behind, first.number - 1):
                self._note(first.number - 1, "inserted")  # with a link that fits, so that the next line told of it
            elif len(run.events) > 1 and _fits(run.events[1], first.chain, run.events[1].number + 1):
                self._note(first.number, "removed")  # and all that follow were numbered anew
            else:
                self._note_changed(run.events, explained)

    def _belongs_elsewhere(self, first: Event, broken: Sequence[Event]) -> bool:
        """Whether a line would be right in the place of another one: then it was written, and stood there."""
        if any(_fits(first, run.after, run.events[0].number) for run in self._runs if run.events[0] is not first):
            return True
        return any(_fits(first, other.chain, other.number + far) for other in broken for far in (0, 1, 2))

    def _note_changed(self, events: Sequence[Event], explained: set[int]) -> None:
        for event in events:
            if event.number not in explained:
                self._note(event.number, "changed")

    def _has(self, fault: Fault) -> bool:
        return any(found.fault == fault for found in self._found)

    def _note(self, number: int, fault: Fault, *, until: int | None = None) -> None:
        last = until if until is not None and until != number else None
        self._found.append(Irregularity(organisation=self._organisation, number=number, fault=fault, until=last))


def _fits(event: Event, after: str, number: int) -> bool:
    """Whether a line would be right behind a link, under a number."""
    return chained(event, after=after, number=number) == event.chain


COLUMNS: Final = (
    "organisation", "number", "at", "who", "deed", "kind", "invitation", "photo", "from", "detail", "digest", "chain",
)  # fmt: skip


def told(line: Line) -> dict[str, object]:
    """Return a line as an export tells it; ``detail`` is None once it was forgotten."""
    event = line.event
    return {
        "organisation": event.organisation,
        "number": event.number,
        "at": event.at.isoformat(),
        "who": event.actor,
        "deed": line.deed,
        "kind": str(event.kind),
        "invitation": event.invitation,
        "photo": event.photo,
        "from": event.origin,
        "detail": None if line.salt is None else dict(event.detail),
        "digest": event.digest,
        "chain": event.chain,
    }
