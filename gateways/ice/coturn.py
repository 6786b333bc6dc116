"""Lends one's own coturn, by credentials that are made here for each invitation."""

from __future__ import annotations

import base64
import hashlib
import hmac
import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from showme.domain.ice import IceServer, read_ice_url

_LIFE: Final = timedelta(hours=12)


class CoturnServers:
    """Implements ``showme.ports.IceProvider``, and the lease too: nobody is asked, so it never ends and never fails.

    coturn (``use-auth-secret``) knows the same secret, and works the password out of the username, which says until
    when it may be used and names the invitation: coturn's log and its quota go by it. Source:
    draft-uberti-behave-turn-rest-00, section 2.2.
    """

    name = "coturn"
    until: datetime | None = None

    def __init__(self, *, urls: Sequence[str], secret: str, life: timedelta = _LIFE) -> None:
        """Keep the addresses and the secret (coturn's ``static-auth-secret``); raise ValueError for a wrong address."""
        if not secret:
            raise ValueError("coturn's secret is empty.")
        self._relays = tuple(url for url in urls if read_ice_url(url).relays)
        self._others = tuple(url for url in urls if not read_ice_url(url).relays)
        if not self._relays:
            raise ValueError("coturn needs a turn: or turns: address.")
        self._secret = secret.encode()
        self._life = life

    async def lease(self, *, now: datetime) -> CoturnServers:  # noqa: ARG002 - the secret has no date
        """Lend itself."""
        return self

    def servers(self, *, invitation: str, now: datetime) -> Sequence[IceServer]:
        """Return the servers with credentials that end a life after ``now``."""
        username = f"{math.ceil((now + self._life).timestamp())}:{invitation}"
        # SHA-1, because coturn compares with no other; as an HMAC it is not known to be weak.
        made = hmac.new(self._secret, username.encode(), hashlib.sha1).digest()
        relay = IceServer(urls=self._relays, username=username, credential=base64.b64encode(made).decode())
        return [IceServer(urls=self._others), relay] if self._others else [relay]
