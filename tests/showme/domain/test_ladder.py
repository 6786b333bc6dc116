from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from showme.domain.ladder import (
    CAMERA_REASONS,
    PURPOSES,
    CameraReason,
    Hint,
    Purpose,
    Rung,
    Troubles,
    hint_for,
    ladder_of,
)
from showme.domain.words import TEAM_LANGUAGES
from words import read_words

START = datetime(2026, 11, 20, 10, 11, 12, tzinfo=UTC)
SMS = (Rung.CREATED, Rung.SMS_ACCEPTED, Rung.SMS_DELIVERED)


def climbed(*rungs: Rung) -> Mapping[Rung, datetime]:
    """Reach these rungs, ten seconds after one another."""
    return {rung: START + timedelta(seconds=10 * place) for place, rung in enumerate(rungs)}


def hint(
    *rungs: Rung,
    purpose: Purpose = "photo",
    by_sms: bool = True,
    troubles: Troubles | None = None,
    live_since: datetime | None = None,
) -> Hint | None:
    reached = climbed(*rungs)
    ladder = ladder_of(purpose=purpose, by_sms=by_sms, reached=reached)
    return hint_for(
        ladder,
        by_sms=by_sms,
        troubles=troubles or Troubles(),
        live_since=live_since,
        pictured_at=reached.get(Rung.FIRST_PICTURE),
    )


@pytest.mark.parametrize(
    ("purpose", "rungs"),
    [
        ("photo", "created sms_accepted sms_delivered page_loaded tapped first_picture"),
        ("live", "created sms_accepted sms_delivered page_loaded tapped camera_allowed connecting first_picture"),
        ("location", "created sms_accepted sms_delivered page_loaded tapped located"),
    ],
)
def test_every_purpose_has_its_rungs_in_order(purpose: Purpose, rungs: str) -> None:
    with_sms = ladder_of(purpose=purpose, by_sms=True, reached={})
    assert " ".join(step.rung for step in with_sms.steps) == rungs
    without = ladder_of(purpose=purpose, by_sms=False, reached={})
    assert " ".join(step.rung for step in without.steps) == rungs.replace("sms_accepted sms_delivered ", "")


def test_a_provider_that_never_reports_delivery_leaves_a_gap_and_no_more() -> None:
    reached = climbed(Rung.CREATED, Rung.SMS_ACCEPTED, Rung.PAGE_LOADED)
    ladder = ladder_of(purpose="photo", by_sms=True, reached=reached)
    assert ladder.highest is Rung.PAGE_LOADED
    assert not ladder.is_climbed
    assert [step.at for step in ladder.steps][2] is None


def test_the_first_picture_ends_the_ladder() -> None:
    everything = climbed(*SMS, Rung.PAGE_LOADED, Rung.TAPPED, Rung.FIRST_PICTURE)
    assert ladder_of(purpose="photo", by_sms=True, reached=everything).is_climbed
    assert not ladder_of(purpose="location", by_sms=True, reached=everything).is_climbed


@pytest.mark.parametrize(
    ("rungs", "by_sms", "cause", "seconds"),
    [
        ((Rung.CREATED,), True, "sms_not_accepted", 10),
        ((Rung.CREATED,), False, "page_not_loaded", 20),
        (SMS[:2], True, "sms_not_delivered", 20),
        (SMS, True, "page_not_loaded", 20),
        ((*SMS, Rung.PAGE_LOADED), True, "not_tapped", 15),
        ((Rung.CREATED, Rung.PAGE_LOADED), False, "not_tapped", 15),
        ((*SMS, Rung.PAGE_LOADED, Rung.TAPPED), True, "no_picture", 25),
    ],
)
def test_where_it_is_stuck_decides_what_to_say_and_when(
    rungs: tuple[Rung, ...],
    by_sms: bool,  # noqa: FBT001 - a column of the table
    cause: str,
    seconds: int,
) -> None:
    last = climbed(*rungs)[rungs[-1]]
    assert hint(*rungs, by_sms=by_sms) == Hint(cause=cause, due_at=last + timedelta(seconds=seconds))


LIVE = (Rung.CREATED, Rung.PAGE_LOADED, Rung.TAPPED, Rung.CAMERA_ALLOWED, Rung.CONNECTING)


@pytest.mark.parametrize(
    ("rung", "cause", "seconds"),
    [
        (Rung.TAPPED, "camera_not_allowed", 25),
        (Rung.CAMERA_ALLOWED, "live_not_begun", 10),
        (Rung.CONNECTING, "live_not_begun", 10),
    ],
)
def test_live_video_that_does_not_come_has_its_sentence(rung: Rung, cause: str, seconds: int) -> None:
    rungs = LIVE[: LIVE.index(rung) + 1]
    due = climbed(*rungs)[rung] + timedelta(seconds=seconds)
    assert hint(*rungs, purpose="live", by_sms=False) == Hint(cause=cause, due_at=due)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_camera_that_runs_and_shows_nothing_has_a_bad_connection(purpose: Purpose) -> None:
    began = START + timedelta(minutes=1)
    told = hint(*LIVE, purpose=purpose, by_sms=False, live_since=began)
    assert told == Hint(cause="not_connecting", due_at=began + timedelta(seconds=10))
    assert hint(*LIVE, Rung.FIRST_PICTURE, purpose=purpose, by_sms=False, live_since=began) is None


