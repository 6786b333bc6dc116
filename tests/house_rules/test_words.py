"""Every language says everything that English says, with the same blanks to fill in."""

import json
import string
from typing import Any

import pytest

from tests.house_rules.house import ROOT

WORDS = ROOT / "words"
MODEL = "en"


def languages() -> list[str]:
    """Name the languages: the folders of words/."""
    return sorted(path.name for path in WORDS.iterdir() if path.is_dir() and not path.name.startswith(("_", ".")))


def sections(language: str) -> dict[str, Any]:
    """Read a language: section -> its words."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted((WORDS / language).glob("*.json"))}


def sentences(words: dict[str, Any], above: str = "") -> dict[str, str]:
    """Flatten nested words: dotted key -> sentence. Raises TypeError for anything that is no sentence."""
    flat: dict[str, str] = {}
    for key, value in words.items():
        name = f"{above}{key}"
        if isinstance(value, dict):
            flat |= sentences(value, f"{name}.")
        elif isinstance(value, str):
            flat[name] = value
        else:
            raise TypeError(f"{name} is no sentence: {value!r}")
    return flat


def blanks(sentence: str) -> set[str]:
    """Return the names of the {blanks} in a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def different(model: dict[str, str], other: dict[str, str]) -> list[str]:
    """Say what `other` lacks, has too much, leaves empty, or fills in differently."""
    return [
        *(f"lacks {key}" for key in sorted(model.keys() - other.keys())),
        *(f"{key} is not in {MODEL}" for key in sorted(other.keys() - model.keys())),
        *(f"{key} is empty" for key in sorted(other) if not other[key].strip()),
        *(
            f"{key} has {sorted(blanks(other[key]))} for {sorted(blanks(model[key]))}"
            for key in sorted(model.keys() & other.keys())
            if blanks(model[key]) != blanks(other[key])
        ),
    ]


def test_english_is_there() -> None:
    assert MODEL in languages()
    assert sections(MODEL)


@pytest.mark.parametrize("language", languages())
def test_every_language_says_what_english_says(language: str) -> None:
    assert different(sentences(sections(MODEL)), sentences(sections(language))) == []


def test_a_forgotten_word_would_be_noticed() -> None:
    model = {"sms.text": "Open {link}", "sms.bye": "Bye"}
    assert different(model, model) == []
    assert different(model, {"sms.text": "Ouvrez {lien}", "sms.more": " "}) == [
        "lacks sms.bye",
        "sms.more is not in en",
        "sms.more is empty",
        "sms.text has ['lien'] for ['link']",
    ]
