"""Sends SMS through Twilio, by the asynchronous client of its SDK."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal

from aiohttp import ClientConnectorError, ConnectionTimeoutError
from twilio.base.exceptions import TwilioRestException, TwilioServiceException  # type: ignore[import-untyped]
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from gateways.sms.twilio_codes import CODES
from gateways.sms.verdicts import DOWN, UNKNOWN, by_code, by_status
from gateways.twilio_client import ADDRESS, OneConnectionEach
from showme.domain.sms import Receipt
from showme.errors import NotAllowed, ShowmeError

_STATES: Final[Mapping[str, Literal["sent", "delivered", "failed"]]] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "failed",
    "failed": "failed",
    "canceled": "failed",
}
_CODE: Final = re.compile(r"[0-9]{1,6}")
_SID: Final = re.compile(r"(?:SM|MM)[0-9a-f]{32}")


class TwilioGateway:
    """Implements ``showme.ports.SmsGateway`` by Twilio's Messages resource.

    Source: https://www.twilio.com/docs/messaging/api/message-resource#create-a-message. Between two SMS nothing is
    open, so that there is nothing to close.
    """

    name = "Twilio"

    def __init__(
        self,
        *,
        account: str,
        token: str,
        sender: str | None = None,
        messaging_service: str | None = None,
        status_callback: str | None = None,
        address: str = ADDRESS,
        connecting: float = 1.5,
        patience: float = 3.5,
    ) -> None:
        """Keep the account's SID and token, and either the sender or the SID of a messaging service.

        ``status_callback`` is the public address that Twilio sends receipts to; without it there are none. At most
        ``connecting`` seconds pass until a connection stands, ``patience`` until the answer is there. ``address`` is
        another one only in tests. Raise ValueError where the settings contradict each other.
        """
        if not account or not token:  # the SDK would look for them in the environment
            raise ValueError("Twilio needs the SID and the token of an account.")
        if (sender is None) == (messaging_service is None):
            raise ValueError("Twilio needs either a sender or a messaging service.")
        self._account = account
        self._validator = RequestValidator(token)
        self._how = {
            name: value
            for name, value in (
                ("from_", sender),
                ("messaging_service_sid", messaging_service),
                ("status_callback", status_callback),
            )
            if value is not None
        }
        self._client = Client(
            account,
            token,
            http_client=OneConnectionEach(address=address, connecting=connecting, patience=patience),
        )

    async def send(self, *, to: str, text: str) -> str:
        """Hand an SMS over once and return its SID; ``to`` in E.164.

        Raise NumberRefused, ProviderRefused, Unreachable or Unavailable, as the port promises.
        """
        try:
            message = await self._client.messages.create_async(to=to, body=text, **self._how)
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            raise DOWN.error() from error
        except (TwilioRestException, TwilioServiceException) as error:
            # Not chained: Twilio's sentence repeats the number, and would stand in every traceback.
            refusal = _refusal_of(error)
        except Exception as error:
            # Whatever else happens - a time-out, a reset, an answer that cannot be read - happens once bytes have left.
            raise UNKNOWN.error() from error
        else:
            if isinstance(message.sid, str) and message.sid:
                return message.sid
            refusal = UNKNOWN.error()
        raise refusal

    def read_receipt(self, *, url: str, form: Mapping[str, str], signature: str) -> Receipt | None:
        """Return what Twilio says of an SMS, None where it says nothing new (queued, sending, an unknown status).

        ``url`` is the whole address as the public sees it, and ``form`` all that was posted: both are signed. Raise
        NotAllowed when the signature is not our account's. Sources:
        https://www.twilio.com/docs/usage/security#validating-requests,
        https://www.twilio.com/docs/messaging/guides/track-outbound-message-status.
        """
        if not self._is_genuine(url, form, signature):
            raise NotAllowed
        sid, status, code = (form.get(name, "") for name in ("MessageSid", "MessageStatus", "ErrorCode"))
        state = _STATES.get(status)
        if state is None or not _SID.fullmatch(sid):
            return None
        return Receipt(
            provider=self.name,
            provider_id=sid,
            state=state,
            cause=_cause_of(code) if state == "failed" else None,
        )

    def read_reply(self, *, url: str, form: Mapping[str, str], signature: str) -> str:
        """Return the number (E.164) from which somebody answers an SMS.

        Raise NotAllowed when the signature is not our account's. Source:
        https://www.twilio.com/docs/messaging/guides/webhook-request.
        """
        if not self._is_genuine(url, form, signature):
            raise NotAllowed
        return form.get("From", "")

    def _is_genuine(self, url: str, form: Mapping[str, str], signature: str) -> bool:
        try:
            signed = bool(self._validator.validate(url, form, signature))
        except ValueError:  # an address that is none
            return False
        # What is signed has no separators, so that a name can lend letters to its value; a receipt that was cut anew
        # still has to carry our account.
        return signed and form.get("AccountSid") == self._account


def _refusal_of(error: TwilioRestException | TwilioServiceException) -> ShowmeError:
    status, code = error.status, error.code
    if not isinstance(status, int) or not isinstance(code, int):
        return UNKNOWN.error()
    # Where Twilio says no code, the SDK repeats the status.
    verdict = by_status(status) if code == status else by_code(status, CODES.get(code))
    return verdict.error(code=code)


def _cause_of(code: str) -> str:
    verdict = CODES.get(int(code)) if _CODE.fullmatch(code) else None
    return verdict.cause if verdict else "sms_failed"
