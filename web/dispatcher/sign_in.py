"""Signing in and out, and the pages around it."""

from __future__ import annotations

from quart import Blueprint, Response

from showme.domain.people import SESSION_LIFE
from showme.errors import NotAllowed, NotUnderstood
from web import pages
from web.bodies import form_fields
from web.guard import (
    comes_from_foreign_page,
    cookie_name,
    is_https,
    is_loopback,
    limited,
    open_to_everyone,
    session_or_none,
    session_token,
)
from web.needs import needs
from web.reader import language_of_reader

blueprint = Blueprint("sign_in", __name__)

_MOST_FIELD = 200


@blueprint.get("/")
@limited(120, seconds=60)
@open_to_everyone
async def welcome() -> Response:
    """Lead a dispatcher to the photowall, and explain to anyone else how to get in."""
    if needs().practice and is_loopback():
        return await pages.panes(language=language_of_reader())
    if await session_or_none() is not None:
        return _to("/wall")
    return await pages.dispatcher("welcome", language=language_of_reader())


@blueprint.get("/wall")
@limited(120, seconds=60)
@open_to_everyone
async def wall() -> Response:
    """Show the photowall; its data is fetched through the guarded API."""
    if await session_or_none() is None:
        return _to("/")
    language = language_of_reader()
    words = needs().words
    configuration = {
        "words": {"wall": words.section(language, "wall"), "ladder": words.section(language, "ladder")},
        "practice": needs().practice,
    }
    return await pages.dispatcher("wall", language=language, configuration=pages.safe_json(configuration))


@blueprint.get("/sign-in/<secret>")
@limited(60, seconds=60)
@open_to_everyone
async def look(secret: str) -> Response:
    """Ask the dispatcher's name; a look at the link spends nothing."""
    found = await needs().signing_in.look_at_link(secret)
    signed_in = await session_or_none()
    if signed_in is not None and signed_in.organisation == found.organisation and not found.name:
        return _to("/wall")
    organisation = await needs().viewing.organisation(found.organisation)
    return await pages.dispatcher(
        "sign_in", language=language_of_reader(), secret=secret, organisation=organisation.name, name=found.name
    )


@blueprint.post("/sign-in")
@limited(20, seconds=60)
@open_to_everyone
async def sign_in() -> Response:
    """Open a session and set its cookie."""
    form = await form_fields()
    secret, name = form.get("secret", ""), form.get("name", "")
    if not secret or len(secret) > _MOST_FIELD or len(name) > _MOST_FIELD:
        raise NotUnderstood("name_not_understood", most=40)
    token = await needs().signing_in.sign_in(secret, name)
    answer = _to("/wall")
    set_session(answer, token)
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
        await needs().signing_in.sign_out(token)
    answer = _to("/")
    answer.delete_cookie(cookie_name(), path="/", secure=is_https(), httponly=True, samesite="Lax")
    return answer


def set_session(answer: Response, token: str) -> None:
    """Give the browser the session's token, out of every script's and every other site's reach."""
    answer.set_cookie(
        cookie_name(),
        token,
        max_age=SESSION_LIFE,
        path="/",
        secure=is_https(),
        httponly=True,
        samesite="Lax",
    )


def _to(address: str) -> Response:
    return Response(status=303, headers={"Location": address})
