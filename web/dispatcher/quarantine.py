"""Quarantine: any dispatcher seals a photo, and only a supervisor decides what becomes of it.

No address here, or anywhere, hands out a sealed picture: who has to look at it releases it first, which is journalled.
"""

from __future__ import annotations

from typing import Any

from quart import Blueprint

from showme.domain.people import Dispatcher
from web.guard import for_dispatchers, for_supervisors, limited
from web.needs import needs
from web.reader import language_of_reader
from web.shapes import photo_shape, sealed_shape

blueprint = Blueprint("quarantine", __name__)


@blueprint.post("/api/photos/<photo>/quarantine")
@limited(60, seconds=60)
@for_dispatchers
async def seal(dispatcher: Dispatcher, photo: str) -> tuple[str, int]:
    """Take a photo out of every view and every chat, at once."""
    await needs().quarantining.quarantine(dispatcher, photo)
    return "", 204


@blueprint.get("/api/quarantine")
@limited(240, seconds=60)
@for_supervisors
async def sealed(dispatcher: Dispatcher) -> dict[str, Any]:
    """List what waits for a decision, without any picture."""
    return {"sealed": [sealed_shape(one) for one in await needs().quarantining.sealed(dispatcher)]}


@blueprint.post("/api/quarantine/<photo>/release")
@limited(60, seconds=60)
@for_supervisors
async def release(dispatcher: Dispatcher, photo: str) -> dict[str, Any]:
    """Put a photo back where it was."""
    back = await needs().quarantining.release(dispatcher, photo)
    return photo_shape(back, words=needs().words, language=language_of_reader())


@blueprint.post("/api/quarantine/<photo>/delete")
@limited(60, seconds=60)
@for_supervisors
async def delete(dispatcher: Dispatcher, photo: str) -> tuple[str, int]:
    """Delete a sealed photo for ever."""
    await needs().quarantining.delete(dispatcher, photo)
    return "", 204
