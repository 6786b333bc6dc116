"""Who may come in: the guard and the limit that stand before every route.

A request proves itself by the key in its path (citizens), by a watch pass in its path (whoever follows the link to a
live video in the team chat), by a session's cookie (dispatchers in a browser) or by a bearer token (programs).
Cross-site request forgery is refused by what browsers say of a request's origin: ``Sec-Fetch-Site`` where they send it,
else ``Origin``. Both are set by the browser and out of a page's reach. A request with neither is no browser's, so there
is no cookie to abuse: a key, a pass or a token suffices for it, a session's cookie does not.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

from quart import current_app, g, request
from quart_rate_limiter import rate_limit
from quart_rate_limiter.store import MemoryStore

from showme.domain.people import Dispatcher
from showme.errors import NotAllowed, NotFound, NotSignedIn
from showme.services.opening import Opened
from showme.services.signing_in import SigningIn
from web.needs import needs

View = Callable[..., Awaitable[Any]]

GUARD: Final = "_showme_guard"
COOKIE: Final = "showme-session"
SECURE_COOKIE: Final = "__Host-showme-session"
_SAFE: Final = {"GET", "HEAD", "OPTIONS"}
_MOST_REMEMBERED: Final = 50_000
_PASSED_ON: Final = ("X-Forwarded-For", "Forwarded", "X-Real-IP")
"""Any of these says that a proxy speaks for somebody else."""


def open_to_everyone(view: View) -> View:
    """Let anybody in, as long as no foreign page sends them."""

    @functools.wraps(view)
    async def guarded(*args: object, **kwargs: object) -> Any:
        _refuse_foreign_pages()
        return await view(*args, **kwargs)

    setattr(guarded, GUARD, "everyone")
    return guarded


def for_key(view: View) -> View:
    """Let in whoever has a key that opens an invitation, handed to the view as ``opened``."""

    @functools.wraps(view)
    async def guarded(key: str, **kwargs: object) -> Any:
        _refuse_foreign_pages()
        opened = await needs().opening.open(key)
        g.opened = opened
        return await view(opened, **kwargs)

    setattr(guarded, GUARD, "key")
    return guarded


def for_pass(view: View) -> View:
    """Let in whoever has a pass to watch the invitation of the path, handed to the view as ``watched``."""

    @functools.wraps(view)
    async def guarded(invitation: str, proof: str, **kwargs: object) -> Any:
        _refuse_foreign_pages()
        return await view(await needs().passing.check(invitation, proof), **kwargs)

    setattr(guarded, GUARD, "pass")
    return guarded


def for_dispatchers(view: View) -> View:
    """Let in a dispatcher's session or a program's token, handed to the view as ``dispatcher``."""

    @functools.wraps(view)
    async def guarded(**kwargs: object) -> Any:
        return await view(await _dispatcher(), **kwargs)

    setattr(guarded, GUARD, "dispatcher")
    return guarded


def for_loopback(view: View) -> View:
    """Let in requests of this very machine, in practice mode; for anybody else the address does not exist."""

    @functools.wraps(view)
    async def guarded(*args: object, **kwargs: object) -> Any:
        if not is_loopback():
            raise NotFound
        _refuse_foreign_pages()
        return await view(*args, **kwargs)

    setattr(guarded, GUARD, "loopback")
    return guarded


def for_machines(view: View) -> View:
    """Let in requests of this machine and of our proxies' machines, but none that they pass on from elsewhere.

    For anybody else the address does not exist.
    """

    @functools.wraps(view)
    async def guarded(*args: object, **kwargs: object) -> Any:
        if any(header in request.headers for header in _PASSED_ON) or not _is_machine_of_ours():
            raise NotFound
        _refuse_foreign_pages()
        return await view(*args, **kwargs)

    setattr(guarded, GUARD, "machine")
    return guarded


def for_callbacks(view: View) -> View:
    """Let in a provider's callback; the view itself checks its signature or secret first of all."""
    setattr(view, GUARD, "callback")
    return view


def limited(count: int, *, seconds: int) -> Callable[[View], View]:
    """Allow ``count`` requests in so many seconds to each key, watch pass, session, token, or else address.

    A valid key has its own allowance, because thousands of phones share one operator's address. A watch pass has one
    for all who hold it: the team in one chat.
    """
    decorate: Callable[[View], View] = rate_limit(count, timedelta(seconds=seconds), key_function=_asker)
    return decorate


