"""What no browser of ours would send: it is refused in plain words, and costs us next to nothing."""

from __future__ import annotations

import asyncio

import pytest
from quart.testing.connections import WebsocketResponseError

from tests.web.conftest import HOST, House


@pytest.mark.parametrize("origin", ["http://[::1", "https://[", "//", "null", "\u00e9"])
async def test_an_origin_that_no_browser_writes_is_a_foreign_one(house: House, origin: str) -> None:
    answer = await house.client.post("/sign-in", form={"secret": "x", "name": "y"}, headers={"Origin": origin})
    assert answer.status_code == 403
    assert (await answer.get_json())["cause"] == "foreign_page"


@pytest.mark.parametrize("path", ["/", "/healthz", "/api/events", "/nothing"])
async def test_a_websocket_where_none_is_finds_nothing(house: House, path: str) -> None:
    with pytest.raises(WebsocketResponseError) as refused:
        await said_on_a_websocket(house, path)
    assert refused.value.response.status_code in {400, 404}


@pytest.mark.parametrize(
    ("path", "field"),
    [("/api/invitations", "incident"), ("/api/invitations", "to"), ("/practice/chat", "text")],
)
async def test_half_a_letter_is_not_understood(house: House, path: str, field: str) -> None:
    here = {"client": ("127.0.0.1", 5000)}
    answer = await house.api("POST", path, json={field: "\ud83d is half of one"}, scope_base=here)
    assert answer.status_code == 422
    assert (await answer.get_json())["cause"] == "json_not_understood"


async def test_a_sign_in_as_long_as_a_film_is_not_read_to_its_end(house: House) -> None:
    async with house.knock().request(
        "/sign-in", method="POST", headers={"Host": HOST, "Content-Type": "application/x-www-form-urlencoded"}
    ) as request:
        for _ in range(3):
            await request.send(b"a" * 4096)
        # The rest never comes: whoever waited for it would wait for ever.
        async with asyncio.timeout(10):
            await request.receive()
        answer = await request.as_response()
    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=x", b"--x--"),
        ("text/plain", b"secret=x"),
        ("application/x-www-form-urlencoded", b"secret=\xff"),
        ("application/x-www-form-urlencoded", b"a=b&" * 100),
    ],
)
async def test_a_sign_in_that_is_no_form_of_ours_is_not_understood(house: House, kind: str, body: bytes) -> None:
    answer = await house.knock().post("/sign-in", data=body, headers={"Content-Type": kind})
    assert answer.status_code == 422
    assert "Set-Cookie" not in answer.headers


async def said_on_a_websocket(house: House, path: str) -> object:
    async with asyncio.timeout(10), house.client.websocket(path, headers={"Host": HOST}) as socket:
        return await socket.receive()
