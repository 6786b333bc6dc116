"""Where somebody is signed in, and how that ends: here, from elsewhere, by a supervisor, with time."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from showme.domain.sessions import SCREEN_IDLE, SCREEN_LIFE, SESSION_IDLE, SESSION_LIFE
from showme.services.appointing import Appointing
from tests.web.conftest import HOST, House, rest_of
from tests.web.live import send_still, watch_path
from tests.web.people import PAGE, Browser, at_desk, needs_of

CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"


async def cause_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, (await answer.get_json())["cause"]


async def screen_of(house: House, chief: Browser, name: str = "Big wall") -> Browser:
    made = await chief.ask("POST", "/api/organisation/screens", {"name": name})
    assert made.status_code == 201
    screen = Browser(house)
    secret = (await made.get_json())["link"].rpartition("/")[2]
    answer = await screen.client.post("/sign-in", form={"secret": secret, "name": ""}, headers=screen.headers)
    assert answer.status_code == 303
    return screen


async def test_a_person_sees_where_they_are_signed_in_and_nobody_else(house: House) -> None:
    here, there = await at_desk(house), await at_desk(house, agent=CHROME)
    await at_desk(house, "Bert")
    await at_desk(house, "Anna", "supervisor")
    house.clock.move(minutes=20)
    sessions = (await here.get("/api/sessions"))["sessions"]
    told = {(each["name"], each["browser"], each["address"], each["way"], each["this"]) for each in sessions}
    assert told == {
        ("Anna", "Firefox, Linux", "192.0.2.*", "single_use", True),
        ("Anna", "Chrome, Windows", "192.0.2.*", "single_use", False),
    }
    seen = {each["this"]: (each["made_at"], each["seen_at"]) for each in sessions}
    assert seen[False][0] == seen[False][1]
    again = (await here.get("/api/sessions"))["sessions"]
    assert next(each["seen_at"] for each in again if each["this"]) > seen[True][0]
    assert (await there.get("/api/me"))["dispatcher"] == "Anna"


async def test_one_ends_elsewhere_from_here_and_all_others_at_once(house: House) -> None:
    here, second, third = [await at_desk(house) for _ in range(3)]
    bert = await at_desk(house, "Bert")
    [other, *_] = [each for each in (await here.get("/api/sessions"))["sessions"] if not each["this"]]
    assert (await bert.ask("POST", f"/api/sessions/{other['id']}/end", {})).status_code == 404
    assert (await here.ask("POST", f"/api/sessions/{other['id']}/end", {})).status_code == 204
    states = {(await browser.ask("GET", "/api/me")).status_code for browser in (second, third)}
    assert states == {200, 401}
    assert await (await here.ask("POST", "/api/sessions/end-others", {})).get_json() == {"ended": 1}
    for browser in (second, third):
        assert await cause_of(await browser.ask("GET", "/api/me")) == (401, "signed_out")
    for browser in (here, bert):
        assert (await browser.ask("GET", "/api/me")).status_code == 200


async def test_a_supervisor_sees_everybody_and_ends_one_a_person_or_all(house: House) -> None:
    chief = await at_desk(house, "Chris", "supervisor")
    anna, annas, bert = await at_desk(house), await at_desk(house), await at_desk(house, "Bert")
    screen = await screen_of(house, chief)
    listed = (await chief.get("/api/organisation/sessions"))["sessions"]
    assert sorted((each["name"], each["role"]) for each in listed) == [
        ("Anna", "dispatcher"), ("Anna", "dispatcher"), ("Bert", "dispatcher"), ("Big wall", "wall_screen"),
        ("Chris", "supervisor"),
    ]  # fmt: skip
    [berts] = [each["id"] for each in listed if each["name"] == "Bert"]
    assert (await chief.ask("POST", f"/api/organisation/sessions/{berts}/end", {})).status_code == 204
    assert await cause_of(await bert.ask("GET", "/api/me")) == (401, "session_revoked")
    ended = await chief.ask("POST", "/api/organisation/sessions/end-all", {"name": "Anna"})
    assert await ended.get_json() == {"ended": 2}
    for browser in (anna, annas):
        assert await cause_of(await browser.ask("GET", "/api/me")) == (401, "session_revoked")
    assert (await screen.ask("GET", "/api/me")).status_code == 200
    assert await (await chief.ask("POST", "/api/organisation/sessions/end-all", {})).get_json() == {"ended": 1}
    assert (await screen.ask("GET", "/api/me")).status_code == 401
    assert (await chief.ask("GET", "/api/me")).status_code == 200


async def test_a_wall_screens_link_works_once_for_a_day_and_the_screen_for_a_year(house: House) -> None:
    chief = await at_desk(house, "Chris", "supervisor")
    for name in ("", " ", "x" * 41):
        assert (await chief.ask("POST", "/api/organisation/screens", {"name": name})).status_code == 422
    made = await chief.ask("POST", "/api/organisation/screens", {"name": "Big wall"})
    secret = (await made.get_json())["link"].rpartition("/")[2]
    house.clock.move(hours=23, minutes=59)
    looked = await house.client.get(f"/sign-in/{secret}", headers={"Host": HOST, "Accept": "text/html"})
    assert "“Big wall”" in await looked.get_data(as_text=True)
    screen = Browser(house)
    first = await screen.client.post("/sign-in", form={"secret": secret, "name": "Eve"}, headers=PAGE)
    assert first.status_code == 303
    age = next(part for part in first.headers["Set-Cookie"].split("; ") if part.startswith("Max-Age="))
    assert age == f"Max-Age={int(SCREEN_LIFE.total_seconds())}"
    second = await house.knock().post("/sign-in", form={"secret": secret, "name": ""}, headers=PAGE)
    assert second.status_code == 401
    me = await screen.get("/api/me")
    assert (me["dispatcher"], me["role"]) == ("Big wall", "wall_screen")
    for _ in range(30):
        house.clock.move(days=12)
        assert (await screen.ask("GET", "/api/me")).status_code == 200
    house.clock.move(days=5)
    assert await cause_of(await screen.ask("GET", "/api/me")) == (401, "session_too_old")


async def test_sessions_end_with_time_and_say_which_time(house: House) -> None:
    idle, old = await at_desk(house), await at_desk(house, "Bert")
    chief = await at_desk(house, "Chris", "supervisor")
    screen = await screen_of(house, chief)
    house.clock.move(seconds=SESSION_IDLE.total_seconds() - 1)
    assert (await old.ask("GET", "/api/me")).status_code == 200
    house.clock.move(seconds=1)
    assert await cause_of(await idle.ask("GET", "/api/me")) == (401, "session_idle")
    assert "not used" in (await (await idle.ask("GET", "/api/me")).get_json())["title"]
    for _ in range(int(SESSION_LIFE / (SESSION_IDLE / 2)) - 3):
        house.clock.move(seconds=SESSION_IDLE.total_seconds() / 2)
        assert (await old.ask("GET", "/api/me")).status_code == 200
    house.clock.move(seconds=SESSION_IDLE.total_seconds() / 2)
    assert await cause_of(await old.ask("GET", "/api/me")) == (401, "session_too_old")
    assert (await screen.ask("GET", "/api/me")).status_code == 200
    house.clock.move(seconds=SCREEN_IDLE.total_seconds())
    assert await cause_of(await screen.ask("GET", "/api/me")) == (401, "session_idle")


@pytest.mark.parametrize("way", ["signs out", "is ended elsewhere", "is ended by a supervisor"])
async def test_an_open_feed_ends_at_once_with_its_cause_and_nothing_more(house: House, way: str) -> None:
    anna, elsewhere = await at_desk(house), await at_desk(house)
    chief, bert = await at_desk(house, "Chris", "supervisor"), await at_desk(house, "Bert")
    [session] = [each["id"] for each in (await anna.get("/api/sessions"))["sessions"] if each["this"]]
    asking = {**anna.headers, "Cookie": anna.cookie}
    async with asyncio.timeout(30), house.client.request("/api/events", headers=asking) as feed:
        await feed.receive()
        if way == "signs out":
            await anna.ask("POST", "/sign-out")
        elif way == "is ended elsewhere":
            await elsewhere.ask("POST", f"/api/sessions/{session}/end", {})
        else:
            await chief.ask("POST", f"/api/organisation/sessions/{session}/end", {})
        invited = await house.invite()
        heard = b""
        while b"event: ended" not in heard:
            heard += await feed.receive()
        await feed.disconnect()
    heard += rest_of(feed)
    assert invited["id"].encode() not in heard
    told = json.loads(heard.partition(b"event: ended\ndata: ")[2].partition(b"\n\n")[0])
    cause = "session_revoked" if way == "is ended by a supervisor" else "signed_out"
    assert (told["status"], told["cause"]) == (401, cause)
    assert told["title"]
    assert (await bert.ask("GET", "/api/me")).status_code == 200


async def test_another_persons_feed_goes_on_when_somebodys_session_ends(house: House) -> None:
    anna, chief = await at_desk(house), await at_desk(house, "Chris", "supervisor")
    asking = {**chief.headers, "Cookie": chief.cookie}
    async with asyncio.timeout(30), house.client.request("/api/events", headers=asking) as feed:
        await feed.receive()
        await anna.ask("POST", "/sign-out")
        invited = await house.invite()
        heard = b""
        while invited["id"].encode() not in heard:
            heard += await feed.receive()
        house.installation.stop_feeds()
    assert b"event: ended" not in heard + rest_of(feed)


async def test_a_still_that_was_waited_for_does_not_reach_who_was_signed_out_meanwhile(house: House) -> None:
    anna, chief = await at_desk(house), await at_desk(house, "Chris", "supervisor")
    invited = await house.invite(purpose="live")
    await watch_path(house, invited["id"])
    waiting = asyncio.create_task(anna.ask("GET", f"/api/invitations/{invited['id']}/still"))
    await asyncio.sleep(0.2)
    await chief.ask("POST", "/api/organisation/sessions/end-all", {"name": "Anna"})
    await send_still(house, invited["key"])
    async with asyncio.timeout(30):
        answer = await waiting
    assert answer.status_code == 401
    assert answer.mimetype != "image/jpeg"


async def test_a_line_of_the_switchboard_ends_at_once_with_its_session(house: House) -> None:
    anna, chief = await at_desk(house), await at_desk(house, "Chris", "supervisor")
    invited = await house.invite(purpose="live")
    lent = await (await anna.ask("POST", f"/api/invitations/{invited['id']}/viewers", {})).get_json()
    headers = {"Host": HOST, "Origin": f"https://{HOST}", "Cookie": anna.cookie}
    path = f"/peerjs?key=peerjs&id={lent['peer']}&token=any-token&version=1.5.5"
    async with asyncio.timeout(30), house.client.websocket(path, headers=headers) as socket:
        assert json.loads(await socket.receive())["type"] == "OPEN"
        # The clock stands still: no round of checks looks at this line before its time.
        await chief.ask("POST", "/api/organisation/sessions/end-all", {"name": "Anna"})
        told = json.loads(await socket.receive())
    assert (told["type"], told["payload"]["cause"]) == ("ERROR", "session_revoked")


async def test_who_is_no_supervisor_any_more_loses_what_they_opened_as_one(house: House) -> None:
    chief, other = await at_desk(house, "Chris", "supervisor"), await at_desk(house, "Dora", "supervisor")
    plain = await at_desk(house, "Chris")
    needs = needs_of(house)
    appointing = Appointing(records=needs.signing_in._records, clock=house.clock)
    dora = (await needs.signing_in.session(other.cookie.partition("=")[2])).dispatcher
    await appointing.appoint(dora, telegram_id=7, name="Chris")
    await appointing.dismiss(dora, telegram_id=7)
    assert await cause_of(await chief.ask("GET", "/api/me")) == (401, "session_revoked")
    for browser in (other, plain):
        assert (await browser.ask("GET", "/api/me")).status_code == 200


async def test_a_chosen_language_is_spoken_here_and_at_the_next_sign_in(house: House) -> None:
    anna = await at_desk(house)
    assert (await anna.ask("POST", "/api/sessions/language", {"language": "xx"})).status_code == 422
    assert (await anna.ask("POST", "/api/sessions/language", {"language": "nl"})).status_code == 204
    for browser in (anna, await at_desk(house)):
        page = await (await browser.ask("GET", "/wall", Accept="text/html")).get_data(as_text=True)
        assert '<html lang="nl">' in page
        refused = await browser.ask("POST", "/api/credits/top-up", {"amount": 5})
        assert (await refused.get_json())["title"] == needs_of(house).words.say("nl", "refusals.supervisors_only")
    bert = await (await (await at_desk(house, "Bert")).ask("GET", "/wall")).get_data(as_text=True)
    assert '<html lang="en">' in bert
    assert (await anna.ask("POST", "/api/sessions/language", {"language": None})).status_code == 204
    assert '<html lang="en">' in await (await anna.ask("GET", "/wall")).get_data(as_text=True)


async def test_the_page_of_ones_sign_in_is_for_people(house: House) -> None:
    nobody = await Browser(house).ask("GET", "/me")
    assert (nobody.status_code, nobody.headers["Location"]) == (303, "/")
    chief = await at_desk(house, "Chris", "supervisor")
    screen = await screen_of(house, chief)
    assert (await screen.ask("GET", "/me")).status_code == 303
    anna = await (await (await at_desk(house)).ask("GET", "/me")).get_data(as_text=True)
    assert "Anna" in anna
    assert 'id="everybody"' not in anna
    assert 'id="everybody"' in await (await chief.ask("GET", "/me")).get_data(as_text=True)


async def test_a_token_is_no_person_and_has_no_sign_in_to_look_at(house: House) -> None:
    for method, path in (("GET", "/api/sessions"), ("GET", "/api/passkeys"), ("POST", "/api/passkeys/options")):
        answer = await house.api(method, path)
        assert await cause_of(answer) == (401, "not_signed_in"), path
    assert (await house.api("GET", "/api/organisation/sessions")).status_code == 200
