"""What is refused at the doors before anything is looked at."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime

import pytest
from quart.testing import WebsocketResponseError
from quart.typing import TestClientProtocol as Client
from quart_rate_limiter.store import MemoryStore

from tests.web.conftest import HOST, House
from tests.web.people import PAGE, at_desk
from web.limits import ForgetfulStore


async def test_a_foreign_host_name_reaches_nothing(house: House) -> None:
    for host in ("evil.example", f"{HOST}.evil.example", f"{HOST}:8443", "127.0.0.1"):
        for path in ("/", "/healthz", "/api/me", "/practice/state"):
            answer = await house.client.get(path, headers={"Host": host})
            assert answer.status_code == 403, (host, path)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Sec-Fetch-Site": "none"}, 201),
        ({"Origin": f"https://{HOST}"}, 201),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": f"https://{HOST}"}, 403),
        ({}, 403),
    ],
)
async def test_a_session_acts_for_our_own_pages_only(house: House, headers: dict[str, str], status: int) -> None:
    client = await signed_in(house)
    answer = await client.post("/api/invitations", json={"to": None}, headers={"Host": HOST, **headers})
    assert answer.status_code == status


async def test_a_foreign_page_cannot_use_even_a_valid_key(house: House) -> None:
    key = (await house.invite())["key"]
    answer = await house.send_photo(key, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert (await house.send_photo(key)).status_code == 201


async def test_a_foreign_page_cannot_sign_somebody_in(house: House) -> None:
    secret = house.sign_in_link.rpartition("/")[2]
    answer = await house.client.post(
        "/sign-in", form={"secret": secret, "name": "Eve"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers


async def test_the_practice_addresses_exist_on_this_machine_only(house: House) -> None:
    inside = {"client": ("127.0.0.1", 5000)}
    outside = {"client": ("192.168.1.20", 5000)}
    for path in ("/practice/state", "/practice/chat", "/practice/phone"):
        assert (await house.client.get(path, scope_base=inside)).status_code == 200, path
        assert (await house.client.get(path, scope_base=outside)).status_code == 404, path
        named = await house.client.get(path, scope_base=inside, headers={"Host": HOST})
        assert named.status_code == 404, path


async def test_every_answer_carries_the_headers_that_protect(house: House) -> None:
    key = (await house.invite())["key"]
    for path in ("/", f"/s/{key}", "/s/nothing", "/api/me", "/healthz", "/nothing"):
        answer = await house.client.get(path, headers={"Accept": "text/html"})
        headers = answer.headers
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Referrer-Policy"] == "same-origin", path
        assert headers["Cache-Control"] == "no-store", path
        assert "default-src 'none'" in headers["Content-Security-Policy"], path
        assert "unsafe" not in headers["Content-Security-Policy"], path
        assert headers["Strict-Transport-Security"], path
        assert "Server" not in headers, path
        assert ("Set-Cookie" in headers) is False, path


async def test_too_many_requests_are_told_when_to_come_back(house: House) -> None:
    answers = [await house.client.post("/sign-in", form={"secret": "x", "name": "y"}) for _ in range(25)]
    assert {answer.status_code for answer in answers} == {401, 429}
    late = next(answer for answer in answers if answer.status_code == 429)
    assert int(late.headers["Retry-After"]) > 0
    assert (await late.get_json())["cause"] == "too_many"


async def test_a_busy_address_does_not_block_another_key_from_it(house: House) -> None:
    first, second = (await house.invite())["key"], (await house.invite())["key"]
    # As often as it takes: a slow machine lets more through, because time goes by.
    for _ in range(2000):
        if (await house.client.get(f"/s/{first}")).status_code == 429:
            break
    else:
        pytest.fail("nobody was told to wait")
    assert (await house.client.get(f"/s/{second}")).status_code == 200


async def test_only_our_proxy_is_believed_about_addresses(house: House) -> None:
    async def statuses(behind: str, count: int, start: int) -> set[int]:
        return {
            (
                await house.client.post(
                    "/sign-in",
                    form={"secret": "x", "name": "y"},
                    headers={"X-Forwarded-For": f"10.9.8.7, 10.0.0.{start + number}"},
                    scope_base={"client": (behind, 5000)},
                )
            ).status_code
            for number in range(count)
        }

    assert await statuses("127.0.0.1", 25, 0) == {401}
    assert await statuses("192.0.2.77", 25, 100) == {401, 429}


async def signed_in(house: House, name: str = "Anna") -> Client:
    """Sign a browser in by the organisation's link."""
    client = house.knock()
    secret = house.sign_in_link.rpartition("/")[2]
    answer = await client.post(
        "/sign-in", form={"secret": secret, "name": name}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/wall"
    return client


async def test_guessing_is_counted_by_address_whatever_is_claimed(house: House) -> None:
    statuses = [
        (
            await house.client.post(
                "/sign-in",
                data=b"secret=x&name=y",
                headers={"Authorization": f"Bearer {number}", "Content-Type": "application/x-www-form-urlencoded"},
            )
        ).status_code
        for number in range(30)
    ]
    assert set(statuses) == {401, 429}


class _Broken(MemoryStore):
    """A memory that fails."""

    async def get(self, key: str, default: datetime) -> datetime:
        raise OSError(key)

    async def set(self, key: str, tat: datetime) -> None:
        raise OSError(key, tat)


async def test_when_nobody_can_count_photos_come_in_and_sms_and_sign_in_wait(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    invited, anna = await house.invite(), await at_desk(house)
    secret = house.sign_in_link.rpartition("/")[2]
    monkeypatch.setattr(ForgetfulStore, "get", _Broken.get)
    monkeypatch.setattr(ForgetfulStore, "set", _Broken.set)
    assert (await house.send_photo(invited["key"])).status_code == 201
    assert (await house.client.get(f"/s/{invited['key']}")).status_code == 200
    assert (await anna.ask("GET", "/api/invitations")).status_code == 200
    before = (await anna.get("/api/credits"))["credits"]
    closed = [
        await anna.ask("POST", "/api/invitations", {"to": "0470 12 34 56"}),
        await anna.ask("POST", f"/api/invitations/{invited['id']}/resend", {}),
        await house.client.post("/sign-in", form={"secret": secret, "name": "Eve"}, headers=PAGE),
        await house.client.get(f"/sign-in/{secret}"),
        await anna.ask("POST", "/sign-in/passkey/options", {}),
        await anna.ask("POST", "/sign-in/passkey", {"answer": {}}),
        await anna.ask("POST", "/api/passkeys/options", {}),
        await house.client.post("/c", form={"code": "123456"}),
    ]
    for answer in closed:
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert "Set-Cookie" not in answer.headers
    assert (await anna.get("/api/credits"))["credits"] == before
    assert (await anna.ask("POST", "/sign-out")).status_code == 303


async def test_one_sessions_haste_is_its_own_and_not_its_neighbours_at_the_same_address(house: House) -> None:
    hasty, calm = await at_desk(house), await at_desk(house, "Bert")
    for _ in range(2000):
        if (await hasty.ask("POST", "/api/sessions/end-others", {})).status_code == 429:
            break
    else:
        pytest.fail("nobody was told to wait")
    assert (await calm.ask("POST", "/api/sessions/end-others", {})).status_code == 200


async def test_the_two_doors_share_no_cookie_and_no_secret(house: House) -> None:
    invited, anna = await house.invite(), await at_desk(house)
    page = f"/s/{invited['key']}"
    # The citizen's door neither reads nor sets the dispatchers' cookie.
    for path, body in ((page, None), (f"{page}/tapped", {}), ("/c", None)):
        method = "GET" if body is None else "POST"
        answer = await anna.ask(method, path, body)
        assert answer.status_code < 300, path
        assert "Set-Cookie" not in answer.headers, path
        assert "Cookie" not in answer.headers.get("Vary", ""), path
    # A dispatcher's cookie is no key, and a key no session.
    for value in (anna.cookie.partition("=")[2], "x"):
        assert (await anna.ask("GET", f"/s/{value}")).status_code == 404
    for name in ("__Host-showme-session", "showme-session"):
        answer = await house.client.get("/api/me", headers={"Host": HOST, "Cookie": f"{name}={invited['key']}"})
        assert answer.status_code == 401
    # Over HTTPS only the name that browsers give to this very host counts.
    plain = {"Host": HOST, "Cookie": f"showme-session={anna.cookie.partition('=')[2]}"}
    assert (await house.client.get("/api/me", headers=plain)).status_code == 401


async def test_no_page_may_ask_for_powers_that_it_does_not_need(house: House) -> None:
    invited, anna = await house.invite(), await at_desk(house)
    for path in (f"/s/{invited['key']}", "/wall", "/me", "/sign-in"):
        headers = (await anna.ask("GET", path, Accept="text/html")).headers
        policy = dict(part.strip().partition("=")[::2] for part in headers["Permissions-Policy"].split(","))
        assert {name for name, allowed in policy.items() if allowed != "()"} <= {
            "camera", "geolocation", "microphone", "publickey-credentials-create", "publickey-credentials-get",
        }, path  # fmt: skip
        assert policy["payment"] == policy["usb"] == "()", path
        sources = headers["Content-Security-Policy"]
        assert "frame-ancestors" in sources, path
        assert "base-uri 'none'" in sources, path
        assert "form-action 'self'" in sources, path
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", path


OURS = {"Origin": f"https://{HOST}"}


@pytest.mark.parametrize("headers", [OURS, {**OURS, "Sec-Fetch-Site": "same-origin"}])
async def test_a_cookie_opens_a_socket_for_our_own_pages(house: House, headers: dict[str, str]) -> None:
    assert await _told_on_a_socket(house, headers) == "OPEN"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "same-origin"},
    ],
)
async def test_no_other_page_opens_a_socket(house: House, headers: dict[str, str]) -> None:
    with pytest.raises(WebsocketResponseError) as refused:
        await _told_on_a_socket(house, headers)
    assert refused.value.response.status_code == 403


async def test_a_cookie_opens_no_socket_for_what_is_no_browser(house: House) -> None:
    assert await _told_on_a_socket(house, {}) == "ERROR"


async def _told_on_a_socket(house: House, headers: dict[str, str]) -> str:
    """Come to the switchboard with somebody's cookie, and return the first word that is heard."""
    anna, invited = await at_desk(house), await house.invite(purpose="live")
    path = f"/peerjs?key=peerjs&id={invited['id']}-0&token=a-page-of-mine&version=1.5.5"
    sent = {"Host": HOST, "Cookie": anna.cookie, **headers}
    async with asyncio.timeout(60), house.knock().websocket(path, headers=sent) as socket:
        told: str = json.loads(await socket.receive())["type"]
        return told
