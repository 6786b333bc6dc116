"""Who may come in: every route declares beside itself what it needs, and here alone that is checked.

=================  ====================================================================================================
declared           who comes in, and what the view is handed
=================  ====================================================================================================
open_to_everyone   anybody, as long as no foreign page sends them
for_key            a citizen with the key in the path: ``opened``
for_pass           whoever follows the link to a live video in the team chat, with the pass in the path: ``watched``
for_share          whoever follows a link that was shared with a crew, with its proof in the path: ``share``
for_visit          a browser in which such a link was opened, with what it was then given in the path: ``visiting``
for_screens        a wall screen, a dispatcher, a supervisor, a program's token: ``dispatcher``; for what only shows
for_dispatchers    a dispatcher, a supervisor, a program's token: ``dispatcher``
for_supervisors    a supervisor, or a program's token of that role: ``dispatcher``
for_sessions       a dispatcher or supervisor signed in on a browser, and no program: ``session``
for_peers          sockets of our own pages and of programs; the view itself checks what the peer claims to be
for_loopback       this very machine, in practice mode
for_machines       this machine and our proxies' machines, but nobody through them
for_callbacks      a provider; the view itself checks its signature or secret first of all
=================  ====================================================================================================

A route without a declaration answers nobody. Cross-site request forgery is refused by what browsers say of a request's
origin (``web/callers.py``): a session's cookie acts for our own pages only; whoever is no browser needs a
key, a pass or a token.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, Final, Literal

from quart import Response, current_app, g, request, websocket
from quart_rate_limiter import rate_limit

from showme.domain.origins import note_origin
from showme.domain.people import Dispatcher, Role
from showme.domain.sessions import Session
from showme.errors import NotAllowed, NotFound, NotSignedIn
from showme.services.opening import Opened
from web.callers import (
    acts_by_cookie,
    address_of_caller,
    comes_from_foreign_page,
    is_browsers,
    is_loopback,
    is_machine_of_ours,
    is_safe,
    names_our_host,
    proof_of_caller,
    session_token,
)
from web.limits import CLOSES
from web.needs import needs

View = Callable[..., Awaitable[Any]]
Need = Literal[
    "nobody",
    "key",
    "pass",
    "share",
    "visit",
    "screen",
    "dispatcher",
    "supervisor",
    "session",
    "peer",
    "loopback",
    "machine",
    "callback",
]

NEED: Final = "_showme_need"
ROLES: Final[Mapping[Need, frozenset[Role]]] = {
    "screen": frozenset({"wall_screen", "dispatcher", "supervisor"}),
    "dispatcher": frozenset({"dispatcher", "supervisor"}),
    "supervisor": frozenset({"supervisor"}),
    "session": frozenset({"dispatcher", "supervisor"}),
}
"""Who is meant by each need that a role fulfils."""


def open_to_everyone(view: View) -> View:
    """Let anybody in, as long as no foreign page sends them."""

    @functools.wraps(view)
    async def guarded(*args: object, **kwargs: object) -> Any:
        _refuse_foreign_pages()
        return await view(*args, **kwargs)

    return _needing("nobody", guarded)


def for_key(view: View) -> View:
    """Let in whoever has a key that opens an invitation, handed to the view as ``opened``."""

    @functools.wraps(view)
    async def guarded(key: str, **kwargs: object) -> Any:
        _refuse_foreign_pages()
        opened = await needs().opening.open(key)
        g.opened = opened
        return await view(opened, **kwargs)

    return _needing("key", guarded)


def for_pass(view: View) -> View:
    """Let in whoever has a pass to watch the invitation of the path, handed to the view as ``watched``."""

    @functools.wraps(view)
    async def guarded(invitation: str, proof: str, **kwargs: object) -> Any:
        _refuse_foreign_pages()
        return await view(await needs().passing.check(invitation, proof), **kwargs)

    return _needing("pass", guarded)


def for_share(view: View) -> View:
    """Let in whoever has the link of the share of the path, handed to the view as ``share``."""

    @functools.wraps(view)
    async def guarded(share: str, proof: str, **kwargs: object) -> Any:
        _refuse_foreign_pages()
        return await view(await needs().sharing.look(share, proof), **kwargs)

    return _needing("share", guarded)


def for_visit(view: View) -> View:
    """Let in a browser in which a share was opened, as long as that holds, handed to the view as ``visiting``."""

    @functools.wraps(view)
    async def guarded(visit: str, **kwargs: object) -> Any:
        _refuse_foreign_pages()
        return await view(await needs().sharing.visit(visit), **kwargs)

    return _needing("visit", guarded)


def for_screens(view: View) -> View:
    """Let in whoever may look, a wall screen too, handed to the view as ``dispatcher``: for what changes nothing."""
    return _for_role("screen", view)


def for_dispatchers(view: View) -> View:
    """Let in a dispatcher's or supervisor's session or a program's token, handed to the view as ``dispatcher``."""
    return _for_role("dispatcher", view)


def for_supervisors(view: View) -> View:
    """Let in a supervisor's session or a program's token of that role, handed to the view as ``dispatcher``."""
    return _for_role("supervisor", view)


def for_sessions(view: View) -> View:
    """Let in a person who is signed in on a browser, and no program, handed to the view as ``session``."""

    @functools.wraps(view)
    async def guarded(**kwargs: object) -> Any:
        if not acts_by_cookie():
            raise NotSignedIn
        _refuse_unless_our_page()
        session = await session_of_caller()
        _refuse_unless("session", session.dispatcher)
        return await view(session, **kwargs)

    return _needing("session", guarded)


