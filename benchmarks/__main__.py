"""Runs every benchmark, prints the table and writes ``results.json``."""

from __future__ import annotations

import asyncio
import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks import live, photo_to_wall, signalling, small_first
from benchmarks.rows import Row

RESULTS = Path(__file__).with_name("results.json")


async def _measure() -> list[Row]:
    return [
        *await photo_to_wall.measure(),
        *await live.measure(),
        *await small_first.measure(),
        *await signalling.measure(),
    ]


def main() -> None:
    """Measure, print, write."""
    rows = asyncio.run(_measure())
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    versions = ", ".join(f"{name} {version(name)}" for name in ("quart", "hypercorn", "pillow"))
    told = {"machine": f"{machine}, {versions}", "date": datetime.now(UTC).date().isoformat(), "rows": rows}
    RESULTS.write_text(json.dumps(told, indent=2) + "\n", "utf-8")
    print(f"{told['machine']} · {told['date']}")
    for row in rows:
        against = f"  {row['ratio']} times faster than {row['against']}" if row["ratio"] else ""
        print(f"{row['name']:<45} {row['value']:>8} {row['unit']} ({row['least']} to {row['most']}){against}")


if __name__ == "__main__":
    main()
