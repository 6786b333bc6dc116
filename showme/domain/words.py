"""The catalogue: every sentence that a person reads, in every language, with its blanks filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

Words = Mapping[str, "str | Words"]

FALLBACK: Final = "en"
TEAM_LANGUAGES: Final = {"en": "English", "fr": "Français", "nl": "Nederlands", "de": "Deutsch"}
"""The languages of the team: the chat, the photowall, reports and refusals; each has every section of the catalogue."""
LANGUAGES: Final = {
    **TEAM_LANGUAGES,
    "cs": "Čeština",
    "da": "Dansk",
    "es": "Español",
    "hr": "Hrvatski",
    "it": "Italiano",
    "lv": "Latviešu",
    "lt": "Lietuvių",
    "hu": "Magyar",
    "pl": "Polski",
    "pt": "Português",
    "ro": "Română",
    "sk": "Slovenčina",
    "so": "Soomaali",
    "fi": "Suomi",
    "sv": "Svenska",
    "tr": "Türkçe",
    "el": "Ελληνικά",
    "bg": "Български",
    "ru": "Русский",
    "uk": "Українська",
    "ar": "العربية",
    "fa": "فارسی",
    "ur": "اردو",
    "hi": "हिन्दी",
    "zh": "中文",
    "ti": "ትግርኛ",
}
"""The languages that citizens are spoken to in, each by its own name, as the phone's switch shows them.

Those of the team first, then by the alphabets; each has the sections of ``FOR_CITIZENS``.
"""
FOR_CITIZENS: Final = ("citizen", "citizen_refusals", "sms", "talk")
"""The sections of the catalogue that a citizen reads: every language has them, the others only those of the team."""
_RIGHT_TO_LEFT: Final = {"ar", "fa", "ur"}


@dataclass(frozen=True)
class Catalogue:
    """Words by language and section, as ``words/<language>/<section>.json`` holds them."""

    languages: Mapping[str, Mapping[str, Words]]

    def say(self, language: str, path: str, **facts: object) -> str:
        """Return the sentence at ``section.key.key`` with its blanks filled; raise KeyError when no language has it."""
        found = self._find(language, path) or self._find(FALLBACK, path)
        if found is None:
            raise KeyError(path)
        return found.format_map(_Blanks(facts))

    def section(self, language: str, name: str) -> Words:
        """Return a whole section, for a page that says its sentences by itself; English speaks where words lack."""
        return _over(self.languages[FALLBACK][name], self.languages.get(language, {}).get(name, {}))

    def _find(self, language: str, path: str) -> str | None:
        place: object = self.languages.get(language)
        for step in path.split("."):
            if not isinstance(place, Mapping):
                return None
            place = place.get(step)
        return place if isinstance(place, str) else None


class _Blanks(dict[str, object]):
    """Leaves a blank that nobody filled visible instead of failing in front of somebody in need."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _over(below: Words, above: Words) -> Words:
    """Lay the words of one language over those of another, which shows where a sentence is missing or empty."""
    laid: dict[str, str | Words] = {}
    for key, beneath in below.items():
        said = above.get(key)
        if isinstance(beneath, str):
            laid[key] = said if isinstance(said, str) and said else beneath
        else:
            laid[key] = _over(beneath, said if isinstance(said, Mapping) else {})
    return laid


def direction_of(language: str) -> Literal["ltr", "rtl"]:
    """Return how a language is written, in HTML's words."""
    return "rtl" if language in _RIGHT_TO_LEFT else "ltr"


def preferred_language(accepted: str, offered: Mapping[str, object], *, otherwise: str) -> str:
    """Choose from an ``Accept-Language`` header (RFC 9110, 12.5.4) the language that is offered and liked most."""
    return next(iter(liked_languages(accepted, offered)), otherwise)


def liked_languages(accepted: str, offered: Mapping[str, object]) -> Sequence[str]:
    """Return the languages of an ``Accept-Language`` header (RFC 9110, 12.5.4) that are offered, best liked first."""
    wishes = []
    for place, item in enumerate(accepted.split(",")[:20]):
        tag, _, weight = item.strip().partition(";q=")
        try:
            liking = float(weight) if weight else 1.0
        except ValueError:
            continue
        wishes.append((-liking, place, tag.split("-")[0].lower()))
    return list(dict.fromkeys(tag for liking, _, tag in sorted(wishes) if tag in offered and liking < 0))
