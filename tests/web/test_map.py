"""The map shows where citizens were, to their organisation alone; its tiles come from where the operator says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from app.map_settings import problems_of_map
from app.settings import Settings
from tests.fakes.clock import MovableClock
from tests.web.conftest import HOST, House, house_of
from tests.web.test_guards import signed_in
from tests.web.test_sharing import opened, path_of, share

TILE = b"\x89PNG\r\n\x1a\n" + b"a tile"


async def report(house: House, key: str, latitude: float) -> None:
    """Send a position as the phone does."""
    body = {"location": {"latitude": latitude, "longitude": 4.35, "accuracy": 12}}
    answer = await house.client.post(f"/s/{key}/progress", json=body)
    assert answer.status_code == 204


async def positions(house: House, query: str = "") -> list[dict[str, Any]]:
    """Return the positions as the wall loads them."""
    found: list[dict[str, Any]] = (await (await house.api("GET", f"/api/positions{query}")).get_json())["positions"]
    return found


async def test_every_position_of_a_citizen_is_told_in_their_order(house: House) -> None:
    one, other = await house.invite(purpose="location"), await house.invite(purpose="location")
    for latitude in (50.1, 50.2):
        await report(house, one["key"], latitude)
        house.clock.move(seconds=30)
    await report(house, other["key"], 51.0)
    assert [(told["invitation"], told["latitude"]) for told in await positions(house)] == [
        (one["id"], 50.1), (one["id"], 50.2), (other["id"], 51.0),
    ]  # fmt: skip
    assert [told["latitude"] for told in await positions(house, f"?invitation={one['id']}")] == [50.1, 50.2]


async def test_positions_are_forgotten_with_their_citizen(house: House) -> None:
    invited = await house.invite(purpose="location")
    await report(house, invited["key"], 50.1)
    house.clock.move(hours=6, seconds=1)
    await house.installation.forgetting.forget_what_is_due()
    assert await positions(house) == []


async def test_tiles_of_the_operators_folder_go_to_sessions_and_visits_alone(
    tmp_path: Path, clock: MovableClock
) -> None:
    folder = tmp_path / "tiles"
    (folder / "3" / "4").mkdir(parents=True)
    (folder / "3" / "4" / "2.png").write_bytes(TILE)
    (folder / "3" / "4" / "3.png").write_bytes(b"<script>")
    (tmp_path / "elsewhere.png").write_bytes(TILE)
    (folder / "3" / "4" / "5.png").symlink_to(tmp_path / "elsewhere.png")
    async with house_of(tmp_path / "data", clock, map_folder=folder, map_attribution="© Somebody") as house:
        dispatcher = await signed_in(house)
        got = await dispatcher.get("/map/3/4/2.png")
        assert (got.status_code, got.content_type, await got.get_data(as_text=False)) == (200, "image/png", TILE)
        for path in ("/map/3/4/3.png", "/map/3/4/4.png", "/map/3/4/5.png", "/map/3/8/2.png", "/map/25/1/1.png"):
            assert (await dispatcher.get(path)).status_code == 404, path
        assert (await house.knock().get("/map/3/4/2.png", headers={"Host": HOST})).status_code == 401
        invited = await house.invite()
        shared = await share(house, invitation=invited["id"])
        assert b"/map/{z}/{x}/{y}.png" in await (await house.knock().get(path_of(shared))).get_data(as_text=False)
        here = await opened(house, shared)
        assert (await house.knock().get(f"{here}/map/3/4/2.png", headers={"Host": HOST})).status_code == 200
        page = await dispatcher.get("/wall")
        assert "img-src 'self' blob:;" in page.headers["Content-Security-Policy"]


async def test_without_a_source_no_page_may_load_a_picture_from_elsewhere(house: House) -> None:
    page = await (await signed_in(house)).get("/wall")
    assert "img-src 'self' blob:;" in page.headers["Content-Security-Policy"]
    assert b'"tiles":null' in await page.get_data(as_text=False)


async def test_a_source_outside_is_let_in_and_no_other(tmp_path: Path, clock: MovableClock) -> None:
    source = {"map_tiles": "https://tiles.example.org:8443/dark/{z}/{x}/{y}.png", "map_attribution": "© A <b>Maker</b>"}
    async with house_of(tmp_path / "data", clock, **source) as house:
        dispatcher = await signed_in(house)
        for path in ("/wall", "/wall/screen"):
            page = await dispatcher.get(path)
            assert "img-src 'self' blob: https://tiles.example.org:8443;" in page.headers["Content-Security-Policy"]
        citizen = await house.invite()
        policy = (await house.client.get(f"/s/{citizen['key']}")).headers["Content-Security-Policy"]
        assert "tiles.example.org" not in policy, "the citizen's page has no map"
        assert (await dispatcher.get("/map/3/4/2.png")).status_code == 404


@pytest.mark.parametrize("tiles", [
    "http://tiles.example.org/{z}/{x}/{y}.png", "https://tiles.example.org/{z}/{x}.png", "tiles/{z}/{x}/{y}.png",
    "https://{s}.example.org/{z}/{x}/{y}.png", "https://a.example;script-src */{z}/{x}/{y}.png",
    "https://*.example.org/{z}/{x}/{y}.png", "https://who@example.org/{z}/{x}/{y}.png",
])  # fmt: skip
def test_a_source_that_would_open_more_than_itself_is_refused(tmp_path: Path, tiles: str) -> None:
    with pytest.raises(ValidationError):
        Settings(base_url=f"https://{HOST}", data=tmp_path, map_tiles=tiles)


def test_a_map_says_whom_to_name_and_comes_from_one_place(tmp_path: Path) -> None:
    tiles = "https://tiles.example.org/{z}/{x}/{y}.png"
    assert problems_of_map(tiles=None, folder=None, attribution="") == []
    assert problems_of_map(tiles=tiles, folder=None, attribution="© Somebody") == []
    assert len(problems_of_map(tiles=tiles, folder=None, attribution=" ")) == 1
    assert len(problems_of_map(tiles=tiles, folder=tmp_path, attribution="© Somebody")) == 1
    assert len(problems_of_map(tiles=None, folder=tmp_path / "nowhere", attribution="© Somebody")) == 1
