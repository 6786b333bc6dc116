"""Twilio's Tokens resource, as its documentation tells of it, with everything that can go wrong.

Source: https://www.twilio.com/docs/stun-turn/api.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from quart import Quart, Response, request

from practice.sms.faults import Faults, answer_of
from practice.sms.twilio import refused


@dataclass(kw_only=True)
class TokensAccount:
    """An account that may have tokens."""

    sid: str
    token: str
    asked: list[dict[str, str]] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)


def token_of(account: TokensAccount, *, ttl: str = "43200") -> dict[str, object]:
    """Return a token as Twilio writes it."""
    username, password = "dc2d2894d5a9023620c467b0e71cfa6a35457e66", "tE2DajzSJwnsSbc123"
    relay = {"username": username, "credential": password}
    addresses = [
        f"turn:global.turn.twilio.com:{end}"
        for end in ("3478?transport=udp", "3478?transport=tcp", "443?transport=tcp")
    ]
    return {
        "account_sid": account.sid,
        "date_created": "Fri, 01 May 2020 01:42:57 +0000",
        "date_updated": "Fri, 01 May 2020 01:42:57 +0000",
        "ice_servers": [
            {"url": "stun:global.stun.twilio.com:3478", "urls": "stun:global.stun.twilio.com:3478"},
            *({"url": address, "urls": address, **relay} for address in addresses),
        ],
        "password": password,
        "ttl": ttl,
        "username": username,
    }


def create_app(account: TokensAccount) -> Quart:
    """Return the application; opens nothing."""
    app = Quart(__name__)

    @app.post("/2010-04-01/Accounts/<sid>/Tokens.json")
    async def create(sid: str) -> Response | tuple[dict[str, object], int]:
        told = request.authorization
        if told is None or (told.username, told.password) != (account.sid, account.token):
            return refused(401, 20003, "Authenticate")
        if sid != account.sid:
            return refused(404, 20404, "The requested resource was not found")
        form = (await request.form).to_dict()
        account.asked.append(form)
        fault = account.faults.take()
        if fault is not None:
            return await answer_of(fault)
        ttl = form.get("Ttl", "86400")
        if not ttl.isdecimal() or not 0 < int(ttl) <= 86_400:
            return refused(400, 20001, "Ttl is invalid")
        return token_of(account, ttl=ttl), 201

    return app
