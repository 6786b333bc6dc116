"""What a report tells of an organisation's work: how far invitations came, how soon, and where they stopped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from math import ceil
from statistics import median
from typing import Any, Final

from showme.domain.invitations import SmsState
from showme.domain.ladder import CameraReason, Ladder, Purpose, Rung, ladder_of

MOST_DAYS: Final = 31
"""How far a report looks back at most."""
TIMES: Final = (15, 30, 60, 120)
"""Seconds: the bounds between which the times to the first picture are counted; the last group has none."""
_UNDER_WAY: Final = timedelta(minutes=15)
"""So old an invitation has stopped where it stands, or nearly so; a younger one may still climb."""
_STOPS: Final[dict[Rung, str]] = {
    Rung.CREATED: "sms_not_accepted",
    Rung.SMS_ACCEPTED: "sms_not_delivered",
    Rung.SMS_DELIVERED: "page_not_loaded",
    Rung.PAGE_LOADED: "not_tapped",
    Rung.TAPPED: "no_picture",
    Rung.CAMERA_ALLOWED: "no_picture",
    Rung.CONNECTING: "not_connecting",
}


@dataclass(frozen=True, kw_only=True)
class Course:
    """How far one invitation came, as reports count it."""

    purpose: Purpose
    by_sms: bool
    created_at: datetime
    reached: Mapping[Rung, datetime]
    photos: int = 0
    sms_state: SmsState = "none"
    sms_cause: str | None = None
    camera_trouble: CameraReason | None = None
    photo_unreadable: bool = False

    @property
    def ladder(self) -> Ladder:
        """The rungs of its purpose, with their times."""
        return ladder_of(purpose=self.purpose, by_sms=self.by_sms, reached=self.reached)

    @property
    def seconds(self) -> float | None:
        """From the invitation to the first picture; None while there is none."""
        pictured = self.reached.get(Rung.FIRST_PICTURE)
        return (pictured - self.created_at).total_seconds() if pictured else None

    @property
    def stopped_by(self) -> str | None:
        """Why it went no further, as a key below ``report.causes``; None at the top of its ladder."""
        return None if self.ladder.is_climbed else self._trouble or self._where_it_stands

    @property
    def _trouble(self) -> str | None:
        highest = self.ladder.highest
        if highest in {Rung.CREATED, Rung.SMS_ACCEPTED} and self.sms_state in {"refused", "unknown"}:
            return self.sms_cause or "sms_refused"
        if self.camera_trouble is not None:
            return f"camera_{self.camera_trouble}"
        return "photo_unreadable" if self.photo_unreadable else None

    @property
    def _where_it_stands(self) -> str:
        highest = self.ladder.highest
        if highest is Rung.CREATED and not self.by_sms:
            return "page_not_loaded"
        if highest is Rung.TAPPED and self.purpose == "location":
            return "location_refused"
        return _STOPS[highest]


@dataclass(frozen=True, kw_only=True)
class RungFigures:
    """How many reached a rung, or a higher one, of those that could."""

    rung: Rung
    reached: int
    of: int


@dataclass(frozen=True, kw_only=True)
class Stop:
    """How many invitations went no further for one cause."""

    cause: str
    count: int


@dataclass(frozen=True, kw_only=True)
class ProviderFigures:
    """What one provider did with the SMS it was asked to send; of ``accepted`` no delivery is known."""

    provider: str
    delivered: int = 0
    accepted: int = 0
    unknown: int = 0
    failed: int = 0

    @property
    def asked(self) -> int:
        """How often it was asked."""
        return self.delivered + self.accepted + self.unknown + self.failed


@dataclass(frozen=True, kw_only=True)
class Report:
    """The figures of a span of time, as they stood when they were counted."""

    since: datetime
    until: datetime
    invitations: int = 0
    under_way: int = 0
    rungs: tuple[RungFigures, ...] = ()
    median_seconds: float | None = None
    slow_seconds: float | None = None
    """Nine of ten first pictures came within this time."""
    times: tuple[int, ...] = (0,) * (len(TIMES) + 1)
    stops: tuple[Stop, ...] = ()
    """The commonest first."""
    providers: tuple[ProviderFigures, ...] = ()
    photos: int = 0
    credits: int = 0

    @property
    def pictures(self) -> int:
        """How many invitations brought a first picture."""
        return sum(self.times)


def sum_up(
    courses: Sequence[Course],
    *,
    providers: Sequence[ProviderFigures],
    credits_left: int,
    since: datetime,
    until: datetime,
    now: datetime,
) -> Report:
    """Count what became of the invitations of a span."""
    stopped = Counter(
        cause for course in courses if not _is_under_way(course, now) and (cause := course.stopped_by) is not None
    )
    seconds = sorted(each for course in courses if (each := course.seconds) is not None)
    return Report(
        since=since,
        until=until,
        invitations=len(courses),
        under_way=sum(_is_under_way(course, now) for course in courses),
        rungs=_rungs(courses),
        median_seconds=median(seconds) if seconds else None,
        slow_seconds=seconds[ceil(len(seconds) * 0.9) - 1] if seconds else None,
        times=_times(seconds),
        stops=tuple(
            Stop(cause=cause, count=count)
            for cause, count in sorted(stopped.items(), key=lambda item: (-item[1], item[0]))
        ),
        providers=tuple(sorted(providers, key=lambda each: (-each.asked, each.provider))),
        photos=sum(course.photos for course in courses),
        credits=credits_left,
    )


def write_report(report: Report) -> Mapping[str, object]:
    """Write a report as the journal's details hold it."""
    return asdict(report) | {"since": report.since.isoformat(), "until": report.until.isoformat()}


def read_report(detail: Mapping[str, object]) -> Report | None:
    """Read the report that an event's detail holds; None where it has none, as in the days before reports."""
    written: Any = detail.get("report")
    if not isinstance(written, Mapping):
        return None
    return Report(
        since=datetime.fromisoformat(written["since"]),
        until=datetime.fromisoformat(written["until"]),
        rungs=tuple(RungFigures(**{**each, "rung": Rung(each["rung"])}) for each in written["rungs"]),
        times=tuple(written["times"]),
        stops=tuple(Stop(**each) for each in written["stops"]),
        providers=tuple(ProviderFigures(**each) for each in written["providers"]),
        **{name: written[name] for name in _PLAIN},
    )


_PLAIN: Final = ("invitations", "under_way", "median_seconds", "slow_seconds", "photos", "credits")


def _is_under_way(course: Course, now: datetime) -> bool:
    return course.stopped_by is not None and now - course.created_at < _UNDER_WAY


def _rungs(courses: Iterable[Course]) -> tuple[RungFigures, ...]:
    """Count each rung; whoever is above it has passed it, also where a provider never told of a delivery."""
    could: Counter[Rung] = Counter()
    did: Counter[Rung] = Counter()
    for course in courses:
        ladder = course.ladder
        height = max((place for place, step in enumerate(ladder.steps) if step.at is not None), default=0)
        could.update(step.rung for step in ladder.steps)
        did.update(step.rung for step in ladder.steps[: height + 1])
    return tuple(RungFigures(rung=rung, reached=did[rung], of=could[rung]) for rung in Rung if could[rung])


def _times(seconds: Iterable[float]) -> tuple[int, ...]:
    counted = Counter(sum(each > bound for bound in TIMES) for each in seconds)
    return tuple(counted[group] for group in range(len(TIMES) + 1))
