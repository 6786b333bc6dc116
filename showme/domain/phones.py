"""What a browser's User-Agent tells that helps a dispatcher help: which phone, which browser."""

from __future__ import annotations

from typing import Final

_KINDS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
_BROWSERS: Final = (
    ("FBAN", "Facebook"),
    ("FBAV", "Facebook"),
    ("Instagram", "Instagram"),
    ("Telegram", "Telegram"),
    ("SamsungBrowser", "Samsung Internet"),
    ("EdgiOS", "Edge"),
    ("EdgA", "Edge"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("FxiOS", "Firefox"),
    ("Firefox", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
"""Marks in the order in which they decide: nearly every browser also claims to be the ones below it."""


def kind_of_phone(user_agent: str) -> tuple[str | None, str | None]:
    """Return the kind of phone and the browser, each None where it cannot be told."""
    kind = next((name for mark, name in _KINDS if mark in user_agent), None)
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), None)
    return kind, browser
