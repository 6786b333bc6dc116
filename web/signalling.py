"""Speaks PeerServer's protocol with PeerJS clients: ``GET /peerjs/id`` and the websocket ``/peerjs``.

Quart's error handlers do not cover websockets, so that this door writes its refusals itself.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import Final, cast

from quart import Blueprint, Response, Websocket, websocket
from quart_rate_limiter import rate_limit

from showme.errors import NotSignedIn, Refused, ShowmeError, TooMany, Unavailable
from showme.switchboard import IdTaken, Line
from web.admission import PeerClaim, admit
from web.callers import Proof, proof_of_caller, session_token
from web.guard import for_peers, limited, open_to_everyone
from web.lines import ID_TAKEN, MOST_OPENINGS, OPENINGS_PERIOD, Farewell, Lines, Outbox, error
from web.needs import needs

blueprint: Final = Blueprint("signalling", __name__)

KEY: Final = "peerjs"
_PATIENCE: Final = 5.0
"""Seconds that a socket may take to accept one message."""
_INVALID_KEY: Final = '{"type": "INVALID-KEY", "payload": {"msg": "Invalid key provided"}}'
_MISSING: Final = error("No id, token, or key supplied to websocket server", "not_understood")


@blueprint.get("/peerjs/id")
@open_to_everyone
@limited(60, seconds=60)
async def random_id() -> Response:
    """Answer an id as PeerServer does; it belongs to no invitation, and so opens nothing."""
    return Response(secrets.token_hex(16), content_type="text/plain; charset=utf-8")


@blueprint.websocket("/peerjs")
@for_peers
@rate_limit(
    MOST_OPENINGS, OPENINGS_PERIOD
)  # declared here; ``refuse_too_often`` counts, as the limiter knows requests only
async def signalling() -> Response | None:
    """Put a peer on the line until either side ends it."""
    asked, lines = websocket.args, needs().lines
    claim = PeerClaim(peer=asked.get("id", ""), token=asked.get("token", ""), proof=_proof())
    socket = cast("Websocket", websocket._get_current_object())  # type: ignore[attr-defined] # noqa: SLF001 - for the reader's task
    outbox = Outbox()
    refusal = None
    if not (claim.peer and claim.token and asked.get("key")):
        refusal = _MISSING
    elif asked["key"] != KEY:
        refusal = _INVALID_KEY
    else:
        try:
            lines.refuse_too_often(f"{claim.peer} {claim.token} {session_token() or ''}")
            admitted = await admit(claim, needs())
            lines.refuse_too_many_comings(admitted)
            line = lines.connect(admitted, outbox)
        except IdTaken:
            refusal = ID_TAKEN
        except (TooMany, Unavailable) as trouble:
            return _later(trouble)
        except Refused as refused:
            refusal = error("Invalid token provided", refused.cause)
        else:
            await _serve(socket, line, outbox, lines)
            return None
    await _turn_away(socket, refusal)
    return None


async def _serve(socket: Websocket, line: Line, outbox: Outbox, lines: Lines) -> None:
    """Send what the outbox has until its farewell, while another task reads; the line is closed whatever happens."""
    try:
        await socket.accept()
        reading = asyncio.create_task(_read(socket, line, lines))
        try:
            while (text := await outbox.next()) is not None:
                async with asyncio.timeout(_PATIENCE):
                    await socket.send(text)
            async with asyncio.timeout(_PATIENCE):
                await socket.close((outbox.farewell or Farewell(code=1000)).code)
        finally:
            reading.cancel()
    except TimeoutError:
        # Nobody reads there. Quart would wait without end to say goodbye; a cancelled handler's connection is dropped.
        raise asyncio.CancelledError from None
    finally:
        lines.close(line)


async def _read(socket: Websocket, line: Line, lines: Lines) -> None:
    """Hear every frame, also those that come after the end: Quart keeps without bound what nobody takes."""
    try:
        while True:
            lines.hear(line, await socket.receive())
    except Exception as failure:  # noqa: BLE001 - whatever it is, it is this socket's alone
        lines.fail(line, failure)


async def _turn_away(socket: Websocket, text: str) -> None:
    """Refuse as PeerServer does: in a message, and then close."""
    try:
        async with asyncio.timeout(_PATIENCE):
            await socket.accept()
            await socket.send(text)
            await socket.close(1008)
    except TimeoutError:
        raise asyncio.CancelledError from None


def _later(trouble: ShowmeError) -> Response:
    """Refuse before the handshake, on which PeerJS only disconnects and may come back."""
    return Response(status=trouble.status, headers={"Retry-After": str(trouble.retry_after or 1)})


def _proof() -> Proof | None:
    """Return what tells who is behind the socket's bearer token or session; None without either."""
    try:
        return proof_of_caller()
    except NotSignedIn:
        return None
