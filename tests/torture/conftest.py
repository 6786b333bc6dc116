"""Collects what the trials measure, prints the table and keeps it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from tests.fakes.clock import MovableClock
from tests.torture.measuring import Figure, write
from tests.web.conftest import House, house_of

FIGURES = pytest.StashKey[list[Figure]]()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Open a house over SQLite, as most installations are."""
    async with house_of(tmp_path / "data", MovableClock()) as house:
        yield house


@pytest.fixture
def measured(request: pytest.FixtureRequest) -> Iterator[Callable[..., None]]:
    """Take a figure; only those of whole trials that end well come into the table."""
    taken: list[Figure] = []

    def measure(name: str, *, goal: str, measured: str, seed: int | None = None) -> None:
        taken.append(Figure(name=name, goal=goal, measured=measured, seed=seed))
        print(f"{name}: {measured} (goal: {goal}, seed {seed})")

    yield measure
    if request.node.get_closest_marker("torture"):
        request.config.stash.setdefault(FIGURES, []).extend(taken)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the table."""
    figures = config.stash.get(FIGURES, [])
    if not figures:
        return
    terminalreporter.section("torture")
    for row in write(figures):
        seed = f" (seed {row['seed']})" if row["seed"] is not None else ""
        terminalreporter.line(f"{row['name']}: {row['measured']} · goal: {row['goal']}{seed}")
