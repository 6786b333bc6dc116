"""Reads what a dispatcher typed behind a command."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from showme.domain.ladder import PURPOSES, Purpose
from showme.domain.words import LANGUAGES, TEAM_LANGUAGES, Catalogue

_COMMAND: Final = re.compile(r"/(?P<name>[A-Za-z0-9_]{1,64})(?:@(?P<bot>\w+))?(?:\s+(?P<arguments>.*))?", re.DOTALL)
_NUMBER_IN_TEXT: Final = re.compile(r"(?<![\w+])(?:\+|\(0|\d)[\d\s()./\-\u2010-\u2015]{6,}\d(?!\w)")
_BETWEEN_WORDS: Final = ",;"
_OURS: Final = re.compile(r"(?:n[or°.]*\s*|#)?(?P<number>\d{1,9})", re.IGNORECASE)
OFF: Final = frozenset({"off", "-", "no", "non", "nee", "nein", "aus", "uit"})
"""What people type to end something, in any of the team's languages."""


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command and what stands behind it."""

    name: str
    arguments: str


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What ``/invite`` and ``/link`` ask for; what was not typed is None."""

    to: str | None = None
    purpose: Purpose | None = None
    language: str | None = None
    incident: str | None = None


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """Every word, in small letters, that stands for a purpose or for a language."""

    purposes: Mapping[str, Purpose]
    languages: Mapping[str, str]


def read_command(text: str | None, *, username: str) -> Command | None:
    """Read a command that stands at the beginning; None when there is none, or it is for another bot."""
    found = _COMMAND.fullmatch((text or "").strip())
    if found is None or (found["bot"] or username).lower() != username.lower():
        return None
    return Command(name=found["name"].lower(), arguments=(found["arguments"] or "").strip())


def read_wish(arguments: str, vocabulary: Vocabulary) -> Wish:
    """Read ``<number> [purpose] [language] [#incident]``, in any order.

    Words of the vocabulary and ``#…`` are options; everything else, joined, is the number. Invisible characters, which
    come along when a number is pasted, are passed over, and so is what separates words in a sentence.
    """
    purpose, language, incident = None, None, None
    number = []
    for word in (word.strip(_BETWEEN_WORDS) for word in _visible(arguments).split()):
        plain = word.lower()
        if word.startswith("#") and len(word) > 1:
            incident = word[1:]
        elif plain in vocabulary.purposes:
            purpose = vocabulary.purposes[plain]
        elif plain in vocabulary.languages:
            language = vocabulary.languages[plain]
        else:
            number.append(word)
    return Wish(to=" ".join(number).strip() or None, purpose=purpose, language=language, incident=incident)


def read_vocabulary(catalogue: Catalogue) -> Vocabulary:
    """Return what may be typed for a purpose or a language, in any language."""
    purposes: dict[str, Purpose] = {purpose: purpose for purpose in PURPOSES}
    languages = {name: code for code, own_name in LANGUAGES.items() for name in (code, own_name.lower())}
    for spoken in TEAM_LANGUAGES:
        for purpose in PURPOSES:
            purposes |= dict.fromkeys(catalogue.say(spoken, f"chat.typed.{purpose}").lower().split(), purpose)
        for code in LANGUAGES:
            languages |= dict.fromkeys(catalogue.say(spoken, f"chat.typed.languages.{code}").lower().split(), code)
    return Vocabulary(purposes=purposes, languages=languages)


def find_number(text: str | None) -> str | None:
    """Return the one phone number that a message holds; None when it holds none, or several."""
    found = {match.group().strip() for match in _NUMBER_IN_TEXT.finditer(_visible(text or ""))}
    return found.pop() if len(found) == 1 else None


def read_number_of_invitation(arguments: str) -> int | None:
    """Read ``12``, ``#12`` or ``No. 12``; None when it is something else."""
    found = _OURS.fullmatch(arguments.strip())
    return int(found["number"]) if found else None


def _visible(text: str) -> str:
    return "".join(character for character in text if unicodedata.category(character) != "Cf")
