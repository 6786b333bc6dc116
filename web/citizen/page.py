"""The citizen's page."""

from __future__ import annotations

from collections.abc import Mapping

from quart import Blueprint, Response, request

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
    # The place in the journal first: what comes in the meantime is told twice rather than not at all.
    after = await needs().viewing.head(opened.organisation.id)
    photos = await needs().viewing.photos_of(opened.invitation)
    messages = await needs().conversing.conversation_of(opened)
    return await pages.asking(opened, photos, language=language_of_reader(), after=after, has_messages=bool(messages))


@blueprint.get("/s/<key>/words")
@limited(120, seconds=60)
@for_key
async def words(opened: Opened) -> Mapping[str, object]:  # noqa: ARG001 - whoever has a key may read them
    """Hand out what the parts of the page say that come when they are needed, in the page's language."""
    kind = pages.kind_of_phone_for_page(request.headers.get("User-Agent", ""))
    return pages.said_later(needs().words.section(language_of_reader(), "citizen"), kind)
