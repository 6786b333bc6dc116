from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from showme.domain.ladder import PURPOSES, Hint, Purpose, Rung, Troubles, hint_for, ladder_of
from words import read_words

START = datetime(2026, 11, 20, 10, 11, 12, tzinfo=UTC)
SMS = (Rung.CREATED, Rung.SMS_ACCEPTED, Rung.SMS_DELIVERED)


def climbed(*rungs: Rung) -> Mapping[Rung, datetime]:
    """Reach these rungs, ten seconds after one another."""
    return {rung: START + timedelta(seconds=10 * place) for place, rung in enumerate(rungs)}


def hint(
    *rungs: Rung, purpose: Purpose = "photo", by_sms: bool = True, troubles: Troubles | None = None
) -> Hint | None:
    ladder = ladder_of(purpose=purpose, by_sms=by_sms, reached=climbed(*rungs))
    return hint_for(ladder, by_sms=by_sms, troubles=troubles or Troubles())


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


@pytest.mark.parametrize(("rung", "seconds"), [(Rung.TAPPED, 25), (Rung.CAMERA_ALLOWED, 10), (Rung.CONNECTING, 10)])
def test_live_video_that_does_not_come_has_its_sentence(rung: Rung, seconds: int) -> None:
    way = [Rung.CREATED, Rung.PAGE_LOADED, Rung.TAPPED, Rung.CAMERA_ALLOWED, Rung.CONNECTING]
    rungs = way[: way.index(rung) + 1]
    due = climbed(*rungs)[rung] + timedelta(seconds=seconds)
    assert hint(*rungs, purpose="live", by_sms=False) == Hint(cause="no_picture", due_at=due)


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
    assert hint(*way, purpose="live", by_sms=False, troubles=troubles) == Hint(cause="camera_refused", due_at=refused)
    allowed = hint(*way, Rung.CAMERA_ALLOWED, purpose="live", by_sms=False, troubles=troubles)
    assert allowed is not None
    assert allowed.cause == "no_picture"


def test_a_picture_that_cannot_be_opened_is_told_even_after_a_good_one() -> None:
    seen = START + timedelta(minutes=5)
    told = hint(Rung.CREATED, Rung.FIRST_PICTURE, troubles=Troubles(photo_unreadable_at=seen))
    assert told == Hint(cause="photo_unreadable", due_at=seen)


def test_every_hint_and_rung_has_its_words_in_every_language() -> None:
    causes = {"photo_unreadable", "sms_refused", "camera_refused", "location_refused"}
    for purpose in PURPOSES:
        for by_sms in (True, False):
            rungs = [step.rung for step in ladder_of(purpose=purpose, by_sms=by_sms, reached={}).steps]
            for last in range(1, len(rungs)):
                found = hint(*rungs[:last], purpose=purpose, by_sms=by_sms)
                assert found is not None
                causes.add(found.cause)
    for language, sections in read_words().items():
        assert causes <= sections["ladder"]["hints"].keys(), language
        assert {str(rung) for rung in Rung} <= sections["ladder"]["rungs"].keys(), language
