"""The wire without a network: python-telegram-bot's requests go to a BotApi in the same process."""

# ruff: noqa: ARG002, PLR0917 - do_request has the signature that telegram.request.BaseRequest asks for
from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest

from practice.telegram.faults import ConnectionLost
from practice.telegram.reading import Upload

if TYPE_CHECKING:
    from telegram._utils.types import ODVInput
    from telegram.request import RequestData

    from practice.telegram.bot_api import BotApi

_METHOD = re.compile(r"/bot(?P<token>[^/]+)/(?P<method>\w+)$")
_FILE = re.compile(r"/file/bot(?P<token>[^/]+)/(?P<path>.+)$")
DEFAULT_PATIENCE = 5.0
"""Seconds: what HTTPXRequest waits for an answer when nothing else is said."""


class InMemoryRequest(BaseRequest):
    """Speaks to a BotApi, and fails as ``telegram.request.HTTPXRequest`` does.

    ``patience`` is the read time-out in seconds, used when a call brings none. A bot needs two of these: one for
    ``getUpdates``, one for the rest.
    """

    def __init__(self, api: BotApi, *, patience: float | None = DEFAULT_PATIENCE) -> None:
        self._api = api
        self._patience = patience

    @property
    def read_timeout(self) -> float | None:
        """The read time-out in seconds, used when a call brings none."""
        return self._patience

    async def initialize(self) -> None:
        """Open nothing: there is no connection."""

    async def shutdown(self) -> None:
        """Close nothing: there is no connection."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Answer a request with status and body; raise TimedOut or NetworkError where the network would."""
        # What is neither seconds nor none is the library's mark for "not given".
        patience = read_timeout if read_timeout is None or isinstance(read_timeout, int | float) else self._patience
        try:
            async with asyncio.timeout(patience):
                return await self._answer(url, request_data)
        except TimeoutError as error:
            raise TimedOut from error
        except ConnectionLost as error:
            raise NetworkError("the connection was closed without an answer") from error

    async def _answer(self, url: str, request_data: RequestData | None) -> tuple[int, bytes]:
        # The library quotes the address of a file, the colon of the token too.
        if wanted := _FILE.search(unquote(url)):
            return self._api.download(wanted["token"], wanted["path"])
        called = _METHOD.search(url)
        if called is None:
            return 404, b'{"ok": false, "error_code": 404, "description": "Not Found"}'
        params = request_data.json_parameters if request_data else {}
        status, body = await self._api.call_with(called["token"], called["method"], params, _uploads(request_data))
        return status, json.dumps(body).encode()


def _uploads(request_data: RequestData | None) -> dict[str, Upload]:
    parts = request_data.multipart_data if request_data else {}
    return {
        name: Upload(name=file_name, content=content if isinstance(content, bytes) else content.read(), mime=mime)
        for name, (file_name, content, mime) in parts.items()
    }
