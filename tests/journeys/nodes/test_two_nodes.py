"""One node of two dies during an upload and a call: nothing acknowledged is lost, and everybody goes on."""

from __future__ import annotations

import hashlib
import signal
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from practice.telegram.bot_api import BotApi
from practice.telegram.chats import Chats
from practice.telegram.people import People
from practice.telegram.records import Membership, Person
from tests.journeys.live.conftest import players
from tests.journeys.live.players import Dispatcher, Players, until
from tests.journeys.nodes.installation import PATIENCE, Installation, Node, two_nodes
from tests.pictures import camera_photo
from tests.practice.telegram.conftest import TOKEN, served
from tests.storage import s3_server
from tests.storage.conftest import migrated, postgresql_server
from tests.storage.postgresql import Server

__all__ = ["migrated", "players", "postgresql_server"]

pytestmark = pytest.mark.journeys_full

_TUS = {"Tus-Resumable": "1.0.0"}


@pytest.fixture(scope="module")
def simulation() -> Iterator[s3_server.Simulation]:
    with s3_server.running() as running:
        yield running


@pytest.fixture
def chats() -> Chats:
    return Chats(clock=lambda: datetime.now(UTC), bot=Person(42, "showme", username="showme_bot", is_bot=True))


@pytest.fixture
async def installation(
    tmp_path: Path, postgresql_server: Server, simulation: s3_server.Simulation, chats: Chats
) -> AsyncIterator[Installation]:
    database = postgresql_server.fresh(empty=True)
    async with (
        served(BotApi(chats, token=TOKEN)) as telegram,
        two_nodes(tmp_path, database=database, bucket=simulation.fresh(), telegram=telegram) as made,
    ):
        yield made


async def sign_in(players: Players, link: str, at: Node, *, name: str = "Anna") -> Dispatcher:
    """Sign in at a node itself, past the load balancer."""
    context = await players._context("chromium", None, viewport={"width": 1280, "height": 800})
    page = await context.new_page()
    await page.add_init_script(
        "window.calls = []; window.RTCPeerConnection = class extends RTCPeerConnection {"
        " constructor(...told) { super(...told); window.calls.push(this); } };"
    )
    await page.goto(f"{at.address}/sign-in/{link.rpartition('/')[2]}")
    await page.get_by_role("textbox").fill(name)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/wall")
    return Dispatcher(page)


async def send(installation: Installation, link: str, photo: bytes, name: str) -> str:
    """Send a whole photo; return its id once it is acknowledged."""
    async with httpx.AsyncClient(timeout=PATIENCE) as phone:
        answer = await phone.post(
            f"{link}/photos", data={"id": name}, files={"photo": photo}, headers={"Accept": "application/json"}
        )
        acknowledged: str = answer.raise_for_status().json()["id"]
        return acknowledged


async def received(installation: Installation, invitation: str, at: Node) -> dict[str, str]:
    """Return what a node knows of an invitation's photos: their digests and states."""
    answer = await installation.ask("GET", f"/api/photos?invitation={invitation}", at=at)
    return {photo["sha256"]: photo["state"] for photo in answer.raise_for_status().json()["photos"]}


async def test_a_node_dies_during_an_upload_and_nothing_acknowledged_is_lost(
    installation: Installation, chats: Chats
) -> None:
    first, second = installation.first, installation.second
    anna = chats.new_person("Anna", username="anna")
    team = chats.open_group("Dispatch", anna, bot=Membership(chats.bot))
    people = People(chats)
    code = (await installation.command("organisation", "code", "1")).split()[1]
    people.say(team.id, anna, f"/enrol {code}")

    invited = await installation.invite(at=first)
    photos = [camera_photo(number, size=(800, 600)) for number in range(3)]
    digests = [hashlib.sha256(photo).hexdigest() for photo in photos]
    await send(installation, invited["link"], photos[0], "photo-number-0")

    # What one node took in, the other shows.
    async def shown() -> bool:
        return (await received(installation, invited["id"], second)).get(digests[0]) == "shown"

    await until(shown)
    [photo] = (await installation.ask("GET", f"/api/photos?invitation={invited['id']}", at=second)).json()["photos"]
    there = await installation.ask("GET", f"/api/photos/{photo['id']}/original", at=second)
    assert there.content == photos[0]

    async with httpx.AsyncClient(timeout=PATIENCE, headers=_TUS) as phone:
        begun = await phone.post(f"{invited['link']}/uploads", headers={"Upload-Length": str(len(photos[1]))})
        upload = str(begun.raise_for_status().headers["Location"])
        half = len(photos[1]) // 2
        where = httpx.URL(installation.address).join(upload)
        patch = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
        sent = await phone.patch(where, content=photos[1][:half], headers=patch)
        assert sent.raise_for_status().headers["Upload-Offset"] == str(half)

        # A photo is acknowledged, and in the same moment its node is dead: nobody there has made its pictures.
        await send(installation, invited["link"], photos[2], "photo-number-2")
        await first.end(signal.SIGKILL)

        async def resumed() -> httpx.Response | None:
            try:
                answer = await phone.head(where)
            except httpx.TransportError:
                return None
            return answer if answer.is_success else None

        answer = await until(resumed)
        assert answer.headers["Upload-Offset"] == str(half), "what was acknowledged before is still there"
        patch["Upload-Offset"] = str(half)
        whole = await phone.patch(where, content=photos[1][half:], headers=patch)
        assert whole.raise_for_status().headers["Upload-Offset"] == str(len(photos[1]))

    async def all_shown() -> bool:
        return await received(installation, invited["id"], second) == dict.fromkeys(digests, "shown")

    await until(all_shown)

    # The bot speaks at the other node now, repeats nothing, and hears.
    again = await installation.invite(at=second)
    people.say(team.id, anna, f"/close {again['number']}")

    async def closed() -> bool:
        answer = await installation.ask("GET", f"/api/invitations/{again['id']}", at=second)
        return bool(answer.json()["state"] == "closed")

    async def told() -> bool:
        return [text for text in texts() if text.startswith("Photo ")] == [
            f"Photo {number} · No. 1" for number in (1, 2, 3)
        ]

    def texts() -> list[str]:
        return [message.text for message in chats.messages(team.id) if not message.is_deleted]

    await until(closed)
    await until(told)
    assert any(text.startswith("No. 2 ") for text in texts())


async def test_a_call_between_two_nodes_outlives_one_of_them(installation: Installation, players: Players) -> None:
    first, second = installation.first, installation.second
    dispatcher = await sign_in(players, installation.link, second)
    invited = await dispatcher.invite()
    citizen = await players.citizen(invited["link"])
    await citizen.begin()
    before = await dispatcher.sees_moving_video()

    await first.end(signal.SIGKILL)
    after = await dispatcher.sees_moving_video()
    assert after["frames"] > before["frames"]

    # The phone takes its place again through the node that is left, and a colleague can join.
    colleague = await sign_in(players, installation.link, second, name="Ben")
    await colleague.page.locator(".live-watch").click()
    await colleague.sees_moving_video()
    await dispatcher.sees_moving_video()

    # The other one comes back, and serves as well.
    await first.start()
    later = await sign_in(players, installation.link, first, name="Cleo")
    await later.page.locator(".live-watch").click()
    await later.sees_moving_video()
