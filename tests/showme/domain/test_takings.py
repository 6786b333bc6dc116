from datetime import UTC, datetime, timedelta

import pytest

from showme.domain.takings import EASTMOST, JUST_NOW, UNKNOWN, WESTMOST, Age, age

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
BRUSSELS = timedelta(hours=1)


def taken(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-20T13:00:00+01:00", Age(kind="just_now")),
        ("2026-11-20T12:55:00+01:00", Age(kind="just_now")),
        ("2026-11-20T13:05:00+01:00", Age(kind="just_now")),
        ("2026-11-20T07:30:00-04:30", Age(kind="just_now")),
        ("2026-11-20T12:54:59+01:00", Age(kind="minutes", number=5)),
        ("2026-11-20T12:00:01+01:00", Age(kind="minutes", number=59)),
        ("2026-11-20T11:00:00+00:00", Age(kind="hours", number=1)),
        ("2026-11-18T12:00:01+00:00", Age(kind="hours", number=47)),
        ("2026-11-18T12:00:00+00:00", Age(kind="days", number=2)),
        ("2026-11-17T09:00:00+00:00", Age(kind="days", number=3)),
        ("2026-11-20T12:05:01+00:00", UNKNOWN),
        ("2036-11-20T12:00:00+00:00", UNKNOWN),
    ],
)
def test_a_photo_with_a_zone_is_as_old_as_it_says(at: str, expected: Age) -> None:
    assert age(taken(at), NOON) == expected


def test_a_photo_without_a_time_is_of_unknown_age() -> None:
    assert age(None, NOON) == UNKNOWN
    assert age(None, NOON, clock_offset=BRUSSELS) == UNKNOWN


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-20T12:58:00", Age(kind="just_now")),
        ("2026-11-20T11:58:00", Age(kind="hours", number=1)),
        ("2026-11-20T12:28:00", Age(kind="minutes", number=32)),
        ("2026-11-17T12:00:00", Age(kind="days", number=3)),
        ("2026-11-20T13:58:00", UNKNOWN),
    ],
)
def test_the_phones_own_clock_fills_in_for_a_missing_zone(at: str, expected: Age) -> None:
    assert age(taken(at), NOON, clock_offset=BRUSSELS) == expected


def test_a_zone_in_the_photo_counts_more_than_the_phones() -> None:
    assert age(taken("2026-11-20T12:00:00+00:00"), NOON, clock_offset=timedelta(hours=9)).kind == "just_now"


@pytest.mark.parametrize("minutes", range(-15 * 60, 36 * 60, 30))
def test_a_photo_without_any_zone_is_never_called_new(minutes: int) -> None:
    at = (NOON - timedelta(minutes=minutes)).replace(tzinfo=None)
    assert age(at, NOON) == UNKNOWN


@pytest.mark.parametrize("zone", [WESTMOST, timedelta(), EASTMOST])
def test_an_old_photo_is_old_in_every_zone(zone: timedelta) -> None:
    truly = timedelta(days=3)
    found = age((NOON - truly + zone).replace(tzinfo=None), NOON)
    assert found.kind == "days"
    assert abs(found.number - truly.days) <= 1


def test_new_means_five_minutes() -> None:
    assert JUST_NOW.total_seconds() == 300
