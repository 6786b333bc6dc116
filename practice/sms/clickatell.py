"""Stand in for Clickatell's One API: it takes what is documented, refuses the rest, and makes callbacks.

Source: https://docs.clickatell.com/channels/one-api/one-api-reference/.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from quart import Quart, Response, request

from practice.sms.faults import Faults, LoseAnswer, answer_of

DOCUMENTED: Final = frozenset({"channel", "clientMessageId", "content", "from", "to"})
STATUSES: Final[Mapping[int, str]] = {
    1: "UNKNOWN",
    2: "QUEUED",
    3: "SCHEDULED",
    4: "SENT_TO_SUPPLIER",
    5: "DEVICE_ACK",
    6: "READ",
    20: "EXPIRED",
    21: "STOPPED_BY_USER",
    22: "STOPPED_BY_ADMIN",
    23: "DELIVERY_FAILURE",
    24: "EMULATED",
    25: "INSUFFICIENT_ACCOUNT_BALANCE",
    26: "VOLUME_LIMIT",
    27: "VOLUME_LIMIT_DAILY",
    28: "VOLUME_LIMIT_MONTHLY",
    29: "RECIPIENT_DOES_NOT_EXIST",
    60: "ENCRYPTION_ACCESS_DENIED",
    61: "ENCRYPTION_CONTENT_ERROR",
    100: "ROUTING_ERROR",
}
HTTP_STATUSES: Final[Mapping[int, int]] = {1: 401, 7: 401, 18: 500, 19: 503, 20: 402}
"""The HTTP statuses of the errors that are not answered with 400."""
OF_THE_REQUEST: Final = frozenset({1, 2, 3, 7, 18, 19, 21, 22, 41, 42, 43})
"""The errors for which the whole request is refused, not one of its messages."""
_NUMBER: Final = re.compile(r"[1-9]\d{6,14}")
_BAD_REQUEST: Final = 400


@dataclass(frozen=True, kw_only=True)
class TakenSms:
    """An SMS that the provider has taken."""

    id: str
    to: str = field(repr=False)
    text: str = field(repr=False)
    sender: str | None


@dataclass(kw_only=True)
class ClickatellIntegration:
    """An integration at Clickatell: its key, its numbers, what was taken, and what goes wrong."""

    api_key: str = field(repr=False)
    senders: frozenset[str] = frozenset()
    refusing: dict[str, int] = field(default_factory=dict, repr=False)
    """The error code for each number, as Clickatell writes it, that is refused."""
    faults: Faults = field(default_factory=Faults)
    taken: list[TakenSms] = field(default_factory=list)
    requests: int = 0
    """How often somebody has asked, whatever became of it."""

    def callback(self, provider_id: str, *codes: int) -> dict[str, object]:
        """Return the body of a callback that tells these statuses of an SMS."""
        return {
            "integrationId": "fa8090815cd46e19015ce5fa0e5c0f29",
            "integrationName": "showme",
            "event": {
                "messageStatusUpdate": [
                    {
                        "channel": "SMS",
                        "messageId": provider_id,
                        "clientMessageId": None,
                        "timestamp": 1772366400000,
                        "statusCode": code,
                        "status": STATUSES.get(code, "SOMETHING_NEW"),
                    }
                    for code in codes
                ]
            },
        }

    def error(self, message: Mapping[str, Any]) -> int | None:
        """Return the code with which a message is refused, None for one to take."""
        to, text, sender = message.get("to"), message.get("content"), message.get("from")
        errors = (
            (not DOCUMENTED.issuperset(message), 23),
            (message.get("channel") != "sms", 39),
            (not isinstance(text, str) or not text, 23),
            (not isinstance(to, str) or not _NUMBER.fullmatch(to), 25),
            (sender is not None and sender not in self.senders, 45),
        )
        return next((code for applies, code in errors if applies), None) or self.refusing.get(str(to))

    def take(self, message: Mapping[str, Any]) -> TakenSms:
        """Take an SMS."""
        sms = TakenSms(
            id=f"{len(self.taken) + 1:032x}",
            to=message["to"],
            text=message["content"],
            sender=message.get("from"),
        )
        self.taken.append(sms)
        return sms


def create_app(integration: ClickatellIntegration) -> Quart:
    """Return the application; opens nothing."""
    app = Quart(__name__)

    @app.post("/v1/message")
    async def send() -> Response | tuple[dict[str, object], int]:
        integration.requests += 1
        if request.headers.get("Authorization") != integration.api_key:
            return refused(1)
        try:
            body = json.loads(await request.get_data())
        except ValueError:
            return refused(21)
        if request.mimetype != "application/json" or not isinstance(body, dict) or set(body) != {"messages"}:
            return refused(21)
        match body["messages"]:
            case [dict() as message]:
                return await _answer(integration, message)
        return refused(22)

    return app


async def _answer(
    integration: ClickatellIntegration, message: dict[str, Any]
) -> Response | tuple[dict[str, object], int]:
    fault = integration.faults.take()
    if fault is not None and not isinstance(fault, LoseAnswer):
        return await answer_of(fault)
    code = integration.error(message)
    if code is not None:
        return refused(code, to=str(message.get("to")))
    sms = integration.take(message)
    if fault is not None:
        return await answer_of(fault)
    return {"messages": [_line(sms.to, provider_id=sms.id)], "error": None}, 202


def refused(code: int, *, to: str = "") -> tuple[dict[str, object], int]:
    """Return Clickatell's answer for an error code, of the request or of its one message."""
    error = {"code": code, "description": f"Error {code}: {to}"}
    status = HTTP_STATUSES.get(code, _BAD_REQUEST)
    if code in OF_THE_REQUEST:
        return {"messages": [], "error": error}, status
    return {"messages": [_line(to, error=error)], "error": None}, status


def _line(to: str, *, provider_id: str | None = None, error: dict[str, object] | None = None) -> dict[str, object]:
    return {"apiMessageId": provider_id, "accepted": error is None, "to": to, "error": error}
