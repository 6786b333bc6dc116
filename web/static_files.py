"""The hashed static files, which browsers keep for ever."""

from __future__ import annotations

from quart import Blueprint, Response

from web.built import manifest, static_file
from web.guard import limited, open_to_everyone
from web.needs import needs

blueprint = Blueprint("static_files", __name__)


@blueprint.get("/favicon.ico")
@limited(600, seconds=60)
@open_to_everyone
async def icon() -> Response:
    """Hand out the icon, for which browsers ask unasked."""
    body, media_type = static_file(needs().built, manifest(needs().built)["icon.svg"])
    answer = Response(body, content_type=media_type)
    answer.headers["Cache-Control"] = "public, max-age=86400"
    return answer


@blueprint.get("/static/<path:name>")
@limited(600, seconds=60)
@open_to_everyone
async def static(name: str) -> Response:
    """Hand out a file of the build."""
    body, media_type = static_file(needs().built, name)
    answer = Response(body, content_type=media_type)
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer
