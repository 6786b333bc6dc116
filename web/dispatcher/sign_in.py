"""Signing in and out, and the pages around it."""

from __future__ import annotations

from datetime import timedelta

from quart import Blueprint, Response

from showme.domain.sessions import SESSION_LIFE, Device, Session, device_of, life_of
from showme.errors import NotAllowed, NotUnderstood
from web import pages
from web.bodies import form_fields
from web.callers import (
    address_of_caller,
    caller,
    comes_from_foreign_page,
    cookie_name,
    is_https,
    is_loopback,
    session_token,
)
from web.guard import limited, open_to_everyone, session_or_none
from web.needs import needs
from web.reader import language_of_reader

blueprint = Blueprint("sign_in", __name__)

_MOST_FIELD = 200


@blueprint.get("/")
@limited(120, seconds=60)
@open_to_everyone
async def welcome() -> Response:
    """Lead whoever is signed in to their wall, and explain to anyone else how to get in."""
    if needs().practice and is_loopback():
        return await pages.panes(language=language_of_reader())
    session = await session_or_none()
    return await _ways_in() if session is None else _to(_home(session))


@blueprint.get("/sign-in")
@limited(120, seconds=60)
@open_to_everyone
async def ways_in() -> Response:
    """Explain how to get in, and let a passkey in."""
    return await _ways_in()


@blueprint.get("/wall")
@limited(120, seconds=60)
@open_to_everyone
async def wall() -> Response:
    """Show the photowall; its data is fetched through the guarded API."""
    session = await session_or_none()
    if session is None:
        return _to("/")
    if session.dispatcher.role == "wall_screen":
        return _to("/wall/screen")
    language = language_of_reader()
    words = needs().words
    configuration = {
        "words": {name: words.section(language, name) for name in ("wall", "ladder", "map", "sharing")},
        "practice": needs().practice,
        "map": needs().map.told(),
    }
    return await pages.dispatcher("wall", language=language, configuration=pages.safe_json(configuration))


@blueprint.get("/sign-in/<secret>")
@limited(60, seconds=60, closes=True)
@open_to_everyone
async def look(secret: str) -> Response:
    """Ask the dispatcher's name; a look at the link spends nothing."""
    found = await needs().signing_in.look_at_link(secret)
    signed_in = await session_or_none()
    if signed_in is not None and signed_in.dispatcher.organisation == found.organisation and not found.name:
        return _to("/wall")
    organisation = await needs().viewing.organisation(found.organisation)
    return await pages.dispatcher(
        "sign_in",
        language=language_of_reader(),
        secret=secret,
        organisation=organisation.name,
        name=found.name,
        role=found.role,
    )


@blueprint.post("/sign-in")
@limited(20, seconds=60, closes=True)
@open_to_everyone
async def sign_in() -> Response:
    """Open a session and set its cookie."""
    form = await form_fields()
    secret, name = form.get("secret", ""), form.get("name", "")
    if not secret or len(secret) > _MOST_FIELD or len(name) > _MOST_FIELD:
        raise NotUnderstood("name_not_understood", most=40)
    entrance = await needs().signing_in.sign_in(secret, name, device=device_of_caller())
    answer = _to(_home(entrance.session))
    set_session(answer, entrance.token, life=life_of(entrance.session.dispatcher.role))
    return answer


@blueprint.post("/sign-out")
@limited(20, seconds=60)
@open_to_everyone
async def sign_out() -> Response:
    """Revoke the session, on the server first."""
    if comes_from_foreign_page():
        raise NotAllowed("foreign_page")
    token = session_token()
    if token is not None:
        session = await needs().signing_in.sign_out(token)
        if session is not None:
            needs().lines.look_again(session.dispatcher)
    answer = _to("/")
    answer.delete_cookie(cookie_name(), path="/", secure=is_https(), httponly=True, samesite="Lax")
    return answer


def device_of_caller() -> Device:
    """Tell where somebody is about to be signed in, coarsely."""
    return device_of(user_agent=caller().headers.get("User-Agent", ""), address=address_of_caller())


def set_session(answer: Response, token: str, *, life: timedelta = SESSION_LIFE) -> None:
    """Give the browser the session's token, out of every script's and every other site's reach."""
    answer.set_cookie(
        cookie_name(),
        token,
        max_age=life,
        path="/",
        secure=is_https(),
        httponly=True,
        samesite="Lax",
    )


async def _ways_in() -> Response:
    language = language_of_reader()
    words = needs().words.section(language, "wall")
    said = {"welcome": words["welcome"], "errors": words["errors"]}
    return await pages.dispatcher("welcome", language=language, configuration=pages.safe_json({"words": said}))


def _home(session: Session) -> str:
    """Return where somebody begins; a wall screen has a page of its own, which shows and asks for nothing."""
    return "/wall/screen" if session.dispatcher.role == "wall_screen" else "/wall"


def _to(address: str) -> Response:
    return Response(status=303, headers={"Location": address})
