"""The table of figures: what a trial measured, against which goal, from which seed."""

from __future__ import annotations

import json
import os
import platform
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

TABLE = Path(__file__).parents[2] / "benchmarks" / "torture.json"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One row of the table."""

    name: str
    goal: str
    measured: str
    seed: int | None = None


def sizes(short: int, whole: int) -> pytest.MarkDecorator:
    """Try with few in ``make test``, and with as many as were promised in ``make torture``."""
    return pytest.mark.parametrize(
        "count", [pytest.param(short, id="short"), pytest.param(whole, id="whole", marks=pytest.mark.torture)]
    )


def seeded() -> tuple[int, random.Random]:
    """Return a new seed, printed, and the chance that comes from it."""
    seed = random.SystemRandom().randrange(1_000_000)
    print(f"seed {seed}")
    return seed, random.Random(seed)


def write(figures: Sequence[Figure], table: Path = TABLE) -> list[dict[str, Any]]:
    """Put figures into the table, each in the place of the former one of its name; return all of its rows."""
    known: list[dict[str, Any]] = json.loads(table.read_text("utf-8"))["rows"] if table.exists() else []
    rows = {row["name"]: row for row in known}
    today = datetime.now(UTC).date().isoformat()
    rows |= {figure.name: {**asdict(figure), "date": today} for figure in figures}
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    told = {"machine": machine, "rows": list(rows.values())}
    table.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return list(rows.values())
