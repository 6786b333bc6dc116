"""A security key in software: makes passkeys and signs by them, right or wrong on wish."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

_PRESENT = 0x01
_VERIFIED = 0x04
_WITH_CREDENTIAL = 0x40


def text(octets: bytes) -> str:
    """Write base64url without padding."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def octets(text: str) -> bytes:
    """Read base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class SoftKey:
    """One passkey in software; ``counts`` is false for devices that do not count."""

    origin: str = "https://show.example.org"
    domain: str | None = None
    """Whose passkey it says it is; None for what it is asked for."""
    counts: bool = True
    counter: int = 0
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    handle: bytes = b""

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer what a browser answers to ``navigator.credentials.create``."""
        self.handle = octets(options["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        credential = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + public
        told = self._told(self.domain or options["rp"]["id"], _WITH_CREDENTIAL) + credential
        client = self._client("webauthn.create", options["challenge"])
        return self._answer(
            {
                "clientDataJSON": text(client),
                "attestationObject": text(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": told})),
                "transports": ["usb"],
            }
        )

    def sign(self, options: dict[str, Any], **wrong: Any) -> dict[str, Any]:
        """Answer what a browser answers to ``navigator.credentials.get``; ``wrong`` replaces parts of it."""
        if self.counts:
            self.counter += 1
        told = self._told(self.domain or options["rpId"], 0)
        client = self._client("webauthn.get", options["challenge"])
        signature = self.key.sign(told + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            {
                "clientDataJSON": text(client),
                "authenticatorData": text(told),
                "signature": text(signature),
                "userHandle": text(self.handle),
                **wrong,
            }
        )

    def _told(self, domain: str, more: int) -> bytes:
        flags = _PRESENT | _VERIFIED | more
        return hashlib.sha256(domain.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, response: dict[str, Any]) -> dict[str, Any]:
        name = text(self.credential)
        return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}
