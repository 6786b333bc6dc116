"""Clips, as the photowall and other programs play them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quart import Blueprint, Response

from showme.domain.people import Dispatcher
from web.dispatcher.photos import ASKS_EACH_TIME
from web.guard import for_screens, limited
from web.needs import needs
from web.ranges import answer_in_part

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

blueprint = Blueprint("clips", __name__)


@blueprint.get("/api/photos/<photo>/clip")
@limited(1200, seconds=60)
@for_screens
async def clip(dispatcher: Dispatcher, photo: str) -> Response:
    """Play a clip, or a part of it; only this browser may keep it, and asks each time whether it still may."""
    viewing = needs().viewing
    found, size = await viewing.clip(dispatcher, photo)

    def read(first: int, count: int) -> AsyncIterator[bytes]:
        return viewing.read_clip(found, first=first, count=count)

    answer = answer_in_part(read, size=size, content_type="video/mp4", tag=found.sha256)
    if answer.status_code < 400:  # noqa: PLR2004 - a refusal is nothing to keep
        answer.headers["Cache-Control"] = ASKS_EACH_TIME
    return answer
