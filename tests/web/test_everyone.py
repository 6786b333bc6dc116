"""Every route as everyone: generated from the URL map, so that an address nobody thought of fails here."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Final

import pytest

from app.assembly import open_office
from app.settings import Settings
from showme.domain.people import Dispatcher
from tests.web.conftest import HOST, House, rest_of
from tests.web.live import send_still, watch_path
from tests.web.test_citizen_door import shown_photo
from tests.web.test_guards import signed_in

EVERYONE: Final = {
    "/",
    "/wall",
    "/sign-in/<secret>",
    "/sign-in",
    "/sign-out",
    "/healthz",
    "/readyz",
    "/openapi.json",
    "/favicon.ico",
    "/c",
    "/peerjs/id",
    "/static/<path:name>",
}
"""Addresses that anybody may knock at; what they show to nobody is asserted below."""
UNDERSTOOD: Final = b'{"how": "stills", "command": "hold_still", "id": "sentence-1", "text": "Hello", "number": 1}'
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
        path = rule.rule
        for name in rule.arguments:
            path = path.replace(f"<{name}>", values.get(name, "x")).replace(f"<path:{name}>", values.get(name, "x"))
        filled += [(method, rule.rule, path) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})]
    assert len(filled) > 20
    return filled


async def test_nobody_gets_nothing(house: House) -> None:
    invited = await house.invite()
    await house.send_photo(invited["key"], photo_id="photo-of-the-day")
    await shown_photo(house, invited["id"])
    for method, rule, path in addresses(house, invitation=invited["id"], photo="photo-of-the-day"):
        answer = await _ask(house, method, path, {})
        if rule in EVERYONE:
            assert answer.status_code in {200, 303, 401, 404, 422}, (method, path)
            assert b"+32" not in await answer.get_data(as_text=False), (method, path)
        elif rule.startswith("/api/"):
            assert answer.status_code == 401, (method, path)
        else:
            assert answer.status_code == 404, (method, path)


@pytest.mark.parametrize("who", ["another organisation", "a revoked session", "a wrong token", "a citizen", "a guest"])
async def test_strangers_get_nothing_of_ours(house: House, tmp_path: Path, who: str) -> None:
    invited = await house.invite()
    await house.send_photo(invited["key"], photo_id="photo-of-the-day")
    await shown_photo(house, invited["id"])
    watched = (await watch_path(house, invited["id"])).rpartition("/")[2]
    await send_still(house, invited["key"])
    await house.api("POST", f"/api/invitations/{invited['id']}/messages", json={"text": "Hide in the cellar"})
    headers = await _proof(house, tmp_path, who, key=watched if who == "a guest" else invited["key"])
    secrets = [invited["id"].encode(), invited["key"].encode(), b"photo-of-the-day", "•• 56".encode(), b"cellar"]
    for method, rule, path in addresses(house, invitation=invited["id"], photo="photo-of-the-day"):
        if not rule.startswith("/api/") or rule == "/api/events":
            continue
        answer = await _ask(house, method, path, headers)
        body = await answer.get_data(as_text=False)
        assert not any(secret in body for secret in secrets), (method, path)
        if "<" in rule or who != "another organisation":
            assert answer.status_code in {401, 403, 404}, (method, path, answer.status_code)
    untouched = await (await house.api("GET", f"/api/invitations/{invited['id']}")).get_json()
    assert untouched["state"] == "open"


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


async def test_another_organisation_hears_nothing_of_ours(house: House, tmp_path: Path) -> None:
    headers = await _proof(house, tmp_path, "another organisation", key="")
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


async def _proof(house: House, tmp_path: Path, who: str, *, key: str) -> dict[str, str]:
    if who == "a wrong token":
        return {"Authorization": "Bearer guessed"}
    if who in {"a citizen", "a guest"}:
        return {"Authorization": f"Bearer {key}"}
    if who == "a revoked session":
        client = await signed_in(house)
        jar = client.cookie_jar
        assert jar is not None
        cookie = next(iter(jar))
        await client.post("/sign-out", headers={"Sec-Fetch-Site": "same-origin"})
        return {"Cookie": f"{cookie.name}={cookie.value}", "Sec-Fetch-Site": "same-origin"}
    settings = Settings(base_url=f"https://{HOST}", data=tmp_path / "data")
    async with open_office(settings, clock=house.clock) as office:
        other = await office.administering.add_organisation(name="Fire brigade", region="FR", language="fr")
        token = await office.signing_in.make_token(Dispatcher(organisation=other.id, name="Other", role="supervisor"))
    return {"Authorization": f"Bearer {token}"}
