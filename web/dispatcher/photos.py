"""Photos, as the photowall and other programs see them, and the feed that tells of everything new."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from quart import Blueprint, Response, request

from showme.domain.events import Kind
from showme.domain.people import Dispatcher
from showme.errors import NotSignedIn
from web.feed import messages
from web.guard import for_dispatchers, limited, proof_of_asker
from web.needs import needs
from web.reader import language_of_reader
from web.shapes import happening_shape, photo_shape
from web.streams import event_stream, last_event

if TYPE_CHECKING:
    from showme.domain.pictures import MediaKind
    from showme.ports import Clock
    from showme.services.viewing import Happening

blueprint = Blueprint("photos", __name__)

_LOOK_AGAIN: Final = timedelta(seconds=5)


@blueprint.get("/api/photos")
@limited(240, seconds=60)
@for_dispatchers
async def photos(dispatcher: Dispatcher) -> dict[str, Any]:
    """List the newest photos, or all of one invitation, and the cursor from which a feed goes on."""
    found, cursor = await needs().viewing.photos(dispatcher, invitation=request.args.get("invitation"))
    words, language = needs().words, language_of_reader()
    shapes = [photo_shape(photo, words=words, language=language) for photo in found]
    return {"photos": shapes, "cursor": cursor}


@blueprint.get("/api/photos/<photo>/wall")
@limited(1200, seconds=60)
@for_dispatchers
async def wall(dispatcher: Dispatcher, photo: str) -> Response:
    """Show a photo at the size of a screen."""
    return await _derived(dispatcher, photo, "wall")


@blueprint.get("/api/photos/<photo>/thumbnail")
@limited(3000, seconds=60)
@for_dispatchers
async def thumbnail(dispatcher: Dispatcher, photo: str) -> Response:
    """Show a photo at the size of a tile."""
    return await _derived(dispatcher, photo, "thumbnail")


@blueprint.get("/api/photos/<photo>/original")
@limited(120, seconds=60)
@for_dispatchers
async def original(dispatcher: Dispatcher, photo: str) -> Response:
    """Hand out the received bytes, which may tell place and time; the journal notes who took them."""
    found, size, body = await needs().viewing.picture(dispatcher, photo, "original")
    if request.method == "GET":
        await needs().viewing.note_download(dispatcher, found)
    answer = Response(body, content_type=found.media_type)
    answer.content_length = size
    name = f"{found.invitation}-{found.number}.{found.extension}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@blueprint.post("/api/photos/<photo>/ask")
@limited(60, seconds=60)
@for_dispatchers
async def ask(dispatcher: Dispatcher, photo: str) -> tuple[str, int]:
    """Ask the phone for the original, of which it has sent less."""
    await needs().asking.ask(dispatcher, photo)
    return "", 204


@blueprint.get("/api/events")
@limited(120, seconds=60)
@for_dispatchers
async def events(dispatcher: Dispatcher) -> Response:
    """Push everything that happens in the organisation, each event with what it is about as that stands now."""
    after = last_event()
    if after is None:
        after = await needs().viewing.head(dispatcher.organisation)
    words, clock, language = needs().words, needs().clock, language_of_reader()
    viewers = needs().switchboard.viewers_of

    def render(happening: Happening) -> bytes:
        told = happening_shape(happening, now=clock.now(), words=words, language=language, viewers=viewers)
        return f"id: {happening.event.number}\ndata: {json.dumps(told, ensure_ascii=False)}\n\n".encode()

    tail = needs().tails.of(dispatcher.organisation)
    return event_stream(messages(tail, after, render=render, may_go_on=_still_signed_in(clock)))


def _still_signed_in(clock: Clock) -> Callable[[Sequence[Happening]], Awaitable[bool]]:
    """Return what tells whether the asker of this request may still listen.

    It is looked up when somebody has signed out, and else every few seconds: not for each event and each feed.
    """
    proof, signing_in = proof_of_asker(), needs().signing_in
    looked_at = clock.now()

    async def may_go_on(batch: Sequence[Happening]) -> bool:
        nonlocal looked_at
        has_ended_one = any(happening.event.kind == Kind.SIGNED_OUT for happening in batch)
        if not has_ended_one and clock.now() - looked_at < _LOOK_AGAIN:
            return True
        looked_at = clock.now()
        try:
            await proof(signing_in)
        except NotSignedIn:
            return False
        return True

    return may_go_on


async def _derived(dispatcher: Dispatcher, photo: str, kind: MediaKind) -> Response:
    """Answer with a derivative; only this browser may keep it, not beyond the hour, and only if it never changes."""
    found, size, body = await needs().viewing.picture(dispatcher, photo, kind)
    answer = Response(body, content_type="image/jpeg")
    answer.content_length = size
    if found.size == "original":
        answer.headers["Cache-Control"] = "private, max-age=3600, immutable"
    return answer
