"""Photos, as the photowall and other programs see them, and the feed that tells of everything new."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from quart import Blueprint, Response, request

from showme.domain.events import Kind
from showme.domain.people import Dispatcher
from showme.domain.photos import file_name
from showme.errors import NotSignedIn
from web.callers import proof_of_caller
from web.feed import messages
from web.guard import for_dispatchers, for_screens, limited
from web.needs import needs
from web.reader import language_of_reader
from web.shapes import happening_shape, photo_shape
from web.streams import event_stream, last_event

if TYPE_CHECKING:
    from showme.domain.pictures import MediaKind
    from showme.domain.words import Catalogue
    from showme.ports import Clock
    from showme.services.viewing import Happening

blueprint = Blueprint("photos", __name__)

_ENDING: Final = {Kind.SIGNED_OUT, Kind.SESSION_REVOKED, Kind.SUPERVISOR_DISMISSED}
_LOOK_AGAIN: Final = timedelta(seconds=5)
ASKS_EACH_TIME: Final = "private, no-cache"
"""For what a browser may keep and must not show again unasked (RFC 9111, 5.2.2.4)."""


@blueprint.get("/api/photos")
@limited(240, seconds=60)
@for_screens
async def photos(dispatcher: Dispatcher) -> dict[str, Any]:
    """List the newest photos, or all of one invitation, and the cursor from which a feed goes on."""
    found, cursor = await needs().viewing.photos(dispatcher, invitation=request.args.get("invitation"))
    words, language = needs().words, language_of_reader()
    shapes = [photo_shape(photo, words=words, language=language) for photo in found]
    return {"photos": shapes, "cursor": cursor}


@blueprint.get("/api/photos/<photo>/wall")
@limited(1200, seconds=60)
@for_screens
async def wall(dispatcher: Dispatcher, photo: str) -> Response:
    """Show a photo at the size of a screen."""
    return await _derived(dispatcher, photo, "wall")


@blueprint.get("/api/photos/<photo>/thumbnail")
@limited(3000, seconds=60)
@for_screens
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
    invitation = await needs().viewing.invitation(dispatcher, found.invitation)
    name = file_name(found, incident=invitation.incident, number=invitation.number)
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
@for_screens
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
    return event_stream(messages(tail, after, render=render, farewell=_farewell(clock, words, language)))


def _farewell(
    clock: Clock, words: Catalogue, language: str
) -> Callable[[Sequence[Happening]], Awaitable[bytes | None]]:
    """Return what tells, before a batch, that the asker of this request may listen no longer, and why.

    It is looked up when somebody's session has ended, and else every few seconds: not for each event and each feed.
    """
    proof, signing_in = proof_of_caller(), needs().signing_in
    looked_at = clock.now()

    async def farewell(batch: Sequence[Happening]) -> bytes | None:
        nonlocal looked_at
        has_ended_one = any(happening.event.kind in _ENDING for happening in batch)
        if not has_ended_one and clock.now() - looked_at < _LOOK_AGAIN:
            return None
        looked_at = clock.now()
        try:
            await proof(signing_in)
        except NotSignedIn as ended:
            told = {
                "status": ended.status,
                "cause": ended.cause,
                "title": words.say(language, f"refusals.{ended.cause}", **ended.facts),
            }
            return f"event: ended\ndata: {json.dumps(told, ensure_ascii=False)}\n\n".encode()
        return None

    return farewell


async def _derived(dispatcher: Dispatcher, photo: str, kind: MediaKind) -> Response:
    """Answer with a derivative; only this browser may keep it, and asks each time whether it still may.

    So what was taken into quarantine, or has had its time, is not to be had from the browser's own store either.
    """
    found, size, body = await needs().viewing.picture(dispatcher, photo, kind)
    tag = f"{kind}-{found.size}-{found.sha256}"
    if found.size == "original" and request.if_none_match.contains(tag):
        answer = Response("", status=304)
    else:
        answer = Response(body, content_type="image/jpeg")
        answer.content_length = size
    if found.size == "original":
        answer.headers["Cache-Control"] = ASKS_EACH_TIME
        answer.set_etag(tag)
    return answer
