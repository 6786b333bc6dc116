"""What dispatchers do with one photo besides looking: reveal, mark, print, copy; the journal notes each."""

from __future__ import annotations

from quart import Blueprint

from showme.domain.people import Dispatcher
from showme.errors import NotUnderstood
from web.bodies import json_object
from web.guard import for_dispatchers, limited
from web.needs import needs
from web.shapes import moment

blueprint = Blueprint("marks", __name__)


@blueprint.post("/api/photos/<photo>/reveal")
@limited(600, seconds=60)
@for_dispatchers
async def reveal(dispatcher: Dispatcher, photo: str) -> dict[str, int]:
    """Note that the blur is taken off, and tell how many this person has revealed in this shift."""
    return {"revealed": await needs().revealing.reveal(dispatcher, photo)}


@blueprint.post("/api/photos/<photo>/seen")
@limited(600, seconds=60)
@for_dispatchers
async def seen(dispatcher: Dispatcher, photo: str) -> tuple[str, int]:
    """Note who has looked at a photo large."""
    await needs().marking.note_seen(dispatcher, photo)
    return "", 204


@blueprint.post("/api/photos/<photo>/important")
@limited(240, seconds=60)
@for_dispatchers
async def important(dispatcher: Dispatcher, photo: str) -> tuple[str, int]:
    """Mark a photo as important for all, or take that off: ``{"important": true}``."""
    is_important = (await json_object()).get("important")
    if not isinstance(is_important, bool):
        raise NotUnderstood("json_not_understood")
    await needs().marking.mark_important(dispatcher, photo, is_important=is_important)
    return "", 204


@blueprint.post("/api/photos/<photo>/print")
@limited(120, seconds=60)
@for_dispatchers
async def printed(dispatcher: Dispatcher, photo: str) -> dict[str, str]:
    """Note that a photo is printed, and tell what stands on the sheet besides: who, and when."""
    await needs().taking_out.note_printed(dispatcher, photo)
    return {"by": dispatcher.name, "at": moment(needs().clock.now())}


@blueprint.post("/api/photos/<photo>/copy")
@limited(120, seconds=60)
@for_dispatchers
async def copied(dispatcher: Dispatcher, photo: str) -> tuple[str, int]:
    """Note that a photo's picture is put on the clipboard."""
    await needs().taking_out.note_copied(dispatcher, photo)
    return "", 204
