import pytest

from showme.domain.words import TEAM_LANGUAGES, Catalogue, liked_languages, preferred_language

WORDS = Catalogue(
    {
        "en": {"wall": {"hello": "Hello {name}", "deep": {"er": "deeper"}, "only": "only English", "empty": "full"}},
        "fr": {"wall": {"hello": "Bonjour {name}", "empty": ""}},
    }
)


def test_a_sentence_is_said_in_its_language_with_its_blanks_filled() -> None:
    assert WORDS.say("fr", "wall.hello", name="Anna") == "Bonjour Anna"
    assert WORDS.say("en", "wall.deep.er") == "deeper"


@pytest.mark.parametrize("language", ["fr", "es", ""])
def test_where_a_language_has_no_words_english_speaks(language: str) -> None:
    assert WORDS.say(language, "wall.only") == "only English"
    assert WORDS.say(language, "wall.empty") == "full"


@pytest.mark.parametrize("path", ["wall", "wall.deep", "wall.nothing", "wall.hello.more", "", "."])
def test_a_sentence_that_nobody_wrote_is_a_fault_of_ours(path: str) -> None:
    with pytest.raises(KeyError):
        WORDS.say("en", path)


def test_a_blank_that_nobody_fills_stays_visible_and_what_is_filled_in_is_not_read_again() -> None:
    assert WORDS.say("en", "wall.hello") == "Hello {name}"
    assert WORDS.say("en", "wall.hello", name="{name} {0} {x.y}") == "Hello {name} {0} {x.y}"
    assert WORDS.say("en", "wall.hello", name="A", more="B") == "Hello A"


def test_a_section_is_had_whole_and_in_english_for_a_language_we_do_not_speak() -> None:
    assert WORDS.section("fr", "wall")["hello"] == "Bonjour {name}"
    assert WORDS.section("es", "wall")["hello"] == "Hello {name}"


def test_english_stands_in_a_section_where_a_sentence_is_missing_or_empty() -> None:
    assert WORDS.section("fr", "wall") == {
        "hello": "Bonjour {name}", "deep": {"er": "deeper"}, "only": "only English", "empty": "full",
    }  # fmt: skip


def test_a_language_that_lacks_a_section_has_it_in_english() -> None:
    words = Catalogue({"en": {"wall": {"hello": "Hello"}}, "ar": {}})
    assert words.section("ar", "wall") == {"hello": "Hello"}


def test_all_that_a_phone_likes_is_told_in_its_order_and_once() -> None:
    accepted = "es,de-AT;q=0.5,fr;q=0.9,fr-BE;q=0.8,nl;q=0"
    assert liked_languages(accepted, TEAM_LANGUAGES) == ["fr", "de"]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("fr", "fr"),
        ("fr-BE,fr;q=0.9,en;q=0.8", "fr"),
        ("NL-be", "nl"),
        ("es,de;q=0.5", "de"),
        ("en;q=0.2, de;q=0.9, fr;q=0.5", "de"),
        ("de;q=0.5,fr;q=0.5", "de"),
        ("fr;q=0,nl;q=0.1", "nl"),
        ("fr;q=0", "en"),
        ("*", "en"),
        ("", "en"),
        ("es,it", "en"),
        ("fr;q=abc,nl", "nl"),
        ("fr;q=nan,nl;q=0.1", "nl"),
        (";;;,,q=1", "en"),
        ("es," * 50 + "fr", "en"),
    ],
)
def test_the_phone_says_what_it_likes_to_read(accepted: str, language: str) -> None:
    assert preferred_language(accepted, TEAM_LANGUAGES, otherwise="en") == language
