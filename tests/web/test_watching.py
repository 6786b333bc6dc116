"""Whoever follows the link in the team chat watches one live video while it is open, and sees nothing else."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import pytest

from showme.domain.people import Dispatcher
from showme.services import receiving
from showme.switchboard import MOST_GUESTS
from tests.web.conftest import HOST, House, form
from tests.web.live import (
    frame,
    invitation_of,
    listening,
    needs_of,
    on_the_line,
    send_still,
    tell_step,
    until,
    watch_path,
)
from tests.web.test_citizen_door import photos, shown_photo

PAGE: Final = {"Accept": "text/html,application/xhtml+xml"}
OURS: Final = {"Sec-Fetch-Site": "same-origin"}


def asked(house: House) -> list[tuple[str, str, dict[str, Any]]]:
    """Return everything that a guest can ask, as (method, place below the pass, request)."""
    body, kind = form([("photo", "still.jpg", frame())])
    return [
        ("GET", "", {}),
        ("GET", "/state", {}),
        ("POST", "/viewers", {}),
        ("POST", "/seen", {"json": {"how": "stills"}}),
        ("GET", "/still", {}),
        ("POST", "/command", {"json": {"command": "move_closer"}}),
        ("POST", "/stills", {"data": body, "headers": {"Content-Type": kind}}),
    ]


async def ask(house: House, method: str, path: str, **request: Any) -> Any:
    """Ask as a guest's browser, which has no cookie and no token."""
    headers = {"Host": HOST, **OURS, **request.pop("headers", {})}
    return await house.knock().open(path, method=method, headers=headers, **request)


async def test_a_guest_watches_commands_and_keeps_a_still(house: House) -> None:
    invited = await house.invite(purpose="live")
    here = await watch_path(house, invited["id"])
    await tell_step(house, invited["key"], "live")
    page = await ask(house, "GET", here, headers=PAGE)
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert f"connect-src 'self' wss://{HOST};" in page.headers["Content-Security-Policy"]
    place = await ask(house, "POST", f"{here}/viewers")
    assert place.status_code == 201
    told = await place.get_json()
    assert (told["peer"], told["citizen"], told["direct"]) == (f"{invited['id']}-0", f"{invited['id']}-1", True)
    await send_still(house, invited["key"], frame(b"seen by a guest"))
    still = await ask(house, "GET", f"{here}/still")
    assert (still.status_code, still.content_type) == (200, "image/jpeg")
    assert (still.headers["X-Content-Type-Options"], still.headers["Cache-Control"]) == ("nosniff", "no-store")
    assert b"seen by a guest" in await still.get_data(as_text=False)
    assert (await ask(house, "POST", f"{here}/seen", json={"how": "stills"})).status_code == 204
    async with listening(house, f"/s/{invited['key']}/events") as feed:
        assert (await ask(house, "POST", f"{here}/command", json={"command": "move_closer"})).status_code == 204
        assert (await feed.hear(lambda message: message["kind"] != "Viewers"))["command"] == "move_closer"
    body, kind = form([("photo", "still.jpg", frame())])
    kept = await ask(house, "POST", f"{here}/stills", data=body, headers={"Content-Type": kind})
    assert (kept.status_code, (await kept.get_json())["kind"]) == (201, "still")
    assert (await shown_photo(house, invited["id"]))["kind"] == "still"
    state = await (await ask(house, "GET", f"{here}/state")).get_json()
    assert (state["id"], state["live"]["is_live"], state["rung"]) == (invited["id"], True, "first_picture")


async def test_what_a_guest_does_stands_under_the_team_chats_name(house: House) -> None:
    invited = await house.invite(purpose="live")
    here = await watch_path(house, invited["id"])
    async with listening(house, "/api/events", Authorization=f"Bearer {house.token}") as feed:
        await ask(house, "POST", f"{here}/command", json={"command": "torch_on"})
        told = await feed.hear(lambda message: message["kind"] == "PhoneCommanded")
    assert told["actor"] == "team chat"


async def test_a_guest_takes_a_place_on_the_line_with_the_pass_alone(house: House) -> None:
    invited = await house.invite(purpose="live")
    here = await watch_path(house, invited["id"])
    watch_pass = here.rpartition("/")[2]
    async with on_the_line(house, (f"{invited['id']}-0", f"{watch_pass}.random-text-of-the-page")):
        state = await (await ask(house, "GET", f"{here}/state")).get_json()
        assert state["live_viewers"] == 1