def for_peers(view: View) -> View:
    """Let in sockets of our own pages, and of programs; the view itself checks what the peer claims to be."""

    @functools.wraps(view)
    async def guarded(**kwargs: object) -> Any:
        if not names_our_host() or comes_from_foreign_page():
            return Response(status=403)
        return await view(**kwargs)

    return _needing("peer", guarded)


def for_loopback(view: View) -> View:
    """Let in requests of this very machine, in practice mode; for anybody else the address does not exist."""

    @functools.wraps(view)
    async def guarded(*args: object, **kwargs: object) -> Any:
        if not is_loopback():
            raise NotFound
        _refuse_foreign_pages()
        return await view(*args, **kwargs)

    return _needing("loopback", guarded)


def for_machines(view: View) -> View:
    """Let in requests of this machine and of our proxies' machines, but none that they pass on from elsewhere.

    For anybody else the address does not exist.
    """

    @functools.wraps(view)
    async def guarded(*args: object, **kwargs: object) -> Any:
        if not is_machine_of_ours():
            raise NotFound
        _refuse_foreign_pages()
        return await view(*args, **kwargs)

    return _needing("machine", guarded)


def for_callbacks(view: View) -> View:
    """Let in a provider's callback; the view itself checks its signature or secret first of all."""
    return _needing("callback", view)


def limited(count: int, *, seconds: int, closes: bool = False) -> Callable[[View], View]:
    """Allow ``count`` requests in so many seconds to each key, watch pass, session, token, or else address.

    A valid key has its own allowance, because thousands of phones share one operator's address. A watch pass has one
    for all who hold it: the team in one chat. A route that ``closes`` takes nobody in when nobody can tell how often
    they asked: what costs money, or where secrets are tried. Everything else, photos first of all, stays open then.
    """
    decorate: Callable[[View], View] = rate_limit(count, timedelta(seconds=seconds), key_function=_asker)

    def decorated(view: View) -> View:
        setattr(view, CLOSES, closes)
        return decorate(view)

    return decorated


async def refuse_strange_requests() -> None:
    """Refuse, before every request, a foreign host's name, and a route that does not declare what it needs.

    Raise NotAllowed.
    """
    if not names_our_host():
        raise NotAllowed("host_not_ours")
    if request.endpoint is not None and need_of(request.endpoint) is None:
        raise NotAllowed
    note_origin(address_of_caller())


async def refuse_strange_sockets() -> Response | None:
    """Refuse, before every handshake, a socket's route that does not declare what it needs."""
    note_origin(address_of_caller())
    if websocket.endpoint is not None and need_of(websocket.endpoint) is None:
        return Response(status=403)
    return None


def need_of(endpoint: str) -> Need | None:
    """Return what a route declares to need."""
    return getattr(current_app.view_functions.get(endpoint), NEED, None)


async def session_of_caller() -> Session:
    """Return the session of this browser, looked up once for each request; raise NotSignedIn."""
    token = session_token()
    if token is None:
        raise NotSignedIn
    if "session" not in g:
        g.session = await needs().signing_in.session(token)
    found: Session = g.session
    return found


async def session_or_none() -> Session | None:
    """Return who is signed in on this browser, if anyone."""
    try:
        return await session_of_caller()
    except NotSignedIn:
        return None


async def refuse_if_ended() -> None:
    """Look again, after a wait, whether whoever asked may still come in; raise NotSignedIn."""
    await proof_of_caller()(needs().signing_in)


def language_of_session() -> str | None:
    """Return the language that whoever is signed in has chosen, once this request's session was looked up."""
    found: Session | None = g.get("session")
    return found.language if found is not None else None


def opened_or_none() -> Opened | None:
    """Return what the request's key has opened, for an error's language."""
    return getattr(g, "opened", None)


def _for_role(need: Need, view: View) -> View:
    @functools.wraps(view)
    async def guarded(**kwargs: object) -> Any:
        if acts_by_cookie():
            _refuse_unless_our_page()
            dispatcher = (await session_of_caller()).dispatcher
        else:
            dispatcher = await proof_of_caller()(needs().signing_in)
        _refuse_unless(need, dispatcher)
        return await view(dispatcher, **kwargs)

    return _needing(need, guarded)


def _needing(need: Need, view: View) -> View:
    setattr(view, NEED, need)
    return view


def _refuse_unless(need: Need, dispatcher: Dispatcher) -> None:
    if dispatcher.role in ROLES[need]:
        return
    raise NotAllowed("wall_screens_only_show" if dispatcher.role == "wall_screen" else "supervisors_only")


def _refuse_foreign_pages() -> None:
    if not is_safe() and comes_from_foreign_page():
        raise NotAllowed("foreign_page")


def _refuse_unless_our_page() -> None:
    """Refuse a cookie that is sent by anything but a page of ours: no browser, no page."""
    if not is_safe() and (not is_browsers() or comes_from_foreign_page()):
        raise NotAllowed("foreign_page")


async def _asker() -> str:
    """Return what a limit counts by."""
    need, blanks = need_of(request.endpoint or ""), request.view_args or {}
    proof = None
    if need == "key":
        proof = blanks.get("key")
    elif need == "pass":
        proof = f"{blanks.get('invitation')} {blanks.get('proof')}"
    elif need == "share":
        proof = f"{blanks.get('share')} {blanks.get('proof')}"
    elif need == "visit":
        proof = blanks.get("visit")
    elif need in ROLES:
        proof = request.headers.get("Authorization") or session_token()
    proof = proof or address_of_caller()
    return hashlib.sha256(str(proof).encode()).hexdigest()
