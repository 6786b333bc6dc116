"""A report as people read it: every word and figure chosen, as a picture's sheet and as lines of text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Final, Literal

from showme.domain.reports import TIMES, ProviderFigures, Report, RungFigures, Stop
from showme.domain.words import Catalogue

Tone = Literal["reached", "soon", "late", "fault", "open", "unsure"]
"""What a bar's colour says; its figures say the same in words."""

MOST_STOPS: Final = 5
MOST_PROVIDERS: Final = 4
_MOST_NAME: Final = 40
MOST_CAPTION: Final = 960
"""Characters below a photo: Telegram takes 1024 (``sendPhoto``), and "perhaps a repeat" has to fit in too."""
_NONE: Final = "\u2013"
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One large figure and what it counts."""

    label: str
    figure: str


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A bar; its parts and the track behind them are shares of the longest bar possible, from 0 to 1."""

    label: str
    figure: str
    parts: tuple[tuple[Tone, float], ...]
    track: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Block:
    """Bars below a heading: lying, or standing beside each other; the legend names their tones."""

    heading: str
    bars: tuple[Bar, ...]
    stand: bool = False
    note: str | None = None
    legend: tuple[tuple[Tone, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """All that a report's picture shows: two columns of blocks, and blocks below them across both."""

    title: str
    span: str
    tiles: tuple[Tile, ...]
    left: tuple[Block, ...] = ()
    right: tuple[Block, ...] = ()
    below: tuple[Block, ...] = ()
    sentence: str | None = None
    """Stands in the place of the blocks when there is nothing to show."""


class ReportWords:
    """Says a report in one language."""

    def __init__(self, words: Catalogue, language: str) -> None:
        """Speak the section ``report`` of a catalogue."""
        self._words = words
        self._language = language

    # --- the picture ---

    def sheet(self, report: Report, *, name: str) -> Sheet:
        """Lay a report out; ``name`` is the organisation's."""
        tiles = (
            self._tile("invitations", grouped(report.invitations)),
            self._tile("pictures", self._with_share(report.pictures, report.invitations)),
            self._tile("median", self._time(report.median_seconds)),
            self._tile("photos", grouped(report.photos)),
        )
        head = Sheet(title=self._say("title", name=name), span=self._span(report), tiles=tiles)
        if not report.invitations:
            return Sheet(title=head.title, span=head.span, tiles=tiles, sentence=self._say("nothing"))
        right = [self._times(report)] if report.pictures else []
        if report.providers:
            right.append(self._sms(report.providers))
        return Sheet(
            title=head.title,
            span=head.span,
            tiles=tiles,
            left=(self._funnel(report),),
            right=tuple(right),
            below=(self._stops(report),),
        )

    def _funnel(self, report: Report) -> Block:
        bars = tuple(
            Bar(
                label=self._rung(each),
                figure=self._reached(each, report),
                parts=(("reached", each.reached / report.invitations),),
                track=each.of / report.invitations,
            )
            for each in report.rungs
        )
        return Block(heading=self._say("headings.funnel"), bars=bars)

    def _times(self, report: Report) -> Block:
        most = max(report.times)
        labels = [self._say("times.within", seconds=bound) for bound in TIMES]
        labels.append(self._say("times.beyond", seconds=TIMES[-1]))
        bars = tuple(
            Bar(label=label, figure=grouped(count), parts=((_tone_of(group), count / most),))
            for group, (label, count) in enumerate(zip(labels, report.times, strict=True))
        )
        note = self._say("times.note", median=self._time(report.median_seconds), slow=self._time(report.slow_seconds))
        return Block(heading=self._say("headings.times"), bars=bars, stand=True, note=note)

    def _sms(self, providers: Sequence[ProviderFigures]) -> Block:
        shown = providers[:MOST_PROVIDERS]
        most = max(each.asked for each in shown)
        bars = tuple(
            Bar(
                label=cut(each.provider),
                figure=self._say("of", count=grouped(each.delivered), all=grouped(each.asked)),
                parts=_parts(each, most=most),
            )
            for each in shown
        )
        legend: tuple[tuple[Tone, str], ...] = (
            ("reached", self._say("sms.delivered")),
            ("open", self._say("sms.accepted")),
            ("unsure", self._say("sms.unknown")),
            ("fault", self._say("sms.failed")),
        )
        used = {tone for bar in bars for tone, _ in bar.parts}
        return Block(
            heading=self._say("headings.sms"), bars=bars, legend=tuple(each for each in legend if each[0] in used)
        )

    def _stops(self, report: Report) -> Block:
        shown = self._shown(report.stops)
        most = max((count for _, count in shown), default=1)
        bars = tuple(
            Bar(label=label, figure=grouped(count), parts=(("fault", count / most),)) for label, count in shown
        )
        note = self._say("under_way", count=grouped(report.under_way)) if report.under_way else None
        if not bars:
            note = " ".join([self._say("no_stops"), *([note] if note else [])])
        return Block(heading=self._say("headings.stops"), bars=bars, note=note)

    def _tile(self, label: str, figure: str) -> Tile:
        return Tile(label=self._say(f"tiles.{label}"), figure=figure)

    # --- the text ---

    def text(self, report: Report) -> str:
        """Write the same figures as lines that fit below a photo; what is too much for that goes from the end."""
        said = [f"{self._say('report')} {self._span(report)}"]
        said += self._lines_of_work(report) if report.invitations else [self._say("nothing")]
        said.append(self._say("credits", count=grouped(report.credits)))
        while len("\n".join(said)) > MOST_CAPTION:
            said.pop(-2)
        return "\n".join(said)

    def _lines_of_work(self, report: Report) -> list[str]:
        said = [" → ".join(f"{self._rung(each)} {self._reached(each, report)}" for each in report.rungs)]
        if report.pictures:
            median, slow = self._time(report.median_seconds), self._time(report.slow_seconds)
            said.append(self._line("tiles.median", self._say("times.note", median=median, slow=slow)))
        stops = " · ".join(f"{grouped(count)} {label}" for label, count in self._shown(report.stops))
        said.append(self._line("headings.stops", stops or self._say("no_stops")))
        if report.under_way:
            said.append(self._say("under_way", count=grouped(report.under_way)))
        said.append(self._line("tiles.photos", grouped(report.photos)))
        return [*said, *(self._line_of(each) for each in report.providers[:MOST_PROVIDERS])]

    def _line_of(self, provider: ProviderFigures) -> str:
        counts = {
            "delivered": provider.delivered,
            "accepted": provider.accepted,
            "unknown": provider.unknown,
            "failed": provider.failed,
        }
        told = [f"{grouped(count)} {self._say(f'sms.{state}')}" for state, count in counts.items() if count]
        return self._say("line", label=f"SMS, {cut(provider.provider)}", text=" · ".join(told))

    def _line(self, label: str, text: str) -> str:
        return self._say("line", label=self._say(label), text=text)

    # --- around both ---

    def _shown(self, stops: Sequence[Stop]) -> list[tuple[str, int]]:
        """Return the commonest causes by name; what is left over is counted together."""
        shown = [(self._cause(stop.cause), stop.count) for stop in stops[:MOST_STOPS]]
        rest = sum(stop.count for stop in stops[MOST_STOPS:])
        return [*shown, (self._say("causes.other"), rest)] if rest else shown

    def _rung(self, figures: RungFigures) -> str:
        return self._words.say(self._language, f"ladder.rungs.{figures.rung}")

    def _reached(self, figures: RungFigures, report: Report) -> str:
        """Say how many, and of how many where not every invitation could come there."""
        count = grouped(figures.reached)
        if figures.of == report.invitations:
            return count
        return self._say("of", count=count, all=grouped(figures.of))

    def _cause(self, cause: str) -> str:
        try:
            return self._say(f"causes.{cause}")
        except KeyError:
            return cut(cause.replace("_", " "))

    def _with_share(self, count: int, of: int) -> str:
        return f"{grouped(count)} · {100 * count // of} %" if of else grouped(count)

    def _time(self, seconds: float | None) -> str:
        if seconds is None:
            return _NONE
        whole = max(0, round(seconds))
        if whole < 60:  # noqa: PLR2004 - seconds in a minute
            return f"{whole} s"
        minutes, rest = divmod(whole, 60)
        if minutes < 60:  # noqa: PLR2004 - minutes in an hour
            return f"{minutes} min {rest:02} s"
        hours, rest = divmod(minutes, 60)
        return f"{hours} h {rest:02} min"

    def _span(self, report: Report) -> str:
        since, until = report.since.astimezone(UTC), report.until.astimezone(UTC)
        said = self._say("span", since=f"{since:%Y-%m-%d %H:%M}", until=f"{until:%Y-%m-%d %H:%M}")
        days = (until - since) // _ONE_DAY
        return f"{said} · {self._say('days', count=days)}" if days > 1 else said

    def _say(self, path: str, **facts: object) -> str:
        return self._words.say(self._language, f"report.{path}", **facts)


def grouped(number: int) -> str:
    """Write a whole number in groups of three, parted by narrow spaces as ISO 80000 has it, alike in every language."""
    return f"{number:,}".replace(",", "\u202f")


def cut(name: str) -> str:
    """Shorten a name that others have chosen."""
    return name if len(name) <= _MOST_NAME else f"{name[: _MOST_NAME - 1]}…"


def _tone_of(group: int) -> Tone:
    """Return the tone of a group of times: within a minute is soon."""
    return "soon" if group < len(TIMES) and TIMES[group] <= 60 else "late"  # noqa: PLR2004 - seconds in a minute


def _parts(provider: ProviderFigures, *, most: int) -> tuple[tuple[Tone, float], ...]:
    counts: tuple[tuple[Tone, int], ...] = (
        ("reached", provider.delivered),
        ("open", provider.accepted),
        ("unsure", provider.unknown),
        ("fault", provider.failed),
    )
    return tuple((tone, count / most) for tone, count in counts if count)
