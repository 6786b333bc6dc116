"""Who reads the answer to a request: a citizen or a dispatcher, in which language, as a page or as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from quart import request

from showme.domain.words import FALLBACK, LANGUAGES, TEAM_LANGUAGES, liked_languages, preferred_language
from web.guard import language_of_session, opened_or_none

_MOST_NEAR: Final = 2
_DISPATCHERS: Final = (
    *("/api/", "/practice/", "/sign-in", "/wall", "/watch", "/share", "/map/"),
    *("/static/", "/callbacks/"),
)


def is_citizens_address() -> bool:
    """Whether the address belongs to the citizens' door, or to none: a lost citizen must read whom to call."""
    if request.url_rule is None:
        return not request.path.startswith(_DISPATCHERS)
    return request.path.startswith("/s/") or request.path == "/c"


def wants_page() -> bool:
    """Whether a person's browser asks, to whom a page says more than JSON; programs seldom ask for HTML by name."""
    return not request.path.startswith("/api/") and "text/html" in request.headers.get("Accept", "")


def language_of_reader() -> str:
    """Choose the language: by the page's switch, then the dispatcher's choice, then what the browser prefers.

    Where nobody has chosen and the browser prefers none that we have, the invitation's SMS was understood at least.
    """
    offered = LANGUAGES if is_citizens_address() else TEAM_LANGUAGES
    switched = request.args.get("lang", "")
    if switched in offered:
        return switched
    chosen = None if offered is LANGUAGES else language_of_session()
    if chosen in offered:
        return chosen
    opened = opened_or_none()
    otherwise = FALLBACK
    if opened is not None and opened.invitation.language in offered:
        otherwise = opened.invitation.language
        if opened.invitation.language_chosen:
            return otherwise
    return preferred_language(request.headers.get("Accept-Language", ""), offered, otherwise=otherwise)


def near_languages(language: str) -> Sequence[str]:
    """Return the languages that a citizen is likely to want instead: what the phone likes, and English; two at most."""
    likely = dict.fromkeys((*liked_languages(request.headers.get("Accept-Language", ""), LANGUAGES), FALLBACK))
    return [other for other in likely if other != language][:_MOST_NEAR]
