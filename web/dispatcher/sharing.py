"""Links for crews and other centres, as dispatchers make, follow and end them."""

from __future__ import annotations

from typing import Any

from quart import Blueprint

from showme.domain.people import Dispatcher
from showme.services.sharing import Shared, guest_of
from web.bodies import json_object, number_field, text_field
from web.guard import for_dispatchers, limited
from web.needs import needs
from web.shapes import Shape, share_shape, visit_shape

blueprint = Blueprint("sharing", __name__)


@blueprint.get("/api/shares")
@limited(240, seconds=60)
@for_dispatchers
async def shares(dispatcher: Dispatcher) -> dict[str, Any]:
    """List the links whose time is not over, each with who looks by it now."""
    return {"shares": [_shape(shared) for shared in await needs().sharing.shares(dispatcher)]}


@blueprint.post("/api/shares")
@limited(60, seconds=60)
@for_dispatchers
async def share(dispatcher: Dispatcher) -> tuple[Shape, int]:
    """Make a link to one invitation or one incident, for somebody and for so many minutes."""
    body = await json_object()
    made = await needs().sharing.share(
        dispatcher,
        recipient=text_field(body, "recipient"),
        invitation=text_field(body, "invitation"),
        incident=text_field(body, "incident"),
        minutes=number_field(body, "minutes"),
    )
    return _shape(made), 201


@blueprint.post("/api/shares/<share>/end")
@limited(120, seconds=60)
@for_dispatchers
async def end(dispatcher: Dispatcher, share: str) -> Shape:
    """End a link, and with it whatever is looked at by it."""
    ended = await needs().sharing.end(dispatcher, share)
    needs().lines.look_again(guest_of(ended))
    return share_shape(ended, link=None, now=needs().clock.now())


@blueprint.get("/api/shares/<share>/visits")
@limited(240, seconds=60)
@for_dispatchers
async def visits(dispatcher: Dispatcher, share: str) -> dict[str, Any]:
    """Tell where and when a link was opened, newest first."""
    found, visited = await needs().sharing.visits(dispatcher, share)
    return {
        "share": share_shape(found, link=None, now=needs().clock.now()),
        "visits": [visit_shape(visit) for visit in visited],
    }


def _shape(shared: Shared) -> Shape:
    return share_shape(shared.share, link=shared.link, now=needs().clock.now())
