from datetime import UTC, datetime

import pytest

from showme.domain.people import Dispatcher, read_name
from showme.domain.sms import KeptSms
from showme.errors import NotAllowed, NotUnderstood


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Anna", "Anna"),
        ("  Anna \t Maes\n", "Anna Maes"),
        ("Zoë Ünal", "Zoë Ünal"),
        ("x" * 40, "x" * 40),
        ("Anna\u202eseaM", "Anna seaM"),
        ("A\x00B", "A B"),
    ],
)
def test_a_name_is_read_as_it_was_meant(text: str, name: str) -> None:
    assert read_name(text) == name


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "x" * 41, "showme", " Citizen "])
def test_who_gives_no_name_or_nobodys_is_asked_again(text: str) -> None:
    with pytest.raises(NotUnderstood) as refusal:
        read_name(text)
    assert (refusal.value.cause, refusal.value.facts) == ("name_not_understood", {"most": 40})


def test_some_things_only_a_supervisor_may_do() -> None:
    Dispatcher(organisation=1, name="Anna", role="supervisor").refuse_unless_supervisor()
    with pytest.raises(NotAllowed) as refusal:
        Dispatcher(organisation=1, name="Bert").refuse_unless_supervisor()
    assert refusal.value.cause == "supervisors_only"


def test_the_link_is_the_last_one_of_an_sms_and_its_text_is_not_shown_in_logs() -> None:
    at = datetime(2026, 11, 20, tzinfo=UTC)
    sms = KeptSms(id="1", to="+32470123456", text="See https://a.example or https://b.example/s/1key", at=at)
    assert sms.link == "https://b.example/s/1key"
    assert "1key" not in repr(sms)
    assert KeptSms(id="1", to="+32470123456", text="nothing", at=at).link is None