def test_live_video_that_was_lost_is_told_even_after_a_picture() -> None:
    lost = START + timedelta(minutes=5)
    told = hint(*LIVE, Rung.FIRST_PICTURE, purpose="live", by_sms=False, troubles=Troubles(live_lost_at=lost))
    assert told == Hint(cause="live_lost", due_at=lost)


def test_of_two_troubles_the_later_one_is_told() -> None:
    lost, refused = START + timedelta(minutes=5), START + timedelta(minutes=6)
    both = Troubles(live_lost_at=lost, camera_refused_at=refused, camera_reason="in_use")
    assert hint(*LIVE, purpose="live", troubles=both) == Hint(cause="camera_in_use", due_at=refused)
    other_way = Troubles(live_lost_at=refused, camera_refused_at=lost)
    assert hint(*LIVE, purpose="live", troubles=other_way) == Hint(cause="live_lost", due_at=refused)


def test_a_location_that_does_not_come_was_probably_refused() -> None:
    found = hint(Rung.CREATED, Rung.PAGE_LOADED, Rung.TAPPED, purpose="location", by_sms=False)
    assert found is not None
    assert found.cause == "location_refused"


def test_nothing_is_to_be_said_once_there_is_a_picture() -> None:
    assert hint(*SMS, Rung.PAGE_LOADED, Rung.TAPPED, Rung.FIRST_PICTURE) is None
    troubles = Troubles(sms_failed_at=START, camera_refused_at=START)
    assert hint(Rung.CREATED, Rung.FIRST_PICTURE, troubles=troubles) is None


def test_a_refused_sms_is_told_at_once_and_no_more_once_the_page_is_open() -> None:
    failed = START + timedelta(seconds=3)
    troubles = Troubles(sms_failed_at=failed)
    assert hint(Rung.CREATED, troubles=troubles) == Hint(cause="sms_refused", due_at=failed)
    assert hint(*SMS[:2], troubles=troubles) == Hint(cause="sms_refused", due_at=failed)
    opened = hint(*SMS[:2], Rung.PAGE_LOADED, troubles=troubles)
    assert opened is not None
    assert opened.cause == "not_tapped"


def test_a_refused_camera_is_told_at_once_until_it_is_allowed() -> None:
    refused = START + timedelta(seconds=40)
    troubles = Troubles(camera_refused_at=refused)
    way = (Rung.CREATED, Rung.PAGE_LOADED, Rung.TAPPED)
    told = Hint(cause="camera_refused", due_at=refused)
    assert hint(*way, purpose="live", by_sms=False, troubles=troubles) == told
    allowed = hint(*way, Rung.CAMERA_ALLOWED, purpose="live", by_sms=False)
    assert allowed is not None
    assert allowed.cause == "live_not_begun"


def test_a_camera_that_was_allowed_once_and_is_refused_now_has_its_sentence() -> None:
    refused = START + timedelta(minutes=3)
    told = Hint(cause="camera_refused", due_at=refused)
    assert hint(*LIVE, purpose="live", by_sms=False, troubles=Troubles(camera_refused_at=refused)) == told
    pictured = hint(*LIVE, Rung.FIRST_PICTURE, purpose="live", troubles=Troubles(camera_refused_at=refused))
    assert pictured == told


@pytest.mark.parametrize("reason", CAMERA_REASONS)
def test_why_there_is_no_camera_decides_what_to_say(reason: CameraReason) -> None:
    troubles = Troubles(camera_refused_at=START, camera_reason=reason)
    told = hint(Rung.CREATED, Rung.PAGE_LOADED, Rung.TAPPED, purpose="live", troubles=troubles)
    assert told == Hint(cause=f"camera_{reason}", due_at=START)


def test_a_picture_that_cannot_be_opened_is_told_even_after_a_good_one() -> None:
    seen = START + timedelta(minutes=5)
    told = hint(Rung.CREATED, Rung.FIRST_PICTURE, troubles=Troubles(photo_unreadable_at=seen))
    assert told == Hint(cause="photo_unreadable", due_at=seen)


def test_every_hint_and_rung_has_its_words_in_every_language() -> None:
    causes = {"photo_unreadable", "sms_refused", "location_refused", "live_lost", "not_connecting", "sms_silent"}
    causes |= {f"camera_{reason}" for reason in CAMERA_REASONS}
    for purpose in PURPOSES:
        for by_sms in (True, False):
            rungs = [step.rung for step in ladder_of(purpose=purpose, by_sms=by_sms, reached={}).steps]
            for last in range(1, len(rungs)):
                found = hint(*rungs[:last], purpose=purpose, by_sms=by_sms)
                assert found is not None
                causes.add(found.cause)
    words = read_words()
    for language in TEAM_LANGUAGES:
        assert causes <= words[language]["ladder"]["hints"].keys(), language
        assert {str(rung) for rung in Rung} <= words[language]["ladder"]["rungs"].keys(), language
