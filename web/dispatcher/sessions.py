"""Sessions: where one is signed in, where everybody is, ending what should not be; and links for wall screens."""

from __future__ import annotations

from typing import Any

from quart import Blueprint, Response

from showme.domain.people import Dispatcher
from showme.domain.sessions import Session
from showme.domain.words import TEAM_LANGUAGES
from showme.errors import NotSignedIn
from web import pages
from web.bodies import json_object, text_field
from web.guard import for_sessions, for_supervisors, limited, open_to_everyone, session_of_caller, session_or_none
from web.needs import needs
from web.reader import language_of_reader
from web.shapes import Shape, session_shape

blueprint = Blueprint("sessions", __name__)


@blueprint.get("/me")
@limited(120, seconds=60)
@open_to_everyone
async def me() -> Response:
    """Show one's own sign-in; its data is fetched through the guarded API."""
    session = await session_or_none()
    if session is None or session.dispatcher.role == "wall_screen":
        return Response(status=303, headers={"Location": "/"})
    language, words = language_of_reader(), needs().words
    configuration = {"words": {"me": words.section(language, "me"), "wall": words.section(language, "wall")}}
    organisation = await needs().viewing.organisation(session.dispatcher.organisation)
    return await pages.dispatcher(
        "me",
        language=language,
        me=words.section(language, "me"),
        who=session.dispatcher,
        organisation=organisation.name,
        languages=TEAM_LANGUAGES,
        chosen=session.language or "",
        configuration=pages.safe_json(configuration),
    )


@blueprint.get("/api/sessions")
@limited(120, seconds=60)
@for_sessions
async def sessions(session: Session) -> dict[str, list[Shape]]:
    """List one's own sessions, the one used last first; ``this`` marks the one that asks."""
    found = await needs().overseeing.of_person(session.dispatcher)
    return {"sessions": [session_shape(one, this=one.id == session.id) for one in found]}


@blueprint.post("/api/sessions/<session>/end")
@limited(60, seconds=60)
@for_sessions
async def end(asker: Session, session: str) -> tuple[str, int]:
    """End one of one's own sessions."""
    _tell_lines(await needs().overseeing.end(asker.dispatcher, session))
    return "", 204


@blueprint.post("/api/sessions/end-others")
@limited(60, seconds=60)
@for_sessions
async def end_others(session: Session) -> dict[str, int]:
    """End all of one's own sessions but this one."""
    ended = await needs().overseeing.end_others(session)
    _tell_lines(*ended)
    return {"ended": len(ended)}


@blueprint.post("/api/sessions/language")
@limited(60, seconds=60)
@for_sessions
async def choose_language(session: Session) -> tuple[str, int]:
    """Read the team's pages in a language from now on, ``null`` as the browser wishes: ``{"language": "nl"}``."""
    await needs().overseeing.choose_language(session, text_field(await json_object(), "language") or None)
    return "", 204


@blueprint.get("/api/organisation/sessions")
@limited(120, seconds=60)
@for_supervisors
async def everybodys(dispatcher: Dispatcher) -> dict[str, list[Shape]]:
    """List everybody's sessions and wall screens, the one used last first."""
    found, own = await needs().overseeing.of_organisation(dispatcher), await _own_id()
    return {"sessions": [session_shape(one, this=one.id == own) for one in found]}


@blueprint.post("/api/organisation/sessions/<session>/end")
@limited(60, seconds=60)
@for_supervisors
async def end_anybodys(dispatcher: Dispatcher, session: str) -> tuple[str, int]:
    """End somebody's session."""
    _tell_lines(await needs().overseeing.end_anybodys(dispatcher, session))
    return "", 204


@blueprint.post("/api/organisation/sessions/end-all")
@limited(30, seconds=60)
@for_supervisors
async def end_everybodys(dispatcher: Dispatcher) -> dict[str, int]:
    """End all sessions of ``{"name": "…"}``, or of everybody without a name; never the one that asks."""
    name = text_field(await json_object(), "name")
    ended = await needs().overseeing.end_everybodys(dispatcher, name=name, but=await _own_id())
    _tell_lines(*ended)
    return {"ended": len(ended)}


@blueprint.post("/api/organisation/screens")
@limited(20, seconds=60, closes=True)
@for_supervisors
async def invite_screen(dispatcher: Dispatcher) -> tuple[dict[str, Any], int]:
    """Make the link that turns one browser into a wall screen, once, within a day: ``{"name": "Big wall"}``."""
    name = text_field(await json_object(), "name") or ""
    return {"link": await needs().signing_in.screen_link(dispatcher, name)}, 201


async def _own_id() -> str | None:
    """Return the id of the session that asks; None for a program."""
    try:
        return (await session_of_caller()).id
    except NotSignedIn:
        return None


def _tell_lines(*ended: Session) -> None:
    for session in ended:
        needs().lines.look_again(session.dispatcher)
