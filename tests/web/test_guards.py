"""What is refused at the doors before anything is looked at."""

from __future__ import annotations

import pytest
from quart.typing import TestClientProtocol as Client

from tests.web.conftest import HOST, House


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
    statuses = {(await house.client.get(f"/s/{first}")).status_code for _ in range(125)}
    assert statuses == {200, 429}
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
