from dataclasses import replace
from datetime import UTC, datetime

import pytest

from showme.domain.events import Event, Kind
from showme.domain.talk import (
    ANSWERS,
    GROUPS,
    MOST_TEXT,
    OFFERED,
    QUESTIONS,
    SAYINGS,
    conversation,
    message_of,
    read_sentence,
    read_sentence_id,
    read_text,
)
from showme.domain.words import LANGUAGES, Catalogue
from showme.errors import NotUnderstood
from words import read_words

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
LONGEST_QUESTION, LONGEST_ANSWER = 60, 30
"""Characters that fit two lines of a bubble, and a large button, on a phone 320 px wide."""


def event(number: int, kind: Kind, **detail: object) -> Event:
    return Event(
        organisation=1, number=number, at=NOW, kind=kind, actor="someone", invitation="i", photo=None, digest="",
        chain="", detail=detail,
    )  # fmt: skip


# --- what was typed ---


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("  He is   coming\tback \r\n now ", "He is coming back now"),
        ("a\x00b\x07c\x85d\x9fe\u2028f", "a b c d e f"),
        ("\ufeffsoft\u00adhyphen zero\u200bwidth", "softhyphen zerowidth"),
        ("<b>&amp; {blank} %s", "<b>&amp; {blank} %s"),
        ("half \ud83d of a pair", "half of a pair"),
        ("tag\U000e0041\U000e007f", "tag"),
    ],
)
def test_a_sentence_is_read_on_one_line_without_what_nobody_sees(typed: str, read: str) -> None:
    assert read_text(typed) == read


@pytest.mark.parametrize("turning", [*"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"])
def test_nothing_turns_the_text_beside_it_around(turning: str) -> None:
    assert read_text(f"I am at {turning}number 12") == "I am at number 12"


@pytest.mark.parametrize("written", ["می‌خواهم", "نمی‌دانم", "क्‍ष", "👩‍🚒", "أنا مختبئ", "Ég er hér"])
def test_every_script_stays_as_it_is_spelt(written: str) -> None:
    assert read_text(written) == written


@pytest.mark.parametrize("typed", ["", " \n\t", "\u200b", "\u200c \u200d", "\x00", "x" * (MOST_TEXT + 1)])
def test_nothing_and_too_much_are_refused(typed: str) -> None:
    with pytest.raises(NotUnderstood) as refusal:
        read_text(typed)
    assert (refusal.value.cause, refusal.value.facts) == ("text_not_understood", {"most": MOST_TEXT})
    assert len(read_text("é" * MOST_TEXT)) == MOST_TEXT


@pytest.mark.parametrize("by_citizen", [True, False])
def test_a_sentence_is_either_typed_or_ready_made(by_citizen: bool) -> None:  # noqa: FBT001 - a case of the test
    ready, foreign = ("hiding", "safe") if by_citizen else ("safe", "hiding")
    assert read_sentence(text=" Hi ", ready=None, by_citizen=by_citizen) == {"text": "Hi"}
    assert read_sentence(text=None, ready=ready, by_citizen=by_citizen) == {"ready": ready}
    for text, wrong in ((None, foreign), (None, "no such"), (None, ""), ("Hi", ready)):
        with pytest.raises(NotUnderstood, match="sentence_not_known"):
            read_sentence(text=text, ready=wrong, by_citizen=by_citizen)
    with pytest.raises(NotUnderstood, match="text_not_understood"):
        read_sentence(text=None, ready=None, by_citizen=by_citizen)


def test_an_id_is_one_that_a_page_makes() -> None:
    for good in ("12345678", "a-b_c-d_", "x" * 64):
        assert read_sentence_id(good) == good
    for bad in ("", "1234567", "x" * 65, "-2345678", "1234567é", "12345678\n", "1234 678"):
        with pytest.raises(NotUnderstood, match="sentence_id_not_understood"):
            read_sentence_id(bad)


# --- what is ready-made ---


def test_every_ready_made_sentence_has_its_words_in_every_language_and_fits() -> None:
    words = read_words()
    for language in LANGUAGES:
        talk = words[language]["talk"]
        assert set(talk["groups"]) == set(GROUPS), language
        assert set(talk["questions"]) == set(QUESTIONS), language
        assert set(talk["answers"]) == ANSWERS, language
        for name, most in (("questions", LONGEST_QUESTION), ("answers", LONGEST_ANSWER)):
            said = list(talk[name].values())
            assert len(set(said)) == len(said), language
            assert [sentence for sentence in said if len(sentence) > most or "{" in sentence] == [], language


def test_a_sentence_is_said_in_each_readers_language() -> None:
    words = Catalogue(read_words())
    said = message_of(event(1, Kind.SENTENCE_SAID, ready="hurt"))
    assert said is not None
    assert said.words is not None
    assert {words.say(language, said.words) for language in ("en", "nl")} == {"Are you hurt?", "Bent u gewond?"}


def test_every_question_offers_answers_that_a_citizen_can_give() -> None:
    assert 20 <= len(QUESTIONS) <= 30
    assert len(QUESTIONS) == sum(map(len, GROUPS.values()))
    assert {answers for answers in QUESTIONS.values() if answers is not None} == set(OFFERED)
    for offered in OFFERED.values():
        assert len(set(offered)) == len(offered)
        assert offered[-1] == "not_known"
    assert {*SAYINGS, *(ready for offered in OFFERED.values() for ready in offered)} == ANSWERS


# --- a conversation ---


def test_a_conversation_stands_in_order_and_tells_what_the_page_has_shown() -> None:
    events = [
        event(3, Kind.SENTENCE_SAID, ready="hurt"),
        event(5, Kind.SENTENCE_SAID, text="Where exactly?"),
        event(6, Kind.SENTENCE_SHOWN, up_to=3),
        event(9, Kind.SENTENCE_HEARD, ready="yes", reply_to=3, waited=7, language="fr"),
        event(12, Kind.SENTENCE_SAID, text="Stay there."),
    ]
    events[2] = replace(events[2], at=NOW.replace(minute=1))
    talk = conversation([*events, event(13, Kind.SENTENCE_SHOWN, up_to=5)])
    assert [(each.number, each.text, each.ready, each.answers) for each in talk] == [
        (3, None, "hurt", "yes_no"), (5, "Where exactly?", None, None), (9, None, "yes", None),
        (12, "Stay there.", None, None),
    ]  # fmt: skip
    assert [each.shown_at for each in talk] == [NOW.replace(minute=1), NOW, None, None]
    answer = talk[2]
    assert (answer.by_citizen, answer.reply_to, answer.waited, answer.language) == (True, 3, 7, "fr")


def test_what_is_forgotten_or_of_another_version_is_left_out() -> None:
    events = [
        event(1, Kind.SENTENCE_SAID),
        event(2, Kind.SENTENCE_HEARD),
        event(3, Kind.SENTENCE_SAID, ready="of a newer showme"),
        event(4, Kind.SENTENCE_HEARD, ready="safe"),
        event(5, Kind.SENTENCE_SHOWN),
        event(6, Kind.TAPPED, text="no sentence"),
    ]
    assert conversation(events) == []


def test_what_was_written_is_not_in_what_a_message_shows_of_itself() -> None:
    message = message_of(event(1, Kind.SENTENCE_HEARD, text="He is in the cellar", language="en"))
    assert message is not None
    assert "cellar" not in repr(message)
