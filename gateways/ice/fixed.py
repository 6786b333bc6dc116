"""Lends the STUN and TURN servers that the settings name, always the same."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from showme.domain.ice import IceServer, SharedLease


class FixedServers:
    """Implements ``showme.ports.IceProvider`` by a list; credentials in it serve for ever, and to whoever saw them."""

    name = "fixed list"

    def __init__(self, servers: Iterable[IceServer]) -> None:
        """Keep the servers; raise ValueError for none."""
        self._lease = SharedLease(lent=tuple(servers))
        if not self._lease.lent:
            raise ValueError("A list of ICE servers has at least one.")

    async def lease(self, *, now: datetime) -> SharedLease:  # noqa: ARG002 - what is always the same has no date
        """Lend the list without an end."""
        return self._lease
