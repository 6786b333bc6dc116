"""Tells another program of every use, by a web-hook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import httpx

from showme.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

_PATIENCE: Final = httpx.Timeout(10.0, connect=5.0)
_TAKEN: Final = range(200, 300)


class UsageWebhook:
    """Implements ``showme.ports.UsageListener`` by posting JSON to one address."""

    def __init__(self, address: str) -> None:
        """Post to ``address``; redirects are not followed, and no proxy of the environment is asked."""
        self._address = address

    async def tell(self, use: Mapping[str, Any]) -> None:
        """Post a use; raise Unavailable unless the other side answers 2xx."""
        try:
            async with httpx.AsyncClient(timeout=_PATIENCE, trust_env=False) as client:
                answer = await client.post(self._address, json=dict(use))
        except httpx.HTTPError as error:
            raise Unavailable("usage_webhook_failed") from error
        if answer.status_code not in _TAKEN:
            raise Unavailable("usage_webhook_failed", status=answer.status_code)
