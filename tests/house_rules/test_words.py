"""Every language says everything that English says, with the same blanks to fill in."""

import unicodedata

import pytest

from showme.domain.words import FALLBACK, FOR_CITIZENS, LANGUAGES, TEAM_LANGUAGES, direction_of
from tools.missing_words import ALIKE, different, languages, model_for, sections, sentences, untranslated, wrong

ISOLATED = {"organisation": "\u2068", "metres": "\u2066±\u00a0", "percent": "\u2066"}
"""What stands before a blank whose filling is written from left to right, in a language that is not (UAX #9, 2.4)."""


def test_every_language_that_is_offered_has_its_words_and_no_other_one() -> None:
    assert languages() == sorted(LANGUAGES)
    assert list(LANGUAGES)[: len(TEAM_LANGUAGES)] == list(TEAM_LANGUAGES)
    assert len(LANGUAGES) >= 24
    assert len(set(LANGUAGES.values())) == len(LANGUAGES)


@pytest.mark.parametrize("language", languages())
def test_every_language_says_what_english_says(language: str) -> None:
    assert wrong(language) == []


@pytest.mark.parametrize("language", sorted(LANGUAGES.keys() - TEAM_LANGUAGES))
def test_a_language_of_citizens_has_their_sections_only(language: str) -> None:
    assert set(sections(language)) == set(FOR_CITIZENS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_written_in_the_direction_that_is_told(language: str) -> None:
    read = "".join(sentences(sections(language)["citizen"]).values())
    strong = [unicodedata.bidirectional(letter) for letter in read]
    from_the_right = strong.count("R") + strong.count("AL")
    assert direction_of(language) == ("rtl" if from_the_right > strong.count("L") else "ltr")


@pytest.mark.parametrize("language", [language for language in LANGUAGES if direction_of(language) == "rtl"])
def test_what_is_written_from_the_left_stands_apart_where_the_page_is_written_from_the_right(language: str) -> None:
    for key, sentence in sentences(sections(language)["citizen"]).items():
        for blank, before in ISOLATED.items():
            place = sentence.find("{" + blank + "}")
            if place >= 0:
                assert sentence[:place].endswith(before), key
        assert sum(map(sentence.count, "\u2066\u2067\u2068")) == sentence.count("\u2069"), key


def test_what_is_said_to_be_alike_is() -> None:
    for (language, key), word in ALIKE.items():
        assert sentences(sections(language))[key] == model_for(language)[key] == word


def test_a_forgotten_word_would_be_noticed() -> None:
    model = {"sms.text": "Open {link}", "sms.bye": "Bye"}
    assert list(different(model, model)) == []
    assert list(different(model, {"sms.text": "Ouvrez {lien}", "sms.more": " "})) == [
        "lacks sms.bye: Bye",
        f"sms.more is not in {FALLBACK}",
        "sms.text has ['lien'] for ['link']",
    ]
    assert list(different(model, model | {"sms.bye": " "})) == ["sms.bye is empty"]
    assert list(untranslated(model, {"sms.text": "Ouvrez {link}", "sms.bye": "Bye"})) == [
        "sms.bye is still English: Bye"
    ]
    assert list(untranslated({"a": "{sent} / {all}", "b": "Arm"}, {"a": "{sent} / {all}", "b": "Arm"}, ["b"])) == []
