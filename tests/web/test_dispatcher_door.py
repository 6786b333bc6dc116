"""What dispatchers' browsers and other programs find behind /api, and how they sign in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from quart.typing import TestClientProtocol as Client

from tests.web.conftest import HOST, House, rest_of
from tests.web.test_citizen_door import shown_photo
from tests.web.test_guards import signed_in

PAGE = {"Accept": "text/html"}


# --- signing in ---


async def test_the_organisations_link_asks_the_name_once_and_opens_the_wall(house: House) -> None:
    client = house.knock()
    path = "/sign-in/" + house.sign_in_link.rpartition("/")[2]
    page = await client.get(path, headers=PAGE)
    assert page.status_code == 200
    assert "112 Practice" in await page.get_data(as_text=True)
    assert (await client.get("/wall")).headers["Location"] == "/"
    client = await signed_in(house, "  Anna \u202e Peeters ")
    assert (await (await client.get("/api/me")).get_json())["dispatcher"] == "Anna Peeters"
    assert (await client.get("/wall", headers=PAGE)).status_code == 200
    assert (await client.get(path)).headers["Location"] == "/wall"
    assert (await client.get("/")).headers["Location"] == "/wall"


async def test_the_session_is_out_of_reach_of_scripts_and_other_sites(house: House) -> None:
    secret = house.sign_in_link.rpartition("/")[2]
    answer = await house.knock().post(
        "/sign-in",
        form={"secret": secret, "name": "Anna"},
        headers={"Sec-Fetch-Site": "same-origin", "Host": HOST},
    )
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-showme-session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "x" * 41])
async def test_a_name_is_needed(house: House, name: str) -> None:
    answer = await house.client.post(
        "/sign-in",
        form={"secret": house.sign_in_link.rpartition("/")[2], "name": name},
        headers={"Sec-Fetch-Site": "same-origin", **PAGE},
    )
    assert answer.status_code == 422
    assert "Set-Cookie" not in answer.headers


async def test_a_wrong_link_says_how_to_get_in(house: House) -> None:
    answer = await house.client.get("/sign-in/guessed", headers=PAGE)
    assert answer.status_code == 401
    assert "/wall" in await answer.get_data(as_text=True)


async def test_signing_out_revokes_the_session_at_once(house: House) -> None:
    client = await signed_in(house)
    cookie = {"Cookie": "__Host-showme-session=" + _cookie(client)}
    assert (await house.knock().get("/api/me", headers=cookie)).status_code == 200
    assert (await client.post("/sign-out", headers={"Sec-Fetch-Site": "same-origin"})).status_code == 303
    assert (await house.knock().get("/api/me", headers=cookie)).status_code == 401


async def test_a_session_ends_after_half_a_day_without_use(house: House) -> None:
    client = await signed_in(house)
    house.clock.move(hours=11, minutes=59)
    assert (await client.get("/api/me")).status_code == 200
    house.clock.move(hours=11, minutes=59)
    assert (await client.get("/api/me")).status_code == 200
    house.clock.move(hours=12, minutes=1)
    assert (await client.get("/api/me")).status_code == 401


# --- invitations ---


async def test_an_invitation_answers_with_its_link_and_its_ladder(house: House) -> None:
    invited = await house.invite(purpose="live", language="nl", incident="#2026-123")
    assert invited["link"] == f"https://{HOST}/s/{invited['key']}"
    assert len(invited["key"]) == 40
    assert invited["to"] == "+32 4•• •• •• 56"
    assert (invited["purpose"], invited["language"], invited["incident"]) == ("live", "nl", "2026-123")
    assert [rung["rung"] for rung in invited["ladder"]] == [
        "created", "sms_accepted", "sms_delivered", "page_loaded", "tapped", "camera_allowed", "connecting",
        "first_picture",
    ]  # fmt: skip
    assert invited["rung"] == "sms_accepted"


async def test_the_sms_carries_the_link_last_in_one_part(house: House) -> None:
    invited = await house.invite(language="fr")
    assert house.installation.stage is not None
    state = json.loads(json.dumps(await house.installation.stage.state()))
    sms = state["sms"][-1]
    assert sms["to"] == "+32470123456"
    assert sms["text"].endswith(invited["link"])
    assert sms["link"] == invited["link"]
    assert len(sms["text"]) <= 160


async def test_without_a_number_there_is_a_link_and_no_sms(house: House) -> None:
    invited = await house.invite(to=None)
    assert (invited["to"], invited["sms"]["state"]) == (None, "none")
    assert "sms_accepted" not in {rung["rung"] for rung in invited["ladder"]}
    assert house.installation.stage is not None
    assert (await house.installation.stage.state())["sms"] == []
    assert (await house.client.get(f"/s/{invited['key']}")).status_code == 200


@pytest.mark.parametrize(
    ("wishes", "cause"),
    [
        ({"to": "112"}, "number_not_valid"),
        ({"to": "02 555 12 12"}, "number_not_mobile"),
        ({"to": "call me"}, "number_not_understood"),
        ({"to": "+32 470 12 34 56" * 9}, "number_not_understood"),
        ({"purpose": "everything"}, "purpose_not_known"),
        ({"language": "tlh"}, "language_not_offered"),
        ({"incident": "x" * 41}, "incident_not_understood"),
        ({"incident": "<script>"}, "incident_not_understood"),
    ],
)
async def test_what_cannot_be_invited_is_refused_with_a_sentence(
    house: House, wishes: dict[str, str], cause: str
) -> None:
    answer = await house.api("POST", "/api/invitations", json={"to": "0470 12 34 56", **wishes})
    problem = await answer.get_json()
    assert (answer.status_code, problem["cause"]) == (422, cause)
    assert problem["title"] != cause
    assert (await (await house.api("GET", "/api/invitations")).get_json())["invitations"] == []


async def test_the_link_and_its_qr_code_can_be_handed_over_another_way(house: House) -> None:
    invited = await house.invite(to=None)
    link = await house.api("POST", f"/api/invitations/{invited['id']}/link")
    assert await link.get_json() == {"link": invited["link"]}
    drawn = await house.api("GET", f"/api/invitations/{invited['id']}/qr.svg")
    assert drawn.content_type == "image/svg+xml"
    assert b"<svg" in await drawn.get_data(as_text=False)
    await house.api("POST", f"/api/invitations/{invited['id']}/close")
    assert (await house.api("POST", f"/api/invitations/{invited['id']}/link")).status_code == 410
    assert (await house.api("GET", f"/api/invitations/{invited['id']}/qr.svg")).status_code == 410


async def test_resending_sends_the_very_same_link(house: House) -> None:
    invited = await house.invite()
    answer = await house.api("POST", f"/api/invitations/{invited['id']}/resend")
    assert answer.status_code == 200
    assert house.installation.stage is not None
    state = json.loads(json.dumps(await house.installation.stage.state()))
    assert [sms["link"] for sms in state["sms"]] == [invited["link"]] * 2
    by_link = await house.invite(to=None)
    refused = await house.api("POST", f"/api/invitations/{by_link['id']}/resend")
    assert (refused.status_code, (await refused.get_json())["cause"]) == (422, "no_number_to_resend")


async def test_closing_twice_is_closing_once(house: House) -> None:
    invited = await house.invite()
    answers = await asyncio.gather(*(house.api("POST", f"/api/invitations/{invited['id']}/close") for _ in range(3)))
    assert [(await answer.get_json())["state"] for answer in answers] == ["closed"] * 3
    async with feed(house, after=0) as events:
        seen = [event["kind"] async for event in _until(events, "InvitationClosed")]
    assert seen.count("InvitationClosed") == 1


# --- photos, and what happens over time ---


async def test_nothing_remains_once_the_retention_is_over(house: House) -> None:
    invited = await house.invite()
    await house.send_photo(invited["key"], photo_id="photo-of-the-day")
    await shown_photo(house, invited["id"])
    for kind in ("wall", "thumbnail", "original"):
        assert (await house.api("GET", f"/api/photos/photo-of-the-day/{kind}")).status_code == 200
    house.clock.move(hours=6, seconds=1)
    for kind in ("wall", "thumbnail", "original"):
        assert (await house.api("GET", f"/api/photos/photo-of-the-day/{kind}")).status_code == 404
    await house.installation.forgetting.forget_what_is_due()
    assert (await (await house.api("GET", f"/api/photos?invitation={invited['id']}")).get_json())["photos"] == []
    gone = await (await house.api("GET", f"/api/invitations/{invited['id']}")).get_json()
    assert gone["state"] == "expired"


# --- the feed ---


async def test_the_feed_tells_everything_in_order_and_whole(house: House) -> None:
    cursor = (await (await house.api("GET", "/api/photos")).get_json())["cursor"]
    async with feed(house, after=cursor) as events:
        invited = await house.invite()
        await house.client.post(f"/s/{invited['key']}/tapped", json={})
        await house.send_photo(invited["key"], photo_id="photo-of-the-day")
        seen = [event async for event in _until(events, "PhotoShown")]
    assert [event["kind"] for event in seen] == [
        "InvitationCreated", "SmsAccepted", "Tapped", "PhotoReceived", "PhotoShown",
    ]  # fmt: skip
    assert [event["number"] for event in seen] == list(range(cursor + 1, cursor + 6))
    assert seen[-1]["invitation"]["id"] == invited["id"]
    assert seen[-1]["photo"]["id"] == "photo-of-the-day"
    assert seen[-1]["photo"]["state"] == "shown"


async def test_a_wall_that_was_away_gets_what_it_missed(house: House) -> None:
    first = await house.invite()
    async with feed(house, after=0) as events:
        known = [event["number"] async for event in _until(events, "SmsAccepted")][-1]
    second = await house.invite()
    async with feed(house, after=0, headers={"Last-Event-ID": str(known)}) as events:
        missed = [event async for event in _until(events, "SmsAccepted")]
    assert {event["invitation"]["id"] for event in missed} == {second["id"]} != {first["id"]}


async def test_a_reader_from_the_future_is_asked_to_start_anew(house: House) -> None:
    async with house.client.request(
        "/api/events?after=9999", headers={"Authorization": f"Bearer {house.token}"}
    ) as connection:
        text = ""
        while "event: reset" not in text:
            text += (await asyncio.wait_for(connection.receive(), 10)).decode()
    answer = await house.api("GET", "/api/events?after=abc")
    assert answer.status_code == 422


async def test_a_citizens_page_hears_of_its_own_invitation_only(house: House) -> None:
    mine, other = await house.invite(), await house.invite()
    async with feed(house, path=f"/s/{mine['key']}/events", after=0) as events:
        await house.send_photo(other["key"], photo_id="photo-of-others")
        await shown_photo(house, other["id"])
        await house.send_photo(mine["key"], photo_id="photo-of-mine")
        await shown_photo(house, mine["id"])
        await house.api("POST", f"/api/invitations/{mine['id']}/close")
        seen = [event async for event in _until(events, "InvitationClosed")]
    numbered = [event for event in seen if event["kind"] != "Viewers"]
    assert [(event["kind"], event["photo"]) for event in numbered] == [
        ("PhotoShown", "photo-of-mine"),
        ("InvitationClosed", None),
    ]
    assert seen[-1]["sentence"]


async def test_open_feeds_end_when_the_server_stops(house: House) -> None:
    headers = {"Authorization": f"Bearer {house.token}"}
    async with asyncio.timeout(20), house.client.request("/api/events", headers=headers) as connection:
        await connection.receive()
        house.installation.stop_feeds()


@asynccontextmanager
async def feed(
    house: House, *, after: int, path: str = "/api/events", headers: dict[str, str] | None = None
) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    """Open a feed and yield its events as they come."""
    sent = {"Authorization": f"Bearer {house.token}", **(headers or {})}
    async with house.knock().request(f"{path}?after={after}", headers=sent) as connection:

        async def events() -> AsyncIterator[dict[str, Any]]:
            text = ""
            while True:
                text += (await asyncio.wait_for(connection.receive(), 30)).decode()
                *messages, text = text.split("\n\n")
                for message in messages:
                    for line in message.splitlines():
                        if line.startswith("data: "):
                            yield json.loads(line.removeprefix("data: "))

        yield events()
        await connection.disconnect()


async def _until(events: AsyncIterator[dict[str, Any]], kind: str) -> AsyncIterator[dict[str, Any]]:
    async for event in events:
        yield event
        if event["kind"] == kind:
            return


def _cookie(client: Client) -> str:
    jar = client.cookie_jar
    assert jar is not None
    return next(cookie.value or "" for cookie in jar if cookie.name == "__Host-showme-session")


async def test_a_revoked_session_hears_no_more(house: House) -> None:
    client = await signed_in(house)
    async with asyncio.timeout(20), client.request("/api/events") as connection:
        await connection.receive()
        await client.post("/sign-out", headers={"Sec-Fetch-Site": "same-origin"})
        invited = await house.invite()
    assert b"event: ended" in rest_of(connection)
    assert invited["id"].encode() not in rest_of(connection)


async def test_a_closed_link_ends_the_pages_feed(house: House) -> None:
    invited = await house.invite()
    async with asyncio.timeout(20), house.knock().request(f"/s/{invited['key']}/events") as connection:
        await connection.receive()
        await house.api("POST", f"/api/invitations/{invited['id']}/close")
    assert b"InvitationClosed" in rest_of(connection)
