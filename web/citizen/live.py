"""Live video, as the citizen's phone hears of it: who watches, who waits for stills; and the stills it sends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from quart import Blueprint, request

from showme.domain.invitations import Invitation
from showme.errors import NotAPicture
from showme.services.opening import Opened
from showme.services.stills import MOST_STILL
from showme.switchboard import MOST_DIRECT
from web.bodies import body_of_at_most
from web.guard import for_key, limited
from web.needs import Needs, needs
from web.shapes import Shape

blueprint = Blueprint("citizen_live", __name__)

_IDLE: Final = 10.0
"""Seconds without a byte of a still; whatever takes longer has been overtaken by a newer one."""


@blueprint.post("/s/<key>/still")
@limited(180, seconds=60)
@for_key
async def still(opened: Opened) -> dict[str, float]:
    """Take a still of the running video; it is kept in memory alone, and the next one takes its place."""
    if request.mimetype != "image/jpeg":
        raise NotAPicture
    announced = MOST_STILL if request.content_length is None else request.content_length
    with needs().receiving.room(min(announced, MOST_STILL)):
        picture = await body_of_at_most(MOST_STILL, idle=_IDLE)
    return {"next": await needs().stills.put(opened, picture)}


class WhoWatches:
    """Who is on the line to see an invitation's live video, and whether anybody waits for stills of it.

    Implements ``web.feed.Standing``.
    """

    def __init__(self, needs: Needs, invitation: Invitation) -> None:
        """Look at one invitation."""
        self._needs = needs
        self._invitation = invitation.id
        self._may_have_changed = asyncio.Event()
        self._told: Shape | None = None

    def look(self, invitation: str | None = None) -> None:
        """Wake whoever waits for news, unless they are of another invitation."""
        if invitation in {None, self._invitation}:
            self._may_have_changed.set()

    def news(self) -> bytes | None:
        """Return a message without a number, as nobody has to hear what stood before; None when it was told."""
        self._may_have_changed.clear()
        standing: Shape = {
            "kind": "Viewers",
            "viewers": [
                {"peer": peer, "direct": place < MOST_DIRECT}
                for place, peer in enumerate(self._needs.switchboard.viewers_of(self._invitation))
            ],
            "stills": self._needs.stills.wanted(self._invitation),
        }
        if standing == self._told:
            return None
        self._told = standing
        return f"data: {json.dumps(standing)}\n\n".encode()

    async def changed(self) -> None:
        """Return once there may be news."""
        await self._may_have_changed.wait()


@contextmanager
def who_watches(needs: Needs, invitation: Invitation) -> Iterator[WhoWatches]:
    """Look for as long as the context lasts."""
    standing = WhoWatches(needs, invitation)
    stops = (needs.switchboard.listen(invitation.id, standing.look), needs.stills.listen(standing.look))
    try:
        yield standing
    finally:
        for stop in stops:
            stop()
