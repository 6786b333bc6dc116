"""The whole way with somebody else's PeerServer: both sides find each other there, and it learns no secret of ours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.async_api import Page, expect

from tests.journeys.live.players import Players, until
from tests.journeys.served import served
from tests.peerserver import KEY, peerserver_running


async def test_a_call_is_made_goes_on_and_is_made_again_over_a_peerserver_elsewhere(
    players: Players, tmp_path: Path
) -> None:
    async with (
        peerserver_running(encrypted_in=tmp_path) as elsewhere,
        served(tmp_path / "data", peerjs_url=f"wss://localhost:{elsewhere.port}/peerjs?key={KEY}") as server,
    ):
        dialled: list[str] = []

        def note(page: Page) -> None:
            page.on("websocket", lambda line: dialled.append(line.url))

        anna = await players.dispatcher(server.address)
        note(anna.page)
        invited = await anna.invite()
        citizen = await players.citizen(invited["link"])
        note(citizen.page)
        await citizen.begin()
        await anna.sees_moving_video()

        async def watched_by(number: int) -> bool:
            return bool((await anna.invitation(invited["id"]))["live_viewers"] == number)

        await until(lambda: watched_by(1))

        # A colleague follows the link in the team chat; what proves that it may is for our server alone.
        link = await anna.page.evaluate(
            """async (name) => {
              const answer = await fetch(`/api/invitations/${name}/watch-link`, { method: "POST" });
              return (await answer.json()).link;
            }""",
            invited["id"],
        )
        guest = await players.guest(link)
        note(guest.page)
        await guest.page.locator("#begin").click()
        await guest.sees_moving_video()
        await until(lambda: watched_by(2))

        # The PeerServer dies, and the picture does not; it comes back, and everybody finds it again.
        await elsewhere.kill()
        await anna.sees_moving_video()
        await elsewhere.start()
        ben = await players.dispatcher(server.address, name="Ben")
        note(ben.page)
        await ben.page.locator(".live-watch").click()
        await ben.sees_moving_video()
        await anna.sees_moving_video()
        await until(lambda: watched_by(3))

        # Who leaves is not called any longer.
        await guest.page.get_by_role("button", name="Leave").click()
        await until(lambda: watched_by(2))
        await ben.page.close()
        await until(lambda: watched_by(1))

        await citizen.page.locator("#stop").click()
        await expect(citizen.page.locator("#show")).to_be_visible()

        async def over() -> bool:
            told: dict[str, Any] = await anna.invitation(invited["id"])
            return not told["live"]["is_live"]

        await until(over)

        lines = [url for url in dialled if "/peerjs" in url]
        assert len(lines) >= 4
        assert {url.partition("?")[0] for url in lines} == {f"wss://localhost:{elsewhere.port}/peerjs"}
        secrets = (invited["key"], link.rpartition("/")[2])
        assert not [url for url in lines if any(secret in url for secret in secrets)]
