"""The practice mode's addresses: the panes, what they show, and what is said in the practice chat."""

from __future__ import annotations

from collections.abc import Mapping

from quart import Blueprint, Response

from showme.errors import NotFound, NotUnderstood
from web import pages
from web.bodies import json_object, number_field, text_field
from web.dispatcher.sign_in import set_session
from web.guard import for_loopback, limited
from web.needs import Stage, needs
from web.reader import language_of_reader

blueprint = Blueprint("practice", __name__)

_MOST_TEXT = 4096


@blueprint.get("/practice/chat")
@limited(600, seconds=60)
@for_loopback
async def chat() -> Response:
    """Show the team chat in a tab of its own."""
    _stage()
    return await pages.panes(language=language_of_reader(), pane="chat")


@blueprint.get("/practice/phone")
@limited(600, seconds=60)
@for_loopback
async def phone() -> Response:
    """Show the citizen's phone in a tab of its own."""
    _stage()
    return await pages.panes(language=language_of_reader(), pane="phone")


@blueprint.get("/practice/state")
@limited(6000, seconds=60)
@for_loopback
async def state() -> Mapping[str, object]:
    """Tell everything that a player, or a program that plays, has to know."""
    return await _stage().state()


@blueprint.post("/practice/chat")
@limited(600, seconds=60)
@for_loopback
async def say() -> tuple[dict[str, int], int]:
    """Say something in the team chat."""
    body = await json_object()
    text, reply_to = text_field(body, "text"), number_field(body, "reply_to")
    if not text or not text.strip() or len(text) > _MOST_TEXT:
        raise NotUnderstood("json_not_understood")
    return {"id": await _stage().say(text, reply_to=int(reply_to) if reply_to is not None else None)}, 201


@blueprint.post("/practice/press")
@limited(600, seconds=60)
@for_loopback
async def press() -> dict[str, str | None]:
    """Press a button below a message."""
    body = await json_object()
    message, data = number_field(body, "message"), text_field(body, "data")
    if message is None or data is None:
        raise NotUnderstood("json_not_understood")
    return {"answer": await _stage().press(int(message), data)}


@blueprint.get("/practice/photos/<name>")
@limited(6000, seconds=60)
@for_loopback
async def photo(name: str) -> Response:
    """Show a picture or a video that was posted in the chat."""
    content = _stage().photo(name)
    return Response(content, content_type="video/mp4" if content[4:8] == b"ftyp" else "image/jpeg")


@blueprint.post("/practice/sign-in")
@limited(600, seconds=60)
@for_loopback
async def sign_in() -> Response:
    """Sign the photowall's pane in."""
    answer = Response(status=204)
    set_session(answer, await _stage().sign_in())
    return answer


def _stage() -> Stage:
    stage = needs().stage
    if stage is None:
        raise NotFound
    return stage
