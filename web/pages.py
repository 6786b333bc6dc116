"""The pages that people read, each with the policy that belongs to it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from quart import Response, render_template, request

from showme.domain.phones import kind_of_phone
from showme.domain.words import LANGUAGES, direction_of
from web.built import citizen_files, manifest
from web.headers import CITIZEN_CSP, DISPATCHER_CSP, ancestors, calls, parts, tiles
from web.needs import needs
from web.reader import near_languages

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from showme.domain.organisations import Organisation
    from showme.domain.photos import Photo
    from showme.domain.shares import Share
    from showme.domain.words import Words
    from showme.services.opening import Opened
    from showme.services.passing import Watched

_SAID_AT_ONCE: Final[Mapping[str, Collection[str] | None]] = {
    "ask": None,
    "take_another": None,
    "locate_again": None,
    "try_again": None,
    "photo": None,
    "location": {
        "name", "about", "sending", "sent", "waiting", "not_sent", "unavailable", "too_slow", "refused",
    },
    "live": {"connecting", "late"},
    "left": {"heading", "sentence"},
    "ended": {"closed", "expired", "help"},
}  # fmt: skip
"""The words that the page's script may have to say before anything else has come: of each section all, or these."""
_SAID_LATER: Final[Mapping[str, Collection[str] | None]] = {
    "live": None,
    "screen": None,
    "talk": None,
    "location": {"follow", "following", "stop_following", "followed"},
}
"""What the parts of the script say that come when they are needed."""
_PARTS: Final = ("later", "live", "talk", "following")
"""The parts of the script that come when they are needed."""


async def asking(opened: Opened, photos: Sequence[Photo], *, language: str, after: int, has_messages: bool) -> Response:
    """Show the citizen the page: who asks, for what, and the buttons.

    ``after`` is the number of the last event that the page knows of: its feed goes on from there.
    """
    purpose, kind = opened.invitation.purpose, kind_of_phone_for_page(request.headers.get("User-Agent", ""))
    configuration = {
        "purpose": purpose,
        "organisation": opened.organisation.name,
        "most_bytes": needs().receiving.most_bytes,
        "sound": opened.organisation.sound,
        "photos": [
            {"id": photo.id, "state": photo.state, "size": photo.reached, "original": photo.original}
            for photo in photos
        ],
        "has_messages": has_messages,
        "after": after,
        "line": needs().external_signalling is None,
        **{part: static_address(f"citizen/{part}.js") for part in _PARTS},
        "words": said_at_once(needs().words.section(language, "citizen"), kind),
    }
    return await _citizen(
        "page",
        language=language,
        status=200,
        organisation=opened.organisation.name,
        purpose=purpose,
        retention_hours=opened.organisation.retention_hours,
        languages=LANGUAGES,
        near=near_languages(language),
        takes_clips=needs().receiving.takes_clips,
        action=f"{_page_of_request()}/photos",
        kind=kind,
        ahead=configuration["live"] if purpose == "live" else None,
        configuration=safe_json(configuration),
    )


def said_at_once(words: Words, kind: str) -> Mapping[str, object]:
    """Choose what the script says first, and of each way to allow something the one of this kind of phone."""
    return _chosen(words, _SAID_AT_ONCE, kind)


def said_later(words: Words, kind: str) -> Mapping[str, object]:
    """Choose what the parts say that come when they are needed."""
    return _chosen(words, _SAID_LATER, kind)


def _chosen(words: Words, wanted: Mapping[str, Collection[str] | None], kind: str) -> Mapping[str, object]:
    chosen: dict[str, object] = {}
    for name, keys in wanted.items():
        said = words[name]
        chosen[name] = (
            said
            if isinstance(said, str)
            else {
                key: sentence if isinstance(sentence, str) else sentence[kind]
                for key, sentence in said.items()
                if keys is None or key in keys
            }
        )
    return chosen


async def sent(*, language: str) -> Response:
    """Say to a browser without JavaScript that the photo has arrived."""
    return await _citizen("sent", language=language, status=201, again=_page_of_request())


async def code(*, language: str, sentence: str | None = None, status: int = 200) -> Response:
    """Ask a caller for the spoken code, perhaps again."""
    return await _citizen(
        "code",
        language=language,
        status=status,
        sentence=sentence,
        languages=LANGUAGES,
        near=near_languages(language),
    )


