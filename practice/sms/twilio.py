"""Stand in for Twilio's Messages resource: it takes what is documented, refuses the rest, and signs receipts.

Sources: https://www.twilio.com/docs/messaging/api/message-resource,
https://www.twilio.com/docs/usage/security#validating-requests.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from quart import Quart, Response, request

from practice.sms.faults import Faults, LoseAnswer, answer_of

DOCUMENTED: Final = frozenset(
    {
        "AddressRetention",
        "ApplicationSid",
        "Attempt",
        "Body",
        "ContentRetention",
        "ContentSid",
        "ContentVariables",
        "FallbackFrom",
        "ForceDelivery",
        "From",
        "MaxPrice",
        "MediaUrl",
        "MessageIntent",
        "MessagingServiceSid",
        "PersistentAction",
        "ProvideFeedback",
        "RiskCheck",
        "ScheduleType",
        "SendAsMms",
        "SendAt",
        "ShortenUrls",
        "SmartEncoded",
        "StatusCallback",
        "To",
        "TrafficType",
        "ValidityPeriod",
    }
)
_NUMBER: Final = re.compile(r"\+[1-9]\d{6,14}")
_MOST_CHARACTERS: Final = 1600
_VERSION: Final = "2010-04-01"


@dataclass(frozen=True, kw_only=True)
class TakenSms:
    """An SMS that the provider has taken."""

    sid: str
    to: str = field(repr=False)
    text: str = field(repr=False)
    sender: str
    status_callback: str | None


@dataclass(kw_only=True)
class TwilioAccount:
    """An account at Twilio: who may send from what, what was taken, and what goes wrong."""

    sid: str
    token: str = field(repr=False)
    senders: frozenset[str] = frozenset()
    messaging_services: frozenset[str] = frozenset()
    refusing: dict[str, int] = field(default_factory=dict, repr=False)
    """The error code for each number that is refused."""
    faults: Faults = field(default_factory=Faults)
    taken: list[TakenSms] = field(default_factory=list)
    requests: int = 0
    """How often somebody has asked, whatever became of it."""

    def receipt(self, sms: TakenSms, status: str, *, error: int | None = None) -> dict[str, str]:
        """Return the form that Twilio posts when an SMS has reached a status."""
        form = {
            "AccountSid": self.sid,
            "ApiVersion": _VERSION,
            "From": sms.sender,
            "MessageSid": sms.sid,
            "MessageStatus": status,
            "SmsSid": sms.sid,
            "SmsStatus": status,
            "To": sms.to,
        }
        return form if error is None else form | {"ErrorCode": str(error)}

    def signature(self, url: str, form: Mapping[str, str]) -> str:
        """Return the ``X-Twilio-Signature`` of a receipt that is posted to ``url``."""
        signed = url + "".join(name + form[name] for name in sorted(form))
        return base64.b64encode(hmac.new(self.token.encode(), signed.encode(), hashlib.sha1).digest()).decode()

    def refusal(self, form: Mapping[str, str]) -> tuple[int, str] | None:
        """Return the code and the sentence with which a request is refused, None for one to take."""
        to, text, sender, service = (form.get(name, "") for name in ("To", "Body", "From", "MessagingServiceSid"))
        callback = form.get("StatusCallback")
        refusals = (
            (not DOCUMENTED.issuperset(form), 20001, "Unknown parameters"),
            (not to, 21604, "A 'To' phone number is required."),
            (not _NUMBER.fullmatch(to), 21211, f"Invalid 'To' Phone Number: {to}"),
            (not text, 21602, "Message body is required."),
            (len(text) > _MOST_CHARACTERS, 21617, "The concatenated message body exceeds the 1600 character limit."),
            (not sender and not service, 21603, "A 'From' phone number is required."),
            (bool(sender) and sender not in self.senders, 21606, f"The 'From' phone number {sender} is not valid."),
            (bool(service) and service not in self.messaging_services, 21705, "The Messaging Service Sid is invalid."),
            (callback is not None and not _can_be_called(callback), 21609, "The 'StatusCallback' URL is not valid."),
            (to in self.refusing, self.refusing.get(to, 0), f"Refused: {to}"),
        )
        return next(((code, sentence) for applies, code, sentence in refusals if applies), None)

    def take(self, form: Mapping[str, str]) -> TakenSms:
        """Take an SMS."""
        sms = TakenSms(
            sid=f"SM{len(self.taken) + 1:032x}",
            to=form["To"],
            text=form["Body"],
            sender=form.get("From") or form["MessagingServiceSid"],
            status_callback=form.get("StatusCallback"),
        )
        self.taken.append(sms)
        return sms


def create_app(account: TwilioAccount) -> Quart:
    """Return the application; opens nothing."""
    app = Quart(__name__)

    @app.post(f"/{_VERSION}/Accounts/<sid>/Messages.json")
    async def create(sid: str) -> Response | tuple[dict[str, object], int]:
        account.requests += 1
        told = request.authorization
        if told is None or (told.username, told.password) != (account.sid, account.token):
            return refused(401, 20003, "Authenticate")
        if sid != account.sid:
            return refused(404, 20404, "The requested resource was not found")
        form = await request.form
        fault = account.faults.take()
        if fault is not None and not isinstance(fault, LoseAnswer):
            return await answer_of(fault)
        refusal = account.refusal(form.to_dict())
        if refusal is not None or len(form) != len(list(form.items(multi=True))):
            return refused(400, *(refusal or (20001, "A parameter was given twice")))
        sms = account.take(form.to_dict())
        return await answer_of(fault) if fault else (_resource(account, sms), 201)

    return app


def refused(status: int, code: int, sentence: str) -> tuple[dict[str, object], int]:
    """Return Twilio's answer for a refusal."""
    return {
        "code": code,
        "message": sentence,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }, status


def _can_be_called(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and "_" not in (parts.hostname or "_")


def _resource(account: TwilioAccount, sms: TakenSms) -> dict[str, object]:
    by_service = sms.sender in account.messaging_services
    return {
        "account_sid": account.sid,
        "api_version": _VERSION,
        "body": sms.text,
        "date_created": "Thu, 24 Aug 2023 05:01:45 +0000",
        "date_sent": None,
        "date_updated": "Thu, 24 Aug 2023 05:01:45 +0000",
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": None if by_service else sms.sender,
        "messaging_service_sid": sms.sender if by_service else None,
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": None,
        "sid": sms.sid,
        "status": "accepted" if by_service else "queued",
        "subresource_uris": {"media": f"/{_VERSION}/Accounts/{account.sid}/Messages/{sms.sid}/Media.json"},
        "to": sms.to,
        "uri": f"/{_VERSION}/Accounts/{account.sid}/Messages/{sms.sid}.json",
    }
