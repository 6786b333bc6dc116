from datetime import UTC, datetime, timedelta

import pytest

from showme.domain.invitations import (
    Invitation,
    is_sms_silent,
    read_incident,
    read_language,
    read_purpose,
)
from showme.domain.ladder import Rung
from showme.domain.words import LANGUAGES
from showme.errors import LinkEnded, NotInvitable

MADE_AT = datetime(2026, 11, 20, 10, 11, 12, tzinfo=UTC)


def invitation(
    *,
    masked_number: str | None = None,
    ended_at: datetime | None = None,
    closed: bool = False,
    reached: dict[Rung, datetime] | None = None,
) -> Invitation:
    return Invitation(
        id="k3V9", organisation=1, number=1, purpose="photo", language="en", incident=None,
        masked_number=masked_number, by="Anna", created_at=MADE_AT, nonce=bytes(8), secret=1,
        ended_at=ended_at, closed=closed, reached=reached or {Rung.CREATED: MADE_AT},
    )  # fmt: skip


@pytest.mark.parametrize("text", ["photo", "live", "location"])
def test_a_purpose_is_one_of_three(text: str) -> None:
    assert read_purpose(text) == text


@pytest.mark.parametrize("text", [None, ""])
def test_who_names_no_purpose_wants_a_photo_in_the_organisations_language(text: str | None) -> None:
    assert read_purpose(text) == "photo"
    assert read_language(text, otherwise="nl") == "nl"
    assert read_incident(text) is None


@pytest.mark.parametrize("text", ["Photo", "video", "photo ", "photo\n", "phot"])
def test_another_purpose_is_refused(text: str) -> None:
    with pytest.raises(NotInvitable) as refusal:
        read_purpose(text)
    assert refusal.value.cause == "purpose_not_known"


@pytest.mark.parametrize(("text", "language"), [("fr", "fr"), ("FR", "fr"), ("De", "de"), ("nl", "nl"), ("en", "en")])
def test_a_language_is_read_in_any_case(text: str, language: str) -> None:
    assert read_language(text, otherwise="en") == language


@pytest.mark.parametrize("text", ["xx", "français", "fr-BE", " fr", "../fr"])
def test_a_language_that_we_do_not_speak_is_refused_with_those_we_do(text: str) -> None:
    with pytest.raises(NotInvitable) as refusal:
        read_language(text, otherwise="en")
    assert refusal.value.cause == "language_not_offered"
    assert refusal.value.facts == {"offered": ", ".join(LANGUAGES)}


@pytest.mark.parametrize(
    ("text", "incident"),
    [
        ("2026-123", "2026-123"),
        ("#2026-123", "2026-123"),
        ("  A 17/b:c+d.e_f  ", "A 17/b:c+d.e_f"),
        ("Liège 4", "Liège 4"),
        ("x" * 40, "x" * 40),
        ("   ", None),
        ("#", None),
    ],
)
def test_an_incident_is_what_the_cad_calls_it(text: str, incident: str | None) -> None:
    assert read_incident(text) == incident


@pytest.mark.parametrize("text", ["x" * 41, "<b>", "a\nb", "a\tb", "a'b", '"', "a\x00", "a\u202eb", "😀"])
def test_an_odd_incident_is_refused(text: str) -> None:
    with pytest.raises(NotInvitable) as refusal:
        read_incident(text)
    assert (refusal.value.cause, refusal.value.facts) == ("incident_not_understood", {"most": 40})


def test_an_invitation_ends_by_itself_after_six_hours() -> None:
    last = MADE_AT + timedelta(hours=6) - timedelta(milliseconds=1)
    assert invitation().state(last) == "open"
    invitation().refuse_unless_open(last)
    assert invitation().state(MADE_AT + timedelta(hours=6)) == "expired"
    with pytest.raises(LinkEnded) as refusal:
        invitation().refuse_unless_open(MADE_AT + timedelta(hours=6))
    assert refusal.value.cause == "link_expired"


def test_a_closed_invitation_stays_closed_and_says_so() -> None:
    closed = invitation(ended_at=MADE_AT, closed=True)
    for later in (timedelta(0), timedelta(hours=7)):
        assert closed.state(MADE_AT + later) == "closed"
        with pytest.raises(LinkEnded) as refusal:
            closed.refuse_unless_open(MADE_AT + later)
        assert refusal.value.cause == "link_closed"


def test_an_invitation_that_was_found_expired_stays_so_when_the_clock_is_set_back() -> None:
    assert invitation(ended_at=MADE_AT + timedelta(hours=6)).state(MADE_AT) == "expired"


def test_only_an_open_invitation_has_something_to_say() -> None:
    assert invitation().hint(MADE_AT) is not None
    assert invitation(ended_at=MADE_AT, closed=True).hint(MADE_AT) is None
    assert invitation().hint(MADE_AT + timedelta(hours=6)) is None


def test_a_page_that_nobody_tapped_was_perhaps_opened_by_a_scanner() -> None:
    loaded = {Rung.CREATED: MADE_AT, Rung.PAGE_LOADED: MADE_AT}
    assert not invitation().perhaps_a_scanner
    assert invitation(reached=loaded).perhaps_a_scanner
    assert not invitation(reached={**loaded, Rung.TAPPED: MADE_AT}).perhaps_a_scanner


def test_a_provider_that_says_nothing_for_a_minute_is_silent() -> None:
    accepted = {Rung.CREATED: MADE_AT, Rung.SMS_ACCEPTED: MADE_AT}
    minute = MADE_AT + timedelta(minutes=1)
    by_sms = invitation(masked_number="+32 4•• •• •• 56", reached=accepted)
    assert by_sms.by_sms
    assert not is_sms_silent(by_sms, minute)
    assert is_sms_silent(by_sms, minute + timedelta(seconds=1))
    delivered = invitation(reached={**accepted, Rung.SMS_DELIVERED: MADE_AT})
    assert not is_sms_silent(delivered, minute + timedelta(seconds=1))
    assert not is_sms_silent(invitation(), minute + timedelta(seconds=1))


def test_the_random_part_of_a_key_is_not_shown() -> None:
    assert "nonce" not in repr(invitation())
