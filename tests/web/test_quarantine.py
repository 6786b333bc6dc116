"""A quarantined photo is reachable by no address, whoever asks; a supervisor alone decides what becomes of it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from app.assembly import open_office
from app.settings import Settings
from showme.domain.people import Dispatcher
from tests.web.conftest import HOST, House
from tests.web.live import watch_path
from tests.web.test_citizen_door import photos, shown_photo
from tests.web.test_everyone import addresses

ID = "perhaps-unlawful"


async def token_of(tmp_path: Path, name: str, role: Any, *, organisation: str | None = None) -> str:
    settings = Settings(base_url=f"https://{HOST}", data=tmp_path / "data")
    async with open_office(settings) as office:
        if organisation is not None:
            number = (await office.administering.add_organisation(name=organisation, region="BE", language="en")).id
        else:
            number = (await office.administering.organisations())[0].id
        return await office.signing_in.make_token(Dispatcher(organisation=number, name=name, role=role))


async def a_photo(house: House) -> dict[str, Any]:
    invited = await house.invite()
    assert (await house.send_photo(invited["key"], photo_id=ID)).status_code == 201
    await shown_photo(house, invited["id"])
    return invited


async def everything_that_answers(house: House, invited: dict[str, Any], token: str) -> bytes:
    """Knock at every address that only looks, as whoever may look, and return all that is told."""
    proof = (await watch_path(house, invited["id"])).rpartition("/")[2]
    named = {"invitation": invited["id"], "photo": ID, "key": invited["key"], "proof": proof}
    told = b""
    for method, rule, path in addresses(house, **named):
        if method != "GET" or rule.endswith("/events") or rule in {"/api/quarantine", "/openapi.json"}:
            continue
        answer = await house.api("GET", path, token=token)
        body = await answer.get_data(as_text=False)
        if ID in path or "<photo>" in rule:
            assert answer.status_code == 404, (path, answer.status_code)
        told += body
    return told


async def test_no_address_tells_of_a_quarantined_photo(house: House, tmp_path: Path) -> None:
    supervisor = await token_of(tmp_path, "Sofie", "supervisor")
    invited = await a_photo(house)
    picture = await (await house.api("GET", f"/api/photos/{ID}/wall")).get_data(as_text=False)
    assert picture.startswith(b"\xff\xd8")
    assert (await house.api("POST", f"/api/photos/{ID}/quarantine")).status_code == 204
    for token in (house.token, supervisor):
        told = await everything_that_answers(house, invited, token)
        assert picture[:200] not in told
        assert house.photo[:200] not in told
        assert ID.encode() not in told
    assert await photos(house, invited["id"]) == []
    page = await (await house.client.get(f"/s/{invited['key']}")).get_data(as_text=True)
    assert ID not in page


async def test_what_a_browser_keeps_is_asked_for_again_and_refused(house: House) -> None:
    await a_photo(house)
    tags = {}
    for kind in ("wall", "thumbnail"):
        answer = await house.api("GET", f"/api/photos/{ID}/{kind}")
        assert answer.headers["Cache-Control"] == "private, no-cache"
        tags[kind] = answer.headers["ETag"]
        again = await house.api("GET", f"/api/photos/{ID}/{kind}", headers={"If-None-Match": tags[kind]})
        assert (again.status_code, await again.get_data(as_text=False)) == (304, b"")
    await house.api("POST", f"/api/photos/{ID}/quarantine")
    for kind, tag in tags.items():
        answer = await house.api("GET", f"/api/photos/{ID}/{kind}", headers={"If-None-Match": tag})
        assert answer.status_code == 404


async def test_a_feed_that_goes_on_from_before_is_not_told_of_it(house: House) -> None:
    start = (await (await house.api("GET", "/api/photos")).get_json())["cursor"]
    headers = {"Authorization": f"Bearer {house.token}"}
    # Somebody listens all the time, so that what is told again comes from the memory of the feed.
    async with house.client.request(f"/api/events?after={start}", headers=headers) as listening:
        await a_photo(house)
        await heard(listening, "PhotoShown")
        await house.api("POST", f"/api/photos/{ID}/quarantine")
        await heard(listening, "PhotoQuarantined")
        async with house.client.request(f"/api/events?after={start}", headers=headers) as again:
            told = await heard(again, "PhotoQuarantined")
            await again.disconnect()
        await listening.disconnect()
    about = [event for event in told if event["photo_id"] == ID]
    assert {event["kind"] for event in about} >= {"PhotoReceived", "PhotoShown", "PhotoQuarantined"}
    assert [event["photo"] for event in about] == [None] * len(about)


async def heard(connection: Any, kind: str) -> list[dict[str, Any]]:
    """Read a feed until an event of a kind; return all that it told."""
    text = ""
    async with asyncio.timeout(60):
        while f'"kind": "{kind}"' not in text or not text.endswith("\n\n"):
            text += (await connection.receive()).decode()
    return [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: ")]


async def test_a_supervisor_releases_and_deletes_and_nobody_else(house: House, tmp_path: Path) -> None:
    supervisor = await token_of(tmp_path, "Sofie", "supervisor")
    dispatcher = await token_of(tmp_path, "Bram", "dispatcher")
    stranger = await token_of(tmp_path, "Bea", "supervisor", organisation="Elsewhere")
    invited = await a_photo(house)
    refused = await house.api("POST", f"/api/photos/{ID}/quarantine", token=stranger)
    assert refused.status_code == 404
    assert len(await photos(house, invited["id"])) == 1
    await house.api("POST", f"/api/photos/{ID}/quarantine", token=dispatcher)
    for method, path in (
        ("GET", "/api/quarantine"),
        ("POST", f"/api/quarantine/{ID}/release"),
        ("POST", f"/api/quarantine/{ID}/delete"),
    ):
        assert (await house.api(method, path, token=dispatcher)).status_code == 403
    assert (await (await house.api("GET", "/api/quarantine", token=stranger)).get_json()) == {"sealed": []}
    for deed in ("release", "delete"):
        assert (await house.api("POST", f"/api/quarantine/{ID}/{deed}", token=stranger)).status_code == 404
    (waiting,) = (await (await house.api("GET", "/api/quarantine", token=supervisor)).get_json())["sealed"]
    assert (waiting["id"], waiting["by"], waiting["number"]) == (ID, "Bram", 1)
    back = await house.api("POST", f"/api/quarantine/{ID}/release", token=supervisor)
    assert (await back.get_json())["id"] == ID
    assert (await house.api("GET", f"/api/photos/{ID}/wall")).status_code == 200
    await house.api("POST", f"/api/photos/{ID}/quarantine", token=dispatcher)
    assert (await house.api("POST", f"/api/quarantine/{ID}/delete", token=supervisor)).status_code == 204
    assert (await house.api("POST", f"/api/quarantine/{ID}/release", token=supervisor)).status_code == 404
    kept = [path for path in (tmp_path / "data" / "media").rglob("*") if path.is_file()]
    assert kept == []


async def test_another_organisation_reveals_marks_prints_keeps_nothing_here(house: House, tmp_path: Path) -> None:
    stranger = await token_of(tmp_path, "Bea", "supervisor", organisation="Elsewhere")
    await a_photo(house)
    wishes: dict[str, dict[str, object]] = {
        "important": {"important": True},
        "keep": {"reason": "for the court", "until": "2099-01-01T00:00:00Z"},
    }
    for deed in ("reveal", "seen", "important", "print", "copy", "keep", "keep/end", "quarantine"):
        answer = await house.api("POST", f"/api/photos/{ID}/{deed}", token=stranger, json=wishes.get(deed, {}))
        assert answer.status_code == 404, deed


async def test_reveals_are_told_as_sums_to_supervisors_alone(house: House, tmp_path: Path) -> None:
    supervisor = await token_of(tmp_path, "Sofie", "supervisor")
    bram = await token_of(tmp_path, "Bram", "dispatcher")
    await a_photo(house)
    for count in (1, 2):
        answer = await house.api("POST", f"/api/photos/{ID}/reveal", token=bram)
        assert await answer.get_json() == {"revealed": count}
    assert (await (await house.api("GET", "/api/blurring", token=bram)).get_json())["revealed"] == 2
    assert (await (await house.api("GET", "/api/blurring", token=supervisor)).get_json())["revealed"] == 0
    assert (await house.api("GET", "/api/reports/reveals", token=bram)).status_code == 403
    report = await house.api("GET", "/api/reports/reveals?days=1", token=supervisor)
    body = await report.get_data(as_text=True)
    assert json.loads(body)["total"] == 2
    assert "Bram" not in body
    for days in ("0", "32", "-1", "ten", "99999999999999999999"):
        answer = await house.api("GET", f"/api/reports/reveals?days={days}", token=supervisor)
        assert answer.status_code == 422, days


async def test_each_chooses_the_blur_and_a_supervisor_for_all(house: House, tmp_path: Path) -> None:
    supervisor = await token_of(tmp_path, "Sofie", "supervisor")
    bram = await token_of(tmp_path, "Bram", "dispatcher")
    chosen = await (await house.api("POST", "/api/blurring", token=bram, json={"own": "always"})).get_json()
    assert chosen == {"organisation": "until_revealed", "own": "always", "holds": "always", "revealed": 0}
    refused = await house.api("POST", "/api/organisation/blurring", token=bram, json={"blurring": "shown"})
    assert refused.status_code == 403
    await house.api("POST", "/api/organisation/blurring", token=supervisor, json={"blurring": "shown"})
    me = await (await house.api("GET", "/api/me", token=bram)).get_json()
    assert (me["organisation"]["blur"], me["organisation"]["blurring"]) == (False, "shown")
    for path, body in (
        ("/api/blurring", {}),
        ("/api/blurring", {"own": "never"}),
        ("/api/organisation/blurring", {"blurring": None}),
        (f"/api/photos/{ID}/important", {"important": "yes"}),
    ):
        assert (await house.api("POST", path, token=supervisor, json=body)).status_code == 422, path


async def test_a_photo_kept_longer_says_so_and_why(house: House, tmp_path: Path) -> None:
    supervisor = await token_of(tmp_path, "Sofie", "supervisor")
    invited = await a_photo(house)
    until = "2099-01-01T00:00:00+01:00"
    wish = {"reason": "for the court", "until": house.clock.now().replace(year=house.clock.now().year + 1).isoformat()}
    bram = await token_of(tmp_path, "Bram", "dispatcher")
    assert (await house.api("POST", f"/api/photos/{ID}/keep", token=bram, json=wish)).status_code == 403
    for wrong in ({}, wish | {"reason": ""}, wish | {"until": until}, wish | {"until": 5}):
        answer = await house.api("POST", f"/api/photos/{ID}/keep", token=supervisor, json=wrong)
        assert answer.status_code == 422, wrong
    assert (await house.api("POST", f"/api/photos/{ID}/keep", token=supervisor, json=wish)).status_code == 200
    (photo,) = await photos(house, invited["id"])
    assert (photo["kept"]["reason"], photo["kept"]["by"]) == ("for the court", "Sofie")
    house.clock.move(days=10)
    await house.installation.forgetting.forget_what_is_due()
    assert (await house.api("GET", f"/api/photos/{ID}/original")).status_code == 200
    assert (await house.client.get(f"/s/{invited['key']}")).status_code == 410
    ended = await house.api("POST", f"/api/photos/{ID}/keep/end", token=supervisor)
    assert (await ended.get_json())["kept"] is None
    await house.installation.forgetting.forget_what_is_due()
    assert (await house.api("GET", f"/api/photos/{ID}/original")).status_code == 404


@pytest.mark.parametrize(("incident", "begins"), [("2026/123 A", "2026-123-A_"), (None, "no1_")])
async def test_an_original_is_named_after_incident_time_and_id(house: House, incident: str | None, begins: str) -> None:
    invited = await house.invite(incident=incident)
    await house.send_photo(invited["key"], photo_id=ID)
    answer = await house.api("GET", f"/api/photos/{ID}/original")
    (photo,) = await photos(house, invited["id"])
    at = photo["received_at"][:19].replace("T", "_").replace(":", "-")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{begins}{at}Z_{ID}.jpg"'