async def refused_to_citizen(sentence: str, *, language: str, status: int) -> Response:
    """Say to a citizen what is wrong, with a way back where there is one and a way to call where there is none."""
    is_upload = request.method == "POST" and status not in {404, 410}
    again = _page_of_request() if is_upload else None
    return await _citizen("refused", language=language, status=status, sentence=sentence, again=again)


async def watching(watched: Watched, organisation: Organisation, *, language: str) -> Response:
    """Show one live video to whoever has a pass to watch it."""
    words, base = needs().words, "/".join(request.path.split("/")[:4])
    configuration = {
        "words": {"wall": words.section(language, "wall"), "ladder": words.section(language, "ladder")},
        "invitation": watched.invitation.id,
        "base": base,
        "pass": base.rpartition("/")[2],
        "blur": organisation.blur,
    }
    return await dispatcher(
        "watch", language=language, organisation=organisation.name, configuration=safe_json(configuration)
    )


async def sharing(share: Share, organisation: Organisation, *, language: str) -> Response:
    """Show what a crew or another centre was given the link to: a door, and nothing of it before that is opened."""
    words, base = needs().words, "/".join(request.path.split("/")[:4])
    configuration = {
        "words": {name: words.section(language, name) for name in ("wall", "ladder", "map", "shared")},
        "share": share.id,
        "base": base,
        "blur": organisation.blur,
        "map": needs().map.told(),
    }
    return await dispatcher(
        "shared",
        language=language,
        organisation=organisation.name,
        shared=words.section(language, "shared"),
        configuration=safe_json(configuration),
    )


async def refused_to_dispatcher(sentence: str, *, language: str, status: int) -> Response:
    """Say to a dispatcher what is wrong."""
    return await dispatcher("refused", language=language, status=status, sentence=sentence)


async def dispatcher(page: str, *, language: str, status: int = 200, **told: object) -> Response:
    """Show one of the dispatchers' pages."""
    body = await render_template(
        f"dispatcher/{page}.html",
        words=needs().words.section(language, "wall"),
        language=language,
        static=static_address,
        practice=needs().practice,
        **told,
    )
    return _page(body, status, DISPATCHER_CSP.format(calls=calls(), tiles=tiles(), ancestors=ancestors()))


async def panes(*, language: str, pane: str = "all") -> Response:
    """Show the practice mode: chat, photowall and phone side by side, or one of chat and phone alone."""
    body = await render_template(
        "practice/panes.html",
        words=needs().words.section(language, "practice"),
        language=language,
        static=static_address,
        pane=pane,
        configuration=safe_json({"words": needs().words.section(language, "practice"), "pane": pane}),
    )
    return _page(body, 200, DISPATCHER_CSP.format(calls=calls(), tiles=tiles(), ancestors=ancestors()))


def static_address(name: str) -> str:
    """Return the address of a static file by its logical name."""
    return f"/static/{manifest(needs().built)[name]}"


def safe_json(value: Mapping[str, object]) -> str:
    """Write JSON that can stand inside a script element: no ``<`` ends it early (WHATWG HTML, 4.12.1.3)."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def kind_of_phone_for_page(user_agent: str) -> str:
    """Return which of the ways of allowing things this phone has."""
    kind, _ = kind_of_phone(user_agent)
    return {"iPhone": "iphone", "iPad": "iphone", "Android": "android"}.get(kind or "", "other")


async def _citizen(page: str, *, language: str, status: int, **told: object) -> Response:
    files = citizen_files(needs().built)
    body = await render_template(
        f"citizen/{page}.html",
        words=needs().words.section(language, "citizen"),
        language=language,
        direction=direction_of(language),
        style=files.style.text,
        script=files.script.text,
        practice=needs().practice,
        **told,
    )
    policy = CITIZEN_CSP.format(
        script=files.script.source,
        parts=parts(static_address(f"citizen/{part}.js") for part in _PARTS),
        style=files.style.source,
        calls=calls(),
        ancestors=ancestors(),
    )
    return _page(body, status, policy)


def _page(body: str, status: int, policy: str) -> Response:
    answer = Response(body, status=status, content_type="text/html; charset=utf-8")
    answer.headers["Content-Security-Policy"] = policy
    return answer


def _page_of_request() -> str:
    return "/".join(request.path.split("/")[:3])
