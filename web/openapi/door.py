"""Hands out the description."""

from __future__ import annotations

from quart import Blueprint

from web.guard import limited, open_to_everyone
from web.openapi.document import document
from web.openapi.writing import Node

blueprint = Blueprint("openapi", __name__)


@blueprint.get("/openapi.json")
@limited(60, seconds=60)
@open_to_everyone
async def description() -> Node:
    """Describe everything that other programs use; it tells nothing of this installation."""
    return document()
