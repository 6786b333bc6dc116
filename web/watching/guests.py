"""The door of those who follow the link to a live video in the team chat: one invitation, while it is open."""

from __future__ import annotations

from quart import Blueprint, Response

from showme.services.passing import Watched
from web import pages
from web.guard import for_pass, limited
from web.needs import needs
from web.reader import language_of_reader
from web.shapes import Shape, invitation_shape
from web.watching import answers

blueprint = Blueprint("guests", __name__)


@blueprint.get("/watch/<invitation>/<proof>")
@limited(240, seconds=60)
@for_pass
async def page(watched: Watched) -> Response:
    """Show the page; a look at it changes nothing, because the chat's link previews look, too."""
    organisation = await needs().viewing.organisation(watched.dispatcher.organisation)
    return await pages.watching(watched, organisation, language=language_of_reader())


@blueprint.get("/watch/<invitation>/<proof>/state")
@limited(1200, seconds=60)
@for_pass
async def state(watched: Watched) -> Shape:
    """Show the invitation as it stands now."""
    return invitation_shape(
        watched.invitation,
        now=needs().clock.now(),
        words=needs().words,
        language=language_of_reader(),
        viewers=needs().switchboard.viewers_of,
    )


@blueprint.post("/watch/<invitation>/<proof>/viewers")
@limited(120, seconds=60)
@for_pass
async def viewers(watched: Watched) -> tuple[Shape, int] | tuple[str, int]:
    """Lend a place on the line; see ``answers.viewer``."""
    return await answers.viewer(watched.dispatcher, watched.invitation.id)


@blueprint.post("/watch/<invitation>/<proof>/seen")
@limited(240, seconds=60)
@for_pass
async def seen(watched: Watched) -> tuple[str, int]:
    """Note that a picture was seen; see ``answers.seen``."""
    return await answers.seen(watched.dispatcher, watched.invitation.id)


@blueprint.get("/watch/<invitation>/<proof>/still")
@limited(2400, seconds=60)
@for_pass
async def still(watched: Watched) -> Response:
    """Hand out the next still; see ``answers.still``."""
    return await answers.still(watched.dispatcher, watched.invitation.id)


@blueprint.post("/watch/<invitation>/<proof>/command")
@limited(60, seconds=60)
@for_pass
async def command(watched: Watched) -> tuple[str, int]:
    """Ask something of the phone; see ``answers.command``."""
    return await answers.command(watched.dispatcher, watched.invitation.id)


@blueprint.post("/watch/<invitation>/<proof>/stills")
@limited(30, seconds=60)
@for_pass
async def keep(watched: Watched) -> tuple[Shape, int]:
    """Keep a still; see ``answers.keep``."""
    return await answers.keep(watched.dispatcher, watched.invitation.id)
