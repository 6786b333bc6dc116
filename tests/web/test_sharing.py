"""A crew sees by a link what a dispatcher has shared with it, for a while, and can do nothing; everything is noted."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import pytest

from tests.web.conftest import HOST, House, form
from tests.web.live import PATIENCE, frame, invitation_of, listening, needs_of, on_the_line, send_still, tell_step
from tests.web.test_citizen_door import shown_photo
from tests.web.test_openapi import check
from web.lines import CHECK_EVERY

OURS: Final = {"Sec-Fetch-Site": "same-origin"}
PAGE: Final = {"Accept": "text/html,application/xhtml+xml"}
PHONE: Final = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36"


async def ask(house: House, method: str, path: str, **request: Any) -> Any:
    """Ask as a crew's browser, which has no cookie and no token."""
    headers = {"Host": HOST, "User-Agent": PHONE, **OURS, **request.pop("headers", {})}
    return await house.knock().open(path, method=method, headers=headers, **request)


async def share(house: House, **wishes: Any) -> dict[str, Any]:
    """Share as a dispatcher's program and return the answer's JSON."""
    answer = await house.api("POST", "/api/shares", json={"recipient": "Ambulance 3", **wishes})
    assert answer.status_code == 201, await answer.get_data(as_text=True)
    made: dict[str, Any] = await answer.get_json()
    return made


def path_of(shared: dict[str, Any]) -> str:
    """Return a link without its host."""
    link: str = shared["link"]
    assert link.startswith(f"https://{HOST}/share/{shared['id']}/")
    return link.removeprefix(f"https://{HOST}")


async def opened(house: House, shared: dict[str, Any], **request: Any) -> str:
    """Open a link as the page does on a tap, and return the address below which it looks on."""
    answer = await ask(house, "POST", f"{path_of(shared)}/open", **request)
    assert answer.status_code == 201, await answer.get_data(as_text=True)
    return f"/shared/{(await answer.get_json())['visit']}"


async def state_of(house: House, here: str) -> dict[str, Any]:
    """Return what a link shows."""
    answer = await ask(house, "POST", f"{here}/state")
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    told: dict[str, Any] = await answer.get_json()
    return told


async def shares_of(house: House) -> list[dict[str, Any]]:
    """Return the links as dispatchers see them."""
    found: list[dict[str, Any]] = (await (await house.api("GET", "/api/shares")).get_json())["shares"]
    return found


