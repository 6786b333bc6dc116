"""Tries a TURN server as a browser would: opens a relay on it, and asks whom it would relay to.

Sources: RFC 8656 (TURN: Allocate 7, Refresh 8, CreatePermission 10), RFC 8489, 9.2 (long-term credentials).
"""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address
from typing import Final, Literal, Protocol

from gateways.ice.stun import (
    HEADER,
    SUCCESS,
    Attribute,
    Message,
    Method,
    key_of,
    length_of,
    masked,
    read,
    unmasked,
    written,
)
from showme.domain.ice import IceUrl
from showme.errors import Unavailable

_UDP: Final = b"\x11\0\0\0"
_IPV6: Final = b"\x02\0\0\0"
_UNAUTHENTICATED: Final = 401
_STALE_NONCE: Final = 438
_DISCARD: Final = 9
"""The port of peers that are only asked about; a permission holds for all of them."""
_REPEAT_AFTER: Final = 0.5
"""Seconds until a datagram that was not answered is sent again; each time twice as many."""


class TurnRefused(Unavailable):
    """The server said no; ``code`` says why: 401 credentials, 403 forbidden, 440 no such family, 486 quota."""

    def __init__(self, code: int, words: str) -> None:
        """Keep the code and the server's own words."""
        self.code = code
        super().__init__(code=code, words=words)


class _Line(Protocol):
    """A connection to the server."""

    async def exchange(self, request: bytes) -> Message: ...

    def close(self) -> None: ...


@dataclass(kw_only=True)
class _Session:
    """Requests under credentials, signed by what the first refusal tells."""

    line: _Line
    username: str
    credential: str = field(repr=False)
    patience: float
    signing: tuple[bytes, bytes] | None = None
    """Realm and nonce."""

    async def ask(
        self, method: int, attributes: Mapping[int, bytes], *, peer: IPv4Address | IPv6Address | None = None
    ) -> Message:
        """Ask, and once more where the answer tells what to sign with; raise TurnRefused, Unavailable."""
        answer = await self._exchanged(method, attributes, peer)
        if self._learns(answer):
            answer = await self._exchanged(method, attributes, peer)
        if answer.kind != method | SUCCESS:
            raise TurnRefused(*answer.error)
        return answer

    def _learns(self, answer: Message) -> bool:
        """Take over realm and nonce from a challenge; a signature that was not believed is not tried again."""
        code, _ = answer.error
        nonce = answer.attributes.get(Attribute.NONCE)
        is_challenge = code == _STALE_NONCE or (code == _UNAUTHENTICATED and self.signing is None)
        if nonce is None or not is_challenge:
            return False
        realm = answer.attributes.get(Attribute.REALM) or (self.signing or (b"",))[0]
        self.signing = (realm, nonce)
        return True

    async def _exchanged(
        self, method: int, attributes: Mapping[int, bytes], peer: IPv4Address | IPv6Address | None
    ) -> Message:
        transaction, said, key = os.urandom(12), dict(attributes), None
        if peer is not None:
            said[Attribute.XOR_PEER_ADDRESS] = masked(peer, transaction=transaction, port=_DISCARD)
        if self.signing is not None:
            realm, nonce = self.signing
            said |= {
                Attribute.USERNAME: self.username.encode(),
                Attribute.REALM: realm,
                Attribute.NONCE: nonce,
            }
            key = key_of(username=self.username, realm=realm, password=self.credential)
        try:
            async with asyncio.timeout(self.patience):
                return await self.line.exchange(written(method, said, transaction=transaction, key=key))
        except (OSError, EOFError, ValueError) as error:  # TimeoutError is an OSError
            raise Unavailable from error


@dataclass(kw_only=True)
class Allocation:
    """A relay that the server has opened for us."""

    relayed: IPv4Address | IPv6Address
    """Where peers would reach us."""
    _session: _Session

    async def may_reach(self, peer: IPv4Address | IPv6Address) -> bool:
        """Ask whether it relays to an address, without sending anything there; raise Unavailable without an answer."""
        try:
            await self._session.ask(Method.CREATE_PERMISSION, {}, peer=peer)
        except TurnRefused:  # 403 Forbidden, or another reason that keeps the way shut
            return False
        return True


@asynccontextmanager
async def allocated(
    url: IceUrl,
    *,
    username: str,
    credential: str,
    family: Literal[4, 6] = 4,
    patience: float = 5.0,
    trust: ssl.SSLContext | None = None,
) -> AsyncIterator[Allocation]:
    """Open a relay whose address is of a family, and close it at the end.

    ``trust`` takes the place of the system's certificates. Raise TurnRefused, and Unavailable where there is no
    connection, no answer within ``patience`` seconds, or none that is TURN.
    """
    line = await _connected(url, patience=patience, trust=trust)
    try:
        session = _Session(line=line, username=username, credential=credential, patience=patience)
        wanted: dict[int, bytes] = {Attribute.REQUESTED_TRANSPORT: _UDP}
        if family == 6:  # noqa: PLR2004 - IPv6
            wanted[Attribute.REQUESTED_ADDRESS_FAMILY] = _IPV6
        answer = await session.ask(Method.ALLOCATE, wanted)
        try:
            relayed = unmasked(
                answer.attributes.get(Attribute.XOR_RELAYED_ADDRESS, b""), transaction=answer.transaction
            )
        except ValueError as error:
            raise Unavailable from error
        yield Allocation(relayed=relayed, _session=session)
        with suppress(Unavailable):  # the server closes it by itself ten minutes later
            await session.ask(Method.REFRESH, {Attribute.LIFETIME: bytes(4)})
    finally:
        line.close()


async def _connected(url: IceUrl, *, patience: float, trust: ssl.SSLContext | None) -> _Line:
    try:
        async with asyncio.timeout(patience):
            if url.transport == "udp":
                loop = asyncio.get_running_loop()
                _, datagrams = await loop.create_datagram_endpoint(_Datagrams, remote_addr=(url.host, url.port))
                return datagrams
            secured = (trust or ssl.create_default_context()) if url.is_encrypted else None
            return _Stream(*await asyncio.open_connection(url.host, url.port, ssl=secured))
    except (OSError, ValueError) as error:  # a name that cannot be looked up is a ValueError
        raise Unavailable from error


class _Stream:
    """TCP or TLS: one message after another, each telling its length."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def exchange(self, request: bytes) -> Message:
        self._writer.write(request)
        await self._writer.drain()
        head = await self._reader.readexactly(HEADER)
        return read(head + await self._reader.readexactly(length_of(head)))

    def close(self) -> None:
        self._writer.close()


class _Datagrams(asyncio.DatagramProtocol):
    """UDP: what is not answered is sent again."""

    _out: asyncio.DatagramTransport

    def __init__(self) -> None:
        self._come: asyncio.Queue[bytes | Exception] = asyncio.Queue()

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._out = transport

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002 - the loop's signature
        self._come.put_nowait(data)

    def error_received(self, exc: Exception) -> None:
        self._come.put_nowait(exc)

    async def exchange(self, request: bytes) -> Message:
        pause = _REPEAT_AFTER
        self._out.sendto(request)
        while True:
            try:
                come = await asyncio.wait_for(self._come.get(), pause)
            except TimeoutError:
                pause *= 2
                self._out.sendto(request)
                continue
            if isinstance(come, Exception):
                raise come
            answer = read(come)
            if answer.transaction == request[8:HEADER]:  # not the second answer to an earlier request
                return answer

    def close(self) -> None:
        self._out.close()
