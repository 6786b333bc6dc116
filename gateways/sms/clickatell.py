"""Sends SMS through Clickatell, by its One API."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Mapping
from typing import Any, Final

import httpx

from gateways.sms.addresses import checked_address
from gateways.sms.clickatell_codes import CAUSES, ERRORS, STATES
from gateways.sms.verdicts import DOWN, UNKNOWN, by_code, by_status
from showme.domain.sms import Receipt
from showme.errors import NotAllowed, ShowmeError

ADDRESS: Final = "https://platform.clickatell.com"


class ClickatellGateway:
    """Implements ``showme.ports.SmsGateway`` by Clickatell's One API, ``POST /v1/message``.

    Source: https://docs.clickatell.com/channels/one-api/one-api-reference/. The older HTTP, REST and SMTP interfaces
    are archived there. Between two SMS nothing is open, so that there is nothing to close.
    """

    name = "Clickatell"

    def __init__(
        self,
        *,
        api_key: str,
        sender: str | None = None,
        receipt_secret: str | None = None,
        address: str = ADDRESS,
        connecting: float = 1.5,
        patience: float = 3.5,
    ) -> None:
        """Keep an integration's API key, its two-way number as ``sender`` if it has one, and the receipts' secret.

        Without a secret no receipt is believed. At most ``connecting`` seconds pass until a connection stands (and as
        many until it is encrypted), ``patience`` until the answer is there. ``address`` is another one only in tests.
        Raise ValueError for a key that no header can hold.
        """
        if not (api_key.isascii() and api_key.isprintable() and api_key):
            raise ValueError("Clickatell's API key has plain characters only.")
        self._headers = {"Authorization": api_key, "Accept": "application/json"}
        self._sender = sender
        self._receipt_secret = receipt_secret
        self._url = f"{checked_address(address)}/v1/message"
        self._timeout = httpx.Timeout(patience, connect=connecting)
        self._patience = patience
        self._tls = httpx.create_ssl_context(trust_env=False)

    async def send(self, *, to: str, text: str) -> str:
        """Hand an SMS over once and return its id; ``to`` in E.164.

        Raise NumberRefused, ProviderRefused, Unreachable or Unavailable, as the port promises.
        """
        message = {"channel": "sms", "to": to.removeprefix("+"), "content": text}
        if self._sender is not None:
            message["from"] = self._sender.removeprefix("+")
        answer = await self._post({"messages": [message]})
        try:
            told = answer.json()
        except ValueError:
            told = None
        provider_id = _accepted(told)
        if provider_id is not None and answer.is_success:
            return provider_id
        raise _refusal_of(answer.status_code, told)

    def read_receipts(self, *, secret: str, body: Mapping[str, Any]) -> tuple[Receipt, ...]:
        """Return what Clickatell says of SMS; nothing where it says nothing new (queued, another channel's status).

        ``secret`` is what the caller presented. Clickatell signs nothing and calls any HTTPS address that it is given,
        so the secret is best a part of that address. A callback holds a list; today of one, announced to become more,
        in any order and perhaps repeated. Raise NotAllowed for another secret. Source:
        https://docs.clickatell.com/channels/one-api/one-api-reference/ (customer callbacks).
        """
        if not self._receipt_secret or not hmac.compare_digest(secret.encode(), self._receipt_secret.encode()):
            raise NotAllowed
        event = body.get("event")
        updates = event.get("messageStatusUpdate") if isinstance(event, dict) else None
        if not isinstance(updates, list):
            return ()
        return tuple(receipt for update in updates if (receipt := self._receipt_of(update)) is not None)

    def _receipt_of(self, update: object) -> Receipt | None:
        match update:
            case {"messageId": str(provider_id), "statusCode": int(code)} if provider_id and code in STATES:
                state = STATES[code]
                return Receipt(
                    provider=self.name,
                    provider_id=provider_id,
                    state=state,
                    cause=CAUSES.get(code, "sms_failed") if state == "failed" else None,
                )
        return None

    async def _post(self, body: Mapping[str, object]) -> httpx.Response:
        # A connection of its own for each SMS: one that was kept open may have been closed by Clickatell meanwhile,
        # which shows only after the bytes have left; "not sent" would become "nobody knows".
        try:
            async with (
                asyncio.timeout(self._patience),
                httpx.AsyncClient(verify=self._tls, timeout=self._timeout, trust_env=False) as client,
            ):
                return await client.post(self._url, json=body, headers=self._headers, follow_redirects=False)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise DOWN.error() from error
        except (httpx.HTTPError, TimeoutError, ValueError) as error:
            raise UNKNOWN.error() from error


def _accepted(told: object) -> str | None:
    """Return the id of the one message, None when it was not accepted or the answer is of another shape."""
    match told:
        case {"messages": [{"accepted": True, "apiMessageId": str(provider_id)}]} if provider_id:
            return provider_id
    return None


def _refusal_of(status: int, told: object) -> ShowmeError:
    code = _error_code(told)
    verdict = by_status(status) if code is None else by_code(status, ERRORS.get(code))
    return verdict.error(code=code)


def _error_code(told: object) -> int | None:
    """Return the code of the message, or of the whole request."""
    match told:
        case {"messages": [{"accepted": False, "error": {"code": int(code)}}]} | {"error": {"code": int(code)}}:
            return code
    return None
