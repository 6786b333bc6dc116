"""What is measured of the whole service, for whoever watches over it: figures without a person in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from showme.domain.ladder import Rung
from showme.domain.reports import Course, ProviderFigures

SPANS: Final[Mapping[str, timedelta]] = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
"""How far back invitations and SMS are counted, by the name that a figure bears."""
QUANTILES: Final[Mapping[str, float]] = {"0.5": 0.5, "0.9": 0.9}


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One figure; its labels take few values, which we choose, and never an organisation's, a number's or a key's."""

    name: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


def of_courses(courses: Sequence[Course], *, span: str) -> Iterator[Measure]:
    """Yield how far the invitations of a span came, and how many seconds each rung took."""
    could: Counter[Rung] = Counter()
    did: Counter[Rung] = Counter()
    took: dict[Rung, list[float]] = {}
    for course in courses:
        steps = course.ladder.steps
        height = max((place for place, step in enumerate(steps) if step.at is not None), default=0)
        could.update(step.rung for step in steps)
        did.update(step.rung for step in steps[: height + 1])
        for rung, seconds in _seconds_of_rungs(course):
            took.setdefault(rung, []).append(seconds)
    yield Measure(name="invitations", value=len(courses), labels={"span": span})
    for rung in Rung:
        labels = {"span": span, "rung": rung.value}
        yield Measure(name="rung_possible", value=could[rung], labels=labels)
        yield Measure(name="rung_reached", value=did[rung], labels=labels)
        for name, share in QUANTILES.items():
            if rung in took:
                yield Measure(name="rung_seconds", value=_share(took[rung], share), labels={**labels, "quantile": name})
    pictured = [each for course in courses if (each := course.seconds) is not None]
    for name, share in QUANTILES.items() if pictured else ():
        labels = {"span": span, "quantile": name}
        yield Measure(name="first_picture_seconds", value=_share(pictured, share), labels=labels)


def of_providers(figures: Iterable[ProviderFigures], *, span: str) -> Iterator[Measure]:
    """Yield what each provider did with the SMS of a span, of all organisations together."""
    counted: Counter[tuple[str, str]] = Counter()
    for each in figures:
        for result in ("delivered", "accepted", "unknown", "failed"):
            counted[each.provider, result] += getattr(each, result)
    for (provider, result), count in sorted(counted.items()):
        yield Measure(name="sms", value=count, labels={"span": span, "provider": provider, "result": result})


def of_credits(credits_left: Sequence[int]) -> Iterator[Measure]:
    """Yield how many organisations there are, and what the poorest has."""
    yield Measure(name="organisations", value=len(credits_left))
    if credits_left:
        yield Measure(name="credits_least", value=min(credits_left))
    yield Measure(name="organisations_without_credits", value=sum(each <= 0 for each in credits_left))


def within(courses: Iterable[Course], since: datetime) -> Sequence[Course]:
    """Return those that were made at this moment or later."""
    return [course for course in courses if course.created_at >= since]


def _seconds_of_rungs(course: Course) -> Iterator[tuple[Rung, float]]:
    """Yield each rung that was reached, with the seconds since the newest moment below it; clocks do not run back."""
    below = course.created_at
    for step in course.ladder.steps:
        if step.at is not None and step.rung is not Rung.CREATED:
            yield step.rung, max(0.0, (step.at - below).total_seconds())
            below = max(below, step.at)


def _share(values: Sequence[float], share: float) -> float:
    """Return the value that so large a share does not exceed."""
    return sorted(values)[max(0, ceil(len(values) * share) - 1)]
