"""The conversation, as the citizen's page takes part in it."""

from __future__ import annotations

from typing import Any

from quart import Blueprint

from showme.domain.talk import SAYINGS
from showme.errors import NotUnderstood
from showme.services.opening import Opened
from web.bodies import json_object, number_field, text_field
from web.guard import for_key, limited
from web.needs import needs
from web.reader import language_of_reader
from web.shapes import message_to_citizen_shape, ready_shapes

blueprint = Blueprint("citizen_talk", __name__)


@blueprint.post("/s/<key>/messages")
@limited(60, seconds=60)
@for_key
async def hear(opened: Opened) -> tuple[str, int]:
    """Take a sentence, typed or ready-made; the same id again is the same sentence, once."""
    body = await json_object()
    reply_to = number_field(body, "reply_to")
    await needs().conversing.hear(
        opened,
        id=text_field(body, "id") or "",
        language=language_of_reader(),
        text=text_field(body, "text"),
        ready=text_field(body, "ready"),
        reply_to=int(reply_to) if reply_to is not None else None,
        waited=number_field(body, "waited") or 0,
    )
    return "", 204


@blueprint.get("/s/<key>/messages")
@limited(120, seconds=60)
@for_key
async def conversation(opened: Opened) -> dict[str, Any]:
    """Show the conversation in the page's language, and what can be said at any time without typing."""
    words, language = needs().words, language_of_reader()
    found = await needs().conversing.conversation_of(opened)
    return {
        "messages": [message_to_citizen_shape(message, words=words, language=language) for message in found],
        "sayings": ready_shapes(SAYINGS, words=words, language=language),
    }


@blueprint.post("/s/<key>/messages/seen")
@limited(120, seconds=60)
@for_key
async def seen(opened: Opened) -> tuple[str, int]:
    """Note up to which sentence the page has shown what the desk says."""
    number = number_field(await json_object(), "number")
    if number is None:
        raise NotUnderstood("json_not_understood")
    await needs().conversing.note_shown(opened, int(number))
    return "", 204
