"""How a bot gets its updates: by asking (long polling) or by webhook."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from practice.telegram import limits
from practice.telegram.rejected import bad_request, conflict

if TYPE_CHECKING:
    from practice.telegram.chats import Chats
    from practice.telegram.reading import BotRequest
    from practice.telegram.records import Json
    from practice.telegram.updates import Update

_SECRET_TOKEN = re.compile(r"[A-Za-z0-9_-]+")
_PORTS = {"https": 443}
DEFAULT_CONNECTIONS = 40


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where updates are to be posted; the secret goes into ``X-Telegram-Bot-Api-Secret-Token``."""

    url: str
    secret: str | None = None
    ip_address: str | None = None
    connections: int = DEFAULT_CONNECTIONS
    has_certificate: bool = False


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """What Telegram would post now; ``update_id`` is for ``Hearing.delivered``."""

    update_id: int
    url: str
    secret: str | None
    body: Json


class Hearing:
    """``getUpdates`` and the three webhook methods."""

    def __init__(self, chats: Chats) -> None:
        self._chats = chats
        self._webhook: Webhook | None = None
        self._asker: asyncio.Event | None = None

    async def get_updates(self, request: BotRequest) -> list[Json]:
        """Return up to ``limit`` updates, waiting up to ``timeout`` seconds for the first.

        Raise Rejected (409) while a webhook is set, or when another request of this kind comes.
        """
        self._refuse_beside_webhook()
        self._allow(request)
        if (offset := request.whole("offset")) is not None and offset != 0:
            self._chats.updates.confirm(offset)
        limit = request.whole("limit")
        most = limits.UPDATES_AT_ONCE[-1] if limit is None else max(1, min(limit, limits.UPDATES_AT_ONCE[-1]))
        waiting = await self._wait(seconds=max(0, request.whole("timeout") or 0))
        return [update.json() for update in waiting[:most]]

    async def set_webhook(self, request: BotRequest) -> bool:
        """Post updates to an address from now on; an empty one ends that. Raise Rejected (400)."""
        url = request.text("url") or ""
        if not url:
            return await self.delete_webhook(request)
        webhook = Webhook(
            url=_checked_address(url),
            secret=_checked_secret(request.text("secret_token")),
            ip_address=request.text("ip_address"),
            connections=_checked_connections(request.whole("max_connections")),
            has_certificate="certificate" in request.files,
        )
        self._allow(request)
        self._drop(request)
        self._webhook = webhook
        if self._asker:
            self._asker.set()
        return True

    async def delete_webhook(self, request: BotRequest) -> bool:
        """Go back to ``getUpdates``."""
        self._webhook = None
        self._drop(request)
        return True

    async def get_webhook_info(self, _request: BotRequest) -> Json:
        """Return the webhook, with an empty address when there is none."""
        waiting = len(self._chats.updates.waiting(now=self._chats.now()))
        info: Json = {"url": "", "has_custom_certificate": False, "pending_update_count": waiting}
        if self._webhook is None:
            return info
        info |= {
            "url": self._webhook.url,
            "has_custom_certificate": self._webhook.has_certificate,
            "max_connections": self._webhook.connections,
        }
        if self._webhook.ip_address:
            info["ip_address"] = self._webhook.ip_address
        if self._chats.updates.allowed:
            info["allowed_updates"] = list(self._chats.updates.allowed)
        return info

    def next_request(self) -> WebhookRequest | None:
        """Return what Telegram would post to the webhook now: the oldest update, again until ``delivered``."""
        waiting = self._chats.updates.waiting(now=self._chats.now())
        if self._webhook is None or not waiting:
            return None
        first = waiting[0]
        return WebhookRequest(first.id, self._webhook.url, self._webhook.secret, first.json())

    def delivered(self, update_id: int) -> None:
        """Forget an update that the webhook answered with 200."""
        self._chats.updates.confirm(update_id + 1)

    async def _wait(self, *, seconds: int) -> tuple[Update, ...]:
        if self._asker:
            self._asker.set()
        woken = asyncio.Event()
        self._asker = woken
        stop = self._chats.watch(woken.set)
        try:
            async with asyncio.timeout(seconds):
                while not (waiting := self._chats.updates.waiting(now=self._chats.now())):
                    await woken.wait()
                    woken.clear()
                    self._refuse_when_superseded(woken)
                return waiting
        except TimeoutError:
            return ()
        finally:
            stop()
            if self._asker is woken:
                self._asker = None

    def _refuse_when_superseded(self, woken: asyncio.Event) -> None:
        self._refuse_beside_webhook()
        if self._asker is not woken:
            raise conflict("terminated by other getUpdates request; make sure that only one bot instance is running")

    def _refuse_beside_webhook(self) -> None:
        if self._webhook is not None:
            raise conflict(
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )

    def _allow(self, request: BotRequest) -> None:
        kinds = request.items("allowed_updates")
        if kinds is not None:
            self._chats.updates.allow(str(kind) for kind in kinds)

    def _drop(self, request: BotRequest) -> None:
        if request.flag("drop_pending_updates"):
            self._chats.updates.clear()


def _checked_address(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        raise bad_request("bad webhook: invalid URL") from None
    if parts.scheme != "https" or not parts.hostname:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if port not in limits.WEBHOOK_PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    return url


def _checked_secret(secret: str | None) -> str | None:
    if secret and (len(secret) not in limits.SECRET_TOKEN or not _SECRET_TOKEN.fullmatch(secret)):
        raise bad_request("secret token contains unallowed characters")
    return secret or None


def _checked_connections(connections: int | None) -> int:
    if connections is None:
        return DEFAULT_CONNECTIONS
    if connections not in limits.WEBHOOK_CONNECTIONS:
        raise bad_request("bad webhook: max_connections must be from 1 to 100")
    return connections
