"""Every route as everyone: generated from the URL map, so that an address nobody thought of fails here."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any, Final, get_args

import pytest

from showme.domain.people import Dispatcher, Role
from showme.domain.sessions import SESSION_IDLE
from showme.records import Work
from showme.services.administering import Administering
from showme.services.signing_in import digest_of_secret
from tests.web.conftest import HOST, House, rest_of
from tests.web.expectations import GETS, IN, NEEDS, OURS_ONLY, Who
from tests.web.live import send_still, watch_path
from tests.web.people import at_desk, needs_of, signing_in_of
from tests.web.test_citizen_door import shown_photo
from web.guard import NEED, ROLES, Need

UNDERSTOOD: Final = (
    b'{"how": "stills", "command": "hold_still", "id": "sentence-1", "text": "Hello", "number": 1, "important": true}'
)
"""A body that every address takes, so that nothing but the proof can be wrong."""
NOTED: Final = {"/api/photos/<photo>/original"}
"""What the journal notes when somebody gets it, and no look at its headers."""


def addresses(house: House, **values: str) -> list[tuple[str, str, str]]:
    """Return (method, rule, address) of every route, its blanks filled; sockets have tests of their own."""
    filled = []
    for rule in house.installation.app.url_map.iter_rules():
        if rule.websocket:
            assert rule.rule == "/peerjs"
            continue
        path = re.sub(
            r"<(?:(\w+):)?(\w+)>", lambda blank: values.get(blank[2], "1" if blank[1] == "int" else "x"), rule.rule
        )
        filled += [(method, rule.rule, path) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})]
    assert len(filled) > 20
    return filled


def need_of(house: House, method: str, rule: str) -> Need:
    """Return what a route needs, as ``expectations`` has it; the route must declare the same."""
    wanted = next((need for need, rules in NEEDS.items() if f"{method} {rule}" in rules), None)
    assert wanted is not None, f"{method} {rule} is new: say in tests/web/expectations.py what it needs"
    return wanted


async def test_every_route_declares_what_is_expected_of_it(house: House) -> None:
    app = house.installation.app
    declared: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        methods = ["WEBSOCKET"] if rule.websocket else sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        need = getattr(app.view_functions[rule.endpoint], NEED, "undeclared")
        declared.setdefault(need, set()).update(f"{method} {rule.rule}" for method in methods)
    for need in {*declared, *NEEDS}:
        expected = NEEDS.get(need, frozenset())  # type: ignore[call-overload]
        found = declared.get(need, set())
        assert found == expected, f"{need}: say in tests/web/expectations.py what {found ^ expected} need"


async def test_a_route_that_declares_nothing_answers_nobody(house: House) -> None:
    app = house.installation.app

    async def careless() -> str:
        return "everything"

    # As ``add_url_rule`` does it, which an app that serves already does not let anybody do any more.
    app.view_functions["careless"] = careless
    app.url_map.add(app.url_rule_class("/careless", endpoint="careless", methods={"GET"}))
    for headers in ({}, {"Authorization": f"Bearer {house.token}"}):
        answer = await house.knock().get("/careless", headers={"Host": HOST, **headers})
        assert answer.status_code == 403
        assert b"everything" not in await answer.get_data(as_text=False)


@pytest.mark.parametrize("who", get_args(Who))
async def test_each_gets_exactly_what_they_should(house: House, who: Who) -> None:
    invited = await house.invite()
    await house.send_photo(invited["key"], photo_id="photo-of-the-day")
    await shown_photo(house, invited["id"])
    await send_still(house, invited["key"])
    await house.api("POST", f"/api/invitations/{invited['id']}/messages", json={"text": "Hide in the cellar"})
    proof = await _proof(house, who, invited)
    secrets = [invited["id"].encode(), invited["key"].encode(), b"photo-of-the-day", "•• 56".encode(), b"cellar"]
    wrong = []
    # Whoever signs out, or is signed out by themselves, does that last.
    for method, rule, path in sorted(
        addresses(house, invitation=invited["id"], photo="photo-of-the-day"), key=lambda each: each[1] == "/sign-out"
    ):
        need = need_of(house, method, rule)
        expected = GETS[need][who]
        # What is pushed and what is waited for has headers enough to tell who is let in.
        asked = "HEAD" if rule.endswith(("/events", "/still")) and method == "GET" and expected in _LET_IN else method
        answer = await _ask(house, asked, path, proof)
        body, status = await answer.get_data(as_text=False), answer.status_code
        told = f"{who}: {method} {rule} ({need}) answered {status} {_cause(body)}"
        if expected == IN:
            is_right = status != 401 and status < 500 and (status != 403 or _cause(body) not in _TURNED_AWAY)
            # At the open doors a refused proof, or none, is answered in words of its own.
            is_right |= need == "nobody" and status == 401
        elif expected == OURS_ONLY:
            is_right = (status == 404 if need not in ROLES or "<" in rule else status not in {401, 403}) or (
                need == "callback" and status in {403, 404, 422}
            )
        else:
            is_right = status == expected
        # Nobody but ours is told anything of ours; one's own key in another's place tells nothing either.
        if expected != IN or who in _STRANGERS:
            is_right &= not any(secret in body for secret in secrets)
        if not is_right:
            wrong.append(told)
    assert wrong == []
    if GETS["dispatcher"][who] != IN:
        untouched = await (await house.api("GET", f"/api/invitations/{invited['id']}")).get_json()
        assert untouched["state"] == "open"


@pytest.mark.parametrize("who", get_args(Who))
async def test_each_comes_to_the_switchboard_or_not(house: House, who: Who) -> None:
    invited = await house.invite(purpose="live")
    headers = {"Host": HOST, "Origin": f"https://{HOST}", **await _proof(house, who, invited)}
    path = f"/peerjs?key=peerjs&id={invited['id']}-0&token=a-page-of-mine&version=1.5.5"
    async with asyncio.timeout(60), house.knock().websocket(path, headers=headers) as socket:
        heard = json.loads(await socket.receive())
        assert heard["type"] == ("OPEN" if GETS["screen"][who] == IN else "ERROR"), heard


_TURNED_AWAY: Final = {"not_allowed", "supervisors_only", "wall_screens_only_show", "foreign_page", "host_not_ours"}
_LET_IN: Final = {IN, OURS_ONLY}
_STRANGERS: Final = {who for who, gets in GETS["screen"].items() if gets != IN}


def _cause(body: bytes) -> str | None:
    try:
        told = json.loads(body)
    except ValueError:
        return None
    return told.get("cause") if isinstance(told, dict) else None


async def test_a_pass_a_key_or_an_id_in_anothers_place_opens_nothing(house: House) -> None:
    invited, other = await house.invite(), await house.invite()
    await send_still(house, invited["key"])
    mine, theirs = [(await watch_path(house, one["id"])).rpartition("/")[2] for one in (invited, other)]
    wrong = {"watch": [theirs, invited["key"], invited["id"], house.token], "s": [mine, invited["id"], house.token]}
    for door, proofs in wrong.items():
        for proof in proofs:
            for method, rule, path in addresses(house, invitation=invited["id"], proof=proof, key=proof):
                if rule.startswith(f"/{door}/"):
                    answer = await _ask(house, method, path, {})
                    assert answer.status_code == 404, (method, path)
    untouched = await (await house.api("GET", f"/api/invitations/{invited['id']}")).get_json()
    assert (untouched["state"], untouched["photos"]) == ("open", 0)


async def test_a_look_changes_nothing_wherever_it_falls(house: House) -> None:
    invited = await house.invite(purpose="live")
    await house.send_photo(invited["key"], photo_id="photo-of-the-day")
    await shown_photo(house, invited["id"])
    await send_still(house, invited["key"])
    watched = (await watch_path(house, invited["id"])).rpartition("/")[2]
    named = {"invitation": invited["id"], "photo": "photo-of-the-day", "key": invited["key"], "proof": watched}
    before = await _everything(house)
    bearer = {"Authorization": f"Bearer {house.token}"}
    looked_at = set()
    for _, rule, path in addresses(house, **named):
        for method in ("HEAD", "OPTIONS", "GET"):
            if method == "GET" and (rule.endswith("/events") or rule in NOTED):
                continue
            answer = await _ask(house, method, path, bearer)
            looked_at.add((rule, method, answer.status_code < 300))
    assert {("/watch/<invitation>/<proof>/still", "GET", True), ("/s/<key>", "GET", True)} <= looked_at
    assert await _everything(house) == before


async def test_another_organisation_hears_nothing_of_ours(house: House) -> None:
    headers = {"Authorization": f"Bearer {await _foreign_token(house)}"}
    invited = await house.invite()
    cursor = (await (await _ask(house, "GET", "/api/invitations", headers)).get_json())["cursor"]
    assert cursor == 0
    async with asyncio.timeout(20), house.client.request("/api/events?after=0", headers=headers) as connection:
        heard = await connection.receive()
        await house.invite()
        house.installation.stop_feeds()
    assert invited["id"].encode() not in heard + rest_of(connection)


async def _everything(house: House) -> Any:
    """Return what dispatchers see, and how far the journal has come."""
    return [
        await (await house.api("GET", path)).get_json() for path in ("/api/invitations", "/api/photos", "/api/credits")
    ]


async def _ask(house: House, method: str, path: str, headers: dict[str, str]) -> Any:
    sent: dict[str, Any] = {"data": UNDERSTOOD} if method == "POST" else {}
    return await house.knock().open(path, method=method, headers={"Host": HOST, **headers}, **sent)


async def _proof(house: House, who: Who, invited: dict[str, Any]) -> dict[str, str]:
    """Return the headers with which somebody asks, as a page of ours would where they are signed in on a browser."""
    if who == "nobody":
        return {}
    token = await _token(house, who, invited)
    if token is not None:
        return {"Authorization": f"Bearer {token}"}
    roles: dict[str, Role] = {"a wall screen": "wall_screen", "a supervisor": "supervisor"}
    browser = await at_desk(house, role=roles.get(who, "dispatcher"))
    if who == "a revoked session":
        await (await at_desk(house, "Chris", "supervisor")).ask("POST", "/api/organisation/sessions/end-all", {})
    if who == "an old session":
        # Not so late that the invitation has ended: what is asked for must be there to be had.
        needs = needs_of(house)
        records = needs.signing_in._records
        digest = digest_of_secret(browser.cookie.partition("=")[2])
        long_ago = house.clock.now() - SESSION_IDLE

        async def letting_it_lie(work: Work) -> None:
            await work.sign_ins.touch_session(digest, long_ago)

        await records.write(letting_it_lie)
    return {"Cookie": browser.cookie, "Sec-Fetch-Site": "same-origin"}


async def _token(house: House, who: Who, invited: dict[str, Any]) -> str | None:
    """Return what somebody without a cookie shows; None for whoever comes with one."""
    if who == "a wrong token":
        return "guessed"
    if who == "a citizen":
        return str(invited["key"])
    if who == "a guest":
        return (await watch_path(house, invited["id"])).rpartition("/")[2]
    if who == "another organisation":
        return await _foreign_token(house)
    roles: dict[str, Role] = {"a dispatcher's token": "dispatcher", "a supervisor's token": "supervisor"}
    if who not in roles:
        return None
    organisation = (await (await house.api("GET", "/api/me")).get_json())["organisation"]["id"]
    return await signing_in_of(house).make_token(Dispatcher(organisation=organisation, name="CAD", role=roles[who]))


async def _foreign_token(house: House) -> str:
    administering = Administering(records=signing_in_of(house)._records, clock=house.clock, initial_top_up=10)
    other = await administering.add_organisation(name="Fire brigade", region="FR", language="fr")
    who = Dispatcher(organisation=other.id, name="Other", role="supervisor")
    return await signing_in_of(house).make_token(who)
