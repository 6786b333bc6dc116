"""The citizen taps once, and the dispatcher sees moving pictures."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.journeys.live.players import Kind, Players, until
from tests.journeys.served import served


@pytest.mark.parametrize(
    ("phone", "desk"), [("chromium", "chromium"), ("chromium", "firefox"), ("firefox", "chromium")]
)
async def test_the_dispatcher_sees_what_the_citizen_sees(
    players: Players, tmp_path: Path, phone: Kind, desk: Kind
) -> None:
    async with served(tmp_path / "data") as server:
        dispatcher = await players.dispatcher(server.address, kind=desk)
        invited = await dispatcher.invite()
        citizen = await players.citizen(invited["link"], kind=phone)
        await citizen.begin()
        await dispatcher.sees_moving_video()
        assert await until(dispatcher.path)

        # The ladder is climbed to its end, and nothing that the viewer received carries the key.
        async def climbed() -> bool:
            rungs = {step["rung"]: step["at"] for step in (await dispatcher.invitation(invited["id"]))["ladder"]}
            return all(rungs[rung] for rung in ("tapped", "camera_allowed", "connecting", "first_picture"))

        await until(climbed)
        assert dispatcher.heard or desk == "firefox", "the driver tells frames of Chromium only"
        assert not [frame for frame in dispatcher.heard if invited["key"] in frame]

        # The citizen ends it, and both sides know.
        await citizen.page.locator("#stop").click()
        await expect(citizen.page.locator("#show")).to_be_visible()

        async def over() -> bool:
            return not (await dispatcher.invitation(invited["id"]))["live"]["is_live"]

        await until(over)


async def test_a_call_outlives_the_server(players: Players, tmp_path: Path) -> None:
    async with served(tmp_path / "data") as server:
        dispatcher = await players.dispatcher(server.address)
        invited = await dispatcher.invite()
        citizen = await players.citizen(invited["link"])
        await citizen.begin()
        before = await dispatcher.sees_moving_video()

        # The server dies while they talk: the picture goes on, as the same call.
        await server.end(signal.SIGKILL)
        after = await dispatcher.sees_moving_video()
        assert after["frames"] > before["frames"]

        # It comes back, both sides take their place again, and a colleague can join.
        await server.start()
        colleague = await players.dispatcher(server.address, name="Ben")
        await colleague.page.locator(".live-watch").click()
        await colleague.sees_moving_video()
        await dispatcher.sees_moving_video()
