"""Who looks after an invitation, who could, and who watches it."""

from __future__ import annotations

from quart import Blueprint

from showme.domain.people import Dispatcher
from web.bodies import json_object, text_field
from web.guard import for_dispatchers, limited
from web.needs import needs
from web.reader import language_of_reader
from web.shapes import Shape, invitation_shape

blueprint = Blueprint("handing_over", __name__)


@blueprint.post("/api/invitations/<invitation>/hand-over")
@limited(120, seconds=60)
@for_dispatchers
async def hand_over(dispatcher: Dispatcher, invitation: str) -> Shape:
    """Make a colleague responsible for an invitation; oneself when no name is given."""
    to = text_field(await json_object(), "to")
    return invitation_shape(
        await needs().handing_over.hand_over(dispatcher, invitation, to=to),
        now=needs().clock.now(),
        words=needs().words,
        language=language_of_reader(),
        viewers=needs().switchboard.viewers_of,
    )


@blueprint.get("/api/colleagues")
@limited(120, seconds=60)
@for_dispatchers
async def colleagues(dispatcher: Dispatcher) -> dict[str, list[str]]:
    """Name who was seen within a shift."""
    return {"colleagues": list(await needs().handing_over.colleagues(dispatcher))}


@blueprint.get("/api/invitations/<invitation>/watching")
@limited(600, seconds=60)
@for_dispatchers
async def watching(dispatcher: Dispatcher, invitation: str) -> dict[str, list[str]]:
    """Name who watches an invitation's live video now."""
    return {"watching": list(await needs().looking_on.names(dispatcher, invitation))}
