"""The door of crews and other centres: what a share shows, and nothing that could be done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quart import Blueprint, Response, request

from showme.domain.sessions import device_of
from showme.domain.shares import Share
from showme.services.sharing import Visiting, guest_of
from web import pages
from web.bodies import json_object
from web.callers import address_of_caller, caller
from web.guard import for_share, for_visit, limited
from web.needs import needs
from web.ranges import answer_in_part
from web.reader import language_of_reader
from web.shapes import Shape, shared_shape
from web.tiles import tile
from web.watching import answers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from showme.domain.pictures import MediaKind

blueprint = Blueprint("visitors", __name__)


@blueprint.get("/share/<share>/<proof>")
@limited(240, seconds=60)
@for_share
async def page(share: Share) -> Response:
    """Show the page; a look at it changes nothing, because messengers' link previews look, too."""
    organisation = await needs().viewing.organisation(share.organisation)
    return await pages.sharing(share, organisation, language=language_of_reader())


@blueprint.post("/share/<share>/<proof>/open")
@limited(60, seconds=60)
@for_share
async def open_it(share: Share) -> tuple[dict[str, str], int]:
    """Note that it was opened, and hand out what this browser looks on with."""
    device = device_of(user_agent=caller().headers.get("User-Agent", ""), address=address_of_caller())
    return {"visit": await needs().sharing.open(share, device=device)}, 201


@blueprint.post("/shared/<visit>/state")
@limited(1200, seconds=60)
@for_visit
async def state(visiting: Visiting) -> Shape | tuple[str, int]:
    """Tell what is shown now, and note that somebody looks; or, as the page is left, that nobody does any more."""
    leaves = (await json_object()).get("leaves") is True
    await needs().sharing.hear(visiting, leaves=leaves)
    if leaves:
        return "", 204
    invitations, photos = await needs().sharing.shown(visiting.share)
    return shared_shape(visiting.share, invitations, photos, now=needs().clock.now())


@blueprint.get("/shared/<visit>/photos/<photo>/wall")
@limited(1200, seconds=60)
@for_visit
async def wall(visiting: Visiting, photo: str) -> Response:
    """Show a photo at the size of a screen."""
    return await _picture(visiting, photo, "wall")


@blueprint.get("/shared/<visit>/photos/<photo>/thumbnail")
@limited(3000, seconds=60)
@for_visit
async def thumbnail(visiting: Visiting, photo: str) -> Response:
    """Show a photo at the size of a tile."""
    return await _picture(visiting, photo, "thumbnail")


@blueprint.get("/shared/<visit>/photos/<photo>/clip")
@limited(1200, seconds=60)
@for_visit
async def clip(visiting: Visiting, photo: str) -> Response:
    """Play a clip, or a part of it."""
    await needs().sharing.refuse_foreign_photo(visiting.share, photo)
    found, size = await needs().viewing.clip(guest_of(visiting.share), photo)

    def read(first: int, count: int) -> AsyncIterator[bytes]:
        return needs().viewing.read_clip(found, first=first, count=count)

    return answer_in_part(read, size=size, content_type="video/mp4", tag=found.sha256)


@blueprint.post("/shared/<visit>/live/<invitation>/viewers")
@limited(120, seconds=60)
@for_visit
async def viewers(visiting: Visiting, invitation: str) -> tuple[Shape, int] | tuple[str, int]:
    """Lend a place on the line; see ``answers.viewer``."""
    watched = await needs().sharing.watched(visiting.share, invitation)
    return await answers.viewer(watched.dispatcher, watched.invitation.id)


@blueprint.post("/shared/<visit>/live/<invitation>/seen")
@limited(240, seconds=60)
@for_visit
async def seen(visiting: Visiting, invitation: str) -> tuple[str, int]:
    """Note that a picture was seen; see ``answers.seen``."""
    watched = await needs().sharing.watched(visiting.share, invitation)
    return await answers.seen(watched.dispatcher, watched.invitation.id)


@blueprint.get("/shared/<visit>/live/<invitation>/still")
@limited(2400, seconds=60)
@for_visit
async def still(visiting: Visiting, invitation: str) -> Response:
    """Hand out the next still, unless the share was ended meanwhile; see ``answers.still``."""
    watched = await needs().sharing.watched(visiting.share, invitation)
    answer = await answers.still(watched.dispatcher, watched.invitation.id)
    await needs().sharing.visit(str((request.view_args or {}).get("visit")))
    return answer


@blueprint.get("/shared/<visit>/map/<int:z>/<int:x>/<int:y>.png")
@limited(6000, seconds=60)
@for_visit
async def own_tile(_: Visiting, z: int, x: int, y: int) -> Response:
    """Hand out a tile of the operator's folder."""
    return await tile(needs().map, z, x, y)


async def _picture(visiting: Visiting, photo: str, kind: MediaKind) -> Response:
    """Answer with a derivative; nobody may keep it: the share may end at any moment."""
    await needs().sharing.refuse_foreign_photo(visiting.share, photo)
    _, size, body = await needs().viewing.picture(guest_of(visiting.share), photo, kind)
    answer = Response(body, content_type="image/jpeg")
    answer.content_length = size
    return answer
