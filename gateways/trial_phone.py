"""Plays a citizen's phone over the network, for the self-test."""

from __future__ import annotations

import io
import json
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
from PIL import Image

from gateways.ice.trial import allocated
from showme.domain.ice import IceServer, read_ice_url
from showme.domain.trials import Tapped
from showme.errors import Unavailable

_PATIENCE: Final = aiohttp.ClientTimeout(total=20, sock_connect=10)
_USER_AGENT: Final = "Mozilla/5.0 (showme self-test)"
_MOST: Final = 1024 * 1024
"""Bytes that an answer may have."""
_FRAME: Final = 64 * 1024
_OK, _CREATED, _NO_CONTENT, _GONE = 200, 201, 204, 410


class NetworkPhone:
    """Implements ``showme.ports.TrialPhone``: nothing of it takes a way that a real phone has not."""

    def __init__(self, *, verify: bool = True) -> None:
        """Speak to servers whose certificate is trusted; without ``verify`` to every one, as in practice mode."""
        self._verify = verify

    async def load(self, link: str) -> None:
        """Load the page, check that it is ours, and tell that it was loaded, as its script does."""
        async with self._connected(link) as session:
            async with session.get(link) as answer:
                _expect(answer, _OK)
                page = await answer.content.read(_MOST)
                # The form that works without any script: where it leads says whose page this is.
                if f"{urlsplit(link).path}/photos".encode() not in page:
                    raise Unavailable(reason="not the citizen's page")
            async with session.post(f"{link}/progress", json={"step": "loaded"}) as answer:
                _expect(answer, _NO_CONTENT)

    async def tap(self, link: str) -> Tapped:
        """Tap, and read what the page calls with."""
        async with self._connected(link) as session, session.post(f"{link}/tapped", json={}) as answer:
            _expect(answer, _OK)
            return _tapped(await answer.content.read(_MOST))

    async def call(self, link: str, tapped: Tapped) -> None:
        """Open the line with the key, as PeerJS does, wait for its OPEN, and leave."""
        where = urlsplit(link)
        ours = f"{'wss' if where.scheme == 'https' else 'ws'}://{where.netloc}/peerjs?key=peerjs"
        key = where.path.rpartition("/")[2]
        # A PeerServer of somebody else's has no business with the key: it takes any token.
        address, token = (ours, key) if tapped.signalling is None else (tapped.signalling, secrets.token_hex(8))
        asked = f"{address}{'&' if '?' in address else '?'}id={tapped.peer}&token={token}&version=1.5.5"
        async with self._connected(link) as session, session.ws_connect(asked, max_msg_size=_FRAME) as line:
            heard = await line.receive(timeout=_PATIENCE.total)
            kind = _kind_of(heard)
            if kind != "OPEN":
                raise Unavailable(reason=f"the line answered {kind}")
            await line.send_json({"type": "HEARTBEAT"})
            await line.send_json({"type": "LEAVE"})

    async def relay(self, tapped: Tapped) -> None:
        """Open and close a relay at each TURN address."""
        for server in tapped.ice_servers:
            for written in server.urls:
                url = read_ice_url(written)
                if not url.relays:
                    continue
                where = f"{url.scheme}:{url.host} by {url.transport}"
                try:
                    async with allocated(url, username=server.username or "", credential=server.credential or ""):
                        pass
                except Unavailable as error:
                    raise Unavailable(reason=f"{where}: {error.facts.get('code', 'no answer')}") from error

    async def send_photo(self, link: str) -> str:
        """Send a small JPEG and return its id."""
        form = aiohttp.FormData()
        form.add_field("photo", _small_jpeg(), filename="selftest.jpg", content_type="image/jpeg")
        accepts = {"Accept": "application/json"}
        async with (
            self._connected(link) as session,
            session.post(f"{link}/photos", data=form, headers=accepts) as answer,
        ):
            _expect(answer, _CREATED)
            told = _object(await answer.content.read(_MOST))
            return str(told.get("id"))

    async def find_closed(self, link: str) -> None:
        """Make sure that the link says that it has ended."""
        async with self._connected(link) as session, session.get(link) as answer:
            _expect(answer, _GONE)

    @asynccontextmanager
    async def _connected(self, link: str) -> AsyncIterator[aiohttp.ClientSession]:
        """Lend a session that says what a browser on this page would; translate what the network does to it."""
        where = urlsplit(link)
        headers = {
            "User-Agent": _USER_AGENT,
            "Origin": f"{where.scheme}://{where.netloc}",
            "Sec-Fetch-Site": "same-origin",
        }
        connector = aiohttp.TCPConnector(ssl=self._verify)
        try:
            async with aiohttp.ClientSession(
                headers=headers, timeout=_PATIENCE, connector=connector, raise_for_status=False
            ) as session:
                yield session
        except aiohttp.ClientConnectorCertificateError as error:
            raise Unavailable(reason="certificate") from error
        except aiohttp.WSServerHandshakeError as error:
            raise Unavailable(reason=f"HTTP {error.status}") from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            # Only the kind: the text of such an error has the address in it, and that the key.
            raise Unavailable(reason=type(error).__name__) from error


def _expect(answer: aiohttp.ClientResponse, status: int) -> None:
    if answer.status != status:
        raise Unavailable(reason=f"HTTP {answer.status}")


def _tapped(body: bytes) -> Tapped:
    told = _object(body)
    try:
        servers = tuple(
            IceServer(
                urls=(each["urls"],) if isinstance(each["urls"], str) else tuple(each["urls"]),
                username=each.get("username"),
                credential=each.get("credential"),
            )
            for each in told["ice_servers"]
        )
        return Tapped(peer=str(told["peer"]), ice_servers=servers, signalling=told.get("signalling"))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Unavailable(reason="not understood") from error


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(body)
    except ValueError as error:
        raise Unavailable(reason="not understood") from error
    if not isinstance(told, dict):
        raise Unavailable(reason="not understood")
    return told


def _kind_of(heard: aiohttp.WSMessage) -> str:
    if heard.type is not aiohttp.WSMsgType.TEXT:
        return heard.type.name
    return str(_object(heard.data.encode()).get("type"))


def _small_jpeg() -> bytes:
    written = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(written, "JPEG", quality=70)
    return written.getvalue()
