"""Speaks HTTP for the asynchronous client of Twilio's SDK, with time-outs and without a log."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from twilio.http.async_http_client import AsyncTwilioHttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]

from gateways.sms.addresses import checked_address

ADDRESS: Final = "https://api.twilio.com"


class OneConnectionEach(AsyncTwilioHttpClient):  # type: ignore[misc]
    """The SDK's HTTP client with time-outs, without a log, and with a connection of its own for each request.

    The SDK's own passes no time-out on, keeps the last request (number, text and token) in memory and logs addresses.
    A connection that was kept open may have been closed by Twilio meanwhile, which shows only after the bytes have
    left: "not sent" would become "nobody knows".
    """

    def __init__(self, *, address: str, connecting: float, patience: float) -> None:
        """Speak to ``address``, whatever the SDK asks for.

        At most ``connecting`` seconds pass until a connection stands, ``patience`` until the answer is there.
        """
        super().__init__(pool_connections=False, timeout=patience)
        self._target = urlsplit(checked_address(address))
        self._patience = ClientTimeout(total=patience, connect=connecting)

    async def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - the SDK's parameter; ours holds for every request
        allow_redirects: bool = False,  # noqa: ARG002 - likewise; a redirected POST might be sent twice
    ) -> Response:
        """Ask once, over a connection of its own."""
        # Whatever edge or region the SDK has found in the environment, ours is the address that was configured.
        target = urlsplit(url)._replace(scheme=self._target.scheme, netloc=self._target.netloc).geturl()
        async with (
            ClientSession(
                connector=TCPConnector(force_close=True), cookie_jar=DummyCookieJar(), timeout=self._patience
            ) as session,
            session.request(
                method,
                target,
                params=params,
                data=data,
                headers={**(headers or {}), **_authorisation(auth)},
                allow_redirects=False,
            ) as answer,
        ):
            return Response(answer.status, await answer.text(errors="replace"), answer.headers)


def _authorisation(auth: tuple[str, str] | None) -> dict[str, str]:
    return {} if auth is None else {"Authorization": "Basic " + base64.b64encode(":".join(auth).encode()).decode()}
