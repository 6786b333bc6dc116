"""The catalogue: every sentence that a person reads, in every language, with its blanks filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

Words = Mapping[str, "str | Words"]

FALLBACK: Final = "en"
LANGUAGES: Final = {"en": "English", "fr": "Français", "nl": "Nederlands", "de": "Deutsch"}
"""The languages offered, each by its own name, as the phone's switch shows them."""


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
        """Return a whole section, for a page that says its sentences by itself."""
        sections = self.languages.get(language) or self.languages[FALLBACK]
        return sections[name]

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


def preferred_language(accepted: str, offered: Mapping[str, object], *, otherwise: str) -> str:
    """Choose from an ``Accept-Language`` header (RFC 9110, 12.5.4) the language that is offered and liked most."""
    wishes = []
    for place, item in enumerate(accepted.split(",")[:20]):
        tag, _, weight = item.strip().partition(";q=")
        try:
            liking = float(weight) if weight else 1.0
        except ValueError:
            continue
        wishes.append((-liking, place, tag.split("-")[0].lower()))
    return next((tag for liking, _, tag in sorted(wishes) if tag in offered and liking < 0), otherwise)
