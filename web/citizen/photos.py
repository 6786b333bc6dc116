"""A photo by a plain multipart form, as a page's script or a browser without one sends it."""

from __future__ import annotations

from quart import Blueprint, Response, request

from showme.domain.photos import read_photo_id
from showme.errors import NotUnderstood
from showme.services.opening import Opened
from web import pages
from web.bodies import chunks
from web.guard import for_key, limited
from web.multipart import pieces
from web.needs import needs
from web.reader import language_of_reader, wants_page

blueprint = Blueprint("citizen_photos", __name__)

_MOST_ID = 64


@blueprint.delete("/s/<key>/photos/<photo>")
@limited(60, seconds=60)
@for_key
async def take_back(opened: Opened, photo: str) -> tuple[str, int]:
    """Take back a photo that was sent by mistake."""
    await needs().taking_back.take_back(opened, photo)
    return "", 204


@blueprint.post("/s/<key>/photos")
@limited(300, seconds=60)
@for_key
async def photos(opened: Opened) -> Response | tuple[dict[str, str], int]:
    """Take a photo; answer 201 once it is durable, and not before."""
    told_id = request.headers.get("Idempotency-Key", "")
    id_in_form = bytearray()
    has_photo = False
    async with needs().receiving.arriving(opened, announced_bytes=request.content_length) as arrival:
        async for piece in pieces(chunks()):
            if piece.name == "photo":
                has_photo = True
                await arrival.write(piece.bytes)
            elif piece.name == "id":
                id_in_form += piece.bytes
                if len(id_in_form) > _MOST_ID:
                    raise NotUnderstood("photo_id_not_understood")
        if not has_photo:
            raise NotUnderstood("photo_missing")
        told_id = id_in_form.decode("utf-8", "replace") or told_id
        photo = await arrival.finish(read_photo_id(told_id) if told_id else None)
    if wants_page():
        return await pages.sent(language=language_of_reader())
    return {"id": photo.id}, 201
