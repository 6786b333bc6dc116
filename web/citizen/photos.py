"""A photo by a plain multipart form, as a page's script or a browser without one sends it."""

from __future__ import annotations

from quart import Blueprint, Response, request

from showme.domain.photos import read_photo_id, read_size
from showme.errors import NotUnderstood
from showme.services.opening import Opened
from web import pages
from web.bodies import chunks
from web.guard import for_key, limited
from web.multipart import pieces
from web.needs import needs
from web.reader import language_of_reader, wants_page

blueprint = Blueprint("citizen_photos", __name__)

_MOST_FIELD = 64


@blueprint.delete("/s/<key>/photos/<photo>")
@limited(60, seconds=60)
@for_key
async def take_back(opened: Opened, photo: str) -> tuple[str, int]:
    """Take back a photo that was sent by mistake."""
    await needs().taking_back.take_back(opened, photo)
    return "", 204


@blueprint.post("/s/<key>/photos/<photo>/gone")
@limited(60, seconds=60)
@for_key
async def gone(opened: Opened, photo: str) -> tuple[str, int]:
    """Note that the phone has no more of a photo than it has sent."""
    await needs().asking.note_gone(opened, photo)
    return "", 204


@blueprint.post("/s/<key>/photos")
@limited(300, seconds=60)
@for_key
async def photos(opened: Opened) -> Response | tuple[dict[str, str], int]:
    """Take a photo, or a size of it; answer 201 once it is durable, and not before."""
    told = {"id": bytearray(), "size": bytearray()}
    has_photo = False
    async with needs().receiving.arriving(opened, announced_bytes=request.content_length) as arrival:
        async for piece in pieces(chunks()):
            if piece.name == "photo":
                has_photo = True
                await arrival.write(piece.bytes)
            elif piece.name in told:
                told[piece.name] += piece.bytes
                if len(told[piece.name]) > _MOST_FIELD:
                    raise NotUnderstood(f"photo_{piece.name}_not_understood")
        if not has_photo:
            raise NotUnderstood("photo_missing")
        told_id = told["id"].decode("utf-8", "replace") or request.headers.get("Idempotency-Key", "")
        size = read_size(told["size"].decode("utf-8", "replace"))
        photo = await arrival.finish(read_photo_id(told_id) if told_id else None, size=size)
    if wants_page():
        return await pages.sent(language=language_of_reader())
    return {"id": photo.id}, 201
