"""The self-test's phone notices whatever a server does wrong, and never tells a key."""

from __future__ import annotations

import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import trustme
from aiohttp import BodyPartReader, web

from gateways.trial_phone import NetworkPhone
from showme.domain.trials import Tapped
from showme.errors import Unavailable

KEY = "1" + "k" * 39
PEER = "k3V9-1"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """A server of which each address can be made to misbehave."""

    def __init__(self) -> None:
        self.base = ""
        self.seen: list[web.Request] = []
        self.photo: tuple[str | None, bytes] | None = None
        self.messages: list[object] = []
        self.answers: dict[str, Handler] = {
            "page": self.page, "progress": self.nothing, "tapped": self.tapped, "photos": self.photos,
            "peerjs": self.peerjs,
        }  # fmt: skip

    @property
    def link(self) -> str:
        return f"{self.base}/s/{KEY}"

    async def lead(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(request)
        name = request.path.rpartition("/")[2]
        return await self.answers["page" if name == KEY else name](request)

    async def page(self, _: web.Request) -> web.StreamResponse:
        return web.Response(text=f'<form action="/s/{KEY}/photos">', content_type="text/html")

    async def nothing(self, _: web.Request) -> web.StreamResponse:
        return web.Response(status=204)

    async def tapped(self, _: web.Request) -> web.StreamResponse:
        server = {"urls": ["turn:127.0.0.1:9?transport=tcp"], "username": "u", "credential": "c"}
        return web.json_response({"peer": PEER, "ice_servers": [server], "ice_policy": "all", "signalling": None})

    async def photos(self, request: web.Request) -> web.StreamResponse:
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            self.photo = (part.name, bytes(await part.read(decode=False)))
        return web.json_response({"id": "photo-1"}, status=201)

    async def peerjs(self, request: web.Request) -> web.StreamResponse:
        line = web.WebSocketResponse()
        await line.prepare(request)
        await line.send_json({"type": "OPEN"})
        async for message in line:
            self.messages.append(json.loads(message.data))
        return line


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async for started in _started(None):
        yield started


async def _started(certificate: ssl.SSLContext | None) -> AsyncIterator[Server]:
    server = Server()
    app = web.Application(client_max_size=1 << 20)
    app.router.add_route("*", "/{path:.*}", server.lead)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=certificate)
    await site.start()
    port = runner.addresses[0][1]
    server.base = f"{'https' if certificate else 'http'}://localhost:{port}"
    try:
        yield server
    finally:
        await runner.cleanup()


def answering(status: int, body: str = "") -> Handler:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=body)

    return answer


async def reason_of(deed: Awaitable[object]) -> str:
    with pytest.raises(Unavailable) as refused:
        await deed
    reason = str(refused.value.facts["reason"])
    assert KEY not in reason
    assert KEY not in str(refused.value)
    return reason


async def test_a_page_is_loaded_as_a_browser_would(server: Server) -> None:
    await NetworkPhone().load(server.link)
    got, told = server.seen
    assert (got.method, got.path) == ("GET", f"/s/{KEY}")
    assert (told.method, told.path) == ("POST", f"/s/{KEY}/progress")
    assert told.headers["Origin"] == server.base
    assert told.headers["Sec-Fetch-Site"] == "same-origin"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (answering(502), "HTTP 502"),
        (answering(302), "HTTP 302"),
        (answering(200, "<h1>Welcome to nginx!</h1>"), "not the citizen's page"),
    ],
)
async def test_a_page_that_is_not_ours_is_noticed(server: Server, answer: Handler, reason: str) -> None:
    server.answers["page"] = answer
    assert await reason_of(NetworkPhone().load(server.link)) == reason


async def test_a_page_that_cannot_tell_us_anything_is_noticed(server: Server) -> None:
    server.answers["progress"] = answering(403)
    assert await reason_of(NetworkPhone().load(server.link)) == "HTTP 403"


async def test_a_tap_returns_what_to_call_with(server: Server) -> None:
    tapped = await NetworkPhone().tap(server.link)
    assert tapped.peer == PEER
    assert tapped.relays
    assert tapped.signalling is None


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"peer": "x"}', '{"peer": "x", "ice_servers": [{}]}', '{"peer'])
async def test_a_tap_that_answers_nonsense_is_noticed(server: Server, body: str) -> None:
    server.answers["tapped"] = answering(200, body)
    assert await reason_of(NetworkPhone().tap(server.link)) == "not understood"


async def test_the_line_is_opened_with_the_key(server: Server) -> None:
    await NetworkPhone().call(server.link, Tapped(peer=PEER))
    assert dict(server.seen[0].query) == {"key": "peerjs", "id": PEER, "token": KEY, "version": "1.5.5"}


async def test_an_external_peer_server_is_not_told_the_key(server: Server) -> None:
    external = f"{server.base.replace('http', 'ws')}/peerjs?key=theirs"
    await NetworkPhone().call(server.link, Tapped(peer=PEER, signalling=external))
    query = server.seen[0].query
    assert query["key"] == "theirs"
    assert KEY not in str(server.seen[0].url)


async def test_a_line_that_is_refused_is_noticed(server: Server) -> None:
    async def taken(request: web.Request) -> web.StreamResponse:
        line = web.WebSocketResponse()
        await line.prepare(request)
        await line.send_json({"type": "ID-TAKEN"})
        return line

    server.answers["peerjs"] = taken
    assert await reason_of(NetworkPhone().call(server.link, Tapped(peer=PEER))) == "the line answered ID-TAKEN"
    # A proxy that does not pass websockets on.
    server.answers["peerjs"] = answering(400)
    assert await reason_of(NetworkPhone().call(server.link, Tapped(peer=PEER))) == "HTTP 400"


async def test_a_line_that_is_closed_at_once_is_noticed(server: Server) -> None:
    async def closing(request: web.Request) -> web.StreamResponse:
        line = web.WebSocketResponse()
        await line.prepare(request)
        await line.close()
        return line

    server.answers["peerjs"] = closing
    assert await reason_of(NetworkPhone().call(server.link, Tapped(peer=PEER))) == "the line answered CLOSE"


async def test_a_relay_that_is_not_there_is_named(server: Server) -> None:
    tapped = await NetworkPhone().tap(server.link)
    assert await reason_of(NetworkPhone().relay(tapped)) == "turn:127.0.0.1 by tcp: no answer"


async def test_a_photo_is_a_jpeg(server: Server) -> None:
    assert await NetworkPhone().send_photo(server.link) == "photo-1"
    assert server.photo is not None
    name, content = server.photo
    assert name == "photo"
    assert content.startswith(b"\xff\xd8\xff")
    assert len(content) < 20_000


async def test_a_photo_that_is_refused_is_noticed(server: Server) -> None:
    server.answers["photos"] = answering(507)
    assert await reason_of(NetworkPhone().send_photo(server.link)) == "HTTP 507"


async def test_a_link_that_still_opens_after_its_end_is_noticed(server: Server) -> None:
    assert await reason_of(NetworkPhone().find_closed(server.link)) == "HTTP 200"
    server.answers["page"] = answering(410)
    await NetworkPhone().find_closed(server.link)


async def test_a_certificate_that_nobody_trusts_is_noticed(tmp_path: Path) -> None:
    ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("localhost").configure_cert(ours)
    async for server in _started(ours):
        assert await reason_of(NetworkPhone().load(server.link)) == "certificate"
        await NetworkPhone(verify=False).load(server.link)


async def test_a_server_that_is_away_is_told_without_the_link() -> None:
    assert await reason_of(NetworkPhone().load(f"http://127.0.0.1:9/s/{KEY}")) == "ClientConnectorError"
