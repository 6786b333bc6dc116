"""Credits, as dispatchers see them and supervisors fill them."""

from __future__ import annotations

from typing import Any

from quart import Blueprint

from showme.domain.people import Dispatcher
from showme.errors import NotUnderstood
from web.bodies import json_object, number_field
from web.guard import for_screens, for_supervisors, limited
from web.needs import needs
from web.shapes import ledger_line_shape

blueprint = Blueprint("credits", __name__)


@blueprint.get("/api/credits")
@limited(240, seconds=60)
@for_screens
async def left(dispatcher: Dispatcher) -> dict[str, int]:
    """Tell how many credits are left; every SMS costs one."""
    return {"credits": await needs().topping_up.credits(dispatcher)}


@blueprint.get("/api/credits/ledger")
@limited(120, seconds=60)
@for_supervisors
async def ledger(dispatcher: Dispatcher) -> dict[str, Any]:
    """List the newest lines of the ledger, for supervisors."""
    lines = await needs().topping_up.ledger(dispatcher)
    return {"ledger": [ledger_line_shape(line) for line in lines]}


@blueprint.post("/api/credits/top-up")
@limited(30, seconds=60)
@for_supervisors
async def top_up(dispatcher: Dispatcher) -> dict[str, int]:
    """Add credits, as a supervisor: ``{"amount": 100}``."""
    amount = number_field(await json_object(), "amount")
    if amount is None or amount != int(amount):
        raise NotUnderstood("json_not_understood")
    return {"credits": await needs().topping_up.top_up(dispatcher, int(amount))}
