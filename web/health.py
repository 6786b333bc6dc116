"""Tells whether we live, and whether every part of us is well."""

from __future__ import annotations

from quart import Blueprint

from web.guard import limited, open_to_everyone
from web.needs import needs

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@limited(600, seconds=60)
@open_to_everyone
async def alive() -> dict[str, str]:
    """Say that the process answers."""
    return {"state": "alive"}


@blueprint.get("/readyz")
@limited(600, seconds=60)
@open_to_everyone
async def ready() -> dict[str, object]:
    """Say which parts are in trouble; none of them keeps the rest from working, so this is 200 while we can read."""
    await needs().viewing.can_read()
    parts = dict(needs().health())
    is_well = all(state in {"up", "off", "elsewhere"} for state in parts.values())
    return {"state": "ready" if is_well else "degraded", "parts": parts}
