"""Live video, as dispatchers and their programs watch it, and what they ask of the phone meanwhile."""

from __future__ import annotations

from quart import Blueprint, Response

from showme.domain.people import Dispatcher
from web.guard import for_dispatchers, for_screens, limited, refuse_if_ended
from web.needs import needs
from web.shapes import Shape
from web.watching import answers

blueprint = Blueprint("live", __name__)


@blueprint.post("/api/invitations/<invitation>/viewers")
@limited(120, seconds=60)
@for_screens
async def viewers(dispatcher: Dispatcher, invitation: str) -> tuple[Shape, int] | tuple[str, int]:
    """Lend a place on the line; see ``answers.viewer``."""
    return await answers.viewer(dispatcher, invitation)


@blueprint.post("/api/invitations/<invitation>/seen")
@limited(240, seconds=60)
@for_screens
async def seen(dispatcher: Dispatcher, invitation: str) -> tuple[str, int]:
    """Note that a picture was seen; see ``answers.seen``."""
    return await answers.seen(dispatcher, invitation)


@blueprint.get("/api/invitations/<invitation>/still")
@limited(1200, seconds=60)
@for_screens
async def still(dispatcher: Dispatcher, invitation: str) -> Response:
    """Hand out the next still, unless whoever waited for it has been signed out meanwhile; see ``answers.still``."""
    found = await answers.still(dispatcher, invitation)
    await refuse_if_ended()
    return found


@blueprint.post("/api/invitations/<invitation>/command")
@limited(240, seconds=60)
@for_dispatchers
async def command(dispatcher: Dispatcher, invitation: str) -> tuple[str, int]:
    """Ask something of the phone; see ``answers.command``."""
    return await answers.command(dispatcher, invitation)


@blueprint.post("/api/invitations/<invitation>/stills")
@limited(120, seconds=60)
@for_dispatchers
async def keep(dispatcher: Dispatcher, invitation: str) -> tuple[Shape, int]:
    """Keep a still; see ``answers.keep``."""
    return await answers.keep(dispatcher, invitation)


@blueprint.post("/api/invitations/<invitation>/watch-link")
@limited(120, seconds=60)
@for_dispatchers
async def watch_link(dispatcher: Dispatcher, invitation: str) -> dict[str, str]:
    """Hand out the link with which the team chat watches this invitation, for as long as that is open."""
    return {"link": await needs().passing.link(dispatcher, invitation)}
