"""Signing in by a passkey, with a security key in software that answers right and wrong."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.authenticator import SoftKey, octets, text
from tests.web.conftest import HOST, House
from tests.web.people import Browser, at_desk

TRIED = {"Sec-Fetch-Site": "same-origin", "Origin": f"https://{HOST}", "Host": HOST}


async def asked_to_add(browser: Browser) -> dict[str, Any]:
    answer = await browser.ask("POST", "/api/passkeys/options", {})
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    options: dict[str, Any] = await answer.get_json()
    return options


async def added(browser: Browser, key: SoftKey, label: str = "Key ring") -> dict[str, Any]:
    answer = await browser.ask(
        "POST", "/api/passkeys", {"answer": key.make(await asked_to_add(browser)), "label": label}
    )
    assert answer.status_code == 201, await answer.get_data(as_text=True)
    passkey: dict[str, Any] = await answer.get_json()
    return passkey


async def asked_to_sign(browser: Browser) -> dict[str, Any]:
    answer = await browser.ask("POST", "/sign-in/passkey/options", {})
    assert answer.status_code == 200
    options: dict[str, Any] = await answer.get_json()
    return options


async def tried(house: House, key: SoftKey, **wrong: Any) -> tuple[Browser, Any]:
    browser = Browser(house)
    answer = key.sign(await asked_to_sign(browser), **wrong)
    return browser, await browser.ask("POST", "/sign-in/passkey", {"answer": answer})


async def cause_of(answer: Any) -> str:
    cause: str = (await answer.get_json())["cause"]
    return cause


async def test_a_passkey_signs_its_person_in_with_the_role_it_was_made_in(house: House) -> None:
    for role in ("dispatcher", "supervisor"):
        anna, key = await at_desk(house, "Anna", role), SoftKey()
        await added(anna, key)
        browser, answer = await tried(house, key)
        assert answer.status_code == 204
        cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Secure" in cookie
        assert cookie.startswith("__Host-")
        me = await browser.get("/api/me")
        assert (me["dispatcher"], me["role"]) == ("Anna", role)
        [session] = [each for each in (await browser.get("/api/sessions"))["sessions"] if each["this"]]
        assert session["way"] == "passkey"


async def test_what_a_device_is_asked_makes_a_passkey_that_needs_no_name_typed(house: House) -> None:
    anna = await at_desk(house)
    options = await asked_to_add(anna)
    assert options["rp"]["id"] == HOST
    assert options["user"]["name"] == "Anna"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "preferred"
    assert options["attestation"] == "none"
    assert len(octets(options["user"]["id"])) == 32
    assert len(octets(options["challenge"])) >= 16
    asked = await asked_to_sign(Browser(house))
    assert asked["rpId"] == HOST
    assert asked["allowCredentials"] == []
    assert asked["userVerification"] == "preferred"


async def test_several_passkeys_are_one_persons_and_no_device_makes_two(house: House) -> None:
    anna, first, second = await at_desk(house), SoftKey(), SoftKey()
    await added(anna, first, "Phone")
    house.clock.move(seconds=1)
    options = await asked_to_add(anna)
    assert [octets(each["id"]) for each in options["excludeCredentials"]] == [first.credential]
    await added(anna, second, "Key ring")
    assert first.handle == second.handle
    listed = (await anna.get("/api/passkeys"))["passkeys"]
    assert [(each["label"], each["used_at"]) for each in listed] == [("Phone", None), ("Key ring", None)]
    assert not any(secret in str(listed) for secret in (text(first.credential), text(first.handle)))
    again = await anna.ask("POST", "/api/passkeys", {"answer": first.make(await asked_to_add(anna)), "label": "Again"})
    assert (again.status_code, await cause_of(again)) == (409, "passkey_known")


async def test_a_person_has_ten_passkeys_at_most(house: House) -> None:
    anna = await at_desk(house)
    early = await asked_to_add(anna)
    for place in range(10):
        await added(anna, SoftKey(), f"Key {place}")
    assert await cause_of(await anna.ask("POST", "/api/passkeys/options", {})) == "too_many_passkeys"
    late = await anna.ask("POST", "/api/passkeys", {"answer": SoftKey().make(early), "label": "One more"})
    assert await cause_of(late) == "too_many_passkeys"


async def test_a_passkey_gets_a_name_and_loses_its_power_when_it_is_removed(house: House) -> None:
    anna, key = await at_desk(house), SoftKey()
    passkey = (await added(anna, key))["id"]
    browser, answer = await tried(house, key)
    assert answer.status_code == 204
    for label, status in (("Old phone", 204), ("", 422), ("x" * 41, 422), ("\u202e", 422)):
        assert (await anna.ask("POST", f"/api/passkeys/{passkey}/name", {"label": label})).status_code == status
    assert [each["label"] for each in (await anna.get("/api/passkeys"))["passkeys"]] == ["Old phone"]
    assert (await anna.ask("POST", f"/api/passkeys/{passkey}/remove", {})).status_code == 204
    ended = await browser.ask("GET", "/api/me")
    assert (ended.status_code, await cause_of(ended)) == (401, "signed_out")
    assert (await anna.ask("GET", "/api/me")).status_code == 200
    _, answer = await tried(house, key)
    assert (answer.status_code, await cause_of(answer)) == (401, "passkey_not_known")
    assert (await anna.ask("POST", f"/api/passkeys/{passkey}/remove", {})).status_code == 404


async def test_nobody_touches_the_passkeys_of_another_name_or_role(house: House) -> None:
    chief, key = await at_desk(house, "Anna", "supervisor"), SoftKey()
    passkey = (await added(chief, key))["id"]
    for other in (await at_desk(house, "Anna"), await at_desk(house, "Bert", "supervisor")):
        assert (await other.get("/api/passkeys"))["passkeys"] == []
        for path, body in (
            (f"/api/passkeys/{passkey}/name", {"label": "Mine"}),
            (f"/api/passkeys/{passkey}/remove", {}),
        ):
            assert (await other.ask("POST", path, body)).status_code == 404
    assert [each["label"] for each in (await chief.get("/api/passkeys"))["passkeys"]] == ["Key ring"]


async def test_a_supervisor_removes_a_lost_passkey_with_what_it_has_opened(house: House) -> None:
    anna, chief, key = await at_desk(house), await at_desk(house, "Chris", "supervisor"), SoftKey()
    passkey = (await added(anna, key))["id"]
    browser, _ = await tried(house, key)
    listed = (await chief.get("/api/organisation/passkeys"))["passkeys"]
    assert [(each["name"], each["label"]) for each in listed] == [("Anna", "Key ring")]
    assert (await chief.ask("POST", f"/api/organisation/passkeys/{passkey}/remove", {})).status_code == 204
    assert await cause_of(await browser.ask("GET", "/api/me")) == "session_revoked"
    assert (await anna.ask("GET", "/api/me")).status_code == 200


async def test_a_challenge_counts_once_and_for_five_minutes(house: House) -> None:
    anna, key = await at_desk(house), SoftKey()
    made = key.make(await asked_to_add(anna))
    assert (await anna.ask("POST", "/api/passkeys", {"answer": made, "label": "Phone"})).status_code == 201
    again = await anna.ask("POST", "/api/passkeys", {"answer": made, "label": "Phone"})
    assert (again.status_code, await cause_of(again)) == (401, "passkey_too_late")
    browser = Browser(house)
    signed = key.sign(await asked_to_sign(browser))
    assert (await browser.ask("POST", "/sign-in/passkey", {"answer": signed})).status_code == 204
    replayed = await Browser(house).ask("POST", "/sign-in/passkey", {"answer": signed})
    assert (replayed.status_code, await cause_of(replayed)) == (401, "passkey_too_late")
    late = key.sign(await asked_to_sign(browser))
    house.clock.move(minutes=5)
    assert await cause_of(await browser.ask("POST", "/sign-in/passkey", {"answer": late})) == "passkey_too_late"


async def test_a_challenge_for_adding_is_one_sessions_own_and_signs_nobody_in(house: House) -> None:
    anna, bert, key = await at_desk(house), await at_desk(house, "Bert"), SoftKey()
    await added(anna, key)
    made = SoftKey().make(await asked_to_add(anna))
    stolen = await bert.ask("POST", "/api/passkeys", {"answer": made, "label": "Stolen"})
    assert await cause_of(stolen) == "passkey_too_late"
    options = await asked_to_add(anna)
    misused = key.sign({"challenge": options["challenge"], "rpId": HOST})
    answer = await Browser(house).ask("POST", "/sign-in/passkey", {"answer": misused})
    assert await cause_of(answer) == "passkey_too_late"


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ({"origin": "https://evil.example"}, {}),
        ({"origin": f"http://{HOST}"}, {}),
        ({"origin": f"https://{HOST}:8443"}, {}),
        ({"domain": "evil.example"}, {}),
        ({}, {"signature": text(b"0" * 70)}),
        ({}, {"signature": ""}),
        ({}, {"authenticatorData": text(b"short")}),
        ({}, {"userHandle": text(b"somebody else" * 2)}),
    ],
)
async def test_a_signature_that_is_not_right_signs_nobody_in(
    house: House, key: dict[str, str], wrong: dict[str, str]
) -> None:
    anna, soft = await at_desk(house), SoftKey()
    await added(anna, soft)
    for name, value in key.items():
        setattr(soft, name, value)
    browser, answer = await tried(house, soft, **wrong)
    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers
    assert (await browser.ask("GET", "/api/me")).status_code == 401


async def test_another_devices_signature_under_our_name_signs_nobody_in(house: House) -> None:
    anna, key = await at_desk(house), SoftKey()
    await added(anna, key)
    thief = SoftKey(credential=key.credential, handle=key.handle)
    _, answer = await tried(house, thief)
    assert (answer.status_code, await cause_of(answer)) == (401, "passkey_not_accepted")


async def test_a_copied_passkey_is_found_out_by_its_counter(house: House) -> None:
    anna, key = await at_desk(house), SoftKey()
    await added(anna, key)
    copy = SoftKey(credential=key.credential, key=key.key, handle=key.handle)
    for _ in range(2):
        assert (await tried(house, key))[1].status_code == 204
    _, answer = await tried(house, copy)
    assert (answer.status_code, await cause_of(answer)) == (401, "passkey_doubted")
    assert "Set-Cookie" not in answer.headers
    assert (await tried(house, key))[1].status_code == 204


async def test_a_device_that_does_not_count_is_no_copy(house: House) -> None:
    anna, key = await at_desk(house), SoftKey(counts=False)
    await added(anna, key)
    for _ in range(3):
        assert (await tried(house, key))[1].status_code == 204


@pytest.mark.parametrize(
    "answer",
    [
        None,
        "x",
        [],
        {},
        {"response": {}},
        {"rawId": 1, "response": {"clientDataJSON": "e30"}},
        {"rawId": "!", "response": {"clientDataJSON": "!"}},
        {"rawId": "aaaa", "response": {"clientDataJSON": text(b'{"challenge": 1}')}},
        {"rawId": "aaaa", "response": {"clientDataJSON": text(b"\xff\xfe"), "userHandle": 7}},
        {"rawId": "aaaa", "response": None},
    ],
)
async def test_nonsense_is_refused_at_every_door_of_passkeys(house: House, answer: object) -> None:
    anna = await at_desk(house)
    body = {"answer": answer, "label": "Phone"}
    for browser, path in ((Browser(house), "/sign-in/passkey"), (anna, "/api/passkeys")):
        refused = await browser.ask("POST", path, body)
        assert (refused.status_code, await cause_of(refused)) == (422, "passkey_not_understood"), path


async def test_a_foreign_page_neither_signs_in_nor_adds(house: House) -> None:
    anna, key = await at_desk(house), SoftKey()
    await added(anna, key)
    browser = Browser(house)
    signed = key.sign(await asked_to_sign(browser))
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert (await browser.ask("POST", "/sign-in/passkey", {"answer": signed}, **foreign)).status_code == 403
    for path in ("/sign-in/passkey/options", "/api/passkeys/options"):
        assert (await anna.ask("POST", path, {}, **foreign)).status_code == 403


async def test_on_this_machine_a_passkey_belongs_to_localhost(house: House) -> None:
    client = house.knock()
    here = {"Host": "localhost", "Sec-Fetch-Site": "same-origin"}
    loopback = {"client": ("127.0.0.1", 5000)}
    asked = await client.post("/sign-in/passkey/options", json={}, headers=here, scope_base=loopback)
    assert (await asked.get_json())["rpId"] == "localhost"
    elsewhere = {"client": ("192.0.2.7", 5000)}
    asked = await client.post("/sign-in/passkey/options", json={}, headers=here, scope_base=elsewhere)
    assert (await asked.get_json())["rpId"] == HOST
