"""Six hours and a minute later nothing of a citizen is left, on any night and after any absence."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from tests.fakes.clock import MovableClock
from tests.torture.measuring import sizes
from tests.web.conftest import House, house_of
from tests.web.test_citizen_door import shown_photo

NIGHTS = (
    datetime(2026, 11, 20, 10, 11, 12, tzinfo=UTC),
    datetime(2026, 3, 28, 22, 30, tzinfo=UTC),  # the clocks of Europe go forward at 1:00 UTC
    datetime(2026, 10, 24, 22, 30, tzinfo=UTC),  # and back
)
CANARY = "SHOWME-CANARY-WORDS"
NUMBER = "+32470123456"


async def _call(house: House) -> str:
    """Let a citizen send a photo, words and a place; return the key."""
    invited = await house.invite(to="0470 12 34 56")
    key: str = invited["key"]
    place = {"step": "loaded", "location": {"latitude": 50.8467, "longitude": 4.3525, "accuracy": 9}}
    assert (await house.client.post(f"/s/{key}/progress", json=place)).status_code == 204
    said = await house.client.post(f"/s/{key}/messages", json={"id": "sentence-1", "text": CANARY})
    assert said.status_code == 204
    assert (await house.send_photo(key)).status_code == 201
    await shown_photo(house, invited["id"])
    return key


def _left(data: Path) -> list[str]:
    """Return where anything of a citizen is found in records and files."""
    found = [str(path.relative_to(data)) for path in (data / "media").rglob("*") if path.is_file()]
    with closing(sqlite3.connect(f"{(data / 'showme.sqlite').as_uri()}?mode=ro", uri=True)) as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in database.execute(f'SELECT * FROM "{table}"'):  # noqa: S608 - the database's own names
                told = " ".join(map(str, row))
                found += [f"{table}: {word}" for word in (CANARY, NUMBER, "470123456", "50.8467") if word in told]
    return found


@sizes(1, 3)
async def test_nothing_is_left_in_time(count: int, tmp_path: Path, measured: Callable[..., None]) -> None:
    left: list[str] = []
    statuses: list[int] = []
    for turn in range(count):
        clock, data = MovableClock(NIGHTS[turn]), tmp_path / f"while it runs {turn}"
        async with house_of(data, clock) as house:
            key = await _call(house)
            photo = (await (await house.api("GET", "/api/photos")).get_json())["photos"][0]["id"]
            assert _left(data)
            clock.move(hours=6, seconds=60)
            # Nobody is online: one look of the one who forgets is all that happens.
            await house.installation.forgetting.forget_what_is_due()
            left += _left(data)
            statuses.append((await house.client.get(f"/s/{key}")).status_code)
            statuses.append((await house.api("GET", f"/api/photos/{photo}/wall")).status_code)
        clock, data = MovableClock(NIGHTS[turn]), tmp_path / f"after three days {turn}"
        async with house_of(data, clock) as house:
            key = await _call(house)
        assert _left(data)
        clock.move(days=3)
        async with house_of(data, clock) as house:  # open, and nobody has asked anything yet
            left += _left(data)
            statuses.append((await house.client.get(f"/s/{key}")).status_code)
    measured(
        "retention",
        goal="6 h + 60 s: gone from files, rows, addresses (410), also when nobody is online and after three days of "
        "downtime (before serving)",
        measured=f"{count} nights, running and three days down: {len(left)} traces left; "
        f"answers {sorted(set(statuses))}",
    )
    assert left == []
    assert set(statuses) == {404, 410}


async def test_a_clock_that_jumps_forgets_nothing_early_and_nothing_late(tmp_path: Path) -> None:
    clock, data = MovableClock(), tmp_path / "data"
    async with house_of(data, clock) as house:
        key = await _call(house)
        clock.move(hours=-2)  # somebody sets it right, or wrong
        await house.installation.forgetting.forget_what_is_due()
        assert any((data / "media" / "original").iterdir())
        clock.move(hours=2)
        assert (await house.client.get(f"/s/{key}")).status_code == 200
        clock.move(hours=30)  # and a leap forward is noticed at the next look
        await house.installation.forgetting.forget_what_is_due()
        assert _left(data) == []