async def test_a_look_at_the_link_changes_nothing(house: House) -> None:
    invited = await house.invite(purpose="live")
    here = await watch_path(house, invited["id"])
    await send_still(house, invited["key"])
    before = await invitation_of(house, invited["id"])
    cursor = (await (await house.api("GET", "/api/invitations")).get_json())["cursor"]
    for agent in ("TelegramBot (like TwitterBot)", "WhatsApp/2.0", "facebookexternalhit/1.1", "Mozilla/5.0", ""):
        for method in ("GET", "HEAD", "OPTIONS"):
            for place in ("", "/state", "/still"):
                answer = await ask(house, method, f"{here}{place}", headers={"User-Agent": agent, **PAGE})
                assert answer.status_code in {200, 204}, (method, place)
    assert await invitation_of(house, invited["id"]) == before
    assert (await (await house.api("GET", "/api/invitations")).get_json())["cursor"] == cursor
    assert needs_of(house).switchboard.viewers_of(invited["id"]) == []
    taken = await (await ask(house, "POST", f"{here}/viewers")).get_json()
    assert taken["peer"] == f"{invited['id']}-0", "no look has taken the first place"


async def test_the_page_tells_nothing_of_the_invitation_but_what_it_needs(house: House) -> None:
    invited = await house.invite(purpose="live")
    here = await watch_path(house, invited["id"])
    page = await (await ask(house, "GET", here, headers=PAGE)).get_data(as_text=True)
    assert "112 Practice" in page
    assert f'"base":"{here}"' in page
    assert '"blur":true' in page
    for secret in (invited["key"], "•• 56", "ice_servers", "credential"):
        assert secret not in page, secret


async def test_another_invitations_pass_opens_nothing(house: House) -> None:
    mine, other = await house.invite(purpose="live"), await house.invite(purpose="live")
    my_pass = (await watch_path(house, mine["id"])).rpartition("/")[2]
    their_pass = (await watch_path(house, other["id"])).rpartition("/")[2]
    await send_still(house, mine["key"])
    before = await invitation_of(house, mine["id"])
    changed = my_pass[:-1] + ("0" if my_pass[-1] != "0" else "1")
    for wrong in (their_pass, changed, my_pass[::-1], my_pass.swapcase(), mine["key"], "x", "0" * 23, "\u0663" * 23):
        for method, place, request in asked(house):
            answer = await ask(house, method, f"/watch/{mine['id']}/{wrong}{place}", **request)
            assert answer.status_code == 404, (method, place, wrong)
            assert mine["id"].encode() not in await answer.get_data(as_text=False)
    assert await invitation_of(house, mine["id"]) == before
    assert await photos(house, mine["id"]) == []


@pytest.mark.parametrize("end", ["close", "wrong-number", "time"])
async def test_the_link_ends_with_the_invitation(house: House, end: str) -> None:
    invited = await house.invite(purpose="live")
    here = await watch_path(house, invited["id"])
    await send_still(house, invited["key"])
    if end == "time":
        house.clock.move(hours=6, seconds=1)
    else:
        await house.api("POST", f"/api/invitations/{invited['id']}/{end}")
    for method, place, request in asked(house):
        answer = await ask(house, method, f"{here}{place}", **request)
        assert answer.status_code == 410, (method, place)
    page = await ask(house, "GET", here, headers=PAGE)
    assert (page.status_code, page.mimetype) == (410, "text/html")
    assert (await house.api("POST", f"/api/invitations/{invited['id']}/watch-link")).status_code == 410


async def test_who_waits_for_a_still_is_told_that_the_invitation_was_closed(house: House) -> None:
    invited = await house.invite(purpose="live")
    here = await watch_path(house, invited["id"])
    await send_still(house, invited["key"])
    number = (await ask(house, "GET", f"{here}/still")).headers["Showme-Still"]
    waiting = asyncio.ensure_future(ask(house, "GET", f"{here}/still?after={number}"))
    await until(lambda: needs_of(house).stills._places[invited["id"]].waiting)
    await house.api("POST", f"/api/invitations/{invited['id']}/close")
    house.installation.stop_feeds()
    async with asyncio.timeout(10):
        assert (await waiting).status_code in {204, 410}
    assert (await ask(house, "GET", f"{here}/still")).status_code == 410


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Origin": f"https://{HOST}"},
    ],
)
async def test_another_sites_page_can_do_nothing_with_a_link(house: House, headers: dict[str, str]) -> None:
    invited = await house.invite(purpose="live")
    here = await watch_path(house, invited["id"])
    before = await invitation_of(house, invited["id"])
    for method, place, request in asked(house):
        if method == "POST":
            sent = {**request, "headers": {**request.get("headers", {}), **headers}}
            answer = await ask(house, method, f"{here}{place}", **sent)
            assert (answer.status_code, (await answer.get_json())["cause"]) == (403, "foreign_page"), place
    assert await invitation_of(house, invited["id"]) == before


