"""Passkeys: adding, naming and removing one's own, and signing in by one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from quart import Blueprint, Response

from showme.domain.passkeys import PasskeyPlace
from showme.domain.people import Dispatcher
from showme.domain.sessions import Session, life_of
from showme.errors import NotUnderstood
from web.bodies import json_object, text_field
from web.callers import caller, is_loopback
from web.dispatcher.sign_in import device_of_caller, set_session
from web.guard import for_sessions, for_supervisors, limited, open_to_everyone
from web.needs import needs
from web.shapes import Shape, passkey_shape

blueprint = Blueprint("passkeys", __name__)

_MOST_ANSWER: Final = 64 * 1024
"""A device that says who made it says much; ours are asked not to."""


def place_of_caller() -> PasskeyPlace:
    """Tell where passkeys count for this browser: at our base address, or on this very machine at ``localhost``."""
    host = caller().host
    if is_loopback() and urlsplit(f"//{host}").hostname == "localhost":
        return PasskeyPlace(domain="localhost", origin=f"http://{host}")
    parts = urlsplit(needs().base_url)
    return PasskeyPlace(domain=parts.hostname or "", origin=f"{parts.scheme}://{parts.netloc}")


@blueprint.get("/api/passkeys")
@limited(120, seconds=60)
@for_sessions
async def passkeys(session: Session) -> dict[str, Any]:
    """List one's own passkeys; ``possible`` says whether browsers make any at this address."""
    found = await needs().recognising.of_person(session.dispatcher)
    return {"passkeys": [passkey_shape(passkey) for passkey in found], "possible": place_of_caller().is_possible}


@blueprint.post("/api/passkeys/options")
@limited(30, seconds=60, closes=True)
@for_sessions
async def ask(session: Session) -> Mapping[str, Any]:
    """Hand out what ``navigator.credentials.create`` takes, as JSON (WebAuthn Level 3, 5.1.8)."""
    return await needs().recognising.ask_to_add(session, place_of_caller())


@blueprint.post("/api/passkeys")
@limited(30, seconds=60, closes=True)
@for_sessions
async def add(session: Session) -> tuple[Shape, int]:
    """Keep a passkey: ``{"answer": …, "label": "…"}``."""
    body = await json_object(most=_MOST_ANSWER)
    label = text_field(body, "label") or ""
    found = await needs().recognising.add(session, place_of_caller(), _answer(body), label=label)
    return passkey_shape(found), 201


@blueprint.post("/api/passkeys/<passkey>/name")
@limited(60, seconds=60)
@for_sessions
async def rename(session: Session, passkey: str) -> tuple[str, int]:
    """Give a passkey another label: ``{"label": "…"}``."""
    await needs().recognising.rename(session, passkey, text_field(await json_object(), "label") or "")
    return "", 204


@blueprint.post("/api/passkeys/<passkey>/remove")
@limited(60, seconds=60)
@for_sessions
async def remove(session: Session, passkey: str) -> tuple[str, int]:
    """Remove a passkey; what it has signed in ends, but for this very session."""
    for ended in await needs().recognising.remove(session, passkey):
        needs().lines.look_again(ended.dispatcher)
    return "", 204


@blueprint.get("/api/organisation/passkeys")
@limited(120, seconds=60)
@for_supervisors
async def everybodys(dispatcher: Dispatcher) -> dict[str, list[Shape]]:
    """List everybody's passkeys."""
    found = await needs().recognising.of_organisation(dispatcher)
    return {"passkeys": [passkey_shape(passkey) for passkey in found]}


@blueprint.post("/api/organisation/passkeys/<passkey>/remove")
@limited(60, seconds=60)
@for_supervisors
async def remove_anybodys(dispatcher: Dispatcher, passkey: str) -> tuple[str, int]:
    """Remove somebody's passkey with everything that it has signed in."""
    for ended in await needs().recognising.remove_anybodys(dispatcher, passkey):
        needs().lines.look_again(ended.dispatcher)
    return "", 204


@blueprint.post("/sign-in/passkey/options")
@limited(30, seconds=60, closes=True)
@open_to_everyone
async def ask_to_sign_in() -> Mapping[str, Any]:
    """Hand out what ``navigator.credentials.get`` takes, as JSON; it names no passkey."""
    return await needs().recognising.ask_to_sign_in(place_of_caller())


@blueprint.post("/sign-in/passkey")
@limited(20, seconds=60, closes=True)
@open_to_everyone
async def sign_in() -> Response:
    """Open a session for the owner of the passkey that has signed: ``{"answer": …}``."""
    answer = _answer(await json_object(most=_MOST_ANSWER))
    entrance = await needs().recognising.sign_in(place_of_caller(), answer, device=device_of_caller())
    told = Response(status=204)
    set_session(told, entrance.token, life=life_of(entrance.session.dispatcher.role))
    return told


def _answer(body: dict[str, Any]) -> Mapping[str, Any]:
    answer = body.get("answer")
    if not isinstance(answer, dict):
        raise NotUnderstood("passkey_not_understood")
    return answer
