"""A report says how far invitations came, how soon, and where they stopped."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from showme.domain.invitations import SmsState
from showme.domain.ladder import CameraReason, Purpose, Rung
from showme.domain.reports import (
    Course,
    ProviderFigures,
    Report,
    RungFigures,
    Stop,
    read_report,
    sum_up,
    write_report,
)

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=3)


def course(
    *reached: Rung,
    purpose: Purpose = "photo",
    by_sms: bool = True,
    after: float = 40,
    made_at: datetime = NOON,
    sms_state: SmsState = "accepted",
    sms_cause: str | None = None,
    camera_trouble: CameraReason | None = None,
    photo_unreadable: bool = False,
    photos: int = 0,
) -> Course:
    return Course(
        purpose=purpose,
        by_sms=by_sms,
        created_at=made_at,
        reached={Rung.CREATED: made_at, **{rung: made_at + timedelta(seconds=after) for rung in reached}},
        photos=photos,
        sms_state=sms_state if by_sms else "none",
        sms_cause=sms_cause,
        camera_trouble=camera_trouble,
        photo_unreadable=photo_unreadable,
    )


def report_of(*courses: Course, providers: tuple[ProviderFigures, ...] = (), now: datetime = LATER) -> Report:
    return sum_up(courses, providers=providers, credits_left=7, since=NOON, until=NOON + timedelta(days=1), now=now)


SHOWN = (Rung.SMS_ACCEPTED, Rung.SMS_DELIVERED, Rung.PAGE_LOADED, Rung.TAPPED, Rung.FIRST_PICTURE)


@pytest.mark.parametrize(
    ("stopped", "cause"),
    [
        (course(*SHOWN), None),
        (course(Rung.LOCATED, purpose="location"), None),
        (course(), "sms_not_accepted"),
        (course(by_sms=False), "page_not_loaded"),
        (course(Rung.SMS_ACCEPTED), "sms_not_delivered"),
        (course(sms_state="refused", sms_cause="sms_landline"), "sms_landline"),
        (course(sms_state="unknown"), "sms_refused"),
        (course(*SHOWN[:2]), "page_not_loaded"),
        (course(*SHOWN[:3]), "not_tapped"),
        # The SMS failed later, but the page was opened by another way: the SMS is not what stopped it.
        (course(*SHOWN[:3], sms_state="refused", sms_cause="sms_failed"), "not_tapped"),
        (course(*SHOWN[:4]), "no_picture"),
        (course(*SHOWN[:4], photo_unreadable=True), "photo_unreadable"),
        (course(*SHOWN[:4], purpose="live", camera_trouble="refused"), "camera_refused"),
        (course(*SHOWN[:4], purpose="live", camera_trouble="in_app"), "camera_in_app"),
        (course(*SHOWN[:4], Rung.CAMERA_ALLOWED, Rung.CONNECTING, purpose="live"), "not_connecting"),
        (course(*SHOWN[:4], purpose="location"), "location_refused"),
    ],
)
def test_an_invitation_stopped_for_one_cause(stopped: Course, cause: str | None) -> None:
    assert stopped.stopped_by == cause


def test_a_rung_counts_those_that_could_reach_it() -> None:
    figures = report_of(course(*SHOWN), course(by_sms=False), course(Rung.SMS_ACCEPTED, purpose="location"))
    assert [(each.rung, each.reached, each.of) for each in figures.rungs] == [
        (Rung.CREATED, 3, 3),
        (Rung.SMS_ACCEPTED, 2, 2),
        (Rung.SMS_DELIVERED, 1, 2),
        (Rung.PAGE_LOADED, 1, 3),
        (Rung.TAPPED, 1, 3),
        (Rung.FIRST_PICTURE, 1, 2),
        (Rung.LOCATED, 0, 1),
    ]


def test_who_opened_the_page_has_received_the_sms_whatever_the_provider_tells() -> None:
    figures = report_of(course(Rung.SMS_ACCEPTED, Rung.PAGE_LOADED))
    assert RungFigures(rung=Rung.SMS_DELIVERED, reached=1, of=1) in figures.rungs


def test_times_tell_the_half_and_the_slow_ones() -> None:
    figures = report_of(*(course(*SHOWN, after=after) for after in (15, 16, 30, 31, 60, 61, 120, 121, 300, 900)))
    assert figures.times == (1, 2, 2, 2, 3)
    assert figures.pictures == 10
    assert figures.median_seconds == pytest.approx(60.5)
    assert figures.slow_seconds == pytest.approx(300)


def test_who_still_climbs_has_not_stopped() -> None:
    young, old = course(made_at=LATER - timedelta(minutes=14)), course(made_at=LATER - timedelta(minutes=15))
    done = course(*SHOWN, made_at=LATER - timedelta(minutes=1))
    figures = report_of(young, old, done)
    assert figures.under_way == 1
    assert figures.stops == (Stop(cause="sms_not_accepted", count=1),)


def test_the_commonest_cause_comes_first() -> None:
    figures = report_of(course(*SHOWN[:3]), course(), course(*SHOWN[:3]), course(by_sms=False))
    assert [(stop.cause, stop.count) for stop in figures.stops] == [
        ("not_tapped", 2),
        ("page_not_loaded", 1),
        ("sms_not_accepted", 1),
    ]


def test_an_empty_day_is_a_report_too() -> None:
    figures = report_of()
    assert (figures.invitations, figures.pictures, figures.median_seconds, figures.slow_seconds) == (0, 0, None, None)
    assert figures.rungs == ()
    assert figures.stops == ()


def test_the_journal_gives_back_what_was_written() -> None:
    twilio = ProviderFigures(provider="twilio", delivered=3, failed=1)
    figures = report_of(course(*SHOWN, photos=4), course(), providers=(twilio,))
    written = json.loads(json.dumps({"report": write_report(figures)}))
    assert read_report(written) == figures


def test_a_day_of_before_there_were_reports_has_none() -> None:
    assert read_report({"invitations": 3}) is None
