"""Remembers who asked when, for the limits that stand beside every route, and what holds when it cannot."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from quart import current_app, g, request
from quart_rate_limiter.store import MemoryStore, RateLimiterStoreABC

from showme.errors import Unavailable
from web.needs import needs

CLOSES: Final = "_showme_closes"
"""Set on a view that takes nobody in while the limits cannot be told: what costs money, or where secrets are tried."""
_MOST_REMEMBERED: Final = 50_000
_COME_BACK: Final = 10


class ForgetfulStore(MemoryStore):
    """Remembers who asked when, and lets go of what no longer matters before it grows."""

    def __init__(self) -> None:
        super().__init__()
        self._forget_at = _MOST_REMEMBERED

    async def set(self, key: str, tat: datetime) -> None:
        """Keep a moment; drop the past ones when there are many."""
        if len(self._tats) >= self._forget_at:
            now = datetime.now(UTC)
            self._tats = {known: moment for known, moment in self._tats.items() if moment > now}
            self._forget_at = max(_MOST_REMEMBERED, 2 * len(self._tats))
        await super().set(key, tat)


class SafeStore(RateLimiterStoreABC):
    """A store that may fail: then photos still come in, and no SMS goes out and nobody signs in."""

    def __init__(self, store: RateLimiterStoreABC) -> None:
        """Remember in ``store``."""
        self._store = store

    async def get(self, key: str, default: datetime) -> datetime:
        """Return what is remembered; without a memory nothing, or raise Unavailable where the route closes then."""
        try:
            return await self._store.get(key, default)
        except Exception as failure:
            self._note(failure)
            view = current_app.view_functions.get(request.endpoint or "")
            if getattr(view, CLOSES, False) and "turned_away" not in g:
                g.turned_away = True
                raise Unavailable(retry_after=_COME_BACK) from failure
            return default

    async def set(self, key: str, tat: datetime) -> None:
        """Remember a moment, if it can be."""
        try:
            await self._store.set(key, tat)
        except Exception as failure:  # noqa: BLE001 - likewise
            self._note(failure)

    async def before_serving(self) -> None:
        """Open the store."""
        await self._store.before_serving()

    async def after_serving(self) -> None:
        """Close the store."""
        await self._store.after_serving()

    def _note(self, failure: Exception) -> None:
        """Report a failure once for each request."""
        if "limits_failed" not in g:
            g.limits_failed = True
            needs().report("limits", failure)
