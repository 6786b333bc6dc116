"""Lets a real phone of the same network practise: our address there, and a certificate made on the spot."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import trustme

from app.settings import Problems

if TYPE_CHECKING:
    from pathlib import Path


def lan_address() -> str:
    """Return the address by which other machines of the network reach us; raise Problems when there is none.

    Choosing a route sends nothing: the address asked for is one of documentation (RFC 5737).
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            raise Problems(["This computer is in no network: --lan needs one that the phone is in too."]) from None
        address: str = probe.getsockname()[0]
    return address


def lan_certificate(folder: Path, address: str) -> tuple[Path, Path]:
    """Make a certificate for an address, kept in ``folder`` for ourselves; return its file and its key's."""
    certificate, key = folder / "lan.crt", folder / "lan.key"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    issued = trustme.CA(organization_name="showme practice").issue_cert(address, "localhost")
    key.touch(mode=0o600)
    issued.private_key_pem.write_to_path(str(key))
    certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    return certificate, key
