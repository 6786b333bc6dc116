"""The operator's other program hears of every use, once in order, also after trouble."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from quart import Quart, Response, request

from gateways.usage_webhook import UsageWebhook
from showme.errors import Unavailable
from showme.services.announcing import Announcing
from tests.showme.services.conftest import House


class Listener:
    """Hears, or does not."""

    def __init__(self) -> None:
        self.heard: list[Mapping[str, Any]] = []
        self.is_deaf = False

    async def tell(self, use: Mapping[str, Any]) -> None:
        if self.is_deaf:
            raise Unavailable("usage_webhook_failed")
        self.heard.append(use)


async def announced(house: House, listener: Listener) -> None:
    announcing = Announcing(records=house.records, listener=listener, report=house.report)
    await announcing.start()
    await asyncio.sleep(0.3)
    await announcing.stop()


async def test_every_use_is_told_in_order_and_after_a_restart_not_again(house: House) -> None:
    listener = Listener()
    await house.invite()
    await house.invite(to="0470 12 34 56")
    await announced(house, listener)
    await house.invite()
    await announced(house, listener)
    assert [use["event"] for use in listener.heard] == ["InvitationCreated"] * 3
    numbers = [use["number"] for use in listener.heard]
    assert numbers == sorted(set(numbers))
    assert listener.heard[1]["credits"] == 9


async def test_what_nobody_heard_is_told_later(house: House) -> None:
    listener = Listener()
    listener.is_deaf = True
    await house.invite()
    await announced(house, listener)
    assert [name for name, _ in house.reports] == ["usage_not_announced"]
    listener.is_deaf = False
    await announced(house, listener)
    assert len(listener.heard) == 1


async def test_nothing_of_the_citizen_is_told(house: House) -> None:
    listener = Listener()
    invited = await house.invite(to="0470 12 34 56")
    await announced(house, listener)
    told = str(listener.heard)
    assert "470" not in told
    assert invited.key not in told
    assert invited.invitation.id not in told


async def test_the_web_hook_posts_json_and_believes_2xx_only(monkeypatch: Any) -> None:
    posted: list[Any] = []
    app = Quart(__name__)

    @app.post("/<int:status>")
    async def take(status: int) -> Response:
        posted.append(await request.get_json())
        return Response(status=status)

    import httpx  # noqa: PLC0415

    client = httpx.AsyncClient
    monkeypatch.setattr(
        httpx,
        "AsyncClient",
        lambda **options: client(transport=httpx.ASGITransport(app=app), **options),  # type: ignore[arg-type]
    )
    await UsageWebhook("http://listener.example/204").tell({"event": "InvitationCreated"})
    for status in (301, 404, 500):
        try:
            await UsageWebhook(f"http://listener.example/{status}").tell({"event": "InvitationCreated"})
        except Unavailable:
            continue
        raise AssertionError(status)
    assert posted == [{"event": "InvitationCreated"}] * 4
