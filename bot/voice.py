"""Says the catalogue's sentences in the language of one chat."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from showme.domain.words import Catalogue


@dataclass(frozen=True)
class Voice:
    """The words of one language."""

    catalogue: Catalogue
    language: str

    def say(self, path: str, **facts: object) -> str:
        """Return a sentence of the section ``chat`` as plain text, its blanks filled in."""
        return self.catalogue.say(self.language, f"chat.{path}", **facts)

    def html(self, path: str, **facts: object) -> str:
        """Return the same as HTML that shows exactly this text; what people typed cannot mark anything up."""
        return escape(self.say(path, **facts), quote=False)

    def from_section(self, path: str, **facts: object) -> str | None:
        """Return a sentence of any section as HTML, or None where the catalogue has none."""
        try:
            return escape(self.catalogue.say(self.language, path, **facts), quote=False)
        except KeyError:
            return None

    def from_catalogue(self, path: str) -> str:
        """Return a sentence of any section as plain text; raise KeyError where the catalogue has none."""
        return self.catalogue.say(self.language, path)

    def seconds(self, seconds: float) -> str:
        """Say a length of time, in HTML."""
        whole = max(0, round(seconds))
        if whole < 60:  # noqa: PLR2004 - seconds in a minute
            return self.html("times.seconds", seconds=whole)
        hours, rest = divmod(whole, 3600)
        minutes, left = divmod(rest, 60)
        if hours:
            return self.html("times.hours", hours=hours, minutes=f"{minutes:02}")
        return self.html("times.minutes", minutes=minutes, seconds=f"{left:02}")

    def clock(self, seconds: float) -> str:
        """Write a length of time as a clock does, the same in every language: ``3:12``, ``1:03:12``."""
        minutes, left = divmod(max(0, round(seconds)), 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"