class ForgetfulStore(MemoryStore):
    """Remembers who asked when, and lets go of what no longer matters before it grows."""

    def __init__(self) -> None:
        super().__init__()
        self._forget_at = _MOST_REMEMBERED

    async def set(self, key: str, tat: datetime) -> None:
        """Keep a moment; drop the past ones when there are many."""
        if len(self._tats) >= self._forget_at:
            now = datetime.now(UTC)
            self._tats = {known: moment for known, moment in self._tats.items() if moment > now}
            self._forget_at = max(_MOST_REMEMBERED, 2 * len(self._tats))
        await super().set(key, tat)


async def session_or_none() -> Dispatcher | None:
    """Return who is signed in on this browser, if anyone."""
    token = session_token()
    if token is None:
        return None
    try:
        return await needs().signing_in.who(token)
    except NotSignedIn:
        return None


def session_token() -> str | None:
    """Return the session's token from its cookie."""
    return request.cookies.get(cookie_name())


def cookie_name() -> str:
    """Return the cookie's name; over HTTPS one that browsers give to this very host only (RFC 6265bis, 4.1.3)."""
    return SECURE_COOKIE if is_https() else COOKIE


def is_https() -> bool:
    """Whether the browser came by HTTPS; a proxy may end it before us, so what we were told of our address counts."""
    return needs().secure and not is_loopback()


def is_loopback() -> bool:
    """Whether the request comes from this machine, to an address of this machine."""
    host = urlsplit(f"//{request.host}").hostname or ""
    try:
        from_here = ip_address(request.remote_addr or "").is_loopback
        to_here = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
    return from_here and to_here


def _is_machine_of_ours() -> bool:
    address = request.remote_addr or ""
    try:
        return address in needs().proxies or ip_address(address).is_loopback
    except ValueError:  # a socket without addresses
        return False


def refuse_foreign_hosts() -> None:
    """Raise NotAllowed when the request names a host that is not ours: a rebound name must reach nothing."""
    if request.host not in needs().hosts:
        raise NotAllowed("host_not_ours")


def _refuse_foreign_pages() -> None:
    if request.method in _SAFE:
        return
    if comes_from_foreign_page():
        raise NotAllowed("foreign_page")


def comes_from_foreign_page() -> bool:
    """Whether a browser says that another site's page made this request."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    if origin is None:
        return False
    try:
        return urlsplit(origin).netloc not in needs().hosts
    except ValueError:  # no browser writes such an origin
        return True


def _is_browsers() -> bool:
    return "Sec-Fetch-Site" in request.headers or "Origin" in request.headers


async def _dispatcher() -> Dispatcher:
    acts_by_cookie = "Authorization" not in request.headers and session_token() is not None
    if acts_by_cookie and request.method not in _SAFE and (not _is_browsers() or comes_from_foreign_page()):
        raise NotAllowed("foreign_page")
    return await proof_of_asker()(needs().signing_in)


def proof_of_asker() -> Callable[[SigningIn], Awaitable[Dispatcher]]:
    """Return what tells, now and later, who is behind this request's token or session; raise NotSignedIn."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme:
        if scheme.lower() != "bearer" or not token:
            raise NotSignedIn("token_not_valid")
        return lambda signing_in: signing_in.whose_token(token.strip())
    session = session_token()
    if session is None:
        raise NotSignedIn
    return lambda signing_in: signing_in.who(session)


async def _asker() -> str:
    guard = getattr(current_app.view_functions.get(request.endpoint or ""), GUARD, None)
    blanks = request.view_args or {}
    proof = None
    if guard == "key":
        proof = blanks.get("key")
    elif guard == "pass":
        proof = f"{blanks.get('invitation')} {blanks.get('proof')}"
    elif guard == "dispatcher":
        proof = request.headers.get("Authorization") or session_token()
    proof = proof or address_of_asker()
    return hashlib.sha256(str(proof).encode()).hexdigest()


def address_of_asker() -> str:
    """Return the address that a request comes from; what it says of itself counts only through a proxy of ours."""
    address = request.remote_addr or "unknown"
    forwarded = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    while forwarded and address in needs().proxies:
        address = forwarded.pop()
    return address


def opened_or_none() -> Opened | None:
    """Return what the request's key has opened, for an error's language."""
    return getattr(g, "opened", None)
