"""Live video at the doors of the citizen's phone and of dispatchers: the call, the feed, stills, commands."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from app.assembly import open_installation, open_office
from app.relay_settings import FixedIceServer
from app.settings import Settings
from showme.domain.peers import viewer_of
from showme.domain.people import Dispatcher
from tests.fakes.clock import MovableClock
from tests.pictures import card, jpeg, png
from tests.web.conftest import HOST, House, form, rest_of
from tests.web.live import (
    PATIENCE,
    STILL,
    files_with,
    frame,
    invitation_of,
    listening,
    needs_of,
    on_the_line,
    send_still,
    tell_step,
    until,
)
from tests.web.test_citizen_door import PAGE, photos, shown_photo
from tests.web.test_guards import signed_in
from web import feed as feed_of_web
from web.citizen import live as citizen_live
from web.watching import answers

TOKEN = "a-text-of-the-browser-s-own"


def bearer(house: House) -> dict[str, str]:
    return {"Authorization": f"Bearer {house.token}"}


# --- the call ---


async def test_the_first_tap_gets_all_that_a_call_needs(house: House) -> None:
    invited = await house.invite(purpose="live")
    answer = await house.client.post(f"/s/{invited['key']}/tapped", json={})
    assert await answer.get_json() == {
        "peer": f"{invited['id']}-1",
        "ice_servers": [],
        "ice_policy": "all",
        "signalling": None,
    }


async def test_the_page_knows_what_it_is_for_and_may_open_sockets_to_us_alone(house: House) -> None:
    for purpose in ("photo", "live"):
        invited = await house.invite(purpose=purpose)
        answer = await house.client.get(f"/s/{invited['key']}", headers={**PAGE, "Host": HOST})
        page = await answer.get_data(as_text=True)
        assert f'"purpose":"{purpose}"' in page
        assert '"sound":false' in page
        assert f"{invited['id']}-1" not in page
        assert f"connect-src 'self' wss://{HOST};" in answer.headers["Content-Security-Policy"]


async def test_on_this_machine_a_socket_without_tls_is_allowed_too(house: House) -> None:
    answer = await house.client.get("/", headers={"Host": "localhost"}, scope_base={"client": ("127.0.0.1", 5000)})
    assert "connect-src 'self' wss://localhost ws://localhost;" in answer.headers["Content-Security-Policy"]


async def test_relays_and_a_foreign_peerserver_are_told_to_who_calls_and_to_nobody_who_looks(
    tmp_path: Path, clock: MovableClock
) -> None:
    relay = {"urls": ["turn:turn.example.net"], "username": "showme", "credential": "for-the-call-only"}
    settings = Settings(
        base_url=f"https://{HOST}",
        data=tmp_path / "data",
        image_workers=1,
        ice_providers=["fixed"],
        ice_servers=[FixedIceServer.model_validate(relay)],
        ice_policy="relay",
        peerjs_url="wss://peer.example.net/peerjs?key=peerjs",
    )
    call = {"ice_servers": [relay], "ice_policy": "relay", "signalling": settings.peerjs_url}
    async with open_office(settings, clock=clock) as office:
        team = await office.administering.add_organisation(name="112", region="BE", language="en")
        token = await office.signing_in.make_token(Dispatcher(organisation=team.id, name="CAD"))
    async with open_installation(settings, clock=clock) as installation:
        client, headers = installation.app.test_client(), {"Authorization": f"Bearer {token}", "Host": HOST}
        made = await client.post("/api/invitations", json={"purpose": "live"}, headers=headers)
        invited = await made.get_json()
        page = await client.get(f"/s/{invited['key']}", headers={**PAGE, "Host": HOST})
        assert "turn.example.net" not in await page.get_data(as_text=True)
        policy = page.headers["Content-Security-Policy"]
        assert f"connect-src 'self' wss://{HOST} wss://peer.example.net;" in policy
        tapped = await client.post(f"/s/{invited['key']}/tapped", json={}, headers={"Host": HOST})
        assert await tapped.get_json() == {"peer": f"{invited['id']}-1", **call}
        place = await client.post(f"/api/invitations/{invited['id']}/viewers", headers=headers)
        told = await place.get_json()
        assert {name: told[name] for name in call} == call


async def test_viewers_take_the_lowest_free_places(house: House) -> None:
    invited = await house.invite(purpose="live")
    places = [await house.api("POST", f"/api/invitations/{invited['id']}/viewers") for _ in range(3)]
    assert [place.status_code for place in places] == [201] * 3
    told = [await place.get_json() for place in places]
    assert [place["peer"].removeprefix(invited["id"]) for place in told] == ["-0", "-0-2", "-0-3"]
    assert told[0] == {
        "peer": f"{invited['id']}-0",
        "citizen": f"{invited['id']}-1",
        "ice_servers": [],
        "ice_policy": "all",
        "signalling": None,
        "direct": True,
    }


async def test_a_fourth_viewer_is_told_that_the_phone_will_not_call(house: House) -> None:
    invited = await house.invite(purpose="live")
    peers = [f"{invited['id']}{end}" for end in ("-0", "-0-2", "-0-3")]
    async with on_the_line(house, *((peer, TOKEN) for peer in peers), **bearer(house)):
        fourth = await (await house.api("POST", f"/api/invitations/{invited['id']}/viewers")).get_json()
        assert (fourth["peer"], fourth["direct"]) == (f"{invited['id']}-0-4", False)
        assert (await invitation_of(house, invited["id"]))["live_viewers"] == 3
    listed = await (await house.api("GET", "/api/invitations")).get_json()
    assert listed["invitations"][0]["live_viewers"] in {0, 3}


async def test_nobody_watches_what_has_ended(house: House) -> None:
    invited = await house.invite(purpose="live")
    here = f"/api/invitations/{invited['id']}"
    await house.api("POST", f"{here}/close")
    body, kind = form([("photo", "still.jpg", frame())])
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "viewers", {}),
        ("POST", "watch-link", {}),
        ("POST", "command", {"json": {"command": "hold_still"}}),
        ("GET", "still", {}),
    ]
    for method, path, more in asked:
        answer = await house.api(method, f"{here}/{path}", **more)
        assert (answer.status_code, (await answer.get_json())["cause"]) == (410, "link_closed"), path
    kept = await house.api("POST", f"{here}/stills", data=body, headers={"Content-Type": kind})
    assert kept.status_code == 201, "what a dispatcher has just seen may still be kept"
    house.clock.move(hours=6, seconds=1)
    late = await house.api("POST", f"{here}/stills", data=body, headers={"Content-Type": kind})
    assert late.status_code == 410


# --- the ladder ---


async def test_the_dispatcher_sees_that_the_video_runs_and_for_how_long_it_ran(house: House) -> None:
    invited = await house.invite(purpose="live")
    assert (await invitation_of(house, invited["id"]))["live"] == {
        "is_live": False,
        "began_at": None,
        "ended_at": None,
    }
    async with listening(house, "/api/events", **bearer(house)) as feed:
        await tell_step(house, invited["key"], "live")
        began = await feed.hear(lambda told: told["kind"] == "LiveBegan")
        assert began["invitation"]["live"]["is_live"] is True
        assert began["invitation"]["rung"] == "connecting"
        assert began["detail"] is None
        house.clock.move(seconds=12)
        await tell_step(house, invited["key"], "live_ended")
        ended = await feed.hear(lambda told: told["kind"] == "LiveEnded")
    assert ended["detail"] == {"cause": "stopped", "seconds": 12}
    live = ended["invitation"]["live"]
    assert live["is_live"] is False
    assert live["ended_at"] is not None


async def test_the_dispatcher_hears_why_the_phone_has_no_camera(house: House) -> None:
    invited = await house.invite(purpose="live")
    async with listening(house, "/api/events", **bearer(house)) as feed:
        await tell_step(house, invited["key"], "camera_refused", reason="in_use")
        refused = await feed.hear(lambda told: told["kind"] == "CameraRefused")
    assert refused["detail"] == {"reason": "in_use"}
    assert refused["invitation"]["hint"]["cause"] == "camera_in_use"
    await tell_step(house, invited["key"], "camera_allowed")
    hint = (await invitation_of(house, invited["id"]))["hint"]
    assert hint is None or not hint["cause"].startswith("camera_")
    for nonsense in ({"step": "camera_refused", "reason": "tired"}, {"step": "camera_refused", "reason": 7}):
        answer = await house.client.post(f"/s/{invited['key']}/progress", json=nonsense)
        assert answer.status_code == 422


@pytest.mark.parametrize("step", ["sound_allowed", "sound_refused", "torch_on", "torch_off", "torch_missing"])
async def test_a_phone_tells_what_it_did_of_what_was_asked(house: House, step: str) -> None:
    invited = await house.invite(purpose="live")
    kind = {
        "sound_allowed": "SoundAllowed",
        "sound_refused": "SoundRefused",
        "torch_on": "TorchSwitchedOn",
        "torch_off": "TorchSwitchedOff",
        "torch_missing": "TorchRefused",
    }[step]
    async with listening(house, "/api/events", **bearer(house)) as feed:
        await tell_step(house, invited["key"], step)
        assert (await feed.hear(lambda told: told["kind"] == kind))["invitation"]["id"] == invited["id"]


@pytest.mark.parametrize("how", ["direct", "relay", "stills"])
async def test_a_picture_that_was_seen_climbs_the_ladder(house: House, how: str) -> None:
    invited = await house.invite(purpose="live")
    await tell_step(house, invited["key"], "live")
    async with listening(house, "/api/events", **bearer(house)) as feed:
        answer = await house.api("POST", f"/api/invitations/{invited['id']}/seen", json={"how": how})
        assert answer.status_code == 204
        seen = await feed.hear(lambda told: told["kind"] == "PictureSeen")
    assert seen["detail"] == {"how": how}
    assert seen["invitation"]["rung"] == "first_picture"


@pytest.mark.parametrize("body", [{}, {"how": None}, {"how": "by pigeon"}, {"how": 1}, [], "direct"])
async def test_nonsense_about_a_seen_picture_is_refused(house: House, body: Any) -> None:
    invited = await house.invite(purpose="live")
    answer = await house.api("POST", f"/api/invitations/{invited['id']}/seen", json=body)
    assert answer.status_code == 422
    assert (await answer.get_json())["title"]


# --- who watches, as the phone hears it ---


async def test_the_phone_hears_at_once_who_watches_and_then_every_change(house: House) -> None:
    invited = await house.invite(purpose="live")
    peers = [f"{invited['id']}{end}" for end in ("-0", "-0-2", "-0-3", "-0-4")]
    async with listening(house, f"/s/{invited['key']}/events") as feed:
        assert await feed.hear() == {"kind": "Viewers", "viewers": [], "stills": False}
        async with on_the_line(house, (peers[0], TOKEN), **bearer(house)):
            first = await feed.hear()
            assert first["viewers"] == [{"peer": peers[0], "direct": True}]
            async with on_the_line(house, *((peer, TOKEN) for peer in peers[1:]), **bearer(house)):
                all_four = await feed.hear(lambda told: len(told["viewers"]) == 4)
        assert all_four["viewers"] == [{"peer": peer, "direct": place < 3} for place, peer in enumerate(peers)], (
            "three are served by the phone itself, in the order in which they came"
        )


async def test_a_phone_hears_who_comes_even_if_the_journal_is_silent(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_of_web, "_KEEP_ALIVE", 3600)
    invited = await house.invite(purpose="live")
    peer = viewer_of(invited["id"], 1)
    async with listening(house, f"/s/{invited['key']}/events") as feed:
        assert (await feed.hear())["viewers"] == []
        needs_of(house).switchboard.connect(
            peer,
            token=TOKEN,
            deliver=lambda _: None,
            end=lambda _: None,
            gone=lambda: None,
            now=house.clock.now(),
        )
        assert (await feed.hear())["viewers"] == [{"peer": str(peer), "direct": True}]


async def test_a_phone_that_comes_late_hears_who_waits_already(house: House) -> None:
    invited = await house.invite(purpose="live")
    async with (
        on_the_line(house, (f"{invited['id']}-0", TOKEN), **bearer(house)),
        listening(house, f"/s/{invited['key']}/events") as feed,
    ):
        told = await feed.hear()
    assert told == {"kind": "Viewers", "viewers": [{"peer": f"{invited['id']}-0", "direct": True}], "stills": False}
    assert "id" not in told, "it stands; nobody goes on from it"


async def test_a_phone_hears_nothing_of_who_watches_another(house: House) -> None:
    mine, other = await house.invite(purpose="live"), await house.invite(purpose="live")
    async with listening(house, f"/s/{mine['key']}/events") as feed:
        await feed.hear()
        async with on_the_line(house, (f"{other['id']}-0", TOKEN), **bearer(house)):
            waiting = asyncio.ensure_future(house.api("GET", f"/api/invitations/{other['id']}/still"))
            await until(lambda: needs_of(house).stills.wanted(other["id"]))
            await house.api("POST", f"/api/invitations/{other['id']}/command", json={"command": "hold_still"})
            await house.api("POST", f"/api/invitations/{mine['id']}/command", json={"command": "move_back"})
            heard = await feed.hear()
            await send_still(house, other["key"])
            assert (await waiting).status_code == 200
    assert (heard["kind"], heard["command"]) == ("PhoneCommanded", "move_back")


async def test_a_phone_hears_that_somebody_waits_for_stills(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_of_web, "_KEEP_ALIVE", 3600)
    invited = await house.invite(purpose="live")
    async with listening(house, f"/s/{invited['key']}/events") as feed:
        assert (await feed.hear())["stills"] is False
        waiting = asyncio.ensure_future(house.api("GET", f"/api/invitations/{invited['id']}/still"))
        assert (await feed.hear())["stills"] is True
        answer = await send_still(house, invited["key"])
        assert await answer.get_json() == {"next": 1.0}
        assert (await waiting).status_code == 200


async def test_a_feed_that_ends_is_no_longer_told_of_anything(house: House) -> None:
    invited = await house.invite(purpose="live")
    needs = needs_of(house)
    async with listening(house, f"/s/{invited['key']}/events") as feed:
        await feed.hear()
        assert needs.switchboard._listeners
        assert needs.stills._listeners
    await until(lambda: not needs.switchboard._listeners)
    await until(lambda: not needs.stills._listeners)
    assert needs.tails.readers == 0


# --- stills ---


async def test_a_still_reaches_who_waits_for_it_as_it_was_sent(house: House) -> None:
    invited = await house.invite(purpose="live")
    picture = frame(b"as it was sent")
    waiting = asyncio.ensure_future(house.api("GET", f"/api/invitations/{invited['id']}/still"))
    await until(lambda: needs_of(house).stills.wanted(invited["id"]))
    assert (await send_still(house, invited["key"], picture)).status_code == 200
    async with asyncio.timeout(PATIENCE):
        answer = await waiting
    assert (answer.status_code, answer.content_type) == (200, "image/jpeg")
    assert await answer.get_data(as_text=False) == picture
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "Content-Encoding" not in answer.headers
    assert float(answer.headers["Showme-Age"]) == 0
    assert (await invitation_of(house, invited["id"]))["rung"] == "first_picture"


async def test_only_what_is_newer_is_handed_out_and_its_age_is_told(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "_PATIENCE", 0.2)
    invited = await house.invite(purpose="live")
    here = f"/api/invitations/{invited['id']}/still"
    await send_still(house, invited["key"], frame(b"first"))
    house.clock.move(seconds=2.5)
    first = await house.api("GET", here)
    assert first.headers["Showme-Age"] == "2.5"
    number = int(first.headers["Showme-Still"])
    none = await house.api("GET", f"{here}?after={number}")
    assert (none.status_code, await none.get_data(as_text=False)) == (204, b"")
    await send_still(house, invited["key"], frame(b"second"))
    await send_still(house, invited["key"], frame(b"third"))
    newest = await house.api("GET", f"{here}?after={number}")
    assert b"third" in await newest.get_data(as_text=False)
    assert int(newest.headers["Showme-Still"]) > number


@pytest.mark.parametrize("after", ["-1", "abc", "1.5", "9" * 16, "\u0663"])
async def test_a_still_after_nonsense_is_refused(house: House, after: str) -> None:
    invited = await house.invite(purpose="live")
    answer = await house.api("GET", f"/api/invitations/{invited['id']}/still", query_string={"after": after})
    assert answer.status_code == 422


async def test_a_look_at_the_headers_does_not_wait_for_a_still(house: House) -> None:
    invited = await house.invite(purpose="live")
    async with asyncio.timeout(10):
        answer = await house.api("HEAD", f"/api/invitations/{invited['id']}/still")
    assert answer.status_code == 204


async def test_who_waits_for_a_still_is_let_go_when_the_server_stops(house: House) -> None:
    invited = await house.invite(purpose="live")
    waiting = asyncio.ensure_future(house.api("GET", f"/api/invitations/{invited['id']}/still"))
    await until(lambda: needs_of(house).stills.wanted(invited["id"]))
    house.installation.stop_feeds()
    async with asyncio.timeout(10):
        assert (await waiting).status_code == 204


async def test_who_hangs_up_waits_no_longer(house: House) -> None:
    invited = await house.invite(purpose="live")
    stills = needs_of(house).stills
    path = f"/api/invitations/{invited['id']}/still"
    async with asyncio.timeout(PATIENCE), house.knock().request(path, headers=bearer(house)) as connection:
        await connection.send_complete()
        await until(lambda: stills.wanted(invited["id"]))
        assert stills._places[invited["id"]].waiting == 1
        await connection.disconnect()
    await until(lambda: stills._places[invited["id"]].waiting == 0)


async def test_nothing_of_a_still_is_ever_written(house: House, tmp_path: Path) -> None:
    invited = await house.invite(purpose="live")
    mark = b"a mark that is on no disk"
    await send_still(house, invited["key"], frame(mark))
    answer = await house.api("GET", f"/api/invitations/{invited['id']}/still")
    assert mark in await answer.get_data(as_text=False)
    assert any(path.suffix == ".sqlite" for path in files_with(tmp_path))
    assert files_with(tmp_path, mark) == []
    body, kind = form([("photo", "still.jpg", frame(mark))])
    sent: dict[str, Any] = {"data": body, "headers": {"Content-Type": kind}}
    kept = await house.api("POST", f"/api/invitations/{invited['id']}/stills", **sent)
    assert kept.status_code == 201
    assert files_with(tmp_path, mark), "the search finds what is kept"


@pytest.mark.parametrize(
    ("picture", "kind"),
    [
        (b"", "image/jpeg"),
        (b"no picture", "image/jpeg"),
        (png(card()), "image/jpeg"),
        (jpeg(card())[:-40], "image/jpeg"),
        (b"<html><script>alert(1)</script>", "image/jpeg"),
        (jpeg(card()), "text/html"),
        (jpeg(card()), "image/png"),
        (jpeg(card()), ""),
    ],
)
async def test_what_is_no_jpeg_is_no_still(house: House, picture: bytes, kind: str) -> None:
    invited = await house.invite(purpose="live")
    answer = await send_still(house, invited["key"], picture, headers={"Content-Type": kind})
    assert answer.status_code == 415
    assert (await answer.get_json())["title"]
    assert (await house.api("HEAD", f"/api/invitations/{invited['id']}/still")).status_code == 204


async def test_a_still_that_says_it_is_too_large_is_not_read(house: House) -> None:
    invited = await house.invite(purpose="live")
    headers = {"Host": HOST, **STILL, "Content-Length": str(256 * 1024 + 1)}
    async with (
        asyncio.timeout(PATIENCE),
        house.knock().request(f"/s/{invited['key']}/still", method="POST", headers=headers) as request,
    ):
        await request.receive()
        answer = await request.as_response()
    assert answer.status_code == 413


async def test_a_still_without_end_is_cut_off(house: House) -> None:
    invited = await house.invite(purpose="live")
    async with house.knock().request(
        f"/s/{invited['key']}/still", method="POST", headers={"Host": HOST, **STILL}
    ) as request:
        for _ in range(5):
            await request.send(b"\xff" * 64 * 1024)
        # The rest never comes: whoever waited for it would wait for ever.
        async with asyncio.timeout(10):
            await request.receive()
        answer = await request.as_response()
    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/problem+json"


async def test_a_still_that_stops_coming_is_given_up_soon(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(citizen_live, "_IDLE", 0.2)
    invited = await house.invite(purpose="live")
    async with house.knock().request(
        f"/s/{invited['key']}/still", method="POST", headers={"Host": HOST, **STILL}
    ) as request:
        await request.send(b"\xff\xd8\xff")
        async with asyncio.timeout(10):
            await request.receive()
        answer = await request.as_response()
    assert answer.status_code == 408
    assert needs_of(house).receiving.bytes_in_flight == 0


async def test_stills_count_among_the_bytes_on_their_way(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    invited = await house.invite(purpose="live")
    receiving = needs_of(house).receiving
    monkeypatch.setattr(receiving, "_most_in_flight", 1000)
    with receiving.room(900):
        answer = await send_still(house, invited["key"])
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
    assert (await send_still(house, invited["key"])).status_code == 200


async def test_stills_for_a_wrong_an_ended_or_another_sites_key_are_refused(house: House) -> None:
    invited = await house.invite(purpose="live")
    assert (await send_still(house, "1" + "x" * 39)).status_code == 404
    assert (await send_still(house, invited["key"], headers={"Sec-Fetch-Site": "cross-site"})).status_code == 403
    assert (await send_still(house, invited["key"], headers={"Origin": "https://evil.example"})).status_code == 403
    await house.api("POST", f"/api/invitations/{invited['id']}/close")
    assert (await send_still(house, invited["key"])).status_code == 410


async def test_a_phone_that_sends_stills_without_end_is_slowed_and_no_other_with_it(house: House) -> None:
    first, second = await house.invite(purpose="live"), await house.invite(purpose="live")
    statuses = [(await send_still(house, first["key"], b"no picture")).status_code for _ in range(200)]
    assert set(statuses) == {415, 429}
    assert statuses.index(429) >= 150, "one a second is what a call needs"
    assert (await send_still(house, second["key"])).status_code == 200


# --- commands ---


async def test_a_command_reaches_the_page_while_it_is_of_use(house: House) -> None:
    invited = await house.invite(purpose="live")
    here = f"/api/invitations/{invited['id']}/command"
    async with listening(house, f"/s/{invited['key']}/events") as feed:
        assert (await house.api("POST", here, json={"command": "switch_camera"})).status_code == 204
        told = await feed.hear(lambda message: message["kind"] == "PhoneCommanded")
    assert told["command"] == "switch_camera"
    assert told["id"] == str(told["number"])
    house.clock.move(seconds=14)
    async with listening(house, f"/s/{invited['key']}/events?after=0") as feed:
        assert (await feed.hear(lambda message: message["kind"] != "Viewers"))["command"] == "switch_camera"
    house.clock.move(seconds=1)
    await house.api("POST", here, json={"command": "move_left"})
    async with listening(house, f"/s/{invited['key']}/events?after=0") as feed:
        assert (await feed.hear(lambda message: message["kind"] != "Viewers"))["command"] == "move_left"


async def test_the_wall_hears_who_commanded_what(house: House) -> None:
    invited = await house.invite(purpose="live")
    client = await signed_in(house, "Anna")
    async with listening(house, "/api/events", **bearer(house)) as feed:
        answer = await client.post(
            f"/api/invitations/{invited['id']}/command",
            json={"command": "torch_on"},
            headers={"Host": HOST, "Sec-Fetch-Site": "same-origin"},
        )
        assert answer.status_code == 204
        told = await feed.hear(lambda message: message["kind"] == "PhoneCommanded")
    assert (told["actor"], told["detail"]) == ("Anna", {"command": "torch_on"})


@pytest.mark.parametrize("body", [{}, {"command": "explode"}, {"command": None}, {"command": 1}, {"command": ""}, []])
async def test_what_is_no_command_is_refused(house: House, body: Any) -> None:
    invited = await house.invite(purpose="live")
    answer = await house.api("POST", f"/api/invitations/{invited['id']}/command", json=body)
    assert answer.status_code == 422
    assert (await answer.get_json())["title"]


# --- kept stills ---


async def test_a_kept_still_goes_the_way_of_a_photo_and_is_marked(house: House) -> None:
    invited = await house.invite(purpose="live")
    body, kind = form([("photo", "still.jpg", frame())])
    async with listening(house, "/api/events", **bearer(house)) as feed:
        answer = await house.api(
            "POST", f"/api/invitations/{invited['id']}/stills", data=body, headers={"Content-Type": kind}
        )
        assert answer.status_code == 201
        received = await feed.hear(lambda told: told["kind"] == "PhotoReceived")
    kept = await answer.get_json()
    assert (kept["kind"], kept["invitation"], kept["state"]) == ("still", invited["id"], "received")
    assert received["photo_id"] == kept["id"]
    assert received["actor"] != "citizen"
    assert (await shown_photo(house, invited["id"]))["state"] == "shown"
    assert [photo["kind"] for photo in await photos(house, invited["id"])] == ["still"]


async def test_the_citizen_hears_nothing_of_a_kept_still(house: House) -> None:
    invited = await house.invite(purpose="live")
    body, kind = form([("photo", "still.jpg", frame())])
    async with listening(house, f"/s/{invited['key']}/events?after=0") as feed:
        await feed.hear()
        kept = await house.api(
            "POST", f"/api/invitations/{invited['id']}/stills", data=body, headers={"Content-Type": kind}
        )
        await shown_photo(house, invited["id"])
        await house.send_photo(invited["key"], photo_id="photo-of-the-day")
        heard = await feed.hear()
    assert (heard["kind"], heard["photo"]) == ("PhotoShown", "photo-of-the-day")
    page = await (await house.client.get(f"/s/{invited['key']}", headers=PAGE)).get_data(as_text=True)
    assert "photo-of-the-day" in page
    assert (await kept.get_json())["id"] not in page


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ([("photo", "still.jpg", b"no picture")], 415),
        ([("photo", "still.jpg", b"")], 422),
        ([("other", None, b"x")], 422),
        ([], 422),
    ],
)
async def test_what_is_no_picture_is_not_kept(
    house: House, parts: list[tuple[str, str | None, bytes]], status: int
) -> None:
    invited = await house.invite(purpose="live")
    body, kind = form(parts)
    answer = await house.api(
        "POST", f"/api/invitations/{invited['id']}/stills", data=body, headers={"Content-Type": kind}
    )
    assert answer.status_code == status
    assert await photos(house, invited["id"]) == []


# --- who may ---


async def test_a_session_watches_from_our_own_pages_only(house: House) -> None:
    invited = await house.invite(purpose="live")
    client = await signed_in(house)
    for path in ("viewers", "seen", "command", "stills", "watch-link"):
        for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
            answer = await client.post(
                f"/api/invitations/{invited['id']}/{path}", json={}, headers={"Host": HOST, **headers}
            )
            assert answer.status_code == 403, (path, headers)


async def test_the_key_is_in_nothing_that_a_viewer_is_told(house: House) -> None:
    invited = await house.invite(purpose="live")
    key, here = invited["key"].encode(), f"/api/invitations/{invited['id']}"
    await house.client.post(f"/s/{key.decode()}/tapped", json={})
    await send_still(house, invited["key"])
    body, kind = form([("photo", "still.jpg", frame())])
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "/viewers", {}),
        ("POST", "/seen", {"json": {"how": "stills"}}),
        ("GET", "/still", {}),
        ("POST", "/command", {"json": {"command": "hold_still"}}),
        ("POST", "/stills", {"data": body, "headers": {"Content-Type": kind}}),
        ("POST", "/watch-link", {}),
        ("GET", "", {}),
    ]
    told = b""
    async with house.knock().request("/api/events?after=0", headers=bearer(house)) as feed:
        for method, path, more in asked:
            answer = await house.api(method, f"{here}{path}", **more)
            assert answer.status_code < 300, path
            told += await answer.get_data(as_text=False) + repr(list(answer.headers.items())).encode()
        while b"PhotoReceived" not in told:
            told += await asyncio.wait_for(feed.receive(), PATIENCE)
        await feed.disconnect()
    told += rest_of(feed)
    assert json.dumps(invited["id"]).encode() in told
    assert key not in told


async def test_one_key_cannot_hold_feeds_without_end(house: House) -> None:
    invited, other = await house.invite(), await house.invite()
    async with AsyncExitStack() as stack:
        for _ in range(feed_of_web.MOST_FEEDS):
            await stack.enter_async_context(listening(house, f"/s/{invited['key']}/events"))
        refused = await house.client.get(f"/s/{invited['key']}/events", headers={"Accept": "application/json"})
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) > 0
        async with listening(house, f"/s/{other['key']}/events"):
            pass
    async with listening(house, f"/s/{invited['key']}/events"):
        pass