async def test_a_pass_is_good_for_nothing_but_its_own_address(house: House) -> None:
    invited, other = await house.invite(purpose="live"), await house.invite(purpose="live")
    await house.send_photo(invited["key"], photo_id="photo-of-the-day")
    await shown_photo(house, invited["id"])
    here = await watch_path(house, invited["id"])
    watch_pass = here.rpartition("/")[2]
    assert (await ask(house, "GET", f"/s/{watch_pass}")).status_code == 404
    for place in ("photos", "list", "originals", "original", "wall", "thumbnail", "events", "link", "code", "close"):
        for method in ("GET", "POST"):
            assert (await ask(house, method, f"{here}/{place}")).status_code in {404, 405}, place
    for path in ("/api/photos", "/api/photos/photo-of-the-day/wall", f"/api/invitations/{other['id']}", "/api/events"):
        for proof in (watch_pass, here):
            for headers in ({"Authorization": f"Bearer {proof}"}, {"Cookie": f"__Host-showme-session={proof}"}):
                assert (await ask(house, "GET", path, headers=headers)).status_code == 401, path
    await send_still(house, invited["key"])
    for method, place, request in asked(house):
        answer = await ask(house, method, f"{here}{place}", **request)
        assert answer.status_code < 300, place
        told = await answer.get_data(as_text=False)
        assert b"photo-of-the-day" not in told, place
        assert other["id"].encode() not in told, place


async def test_a_signed_in_dispatcher_of_another_organisation_gains_nothing_by_a_wrong_pass(house: House) -> None:
    invited = await house.invite(purpose="live")
    for method, place, request in asked(house):
        headers = {**request.pop("headers", {}), "Authorization": f"Bearer {house.token}"}
        answer = await ask(house, method, f"/watch/{invited['id']}/wrong{place}", headers=headers, **request)
        assert answer.status_code == 404, place


async def test_a_busy_pass_is_slowed_and_no_other_with_it(house: House) -> None:
    first, second = await house.invite(purpose="live"), await house.invite(purpose="live")
    here, there = await watch_path(house, first["id"]), await watch_path(house, second["id"])
    statuses = {(await ask(house, "POST", f"{here}/viewers")).status_code for _ in range(125)}
    assert statuses == {201, 429}
    assert (await ask(house, "POST", f"{here}/viewers")).status_code == 429
    assert (await ask(house, "POST", f"{there}/viewers")).status_code == 201
    assert (await ask(house, "POST", f"{here}/command", json={"command": "hold_still"})).status_code == 204


async def test_places_run_out_and_are_free_again_after_a_minute(house: House) -> None:
    invited = await house.invite(purpose="live")
    here = await watch_path(house, invited["id"])
    while (answer := await ask(house, "POST", f"{here}/viewers")).status_code == 201:
        pass
    assert answer.status_code == 429
    assert (await answer.get_json())["cause"] == "too_many"
    assert int(answer.headers["Retry-After"]) > 0
    house.clock.move(seconds=61)
    again = await ask(house, "POST", f"{here}/viewers")
    assert (await again.get_json())["peer"] == f"{invited['id']}-0"


async def test_the_key_is_in_nothing_that_a_guest_is_told(house: House) -> None:
    invited = await house.invite(purpose="live")
    here = await watch_path(house, invited["id"])
    await house.client.post(f"/s/{invited['key']}/tapped", json={})
    await send_still(house, invited["key"])
    told = b""
    for method, place, request in asked(house):
        answer = await ask(house, method, f"{here}{place}", **request)
        assert answer.status_code < 300, place
        told += await answer.get_data(as_text=False) + repr(list(answer.headers.items())).encode()
    assert invited["id"].encode() in told
    assert invited["key"].encode() not in told


async def test_a_wrong_link_is_explained_to_whoever_followed_it(house: House) -> None:
    invited = await house.invite(purpose="live")
    answer = await ask(house, "GET", f"/watch/{invited['id']}/wrong", headers={**PAGE, "Accept-Language": "nl"})
    page = await answer.get_data(as_text=True)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert '<html lang="nl"' in page


async def test_guests_leave_places_for_who_is_signed_in(house: House) -> None:
    invited = await house.invite(purpose="live")
    here = await watch_path(house, invited["id"])
    lent = [(await ask(house, "POST", f"{here}/viewers")).status_code for _ in range(MOST_GUESTS + 1)]
    assert lent == [201] * MOST_GUESTS + [429]
    dispatcher = Dispatcher(organisation=1, name="Anna")
    assert str(needs_of(house).lines.lend(dispatcher, invited["id"])) == f"{invited['id']}-0-{MOST_GUESTS + 1}"


async def test_a_guest_does_not_fill_the_room_of_the_citizens_photos(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    invited = await house.invite(purpose="live")
    here = await watch_path(house, invited["id"])
    body, kind = form([("photo", "still.jpg", frame())])
    kept = {"data": body, "headers": {"Content-Type": kind}}
    monkeypatch.setattr(receiving, "MOST_KEPT", len(frame()) - 1)
    assert (await ask(house, "POST", f"{here}/stills", **kept)).status_code == 413
    monkeypatch.undo()
    monkeypatch.setattr(receiving, "_MOST_BEFORE_STILLS", 2 * len(frame()) - 1)
    assert (await ask(house, "POST", f"{here}/stills", **kept)).status_code == 201
    assert (await ask(house, "POST", f"{here}/stills", **kept)).status_code == 429
    taken = await house.client.post(f"/s/{invited['key']}/photos", data=body, headers={"Content-Type": kind})
    assert taken.status_code == 201
