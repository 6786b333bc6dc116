"""The citizen's page."""

from __future__ import annotations

from quart import Blueprint, Response

from showme.services.opening import Opened
from web import pages
from web.guard import for_key, limited
from web.needs import needs
from web.reader import language_of_reader

blueprint = Blueprint("citizen_page", __name__)


@blueprint.get("/s/<key>")
@limited(120, seconds=60)
@for_key
async def page(opened: Opened) -> Response:
    """Show the page; a look at it changes nothing, because link previews and scanners look too."""
    photos = await needs().viewing.photos_of(opened.invitation)
    return await pages.asking(opened, photos, language=language_of_reader())
