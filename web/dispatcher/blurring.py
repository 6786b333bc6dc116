"""How far pictures are blurred, for one person and for all, and how much is revealed."""

from __future__ import annotations

from typing import Any

from quart import Blueprint, request

from showme.domain.blurring import read_blurring
from showme.domain.people import Dispatcher
from showme.errors import NotUnderstood
from web.bodies import json_object, text_field
from web.guard import for_dispatchers, for_screens, for_supervisors, limited
from web.needs import needs
from web.shapes import blurred_shape, reveals_shape

blueprint = Blueprint("blurring", __name__)


@blueprint.get("/api/blurring")
@limited(240, seconds=60)
@for_screens
async def blurred(dispatcher: Dispatcher) -> dict[str, Any]:
    """Tell how far pictures are blurred for who asks, and how many that person has revealed in this shift."""
    return blurred_shape(await needs().revealing.blurred(dispatcher))


@blueprint.post("/api/blurring")
@limited(60, seconds=60)
@for_dispatchers
async def choose(dispatcher: Dispatcher) -> dict[str, Any]:
    """Choose for oneself: ``{"own": "always"}``, or null to leave it to the organisation."""
    wish = await json_object()
    if "own" not in wish:
        raise NotUnderstood("json_not_understood")
    own = text_field(wish, "own")
    chosen = await needs().revealing.choose(dispatcher, read_blurring(own) if own is not None else None)
    return blurred_shape(chosen)


@blueprint.post("/api/organisation/blurring")
@limited(30, seconds=60)
@for_supervisors
async def choose_for_all(dispatcher: Dispatcher) -> dict[str, Any]:
    """Choose, as a supervisor, what holds at least for everyone: ``{"blurring": "until_revealed"}``."""
    wish = await json_object()
    await needs().revealing.choose_for_all(dispatcher, read_blurring(text_field(wish, "blurring") or ""))
    return blurred_shape(await needs().revealing.blurred(dispatcher))


@blueprint.get("/api/reports/reveals")
@limited(60, seconds=60)
@for_supervisors
async def reveals(dispatcher: Dispatcher) -> dict[str, Any]:
    """Tell supervisors how many pictures were revealed, by all together and by nobody in particular."""
    days = request.args.get("days", "7")
    if not (days.isascii() and days.isdigit() and len(days) <= len("31")):
        raise NotUnderstood("days_not_understood", most=31)
    return reveals_shape(await needs().revealing.report(dispatcher, days=int(days)))
