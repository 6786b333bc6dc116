"""The wire to Telegram, with time-outs of ours; of several nodes only one may speak."""

# ruff: noqa: PLR0917 - do_request has the signature that telegram.request.BaseRequest asks for
from __future__ import annotations

from typing import TYPE_CHECKING

from telegram.error import NetworkError
from telegram.request import BaseRequest, HTTPXRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from telegram._utils.types import ODVInput
    from telegram.request import RequestData


class PoolTimeout(Exception):
    """Nothing was said, because another node speaks now; named as what httpx raises before anything has left."""


class Wire(HTTPXRequest):
    """Says nothing once we may not: whatever was at hand is somebody else's to say."""

    def __init__(self, *, connections: int, may_speak: Callable[[], bool]) -> None:
        """Open so many connections at most; ``may_speak`` is asked before each request."""
        super().__init__(
            connection_pool_size=connections,
            connect_timeout=10.0,
            read_timeout=15.0,
            write_timeout=15.0,
            pool_timeout=10.0,
            media_write_timeout=30.0,
        )
        self._may_speak = may_speak

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
        """Ask Telegram; raise NetworkError, of the kind that never left, when another node speaks."""
        if not self._may_speak():
            raise NetworkError("another node speaks") from PoolTimeout()
        return await super().do_request(
            url, method, request_data, read_timeout, write_timeout, connect_timeout, pool_timeout
        )
