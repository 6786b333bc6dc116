"""What a request or a socket tells of who makes it: from where, through which page, with which proof.

A browser says of every request where it comes from, out of a page's reach: ``Sec-Fetch-Site`` where it sends that, else
``Origin``; of a socket always the ``Origin`` (RFC 6455, 10.2). Whoever says neither is no browser, so that there is no
cookie to abuse.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from quart import has_websocket_context, request, websocket
from quart.wrappers.base import BaseRequestWebsocket

from showme.domain.people import Dispatcher
from showme.errors import NotSignedIn
from showme.services.signing_in import SigningIn
from web.needs import needs

Proof = Callable[[SigningIn], Awaitable[Dispatcher]]
"""Tells who is behind a session or a bearer token, now and later; raises NotSignedIn."""

COOKIE: Final = "showme-session"
SECURE_COOKIE: Final = "__Host-showme-session"
_SAFE: Final = {"GET", "HEAD", "OPTIONS"}
_PASSED_ON: Final = ("X-Forwarded-For", "Forwarded", "X-Real-IP")
"""Any of these says that a proxy speaks for somebody else."""


def caller() -> BaseRequestWebsocket:
    """Return the request, or the socket's handshake, that is being answered."""
    return websocket if has_websocket_context() else request


def names_our_host() -> bool:
    """Whether the host that is asked for is ours: a rebound name must reach nothing."""
    return caller().host in needs().hosts


def is_safe() -> bool:
    """Whether it is of a kind that changes nothing; the handshake of a socket is not, for what comes over it may."""
    return not has_websocket_context() and request.method in _SAFE


def is_browsers() -> bool:
    """Whether a browser makes it."""
    headers = caller().headers
    return "Origin" in headers or (not has_websocket_context() and "Sec-Fetch-Site" in headers)


def comes_from_foreign_page() -> bool:
    """Whether a browser says that another site's page makes it."""
    headers = caller().headers
    site, origin = headers.get("Sec-Fetch-Site"), headers.get("Origin")
    if site is not None and not has_websocket_context():
        return site not in {"same-origin", "none"}
    if origin is None:
        return site is not None
    try:
        return urlsplit(origin).netloc not in needs().hosts
    except ValueError:  # no browser writes such an origin
        return True


def session_token() -> str | None:
    """Return the session's token from its cookie; on a socket it counts for the pages of a browser only."""
    if has_websocket_context() and not is_browsers():
        return None
    return caller().cookies.get(cookie_name())


def cookie_name() -> str:
    """Return the cookie's name; over HTTPS one that browsers give to this very host only (RFC 6265bis, 4.1.3)."""
    return SECURE_COOKIE if is_https() else COOKIE


def acts_by_cookie() -> bool:
    """Whether a session's cookie is all the proof there is."""
    return "Authorization" not in caller().headers and session_token() is not None


def proof_of_caller() -> Proof:
    """Return what tells, now and later, who is behind the token or session; raise NotSignedIn without either."""
    scheme, _, token = caller().headers.get("Authorization", "").partition(" ")
    if scheme:
        if scheme.lower() != "bearer" or not token.strip():
            raise NotSignedIn("token_not_valid")
        return lambda signing_in: signing_in.whose_token(token.strip())
    session = session_token()
    if session is None:
        raise NotSignedIn
    return lambda signing_in: signing_in.who(session)


def is_https() -> bool:
    """Whether the browser came by HTTPS; a proxy may end it before us, so what we were told of our address counts."""
    return needs().secure and not is_loopback()


def is_loopback() -> bool:
    """Whether it comes from this machine, to an address of this machine."""
    host = urlsplit(f"//{caller().host}").hostname or ""
    try:
        from_here = ip_address(caller().remote_addr or "").is_loopback
        to_here = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
    return from_here and to_here


def is_machine_of_ours() -> bool:
    """Whether this machine or a proxy's makes it, for itself and not for somebody elsewhere."""
    if any(header in caller().headers for header in _PASSED_ON):
        return False
    address = caller().remote_addr or ""
    try:
        return address in needs().proxies or ip_address(address).is_loopback
    except ValueError:  # a socket without addresses
        return False


def address_of_caller() -> str:
    """Return the address that it comes from; what it says of itself counts only through a proxy of ours."""
    address = caller().remote_addr or "unknown"
    told = caller().headers.get("X-Forwarded-For", "")
    forwarded = [hop.strip() for hop in told.split(",") if hop.strip()]
    while forwarded and address in needs().proxies:
        address = forwarded.pop()
    return address