def looks(here: str, invitation: str, photo: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Return everything that can be asked by a visit."""
    return [
        ("POST", f"{here}/state", {}),
        ("GET", f"{here}/photos/{photo}/wall", {}),
        ("GET", f"{here}/photos/{photo}/thumbnail", {}),
        ("GET", f"{here}/live/{invitation}/still", {}),
        ("POST", f"{here}/live/{invitation}/viewers", {}),
        ("POST", f"{here}/live/{invitation}/seen", {"json": {"how": "stills"}}),
    ]


async def test_a_crew_sees_live_photos_and_place_of_the_invitation_that_was_shared(house: House) -> None:
    invited = await house.invite(purpose="live", incident="2026-7")
    await house.send_photo(invited["key"], photo_id="photo-of-the-day")
    await shown_photo(house, invited["id"])
    await house.client.post(
        f"/s/{invited['key']}/progress", json={"location": {"latitude": 50.85, "longitude": 4.35, "accuracy": 12}}
    )
    await tell_step(house, invited["key"], "live")
    await send_still(house, invited["key"], frame(b"seen by a crew"))
    shared = await share(house, invitation=invited["id"])
    page = await ask(house, "GET", path_of(shared), headers=PAGE)
    assert (page.status_code, page.mimetype) == (200, "text/html")
    here = await opened(house, shared)
    told = await state_of(house, here)
    assert [one["id"] for one in told["invitations"]] == [invited["id"]]
    assert told["invitations"][0]["live"]["is_live"] is True
    assert told["invitations"][0]["location"]["latitude"] == 50.85
    assert [photo["id"] for photo in told["photos"]] == ["photo-of-the-day"]
    for size in ("wall", "thumbnail"):
        picture = await ask(house, "GET", f"{here}/photos/photo-of-the-day/{size}")
        assert (picture.status_code, picture.content_type) == (200, "image/jpeg")
        assert picture.headers["Cache-Control"] == "no-store"
    still = await ask(house, "GET", f"{here}/live/{invited['id']}/still")
    assert b"seen by a crew" in await still.get_data(as_text=False)
    place = await (await ask(house, "POST", f"{here}/live/{invited['id']}/viewers")).get_json()
    assert place["peer"] == f"{invited['id']}-0"
    assert (await ask(house, "POST", f"{here}/live/{invited['id']}/seen", json={"how": "stills"})).status_code == 204


async def test_what_a_crew_is_told_holds_no_number_no_key_and_nothing_of_the_phone(house: House) -> None:
    invited = await house.invite(purpose="live", incident="2026-7")
    await house.send_photo(invited["key"], photo_id="photo-of-the-day")
    digest = (await shown_photo(house, invited["id"]))["sha256"]
    await house.client.post(f"/s/{invited['key']}/tapped", json={})
    await send_still(house, invited["key"])
    await house.api("POST", f"/api/invitations/{invited['id']}/messages", json={"text": "Hide in the cellar"})
    shared = await share(house, invitation=invited["id"])
    told = await (await ask(house, "GET", path_of(shared), headers=PAGE)).get_data(as_text=False)
    here = await opened(house, shared)
    for method, path, request in looks(here, invited["id"], "photo-of-the-day"):
        answer = await ask(house, method, path, **request)
        assert answer.status_code < 300, path
        told += await answer.get_data(as_text=False) + repr(list(answer.headers.items())).encode()
    assert invited["id"].encode() in told
    for secret in (invited["key"], "•• 56", "470 12 34 56", digest, "cellar", "credential", "sms"):
        assert secret.encode() not in told.replace(b'"words"', b"").split(b'"share":')[-1], secret


async def test_a_crew_can_do_nothing_but_look(house: House) -> None:
    invited = await house.invite(purpose="live")
    await house.send_photo(invited["key"], photo_id="photo-of-the-day")
    await shown_photo(house, invited["id"])
    await send_still(house, invited["key"])
    shared = await share(house, invitation=invited["id"])
    here = await opened(house, shared)
    visit = here.rpartition("/")[2]
    before = await invitation_of(house, invited["id"])
    body, kind = form([("photo", "still.jpg", frame())])
    for base in (here, f"{here}/live/{invited['id']}", path_of(shared)):
        for place in ("command", "stills", "link", "code", "close", "messages", "hand-over", "events", "watch-link"):
            for request in ({"json": {"command": "torch_on"}}, {"data": body, "headers": {"Content-Type": kind}}):
                assert (await ask(house, "POST", f"{base}/{place}", **request)).status_code in {404, 405}, place
    assert (await ask(house, "GET", f"{here}/photos/photo-of-the-day/original")).status_code == 404
    for path in ("/api/photos", "/api/shares", f"/api/invitations/{invited['id']}", "/api/events", "/map/1/0/0.png"):
        for headers in ({"Authorization": f"Bearer {visit}"}, {"Cookie": f"__Host-showme-session={visit}"}):
            assert (await ask(house, "GET", path, headers=headers)).status_code == 401, path
    assert (await ask(house, "GET", f"/s/{visit}")).status_code == 404
    assert (await ask(house, "GET", f"/watch/{invited['id']}/{path_of(shared).rpartition('/')[2]}")).status_code == 404
    assert await invitation_of(house, invited["id"]) == before


async def test_a_link_shows_nothing_of_any_other_invitation(house: House) -> None:
    mine, other = await house.invite(purpose="live", incident="1"), await house.invite(purpose="live", incident="2")
    for invited, name in ((mine, "photo-of-mine"), (other, "photo-of-other")):
        await house.send_photo(invited["key"], photo_id=name)
        await shown_photo(house, invited["id"])
        await send_still(house, invited["key"])
    for scope in ({"invitation": mine["id"]}, {"incident": "1"}):
        here = await opened(house, await share(house, **scope))
        assert [one["id"] for one in (await state_of(house, here))["invitations"]] == [mine["id"]]
        for method, path, request in looks(here, other["id"], "photo-of-other")[1:]:
            assert (await ask(house, method, path, **request)).status_code == 404, path


async def test_an_incident_is_shared_whole_with_what_comes_later(house: House) -> None:
    first = await house.invite(incident="2026-7")
    here = await opened(house, await share(house, incident="#2026-7"))
    second = await house.invite(incident="2026-7")
    await house.invite(incident="2026-8")
    await house.send_photo(second["key"], photo_id="photo-of-the-second")
    await shown_photo(house, second["id"])
    told = await state_of(house, here)
    assert [one["id"] for one in told["invitations"]] == [second["id"], first["id"]]
    assert [photo["id"] for photo in told["photos"]] == ["photo-of-the-second"]


async def test_a_revoked_link_stops_at_once_also_where_it_is_open(house: House) -> None:
    invited = await house.invite(purpose="live")
    await house.send_photo(invited["key"], photo_id="photo-of-the-day")
    await shown_photo(house, invited["id"])
    await send_still(house, invited["key"])
    shared, other = await share(house, invitation=invited["id"]), await share(house, invitation=invited["id"])
    here, there = await opened(house, shared), await opened(house, other)
    ended = await (await house.api("POST", f"/api/shares/{shared['id']}/end")).get_json()
    assert (ended["state"], ended["ended_by"], ended["link"]) == ("ended", shared["made_by"], None)
    for method, path, request in looks(here, invited["id"], "photo-of-the-day"):
        assert (await ask(house, method, path, **request)).status_code == 410, path
    page = await ask(house, "GET", path_of(shared), headers={**PAGE, "Accept-Language": "nl"})
    assert (page.status_code, page.mimetype) == (410, "text/html")
    assert "ingetrokken" in await page.get_data(as_text=True)
    assert (await ask(house, "POST", f"{path_of(shared)}/open")).status_code == 410
    assert (await state_of(house, there))["invitations"], "another link to the same works on"


async def test_a_link_ends_when_its_time_is_over(house: House) -> None:
    invited = await house.invite()
    shared = await share(house, invitation=invited["id"], minutes=30)
    here = await opened(house, shared)
    house.clock.move(minutes=29)
    assert (await ask(house, "POST", f"{here}/state")).status_code == 200
    house.clock.move(minutes=1)
    assert (await ask(house, "POST", f"{here}/state")).status_code == 410
    assert (await ask(house, "GET", path_of(shared))).status_code == 410
    assert await shares_of(house) == []


@pytest.mark.parametrize("wrong", [
    {}, {"invitation": "nothing-here"}, {"incident": "nobody"}, {"recipient": " "}, {"minutes": 4}, {"minutes": 361},
    {"minutes": "long"}, {"both": True},
])  # fmt: skip
async def test_a_wish_that_makes_no_sense_makes_no_link(house: House, wrong: dict[str, Any]) -> None:
    invited = await house.invite(incident="2026-7")
    wish: dict[str, Any] = {"recipient": "Crew", "invitation": invited["id"], **wrong}
    if wrong in ({}, {"incident": "nobody"}):
        del wish["invitation"]
    if wrong == {"both": True}:
        wish |= {"incident": "2026-7"}
    assert (await house.api("POST", "/api/shares", json=wish)).status_code in {404, 422}
    assert await shares_of(house) == []


async def test_who_made_opened_and_revoked_a_link_stands_in_the_journal_and_from_where(house: House) -> None:
    invited = await house.invite()
    async with listening(house, "/api/events", Authorization=f"Bearer {house.token}") as feed:
        shared = await share(house, invitation=invited["id"], recipient="Fire brigade 12")
        await opened(house, shared)
        await opened(house, shared)
        await house.api("POST", f"/api/shares/{shared['id']}/end")
        made = await feed.hear(lambda told: told["kind"] == "InvitationShared")
        openings = [await feed.hear(lambda told: told["kind"] == "ShareOpened") for _ in range(2)]
        ended = await feed.hear(lambda told: told["kind"] == "ShareEnded")
    assert made["detail"]["recipient"] == "Fire brigade 12"
    assert [told["detail"]["opened"] for told in openings] == [1, 2]
    assert {told["actor"] for told in openings} == {"Fire brigade 12 (link)"}
    assert openings[0]["invitation"]["id"] == invited["id"]
    assert (ended["detail"]["opened"], ended["actor"]) == (2, made["actor"])
    visits = (await (await house.api("GET", f"/api/shares/{shared['id']}/visits")).get_json())["visits"]
    assert [visit["browser"] for visit in visits] == ["Chrome, Android"] * 2


async def test_a_look_at_the_link_by_a_messenger_opens_nothing(house: House) -> None:
    invited = await house.invite()
    shared = await share(house, invitation=invited["id"])
    cursor = (await (await house.api("GET", "/api/invitations")).get_json())["cursor"]
    for agent in ("TelegramBot (like TwitterBot)", "WhatsApp/2.0", "facebookexternalhit/1.1", ""):
        for method in ("GET", "HEAD", "OPTIONS"):
            answer = await ask(house, method, path_of(shared), headers={"User-Agent": agent, **PAGE})
            assert answer.status_code == 200
            assert invited["id"].encode() not in await answer.get_data(as_text=False)
    assert (await (await house.api("GET", "/api/invitations")).get_json())["cursor"] == cursor
    assert [one["opened"] for one in await shares_of(house)] == [0]


async def test_who_looks_by_a_link_is_seen_while_they_look(house: House) -> None:
    invited = await house.invite()
    shared = await share(house, invitation=invited["id"])
    one, other = await opened(house, shared), await opened(house, shared)
    assert [(told["opened"], told["watching"]) for told in await shares_of(house)] == [(2, 2)]
    assert (await ask(house, "POST", f"{one}/state", json={"leaves": True})).status_code == 204
    assert [told["watching"] for told in await shares_of(house)] == [1]
    house.clock.move(seconds=15)
    await state_of(house, other)
    house.clock.move(seconds=15)
    assert [told["watching"] for told in await shares_of(house)] == [1], "heard 15 s ago"
    house.clock.move(seconds=15)
    assert [told["watching"] for told in await shares_of(house)] == [0], "a phone in a pocket says nothing"
    await state_of(house, one)
    assert [told["watching"] for told in await shares_of(house)] == [1], "and comes back"


async def test_a_crew_watches_on_the_line_under_its_name_until_the_link_is_revoked(house: House) -> None:
    invited = await house.invite(purpose="live")
    shared = await share(house, invitation=invited["id"], recipient="Police 7")
    visit = (await opened(house, shared)).rpartition("/")[2]
    address = f"/peerjs?key=peerjs&id={invited['id']}-0&token={visit}.random&version=1.5.5"
    async with on_the_line(house, (f"{invited['id']}-0-2", f"{visit}.other")):
        await until_watched_by(house, invited["id"], ["Police 7 (link)"])
        line: Any = house.knock().websocket(address, headers={"Host": HOST})
        async with line as socket:
            assert '"OPEN"' in await socket.receive()
            await house.api("POST", f"/api/shares/{shared['id']}/end")
            async with asyncio.timeout(CHECK_EVERY.total_seconds() + 15):
                assert '"ERROR"' in await socket.receive()
    await until_watched_by(house, invited["id"], [])


async def until_watched_by(house: House, invitation: str, names: list[str]) -> None:
    """Wait until these watch: a coming is noted, and a going takes place, a moment after the line has said so."""
    async with asyncio.timeout(PATIENCE):
        while await watched_by(house, invitation) != names:  # noqa: ASYNC110 - it looks from outside at the lines
            await asyncio.sleep(0.05)


async def watched_by(house: House, invitation: str) -> Any:
    """Return who watches an invitation, as dispatchers are told."""
    return (await (await house.api("GET", f"/api/invitations/{invitation}/watching")).get_json())["watching"]


async def test_a_visit_is_no_place_on_another_invitations_line(house: House) -> None:
    mine, other = await house.invite(purpose="live"), await house.invite(purpose="live")
    visit = (await opened(house, await share(house, invitation=mine["id"]))).rpartition("/")[2]
    address = f"/peerjs?key=peerjs&id={other['id']}-0&token={visit}.random&version=1.5.5"
    line: Any = house.knock().websocket(address, headers={"Host": HOST})
    async with line as socket:
        assert '"ERROR"' in await socket.receive()
    assert needs_of(house).switchboard.viewers_of(other["id"]) == []


async def test_a_visit_gives_no_place_on_the_line_of_a_closed_invitation(house: House) -> None:
    invited = await house.invite(purpose="live")
    visit = (await opened(house, await share(house, invitation=invited["id"]))).rpartition("/")[2]
    await house.api("POST", f"/api/invitations/{invited['id']}/close")
    line: Any = house.knock().websocket(
        f"/peerjs?key=peerjs&id={invited['id']}-0&token={visit}.random&version=1.5.5", headers={"Host": HOST}
    )
    async with line as socket:
        assert '"ERROR"' in await socket.receive()


async def test_a_link_that_was_changed_or_belongs_elsewhere_opens_nothing(house: House) -> None:
    invited = await house.invite()
    shared, other = (
        await share(house, invitation=invited["id"]),
        await share(house, incident=None, invitation=invited["id"]),
    )
    proof, foreign = (path_of(one).rpartition("/")[2] for one in (shared, other))
    changed = proof[:-1] + ("0" if proof[-1] != "0" else "1")
    for wrong in (foreign, changed, proof[::-1], "x", "0" * 23, "\u0663" * 23, invited["key"]):
        for method, place in (("GET", ""), ("POST", "/open")):
            assert (await ask(house, method, f"/share/{shared['id']}/{wrong}{place}")).status_code == 404, wrong
    for wrong in ("0" * 32, proof, "x"):
        assert (await ask(house, "POST", f"/shared/{wrong}/state")).status_code == 404, wrong
    assert [one["opened"] for one in await shares_of(house)] == [0, 0]


async def test_another_sites_page_opens_no_link(house: House) -> None:
    invited = await house.invite()
    shared = await share(house, invitation=invited["id"])
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert (await ask(house, "POST", f"{path_of(shared)}/open", headers=foreign)).status_code == 403
    here = await opened(house, shared)
    assert (await ask(house, "POST", f"{here}/state", headers=foreign)).status_code == 403


async def test_what_was_forgotten_is_shown_no_more_and_a_link_outlives_the_closing(house: House) -> None:
    invited = await house.invite(incident="2026-7")
    await house.send_photo(invited["key"], photo_id="photo-of-the-day")
    await shown_photo(house, invited["id"])
    house.clock.move(hours=1)
    shared = await share(house, incident="2026-7", minutes=360)
    here = await opened(house, shared)
    await house.api("POST", f"/api/invitations/{invited['id']}/close")
    told = await state_of(house, here)
    assert [one["state"] for one in told["invitations"]] == ["closed"]
    assert len(told["photos"]) == 1, "a crew on its way still needs the photos"
    house.clock.move(hours=5, minutes=1)
    await house.installation.forgetting.forget_what_is_due()
    told = await state_of(house, here)
    assert (told["invitations"], told["photos"]) == ([], [])


async def test_links_of_long_ago_are_forgotten_with_where_they_were_opened(house: House) -> None:
    invited = await house.invite()
    shared = await share(house, invitation=invited["id"], minutes=30)
    await opened(house, shared)
    house.clock.move(hours=7)
    await house.installation.forgetting.forget_what_is_due()
    assert (await house.api("GET", f"/api/shares/{shared['id']}/visits")).status_code == 404


async def test_no_more_links_than_anybody_can_watch_over(house: House) -> None:
    invited = await house.invite()
    statuses = [
        (
            await house.api("POST", "/api/shares", json={"recipient": f"Crew {n}", "invitation": invited["id"]})
        ).status_code
        for n in range(51)
    ]
    assert statuses == [201] * 50 + [429]
    await house.api("POST", f"/api/shares/{(await shares_of(house))[0]['id']}/end")
    assert (await share(house, invitation=invited["id"]))["state"] == "open"


async def test_the_description_says_what_sharing_and_handing_over_do(house: House) -> None:
    invited = await house.invite(incident="2026-7")
    place = {"latitude": 50.8, "longitude": 4.3, "accuracy": 9}
    await house.client.post(f"/s/{invited['key']}/progress", json={"location": place})
    here = f"/api/invitations/{invited['id']}"
    assert (await described("GET", house, "/api/positions"))["positions"]
    await described("POST", house, f"{here}/hand-over", json={"to": "Bert"})
    await described("POST", house, f"{here}/hand-over", json={"to": 7})
    await described("GET", house, f"{here}/watching")
    assert (await described("GET", house, "/api/colleagues"))["colleagues"]
    made = await described("POST", house, "/api/shares", json={"recipient": "Crew", "incident": "2026-7"})
    await described("POST", house, "/api/shares", json={})
    await opened(house, made)
    assert (await described("GET", house, "/api/shares"))["shares"]
    await described("GET", house, f"/api/shares/{made['id']}/visits")
    await described("POST", house, f"/api/shares/{made['id']}/end")
    await described("POST", house, "/api/shares/nothing/end")
    assert (await described("GET", house, here))["handed"]


async def described(method: str, house: House, path: str, **request: Any) -> Any:
    """Ask as a program, and check the answer against its description."""
    return await check(method, path, await house.api(method, path, **request))
