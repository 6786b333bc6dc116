"""A row of the table: a figure with its spread, and what it is compared with."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

Row = dict[str, object]


def row(name: str, unit: str, values: Sequence[float], *, against: tuple[str, Sequence[float]] | None = None) -> Row:
    """Make a row of several measurements; its value is their median, and so is that of what it is compared with."""
    median = statistics.median(values)
    other = statistics.median(against[1]) if against else None
    return {
        "name": name,
        "value": round(median, 1),
        "least": round(min(values), 1),
        "most": round(max(values), 1),
        "unit": unit,
        "against": f"{against[0]}: {other:.0f} {unit}" if against else None,
        "ratio": round(other / median, 1) if other else None,
    }
