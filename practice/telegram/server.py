"""The wire over a network: the Bot API by HTTP, for bots that use python-telegram-bot's own client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quart import Quart, Response, request

from practice.telegram import limits
from practice.telegram.faults import ConnectionLost
from practice.telegram.reading import Upload

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from practice.telegram.bot_api import BotApi

FORM_OVERHEAD = 1024 * 1024
"""Bytes that a multipart body may have beside its files."""


def create_app(api: BotApi) -> Quart:
    """Return the application: ``/bot<token>/<method>`` and ``/file/bot<token>/<path>``; opens nothing."""
    app = Quart(__name__)
    app.config["MAX_CONTENT_LENGTH"] = limits.UPLOAD_BYTES + FORM_OVERHEAD

    @app.route("/bot<token>/<method>", methods=["GET", "POST"])
    async def answer(token: str, method: str) -> Response | tuple[dict[str, object], int]:
        params, files = await _read_body()
        try:
            status, body = await api.call_with(token, method, params, files)
        except ConnectionLost:
            return _broken_off()
        return body, status

    @app.get("/file/bot<token>/<path:path>")
    async def download(token: str, path: str) -> Response:
        status, content = api.download(token, path)
        return Response(content, status=status, content_type="application/octet-stream")

    return app


async def _read_body() -> tuple[dict[str, object], dict[str, Upload]]:
    params: dict[str, object] = dict(request.args)
    if request.is_json:
        body = await request.get_json()
        return params | (body if isinstance(body, dict) else {}), {}
    params |= dict(await request.form)
    files = {
        name: Upload(name=part.filename or name, content=part.read(), mime=part.mimetype or "application/octet-stream")
        for name, part in (await request.files).items()
    }
    return params, files


def _broken_off() -> Response:
    # An ASGI server gives no way to close a connection without an answer: this one promises more than it sends, so that
    # the server has to close it in the middle.
    async def too_little() -> AsyncIterator[bytes]:
        yield b"{"

    return Response(too_little(), headers={"Content-Length": "1000"})
