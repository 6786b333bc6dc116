"""What whoever watches a live video asks, and is answered alike at both doors: with a session or token, or a pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from quart import Response, request

from showme.domain.peers import Peer, citizen_of, read_peer
from showme.domain.people import Dispatcher
from showme.errors import NotFound, NotUnderstood
from showme.switchboard import MOST_DIRECT
from web.bodies import chunks, json_object, text_field
from web.calls import call_shape
from web.multipart import pieces
from web.needs import needs
from web.reader import language_of_reader
from web.shapes import Shape, photo_shape

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from showme.services.calling import How

_PATIENCE: Final = 20.0
_TAKEN_WITHIN: Final = 20
"""Seconds for which a still may be on its way; whoever takes longer is served better by a newer one."""
_SLICE: Final = 16 * 1024
_FARTHEST: Final = 15
"""Digits; no still is ever numbered so high."""


async def viewer(watcher: Dispatcher, invitation: str) -> tuple[Shape, int] | tuple[str, int]:
    """Lend a place on the line of the invitation: whose it is, whom it may hear, and over which servers.

    An external PeerServer does not tell us who is there. Then a viewer counts as there for 90 s from each time that it
    asks, with the place that it has; and no longer once it says that it leaves.
    """
    found = await needs().viewing.invitation(watcher, invitation)
    asked = await json_object()
    kept = _place_of(found.id, text_field(asked, "peer"))
    if kept is not None and asked.get("leaves") is True:
        needs().switchboard.withdraw(kept)
        return "", 204
    found.refuse_unless_open(needs().clock.now())
    if needs().external_signalling is not None:
        lent = needs().lines.attend(watcher, found.id, kept)
        before = needs().switchboard.viewers_of(found.id).index(str(lent))
    else:
        before = len(needs().switchboard.viewers_of(found.id))
        lent = needs().lines.lend(watcher, found.id)
    return call_shape(lent) | {"citizen": str(citizen_of(found.id)), "direct": before < MOST_DIRECT}, 201


async def seen(watcher: Dispatcher, invitation: str) -> tuple[str, int]:
    """Note that a picture of the live video was seen, and which way it had come."""
    how = text_field(await json_object(), "how")
    await needs().calling.seen(watcher, invitation, how=cast("How", how))
    return "", 204


async def still(watcher: Dispatcher, invitation: str) -> Response:
    """Hand out the next still, as soon as there is one; nothing, when none came in time or the server stops.

    A look at the headers alone waits for nothing: it must not hold the phone to a faster pace.
    """
    patience = 0.0 if request.method == "HEAD" else _PATIENCE
    found = await needs().stills.next(watcher, invitation, after=_after(), patience=patience)
    if found is None:
        return Response(status=204)
    number, picture, taken_at = found
    answer = Response(_slices(picture), content_type="image/jpeg")
    answer.content_length = len(picture)
    answer.timeout = _TAKEN_WITHIN
    answer.headers["Showme-Still"] = str(number)
    answer.headers["Showme-Age"] = f"{max(0.0, (needs().clock.now() - taken_at).total_seconds()):.1f}"
    return answer


async def command(watcher: Dispatcher, invitation: str) -> tuple[str, int]:
    """Ask something of the phone, or of who holds it."""
    wished = text_field(await json_object(), "command")
    if wished is None:
        raise NotUnderstood("command_not_understood")
    await needs().commanding.command(watcher, invitation, wished)
    return "", 204


async def keep(watcher: Dispatcher, invitation: str) -> tuple[Shape, int]:
    """Keep a still: from here on it goes the way of a photo."""
    has_photo = False
    async with needs().keeping.arriving(watcher, invitation, announced_bytes=request.content_length) as arrival:
        async for piece in pieces(chunks()):
            if piece.name == "photo":
                has_photo = True
                await arrival.write(piece.bytes)
        if not has_photo:
            raise NotUnderstood("photo_missing")
        photo = await arrival.finish(None)
    return photo_shape(photo, words=needs().words, language=language_of_reader()), 201


async def _slices(picture: bytes) -> AsyncIterator[bytes]:
    """Yield a still in slices: of what a slow reader has not taken, the server holds a few, and not a whole copy."""
    for start in range(0, len(picture), _SLICE):
        yield picture[start : start + _SLICE]


def _place_of(invitation: str, text: str | None) -> Peer | None:
    """Return the viewer that a text names, None for no text; raise NotUnderstood, NotFound (of another invitation)."""
    if text is None:
        return None
    peer = read_peer(text)
    if peer.role != "viewer" or peer.invitation != invitation:
        raise NotFound
    return peer


def _after() -> int:
    told = request.args.get("after", "0")
    if not (told.isascii() and told.isdigit()) or len(told) > _FARTHEST:
        raise NotUnderstood("cursor_not_understood")
    return int(told)
