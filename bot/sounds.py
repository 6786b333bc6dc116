"""Decides what makes a sound in a chat, and reads when a chat wants to be quiet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from showme.domain.chats import Chat, QuietHours, Sound
from showme.domain.words import TEAM_LANGUAGES, Catalogue

ALWAYS: Final = "always"
"""The key, below ``typed.sounds``, of the words that end the quiet hours."""
_HOURS: Final = re.compile(
    r"(?P<start>\d{1,2})(?:[:.hu]?(?P<start_minute>\d{2}))?h?\s*[-\u2010-\u2015]\s*"
    r"(?P<end>\d{1,2})(?:[:.hu]?(?P<end_minute>\d{2}))?h?(?:\s+(?P<zone>\S+))?",
    re.IGNORECASE,
)
_HOURS_A_DAY: Final = 24
_MINUTES: Final = 60
_MOST_ZONE: Final = 40

_ZONES: Final[Mapping[str, str]] = {
    "AT": "Europe/Vienna", "BE": "Europe/Brussels", "BG": "Europe/Sofia", "CH": "Europe/Zurich",
    "CY": "Asia/Nicosia", "CZ": "Europe/Prague", "DE": "Europe/Berlin", "DK": "Europe/Copenhagen",
    "EE": "Europe/Tallinn", "ES": "Europe/Madrid", "FI": "Europe/Helsinki", "FR": "Europe/Paris",
    "GB": "Europe/London", "GR": "Europe/Athens", "HR": "Europe/Zagreb", "HU": "Europe/Budapest",
    "IE": "Europe/Dublin", "IS": "Atlantic/Reykjavik", "IT": "Europe/Rome", "LI": "Europe/Vaduz",
    "LT": "Europe/Vilnius", "LU": "Europe/Luxembourg", "LV": "Europe/Riga", "MT": "Europe/Malta",
    "NL": "Europe/Amsterdam", "NO": "Europe/Oslo", "PL": "Europe/Warsaw", "PT": "Europe/Lisbon",
    "RO": "Europe/Bucharest", "SE": "Europe/Stockholm", "SI": "Europe/Ljubljana", "SK": "Europe/Bratislava",
}  # fmt: skip
"""Whose clocks a region goes by, where it has (nearly) one time only; anybody else names the zone."""


@dataclass(frozen=True, kw_only=True)
class SoundWish:
    """What was typed behind ``/sound``: a level, or quiet hours, or (with neither) no quiet hours any more."""

    sound: Sound | None = None
    quiet: QuietHours | None = None


def is_silent(chat: Chat, now: datetime, *, matters: bool) -> bool:
    """Whether a message makes no sound in a chat; ``matters`` marks first photos, live video, failures."""
    zone = chat.quiet.zone if chat.quiet is not None else "UTC"
    return chat.is_silent(now.astimezone(_clocks(zone) or UTC), matters=matters)


def sound_words(catalogue: Catalogue) -> Mapping[str, Sound | None]:
    """Return every word that stands for a level, or (None) for an end of the quiet hours, in any language."""
    words: dict[str, Sound | None] = {}
    for language in TEAM_LANGUAGES:
        for meant in (*Sound, None):
            typed = catalogue.say(language, f"chat.typed.sounds.{meant or ALWAYS}")
            words |= dict.fromkeys(typed.lower().split(), meant)
    return words


def read_sound(
    typed: str, words: Mapping[str, Sound | None], *, region: str, known: QuietHours | None
) -> SoundWish | None:
    """Read a level, ``22-6``, ``22:00-6:30 Europe/Brussels``, or a word for no quiet hours; None for anything else.

    Without a zone, the chat's own counts, else the region's, else UTC.
    """
    plain = typed.strip().lower()
    if plain in words:
        return SoundWish(sound=words[plain])
    found = _HOURS.fullmatch(typed.strip())
    if found is None:
        return None
    zone = found["zone"] or (known.zone if known else _ZONES.get(region, "UTC"))
    start, end = _minute(found["start"], found["start_minute"]), _minute(found["end"], found["end_minute"])
    if len(zone) > _MOST_ZONE or _clocks(zone) is None or start is None or end is None:
        return None
    return SoundWish(quiet=QuietHours(start=start, end=end, zone=zone))


def said_hours(quiet: QuietHours) -> tuple[str, str]:
    """Return from when and until when, as a clock says it."""
    start, end = (f"{minute // _MINUTES:02}:{minute % _MINUTES:02}" for minute in (quiet.start, quiet.end))
    return start, end


def _minute(hour: str, minute: str | None) -> int | None:
    hours, minutes = int(hour), int(minute or 0)
    if hours > _HOURS_A_DAY or minutes >= _MINUTES or (hours == _HOURS_A_DAY and minutes):
        return None
    return (hours % _HOURS_A_DAY) * _MINUTES + minutes


def _clocks(zone: str) -> ZoneInfo | None:
    """Return a zone's clocks; None where this machine knows no such zone."""
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
