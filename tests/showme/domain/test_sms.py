"""What counts of several attempts, and that the text fits one SMS."""

from __future__ import annotations

import itertools

import pytest

from showme.domain.ladder import PURPOSES
from showme.domain.organisations import MOST_NAME
from showme.domain.sms import Attempt, AttemptState, better, outcome_of
from showme.domain.words import LANGUAGES, Catalogue, direction_of
from words import read_words

WORDS = read_words()
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


GREEK_CAPITALS = "ΓΔΘΛΞΠΣΦΨΩ"
"""Those of GSM-7; all others look like Latin ones, which stand for them, as Greek phones write."""
SHORT = 70
PART = 67
"""What one SMS, and each of several, carries where its text needs two bytes a letter (3GPP TS 23.040, 9.2.3.24.1)."""


def is_latin(language: str) -> bool:
    """Whether an SMS in a language fits the alphabet of one part: Latin script, and Greek in capitals."""
    return language not in {"ar", "bg", "fa", "hi", "ru", "ti", "uk", "ur", "zh"}


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
    text = Catalogue(WORDS).say(language, f"sms.{purpose}", organisation=name, link=link)
    assert (MOST_NAME, max(len(each) for each in HOSTS)) == (20, 19)
    if is_latin(language):
        assert places(text) <= ONE_PART, (places(text), text)
    else:
        assert len(text) <= 2 * PART, (len(text), text)
    # Where the language is written from the right, a mark says so: the name alone would turn the text around.
    mark = "\u200f" if direction_of(language) == "rtl" else ""
    assert text.startswith(mark + name)
    assert text.endswith(f" {link}")
    assert "{" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_to_an_answer_is_one_part(language: str) -> None:
    text = Catalogue(WORDS).say(language, "sms.reply", organisation="W" * MOST_NAME)
    assert (places(text) <= ONE_PART) if is_latin(language) else (len(text) <= SHORT)
    assert "112" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_location_asks_for_something_else(language: str) -> None:
    words = WORDS[language]["sms"]
    assert words["photo"] == words["live"] != words["location"]


def test_greek_capitals_are_those_that_one_part_carries() -> None:
    greek = {letter for text in WORDS["el"]["sms"].values() for letter in text if ord(letter) > 0x7F}
    assert greek <= set(GREEK_CAPITALS)
    assert set(GREEK_CAPITALS) <= set(GSM_7)


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
