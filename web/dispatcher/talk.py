"""Conversations, as dispatchers and their programs take part in them."""

from __future__ import annotations

from quart import Blueprint

from showme.domain.people import Dispatcher
from web.bodies import json_object, text_field
from web.guard import for_dispatchers, for_screens, limited
from web.needs import needs
from web.reader import language_of_reader
from web.shapes import Shape, message_shape, questions_shape

blueprint = Blueprint("talk", __name__)


@blueprint.post("/api/invitations/<invitation>/messages")
@limited(120, seconds=60)
@for_dispatchers
async def say(dispatcher: Dispatcher, invitation: str) -> tuple[Shape, int]:
    """Say something to the citizen, typed or ready-made; with an id once, however often it is sent."""
    body = await json_object()
    said = await needs().conversing.say(
        dispatcher,
        invitation,
        text=text_field(body, "text"),
        ready=text_field(body, "ready"),
        id=text_field(body, "id"),
    )
    return message_shape(said, words=needs().words, language=language_of_reader()), 201


@blueprint.get("/api/invitations/<invitation>/messages")
@limited(600, seconds=60)
@for_screens
async def conversation(dispatcher: Dispatcher, invitation: str) -> dict[str, list[Shape]]:
    """Show an invitation's conversation, oldest first, until it is forgotten."""
    words, language = needs().words, language_of_reader()
    found = await needs().conversing.conversation(dispatcher, invitation)
    return {"messages": [message_shape(message, words=words, language=language) for message in found]}


@blueprint.get("/api/sentences")
@limited(120, seconds=60)
@for_dispatchers
async def sentences(_: Dispatcher) -> Shape:
    """List what can be said without typing, in the reader's language; the citizen reads it in their own."""
    return questions_shape(words=needs().words, language=language_of_reader())
