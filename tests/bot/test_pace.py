"""The bot speaks at the speed that Telegram allows, and keeps some of it for what is urgent."""

from datetime import UTC, datetime, timedelta

from bot.pace import MOST_FOR_EDITS, MOST_IN_A_MINUTE, Pace
from showme.domain.chats import Urgency

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def said(times: int, *, is_group: bool = True) -> Pace:
    """Return the pace of a chat in which something was said every second since noon."""
    pace = Pace(is_group=is_group)
    for second in range(times):
        pace.spend(NOON + timedelta(seconds=second))
    return pace


def test_a_group_hears_twenty_things_a_minute() -> None:
    now = NOON + timedelta(seconds=30)
    assert said(MOST_IN_A_MINUTE - 1).ready_at(Urgency.PICTURE, now) == now
    assert said(MOST_IN_A_MINUTE).ready_at(Urgency.PICTURE, now) == NOON + timedelta(seconds=60)


def test_edits_leave_room_for_photos_and_new_cards() -> None:
    now = NOON + timedelta(seconds=30)
    pace = said(MOST_FOR_EDITS)
    assert pace.ready_at(Urgency.EDIT, now) == NOON + timedelta(seconds=60)
    assert pace.ready_at(Urgency.CLEARING, now) == NOON + timedelta(seconds=60)
    assert pace.ready_at(Urgency.CARD, now) == now
    assert pace.ready_at(Urgency.PICTURE, now) == now


def test_a_private_chat_hears_one_thing_a_second_for_ever() -> None:
    pace = said(100, is_group=False)
    now = NOON + timedelta(seconds=99)
    assert pace.ready_at(Urgency.EDIT, now) == NOON + timedelta(seconds=100)


def test_a_few_things_may_come_at_once() -> None:
    pace = Pace(is_group=True)
    for _ in range(3):
        assert pace.ready_at(Urgency.PICTURE, NOON) == NOON
        pace.spend(NOON)
    assert pace.ready_at(Urgency.PICTURE, NOON) > NOON
