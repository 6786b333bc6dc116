"""What counts of several attempts, and that the text fits one SMS."""

from __future__ import annotations

import itertools

import pytest

from showme.domain.ladder import PURPOSES
from showme.domain.organisations import MOST_NAME
from showme.domain.sms import Attempt, AttemptState, better, outcome_of
from showme.domain.words import LANGUAGES, Catalogue
from words import read_words

GSM_7 = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The default alphabet of 3GPP TS 23.038, 6.2.1; the place of the escape character is left out."""
EXTENDED = "\f^{}\\[~]|€"
"""Its extension (6.2.1.1): each takes two places."""
ONE_PART = 160
HOSTS = ["show.example.org", "show.police.example"]
"""The longest has the 19 characters that every language leaves room for."""


def places(text: str) -> int:
    """Return how many seven-bit places a text takes; fail for a character that would make it UCS-2."""
    strange = [character for character in text if character not in GSM_7 + EXTENDED]
    assert strange == [], f"not in GSM-7: {strange}"
    return sum(2 if character in EXTENDED else 1 for character in text)


def test_the_table_counts_as_the_standard_does() -> None:
    assert len(GSM_7) == len(set(GSM_7)) == 127
    assert (places("é"), places("€"), places("Zet mobiele data aan")) == (1, 2, 20)
    for strange in "çêû\u2013\u2019🚑":
        with pytest.raises(AssertionError):
            places(strange)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("letter", ["W", "&", "'"])
@pytest.mark.parametrize("host", HOSTS)
def test_every_sms_is_one_part_that_ends_with_its_link(language: str, purpose: str, letter: str, host: str) -> None:
    name, link = letter * MOST_NAME, f"https://{host}/s/1" + 39 * "z"
    text = Catalogue(read_words()).say(language, f"sms.{purpose}", organisation=name, link=link)
    assert (MOST_NAME, max(len(each) for each in HOSTS)) == (20, 19)
    assert places(text) <= ONE_PART, (places(text), text)
    assert text.startswith(name)
    assert text.endswith(f" {link}")
    assert "{" not in text


STATES: tuple[AttemptState, ...] = (
    "sending", "accepted", "refused", "unreachable", "unknown", "delivered", "failed",
)  # fmt: skip


def attempt(state: AttemptState, provider: str) -> Attempt:
    return Attempt(sms="sms", provider=provider, state=state)


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        ("refused", "accepted", "accepted"),
        ("unknown", "accepted", "accepted"),
        ("unknown", "refused", "unknown"),
        ("refused", "unknown", "unknown"),
        ("unknown", "failed", "unknown"),
        ("unknown", "delivered", "delivered"),
        ("failed", "accepted", "accepted"),
        ("refused", "failed", "failed"),
        ("unreachable", "refused", "refused"),
        ("unreachable", "unreachable", "unreachable"),
        ("refused", "sending", "sending"),
    ],
)
def test_the_best_news_counts(first: AttemptState, second: AttemptState, outcome: AttemptState) -> None:
    assert outcome_of([attempt(first, "one"), attempt(second, "two")]).state == outcome


def test_of_two_alike_the_first_one_is_told() -> None:
    assert outcome_of([attempt("refused", "one"), attempt("refused", "two")]).provider == "one"


def test_what_is_kept_of_an_attempt_does_not_depend_on_the_order() -> None:
    for one, other, third in itertools.product(STATES, repeat=3):
        assert better(one, other) == better(other, one)
        assert better(better(one, other), third) == better(one, better(other, third))
    assert better("failed", "accepted") == "failed"
    assert better("failed", "delivered") == "delivered"
