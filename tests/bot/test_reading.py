"""What dispatchers type is read as they mean it."""

import pytest

from bot.reading import (
    Command,
    Vocabulary,
    Wish,
    find_number,
    read_command,
    read_number_of_invitation,
    read_vocabulary,
    read_wish,
)
from showme.domain.words import LANGUAGES, TEAM_LANGUAGES, Catalogue


@pytest.fixture(scope="module")
def vocabulary(catalogue: Catalogue) -> Vocabulary:
    return read_vocabulary(catalogue)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("+32 470 12 34 56", Wish(to="+32 470 12 34 56")),
        ("0470/12.34.56", Wish(to="0470/12.34.56")),
        ("0470 12 34 56 live", Wish(to="0470 12 34 56", purpose="live")),
        ("LIVE 0470 12 FR 34 56", Wish(to="0470 12 34 56", purpose="live", language="fr")),
        (
            "0470123456 #2026-123 location de",
            Wish(to="0470123456", purpose="location", language="de", incident="2026-123"),
        ),
        ("0470123456 foto", Wish(to="0470123456", purpose="photo")),
        ("locatie 0470123456", Wish(to="0470123456", purpose="location")),
        ("\u202a+32\u00a0470\u00a012\u00a034\u00a056\u202c", Wish(to="+32 470 12 34 56")),
        ("0470 12 34 56, live, in", Wish(to="0470 12 34 56 in", purpose="live")),
        ("live video 0470123456, Nederlands", Wish(to="0470123456", purpose="live", language="nl")),
        ("0470123456 vidéo français", Wish(to="0470123456", purpose="live", language="fr")),
        ("0470123456 Niederländisch Standort", Wish(to="0470123456", purpose="location", language="nl")),
        ("nl #7", Wish(language="nl", incident="7")),
        ("0470123456 ar", Wish(to="0470123456", language="ar")),
        ("0470123456 live Arabisch", Wish(to="0470123456", purpose="live", language="ar")),
        ("ουκρανικά 0470123456", Wish(to="ουκρανικά 0470123456")),
        ("Ελληνικά 0470123456", Wish(to="0470123456", language="el")),
        ("0470123456 فارسی", Wish(to="0470123456", language="fa")),
        ("dari 0470123456", Wish(to="0470123456", language="fa")),
        ("0470123456 Oekraïens foto", Wish(to="0470123456", purpose="photo", language="uk")),
        ("", Wish()),
        ("0470 12 34 56 plaese", Wish(to="0470 12 34 56 plaese")),
    ],
)
def test_a_dispatcher_types_number_and_options_in_any_order(typed: str, meant: Wish, vocabulary: Vocabulary) -> None:
    assert read_wish(typed, vocabulary) == meant


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/invite 0470 12 34 56", Command(name="invite", arguments="0470 12 34 56")),
        ("/Invite@Showme_Bot  0470\n12", Command(name="invite", arguments="0470\n12")),
        ("/list", Command(name="list", arguments="")),
        ("/invite@other_bot 0470", None),
        ("please /invite 0470", None),
        ("0470 12 34 56", None),
        ("/", None),
        (None, None),
    ],
)
def test_commands_for_us_are_told_from_everything_else(text: str | None, command: Command | None) -> None:
    assert read_command(text, username="showme_bot") == command


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Caller: 0470 12 34 56, on the E40", "0470 12 34 56"),
        ("call back +32 470 12 34 56 please, once more +32 470 12 34 56", "+32 470 12 34 56"),
        ("0470 12 34 56 or 0471 22 33 44?", None),
        ("lane 3, kilometre 12", None),
        ("", None),
        (None, None),
    ],
)
def test_the_only_number_in_a_message_is_found(text: str | None, number: str | None) -> None:
    assert find_number(text) == number


@pytest.mark.parametrize(
    ("typed", "number"),
    [("12", 12), ("#12", 12), ("No. 12", 12), ("nr 7", 7), ("n° 3", 3), ("all", None), ("1x", None)],
)
def test_an_invitation_is_named_by_its_number(typed: str, number: int | None) -> None:
    assert read_number_of_invitation(typed) == number


def test_every_language_of_citizens_is_understood_in_every_language_of_the_team(
    catalogue: Catalogue, vocabulary: Vocabulary
) -> None:
    for language, own_name in LANGUAGES.items():
        typed = [language, own_name]
        typed += [
            name
            for spoken in TEAM_LANGUAGES
            for name in catalogue.say(spoken, f"chat.typed.languages.{language}").split()
        ]
        for name in typed:
            assert read_wish(name, vocabulary) == Wish(language=language), name


def test_no_word_stands_for_two_things(catalogue: Catalogue, vocabulary: Vocabulary) -> None:
    assert vocabulary.purposes.keys() & vocabulary.languages.keys() == set()
    meant: dict[str, str] = {}
    for spoken in TEAM_LANGUAGES:
        for language in LANGUAGES:
            for name in catalogue.say(spoken, f"chat.typed.languages.{language}").lower().split():
                assert meant.setdefault(name, language) == language, name
                assert LANGUAGES.get(name) is None or name == language, name
