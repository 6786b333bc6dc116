"""A link for a crew works for as long as was said, for what was said, and proves nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from showme.domain.passes import check_pass, make_pass, make_share_pass, read_pass
from showme.domain.shares import Share, is_visit, read_lasting, read_recipient
from showme.errors import LinkEnded, NotUnderstood, WrongKey
from tests.showme.domain.test_passes import OURS

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SECRET = b"s" * 32


def share(**more: object) -> Share:
    """Return a share of an hour."""
    told: dict[str, object] = {
        "id": "aShareOfNoon01", "organisation": 1, "recipient": "Ambulance 3", "invitation": "i", "incident": None,
        "secret": 1, "made_by": "Anna", "made_at": NOON, "expires_at": NOON + timedelta(hours=1), **more,
    }  # fmt: skip
    return Share(**told)  # type: ignore[arg-type]


def test_a_share_works_until_its_time_is_over_or_somebody_ends_it() -> None:
    assert share().state(NOON + timedelta(minutes=59)) == "open"
    assert share().state(NOON + timedelta(hours=1)) == "expired"
    assert share(ended_at=NOON).state(NOON) == "ended"
    share().refuse_unless_open(NOON)
    with pytest.raises(LinkEnded) as over:
        share().refuse_unless_open(NOON + timedelta(hours=1))
    assert over.value.cause == "share_expired"
    with pytest.raises(LinkEnded) as ended:
        share(ended_at=NOON).refuse_unless_open(NOON)
    assert ended.value.cause == "share_ended"


def test_a_pass_of_one_kind_is_none_of_the_other() -> None:
    watched = OURS
    same = share(id=watched.id, organisation=watched.organisation)
    passes = {"watch": make_pass(watched, SECRET), "share": make_share_pass(same, SECRET)}
    check_pass(read_pass(passes["watch"]), watched.id, [SECRET])
    check_pass(read_pass(passes["share"]), watched.id, [SECRET], kind="share")
    with pytest.raises(WrongKey):
        check_pass(read_pass(passes["share"]), watched.id, [SECRET])
    with pytest.raises(WrongKey):
        check_pass(read_pass(passes["watch"]), watched.id, [SECRET], kind="share")


def test_a_link_lasts_as_long_as_was_asked_within_reason() -> None:
    assert read_lasting(None) == timedelta(hours=2)
    assert read_lasting(5) == timedelta(minutes=5)
    assert read_lasting(360) == timedelta(hours=6)
    for wrong in (4.9, 361, -1, 0):
        with pytest.raises(NotUnderstood):
            read_lasting(wrong)


def test_a_link_is_for_somebody() -> None:
    assert read_recipient("  Ambulance   3 ") == "Ambulance 3"
    for wrong in (None, "", "\u202e", "x" * 41):
        with pytest.raises(NotUnderstood):
            read_recipient(wrong)


def test_a_visit_looks_like_one() -> None:
    assert is_visit("a" * 32)
    for wrong in ("", "a" * 31, "a" * 33, "\u0663" * 32, "a" * 31 + "/"):
        assert not is_visit(wrong)
