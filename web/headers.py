"""The headers that every answer carries, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from quart import Response, request

from web.callers import is_https
from web.compressing import WORTH_IT, coding_for, compressed
from web.needs import needs

if TYPE_CHECKING:
    from collections.abc import Iterable

CITIZEN_CSP: Final = (
    "default-src 'none'; script-src {script} {parts}; style-src {style}; img-src 'self' blob: data:; "
    "connect-src {calls}; media-src blob:; form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
)
DISPATCHER_CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:{tiles}; connect-src {calls}; "
    "font-src 'self'; media-src 'self' blob:; form-action 'self'; frame-src 'self'; base-uri 'none'; "
    "frame-ancestors {ancestors}"
)
_NOTHING_CSP: Final = "default-src 'none'; frame-ancestors 'none'; sandbox"
_COMPRESSIBLE: Final = ("text/html", "text/css", "text/javascript", "application/json", "image/svg+xml")


def ancestors() -> str:
    """Who may put our pages into a frame: nobody, but for the three panes of practice mode."""
    return "'self'" if needs().practice else "'none'"


def tiles() -> str:
    """From where else pages may load pictures: the source of the map's tiles, where the operator has chosen one."""
    host = needs().map.host
    return f" {host}" if host else ""


def calls() -> str:
    """Whom the script of our pages may call: us, on a socket, too, and the PeerServer outside where there is one.

    Safari before 15.4 does not take ``'self'`` for a socket's address, so that it is written out (CSP3, 6.7.2.8). An
    IPv6 address has no place in a policy; browsers on it go by ``'self'``.
    """
    sources = ["'self'"]
    if not request.host.startswith("["):
        sources += [f"wss://{request.host}"] if is_https() else [f"wss://{request.host}", f"ws://{request.host}"]
    external = needs().external_signalling
    if external is not None:
        parts = urlsplit(external)
        sources.append(f"{parts.scheme}://{parts.netloc}")
    return " ".join(sources)


def parts(addresses: Iterable[str]) -> str:
    """Say which files of ours, and no others, the citizen's page may run beside what it carries inside.

    An IPv6 address has no place in a policy; a browser on it goes by ``'self'``.
    """
    if request.host.startswith("["):
        return "'self'"
    return " ".join(f"{request.host}{address}" for address in addresses)


async def add_headers(response: Response) -> Response:
    """Add what is missing: no sniffing, no framing, no referrer to others, nothing kept by caches, no power unasked."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _NOTHING_CSP)
    headers.setdefault("Cache-Control", "no-store")
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault(
        "Permissions-Policy",
        "camera=(self), geolocation=(self), microphone=(self), payment=(), usb=(), interest-cohort=()",
    )
    if needs().secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    await _compress(response)
    return response


async def _compress(response: Response) -> None:
    """Compress texts; a stream of events is left alone, a picture is compressed already."""
    if response.mimetype not in _COMPRESSIBLE or "Content-Encoding" in response.headers:
        return
    accepted = request.accept_encodings
    coding = coding_for(brotli_quality=accepted.quality("br"), gzip_quality=accepted.quality("gzip"))
    body = await response.get_data(as_text=False)
    if coding is None or len(body) < WORTH_IT:
        return
    is_kept = "immutable" in response.headers["Cache-Control"]
    is_first = request.path.startswith("/s/") and response.mimetype == "text/html"
    response.set_data(await compressed(body, coding, is_kept=is_kept, is_first=is_first))
    response.headers["Content-Encoding"] = coding
    response.vary.add("Accept-Encoding")
