"""The wall's own page for screens that nobody sits at: it only shows."""

from __future__ import annotations

from quart import Blueprint, Response

from web import pages
from web.guard import limited, open_to_everyone, session_or_none
from web.needs import needs
from web.reader import language_of_reader

blueprint = Blueprint("screen", __name__)


@blueprint.get("/wall/screen")
@limited(120, seconds=60)
@open_to_everyone
async def screen() -> Response:
    """Show the page for a wall of screens; its data is fetched through the guarded API."""
    if await session_or_none() is None:
        return Response(status=303, headers={"Location": "/"})
    language, words = language_of_reader(), needs().words
    told = {
        "words": {name: words.section(language, name) for name in ("wall", "ladder", "map", "screen")},
        "map": needs().map.told(),
    }
    section = words.section(language, "screen")
    return await pages.dispatcher("screen", language=language, screen=section, configuration=pages.safe_json(told))
