"""Photos that supervisors keep longer, for a reason."""

from __future__ import annotations

from typing import Any

from quart import Blueprint

from showme.domain.people import Dispatcher
from web.bodies import json_object, text_field
from web.guard import for_supervisors, limited
from web.needs import needs
from web.reader import language_of_reader
from web.shapes import photo_shape

blueprint = Blueprint("holds", __name__)


@blueprint.post("/api/photos/<photo>/keep")
@limited(60, seconds=60)
@for_supervisors
async def keep(dispatcher: Dispatcher, photo: str) -> dict[str, Any]:
    """Keep a photo longer, or change why and until when: ``{"reason": "…", "until": "2027-01-31T00:00:00Z"}``."""
    wish = await json_object()
    kept = await needs().holding.keep(
        dispatcher, photo, reason=text_field(wish, "reason") or "", until=text_field(wish, "until") or ""
    )
    return photo_shape(kept, words=needs().words, language=language_of_reader())


@blueprint.post("/api/photos/<photo>/keep/end")
@limited(60, seconds=60)
@for_supervisors
async def end(dispatcher: Dispatcher, photo: str) -> dict[str, Any]:
    """Keep a photo no longer: it goes when it would have gone by itself, which may be at once."""
    ended = await needs().holding.end(dispatcher, photo)
    return photo_shape(ended, words=needs().words, language=language_of_reader())
