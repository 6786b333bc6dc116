"""Where a provider may be spoken to."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def checked_address(address: str) -> str:
    """Return a provider's address (scheme and host) if a number, a text and a secret may be told to it.

    Raise ValueError unless it is HTTPS, or HTTP on this machine's own loopback, where the stand-ins are.
    """
    parts = urlsplit(address)
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise ValueError("The address of an SMS provider is a scheme and a host.")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.hostname)):
        raise ValueError("An SMS provider is spoken to by HTTPS.")
    return f"{parts.scheme}://{parts.netloc}"


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
