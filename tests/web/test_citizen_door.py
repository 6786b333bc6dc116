"""What a citizen's phone, a link preview or an impostor finds behind /s/<key>."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from typing import Any

import pytest

from showme.domain.keys import write_key
from tests.pictures import card, jpeg, png, webp
from tests.web.conftest import House, form

PAGE = {"Accept": "text/html,application/xhtml+xml"}


async def test_the_page_says_who_asks_in_the_language_of_the_invitation(house: House) -> None:
    key = (await house.invite(language="nl"))["key"]
    answer = await house.client.get(f"/s/{key}", headers=PAGE)
    page = await answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert '<html lang="nl"' in page
    assert "112 Practice" in page
    switched = await house.client.get(f"/s/{key}?lang=fr", headers=PAGE)
    assert '<html lang="fr"' in await switched.get_data(as_text=True)


async def test_looking_at_the_page_changes_nothing(house: House) -> None:
    invited = await house.invite()
    before = await _invitation(house, invited["id"])
    for method in ("GET", "HEAD", "OPTIONS"):
        for agent in ("WhatsApp/2.0", "TelegramBot", "facebookexternalhit/1.1", "Mozilla/5.0 (iPhone)", ""):
            answer = await house.client.open(
                f"/s/{invited['key']}", method=method, headers={"User-Agent": agent}, json=None
            )
            assert answer.status_code == 200
    assert await _invitation(house, invited["id"]) == before


@pytest.mark.parametrize("purpose", ["photo", "live", "location"])
async def test_a_look_at_the_page_hands_out_no_peer_id_and_no_invitation(house: House, purpose: str) -> None:
    invited = await house.invite(purpose=purpose)
    page = await (await house.client.get(f"/s/{invited['key']}", headers=PAGE)).get_data(as_text=True)
    assert '"line":true' in page
    assert '"peer"' not in page
    assert invited["id"] not in page


async def test_a_page_that_loads_is_perhaps_a_scanner_until_somebody_taps(house: House) -> None:
    invited = await house.invite()
    path = f"/s/{invited['key']}"
    assert (await house.client.post(f"{path}/progress", json={"step": "loaded"})).status_code == 204
    seen = await _invitation(house, invited["id"])
    assert (seen["rung"], seen["perhaps_a_scanner"]) == ("page_loaded", True)
    answer = await house.client.post(f"{path}/tapped", json={})
    assert (answer.status_code, (await answer.get_json())["peer"]) == (200, f"{invited['id']}-1")
    seen = await _invitation(house, invited["id"])
    assert (seen["rung"], seen["perhaps_a_scanner"]) == ("tapped", False)


async def test_the_ladder_keeps_the_first_time_of_every_rung(house: House) -> None:
    invited = await house.invite()
    path = f"/s/{invited['key']}"
    house.clock.move(seconds=5)
    await house.client.post(f"{path}/progress", json={"step": "loaded"})
    house.clock.move(seconds=5)
    await house.client.post(f"{path}/progress", json={"step": "loaded"})
    await house.client.post(f"{path}/tapped", json={})
    await house.client.post(f"{path}/tapped", json={})
    seconds = {rung["rung"]: rung["seconds"] for rung in (await _invitation(house, invited["id"]))["ladder"]}
    assert seconds["page_loaded"] == 5
    assert seconds["tapped"] == 10


async def test_the_dispatcher_sees_which_phone_it_is(house: House) -> None:
    invited = await house.invite()
    await house.client.post(
        f"/s/{invited['key']}/progress",
        json={"step": "loaded", "phone": {"battery": 0.12, "network": "3g"}},
        headers={"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"},
    )
    seen = await _invitation(house, invited["id"])
    assert seen["phone"] == {"kind": "iPhone", "browser": "Safari", "battery": 0.12, "network": "3g"}


async def test_a_location_reaches_the_dispatcher(house: House) -> None:
    invited = await house.invite(purpose="location")
    place = {"latitude": 50.8466, "longitude": 4.3528, "accuracy": 12.5}
    answer = await house.client.post(f"/s/{invited['key']}/progress", json={"location": place})
    assert answer.status_code == 204
    seen = await _invitation(house, invited["id"])
    assert seen["rung"] == "located"
    assert {name: seen["location"][name] for name in place} == place


@pytest.mark.parametrize(
    "body",
    [
        {"location": {"latitude": 91, "longitude": 0, "accuracy": 1}},
        {"location": {"latitude": 0, "longitude": 181, "accuracy": 1}},
        {"location": {"latitude": 0, "longitude": 0, "accuracy": -1}},
        {"location": {"latitude": "50", "longitude": 4}},
        {"location": {"latitude": True, "longitude": 4}},
        {"location": [50, 4]},
        {"location": {}},
        {"step": "flew"},
        {"step": 7},
        {"phone": "iPhone"},
        {"phone": {"battery": "full"}},
        {},
        [],
        "loaded",
        None,
    ],
)
async def test_nonsense_from_a_page_is_refused_with_a_sentence(house: House, body: Any) -> None:
    invited = await house.invite()
    answer = await house.client.post(f"/s/{invited['key']}/progress", json=body)
    assert answer.status_code == 422
    problem = await answer.get_json()
    assert answer.content_type == "application/problem+json"
    assert problem["title"]
    assert problem["status"] == 422


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 5000, b'{"step": "loaded"', b"NaN"])
async def test_what_is_no_json_is_refused_with_a_sentence(house: House, body: bytes) -> None:
    invited = await house.invite()
    answer = await house.client.post(f"/s/{invited['key']}/progress", data=body)
    assert answer.status_code == 422


async def test_a_body_without_end_is_refused(house: House) -> None:
    invited = await house.invite()
    answer = await house.client.post(f"/s/{invited['key']}/progress", data=b'{"step": "' + b"x" * 20_000 + b'"}')
    assert answer.status_code == 413


# --- keys ---


async def test_a_wrong_key_is_told_to_call_again(house: House) -> None:
    key = (await house.invite())["key"]
    altered = key[:-1] + ("0" if key[-1] != "0" else "1")
    for wrong in (altered, "1" + "z" * 39, "1" + "0" * 39, "short", key + "0", "0" + key[1:]):
        answer = await house.client.get(f"/s/{wrong}", headers=PAGE)
        page = await answer.get_data(as_text=True)
        assert answer.status_code == 404, wrong
        assert "112" in page
        assert "tel:112" in page


async def test_a_key_of_a_version_to_come_is_told_apart(house: House) -> None:
    key = (await house.invite())["key"]
    answer = await house.client.get("/s/2" + key[1:])
    assert (answer.status_code, (await answer.get_json())["cause"]) == (404, "future_version")


async def test_a_key_lives_six_hours_to_the_second(house: House) -> None:
    house.clock.move(seconds=42)
    invited = await house.invite()
    house.clock.move(hours=5, minutes=59, seconds=59)
    assert (await house.client.get(f"/s/{invited['key']}")).status_code == 200
    assert (await house.send_photo(invited["key"])).status_code == 201
    house.clock.move(seconds=2)
    for answer in (
        await house.client.get(f"/s/{invited['key']}"),
        await house.client.post(f"/s/{invited['key']}/tapped", json={}),
        await house.send_photo(invited["key"]),
    ):
        assert answer.status_code == 410
        assert (await answer.get_json())["cause"] == "link_expired"


async def test_a_closed_link_thanks_and_says_whom_to_call(house: House) -> None:
    invited = await house.invite()
    await house.api("POST", f"/api/invitations/{invited['id']}/close")
    answer = await house.client.get(f"/s/{invited['key']}", headers=PAGE)
    assert answer.status_code == 410
    assert "tel:112" in await answer.get_data(as_text=True)
    assert (await (await house.send_photo(invited["key"])).get_json())["cause"] == "link_closed"


async def test_forged_keys_open_nothing(house: House) -> None:
    await house.invite()
    for _ in range(300):
        key = write_key(
            organisation=1, made_at=house.clock.now(), nonce=secrets.token_bytes(8), secret=secrets.token_bytes(32)
        )
        assert (await house.client.get(f"/s/{key}")).status_code == 404


async def test_a_key_does_not_open_the_dispatchers_door(house: House) -> None:
    key = (await house.invite())["key"]
    for path in ("/api/me", "/api/invitations", "/api/photos", "/api/events"):
        assert (await house.client.get(path, headers={"Authorization": f"Bearer {key}"})).status_code == 401
        assert (await house.client.get(path, headers={"Cookie": f"__Host-showme-session={key}"})).status_code == 401


# --- photos ---


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
async def test_a_photo_is_acknowledged_and_then_shown(house: House, kind: str) -> None:
    photo = {"jpeg": jpeg, "png": png, "webp": webp}[kind](card(orientation=6))
    invited = await house.invite()
    answer = await house.send_photo(invited["key"], photo=photo, photo_id="0123-my-photo")
    assert (answer.status_code, await answer.get_json()) == (201, {"id": "0123-my-photo"})
    shown = await shown_photo(house, invited["id"])
    assert shown["state"] == "shown"
    assert shown["format"] == kind
    assert shown["sha256"] == hashlib.sha256(photo).hexdigest()
    assert shown["bytes"] == len(photo)
    original = await house.api("GET", "/api/photos/0123-my-photo/original")
    assert await original.get_data(as_text=False) == photo
    assert "attachment" in original.headers["Content-Disposition"]
    assert original.content_type == f"image/{kind}"


async def test_the_same_id_gives_the_same_photo_once(house: House) -> None:
    invited = await house.invite()
    answers = await asyncio.gather(*(house.send_photo(invited["key"], photo_id="retried-photo") for _ in range(5)))
    assert [answer.status_code for answer in answers] == [201] * 5
    assert {(await answer.get_json())["id"] for answer in answers} == {"retried-photo"}
    by_header = await house.send_photo(invited["key"], headers={"Idempotency-Key": "retried-photo"})
    assert (await by_header.get_json())["id"] == "retried-photo"
    assert len(await photos(house, invited["id"])) == 1


async def test_another_photo_under_the_same_id_is_refused_and_not_lost_silently(house: House) -> None:
    invited = await house.invite()
    await house.send_photo(invited["key"], photo_id="retried-photo")
    answer = await house.send_photo(invited["key"], photo=jpeg(card((300, 200))), photo_id="retried-photo")
    assert (answer.status_code, (await answer.get_json())["cause"]) == (409, "id_used_before")


async def test_a_browser_without_javascript_gets_a_page(house: House) -> None:
    invited = await house.invite(language="fr")
    body, kind = form([("photo", "photo.jpg", house.photo)])
    answer = await house.client.post(f"/s/{invited['key']}/photos", data=body, headers={"Content-Type": kind, **PAGE})
    page = await answer.get_data(as_text=True)
    assert answer.status_code == 201
    assert '<html lang="fr"' in page
    assert f"/s/{invited['key']}" in page


@pytest.mark.parametrize(
    ("content", "status", "cause"),
    [
        (b"", 422, "photo_missing"),
        (b"hello, I am a text", 415, "not_a_picture"),
        (b"%PDF-1.7 ...", 415, "not_a_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", 415, "not_a_picture"),
        (b"GIF89a" + b"\0" * 200, 415, "not_a_picture"),
    ],
)
async def test_what_is_no_photo_is_refused_in_the_citizens_language(
    house: House, content: bytes, status: int, cause: str
) -> None:
    invited = await house.invite(language="de")
    answer = await house.send_photo(invited["key"], photo=content)
    problem = await answer.get_json()
    assert (answer.status_code, problem["cause"]) == (status, cause)
    assert problem["title"] != problem["cause"]
    assert not await photos(house, invited["id"])


async def test_400_megapixels_in_a_small_file_are_refused(house: House) -> None:
    picture = png(card((64, 64)))
    bomb = picture[:16] + (20_000).to_bytes(4) + (20_000).to_bytes(4) + picture[24:]
    invited = await house.invite()
    answer = await house.send_photo(invited["key"], photo=bomb)
    assert answer.status_code == 422


async def test_a_photo_above_50_megabytes_is_refused(house: House) -> None:
    invited = await house.invite()
    answer = await house.send_photo(invited["key"], photo=house.photo + b"\0" * (50 * 1024 * 1024))
    assert (answer.status_code, (await answer.get_json())["cause"]) == (413, "too_large")
    assert not await photos(house, invited["id"])


async def test_a_damaged_photo_is_told_to_both_sides(house: House) -> None:
    invited = await house.invite()
    answer = await house.send_photo(invited["key"], photo=house.photo[: len(house.photo) // 2])
    assert answer.status_code == 201
    seen = await shown_photo(house, invited["id"])
    assert seen["state"] == "unreadable"
    assert (await _invitation(house, invited["id"]))["hint"]["cause"] == "photo_unreadable"
    assert (await house.api("GET", f"/api/photos/{seen['id']}/wall")).status_code == 404


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"no form at all", "text/plain"),
        (b"no form at all", "multipart/form-data"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b'--x\r\nContent-Disposition: form-data; name="photo"\r\n\r\nhalf a pho', "multipart/form-data; boundary=x"),
        (b"--x\r\n\r\n\r\n--x--\r\n", "multipart/form-data; boundary=x"),
        (b"\0" * 300_000, "multipart/form-data; boundary=x"),
        (b"--x--\r\n", "multipart/form-data; boundary=x"),
    ],
)
async def test_a_broken_form_is_refused_and_leaves_nothing(house: House, body: bytes, kind: str) -> None:
    invited = await house.invite()
    answer = await house.client.post(f"/s/{invited['key']}/photos", data=body, headers={"Content-Type": kind})
    assert answer.status_code == 422
    assert not await photos(house, invited["id"])


async def test_an_odd_photo_id_is_refused(house: House) -> None:
    invited = await house.invite()
    for odd in ("short", "../../etc/passwd", "x" * 65, "näive-photo-id", "a b c d e f g h", "-begins-with-it"):
        answer = await house.send_photo(invited["key"], photo_id=odd)
        assert (answer.status_code, (await answer.get_json())["cause"]) == (422, "photo_id_not_understood"), odd


async def shown_photo(house: House, invitation: str) -> dict[str, Any]:
    """Wait until the newest photo was decoded or given up."""
    for _ in range(600):
        found = await photos(house, invitation)
        if found and found[0]["state"] != "received":
            return found[0]
        await asyncio.sleep(0.05)
    pytest.fail("the photo was never shown")


async def photos(house: House, invitation: str) -> list[dict[str, Any]]:
    answer = await house.api("GET", f"/api/photos?invitation={invitation}")
    found: list[dict[str, Any]] = (await answer.get_json())["photos"]
    return found


async def _invitation(house: House, invitation: str) -> dict[str, Any]:
    answer = await house.api("GET", f"/api/invitations/{invitation}")
    found: dict[str, Any] = await answer.get_json()
    return found
