"""Lends Twilio's Network Traversal Service, by tokens that the asynchronous client of its SDK fetches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from twilio.base.exceptions import TwilioRestException, TwilioServiceException  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from gateways.twilio_client import ADDRESS, OneConnectionEach
from showme.domain.ice import IceServer, SharedLease
from showme.errors import Unavailable

_LONGEST: Final = timedelta(hours=24)
"""Twilio gives no longer life to a token."""


class TwilioIce:
    """Implements ``showme.ports.IceProvider``; one token serves every invitation until it is renewed.

    Source: https://www.twilio.com/docs/stun-turn/api.
    """

    name = "Twilio"

    def __init__(
        self,
        *,
        account: str,
        token: str,
        life: timedelta = timedelta(hours=12),
        address: str = ADDRESS,
        connecting: float = 3.0,
        patience: float = 8.0,
    ) -> None:
        """Keep the account's SID and token, and how long what is lent shall live: at most a day.

        At most ``connecting`` seconds pass until a connection stands, ``patience`` until the answer is there.
        ``address`` is another one only in tests. Raise ValueError where the settings are wrong.
        """
        if not account or not token:  # the SDK would look for them in the environment
            raise ValueError("Twilio needs the SID and the token of an account.")
        if not timedelta(0) < life <= _LONGEST:
            raise ValueError("Twilio's tokens live for a day at most.")
        self._life = life
        self._client = Client(
            account, token, http_client=OneConnectionEach(address=address, connecting=connecting, patience=patience)
        )

    async def lease(self, *, now: datetime) -> SharedLease:
        """Fetch a token; raise Unavailable when Twilio gives none that browsers could use.

        The error's facts hold the HTTP status (``status``) and Twilio's own code (``code``) where it told them.
        """
        try:
            token = await self._client.tokens.create_async(ttl=int(self._life.total_seconds()))
            return SharedLease(lent=tuple(_servers(token.ice_servers)), until=now + _life(token.ttl, most=self._life))
        except (TwilioRestException, TwilioServiceException) as error:
            raise Unavailable(status=error.status, code=error.code) from error
        except Unavailable:
            raise
        except Exception as error:  # a time-out, a reset, an answer that cannot be read: the SDK names none of them
            raise Unavailable from error


def _life(told: object, *, most: timedelta) -> timedelta:
    """Return how long a token lives: what Twilio says (in seconds, as text), where that is less than was asked for."""
    seconds = int(str(told))
    if seconds <= 0:
        raise Unavailable(answer="a token without a life")
    return min(most, timedelta(seconds=min(seconds, int(_LONGEST.total_seconds()))))


def _servers(told: object) -> list[IceServer]:
    """Read the servers; one that browsers would refuse is left out, for it would cost the others too."""
    found = list(_readable(told if isinstance(told, list) else []))
    if not any(server.relays for server in found):
        raise Unavailable(answer="a token without a relay")
    return found


def _readable(told: list[Any]) -> Iterator[IceServer]:
    for entry in told:
        if not isinstance(entry, Mapping):
            continue
        urls = entry.get("urls", entry.get("url"))
        texts = urls if isinstance(urls, list) else [urls]
        username, credential = entry.get("username"), entry.get("credential")
        try:
            yield IceServer(
                # Older answers have a query at stun:, where it means nothing and Chromium takes it for an error.
                urls=tuple(text.partition("?")[0] if text.startswith("stun:") else text for text in texts),
                username=username if isinstance(username, str) else None,
                credential=credential if isinstance(credential, str) else None,
            )
        except (ValueError, AttributeError, TypeError):
            continue
