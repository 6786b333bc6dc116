"""The map: where citizens were, and the tiles to draw below it where the operator has them."""

from __future__ import annotations

from typing import Any

from quart import Blueprint, Response, request

from showme.domain.people import Dispatcher
from web.guard import for_screens, limited
from web.needs import needs
from web.shapes import position_shape
from web.tiles import tile

blueprint = Blueprint("map", __name__)


@blueprint.get("/api/positions")
@limited(240, seconds=60)
@for_screens
async def positions(dispatcher: Dispatcher) -> dict[str, Any]:
    """List the newest positions, or all of one invitation, oldest first, and the cursor at which they stand."""
    found, cursor = await needs().tracing.positions(dispatcher, invitation=request.args.get("invitation"))
    return {"positions": [position_shape(position) for position in found], "cursor": cursor}


@blueprint.get("/map/<int:z>/<int:x>/<int:y>.png")
@limited(6000, seconds=60)
@for_screens
async def own_tile(_: Dispatcher, z: int, x: int, y: int) -> Response:
    """Hand out a tile of the operator's folder."""
    return await tile(needs().map, z, x, y)
