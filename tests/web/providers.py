"""An installation in earnest with both SMS providers, whose stand-ins answer over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from pydantic import SecretStr
from quart.typing import TestClientProtocol as Client

from app.assembly import Installation, open_installation, open_office
from app.settings import Settings
from gateways.sms.clickatell import ClickatellGateway
from gateways.sms.twilio import TwilioGateway
from practice.sms import clickatell, twilio
from practice.sms.clickatell import ClickatellIntegration
from practice.sms.twilio import TwilioAccount
from showme.domain.people import Dispatcher, Role
from tests.fakes.clock import MovableClock
from tests.gateways.sms.conftest import ACCOUNT, API_KEY, SENDER, TOKEN
from tests.gateways.sms.serving import served
from tests.web.conftest import HOST

RECEIPT_SECRET = "receipts-of-clickatell-at-show-example-org"
FORM = "application/x-www-form-urlencoded"


@dataclass(kw_only=True)
class Earnest:
    """An installation with Twilio and Clickatell, and who talks to it."""

    installation: Installation
    account: TwilioAccount
    integration: ClickatellIntegration
    clock: MovableClock
    tokens: dict[Role, str]

    @property
    def client(self) -> Client:
        return self.installation.app.test_client()

    async def api(self, method: str, path: str, *, role: Role = "dispatcher", **request: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.tokens[role]}", "Host": HOST}
        return await self.client.open(path, method=method, headers=headers, **request)

    async def invite(self, **wishes: Any) -> dict[str, Any]:
        answer = await self.api("POST", "/api/invitations", json={"to": "0470 12 34 56", **wishes})
        assert answer.status_code == 201, await answer.get_data(as_text=True)
        invited: dict[str, Any] = await answer.get_json()
        return invited

    async def seen(self, invitation: str) -> dict[str, Any]:
        seen: dict[str, Any] = await (await self.api("GET", f"/api/invitations/{invitation}")).get_json()
        return seen

    async def settled(self, invitation: str) -> dict[str, Any]:
        """Wait until the SMS is answered for."""
        async with asyncio.timeout(60):
            while (seen := await self.seen(invitation))["sms"]["state"] == "queued":  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        return seen

    async def credits(self) -> int:
        answer: dict[str, int] = await (await self.api("GET", "/api/credits")).get_json()
        return answer["credits"]

    async def twilio_posts(
        self, form: dict[str, str] | list[tuple[str, str]], signature: str | None, *, host: str = HOST
    ) -> int:
        headers = {"Host": host, "Content-Type": FORM, "User-Agent": "TwilioProxy/1.1"}
        if signature is not None:
            headers["X-Twilio-Signature"] = signature
        answer = await self.client.post(
            "/callbacks/twilio/receipts", data=urlencode(form), headers=headers, scope_base={"scheme": "http"}
        )
        return answer.status_code

    async def reply_by_twilio(self, form: dict[str, str], signature: str) -> Any:
        headers = {"Host": HOST, "Content-Type": FORM, "X-Twilio-Signature": signature}
        return await self.client.post("/callbacks/twilio/replies", data=urlencode(form), headers=headers)

    async def clickatell_posts(self, body: object, *, secret: str = RECEIPT_SECRET) -> int:
        answer = await self.client.post(f"/callbacks/clickatell/{secret}", json=body, headers={"Host": HOST})
        return answer.status_code


@asynccontextmanager
async def in_earnest(folder: Path, monkeypatch: pytest.MonkeyPatch, *, first: str = "twilio") -> AsyncIterator[Earnest]:
    """Open an installation whose providers are the stand-ins; nothing else is another one than in earnest."""
    account = TwilioAccount(sid=ACCOUNT, token=TOKEN, senders=frozenset({SENDER}))
    integration = ClickatellIntegration(api_key=API_KEY)
    clock = MovableClock()
    settings = Settings(
        base_url=f"https://{HOST}",
        data=folder,
        also_hosts=["127.0.0.1:8000"],
        image_workers=1,
        without_telegram=True,
        sms_providers=["twilio", "clickatell"] if first == "twilio" else ["clickatell", "twilio"],
        sms_to_number_per_hour=1000,
        sms_by_dispatcher_per_hour=1000,
        twilio_account_sid=ACCOUNT,
        twilio_auth_token=SecretStr(TOKEN),
        twilio_sender=SENDER,
        clickatell_api_key=SecretStr(API_KEY),
        clickatell_receipt_secret=SecretStr(RECEIPT_SECRET),
    )
    async with served(twilio.create_app(account)) as at_twilio, served(clickatell.create_app(integration)) as there:
        monkeypatch.setattr("app.providers.TwilioGateway", partial(TwilioGateway, address=at_twilio))
        monkeypatch.setattr("app.providers.ClickatellGateway", partial(ClickatellGateway, address=there))
        tokens: dict[Role, str] = {}
        async with open_office(settings, clock=clock) as office:
            ours = await office.administering.add_organisation(name="Antwerp", region="BE", language="nl")
            for role in ("dispatcher", "supervisor"):
                who = Dispatcher(organisation=ours.id, name=role.title(), role=role)
                tokens[role] = await office.signing_in.make_token(who)
        async with open_installation(settings, clock=clock) as installation:
            yield Earnest(
                installation=installation, account=account, integration=integration, clock=clock, tokens=tokens
            )
