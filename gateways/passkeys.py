"""Writes and reads what browsers and devices say about passkeys, by the library ``webauthn``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import webauthn
from cryptography.exceptions import UnsupportedAlgorithm
from webauthn.helpers import (
    base64url_to_bytes,
    options_to_json_dict,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from showme.domain.passkeys import CHALLENGE_LIFE, MadePasskey, PasskeyClaim
from showme.errors import NotSignedIn, NotUnderstood

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from showme.domain.passkeys import Passkey, PasskeyPlace
    from showme.domain.people import Dispatcher

_BAD: Final = (WebAuthnException, UnsupportedAlgorithm, ValueError, KeyError, TypeError, OverflowError, AttributeError)
"""What the library and those below it raise on answers that no device gives."""
_PATIENCE: Final = int(CHALLENGE_LIFE.total_seconds() * 1000)
_MOST_CREDENTIAL: Final = 1023
_MOST_KEY: Final = 4096
_TRANSPORTS: Final = {transport.value for transport in AuthenticatorTransport}


class WebauthnPasskeys:
    """Implements ``showme.ports.PasskeyReader``; asks no device for its maker's word, so that none tells its model."""

    def to_make(
        self, place: PasskeyPlace, *, challenge: bytes, owner: Dispatcher, organisation: str, handle: bytes,
        known: Sequence[Passkey],
    ) -> Mapping[str, Any]:  # fmt: skip
        """Return what a browser needs to make a passkey."""
        options = webauthn.generate_registration_options(
            rp_id=place.domain,
            rp_name=f"showme, {organisation}",
            user_name=owner.name,
            user_display_name=owner.name,
            user_id=handle,
            challenge=challenge,
            timeout=_PATIENCE,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                require_resident_key=True,
                user_verification=UserVerificationRequirement.PREFERRED,
            ),
            exclude_credentials=[
                PublicKeyCredentialDescriptor(
                    id=passkey.credential,
                    transports=[AuthenticatorTransport(name) for name in passkey.transports if name in _TRANSPORTS],
                )
                for passkey in known
            ],
        )
        return options_to_json_dict(options)

    def read_made(self, place: PasskeyPlace, answer: Mapping[str, Any], *, challenge: bytes) -> MadePasskey:
        """Check what a device has made."""
        try:
            credential = parse_registration_credential_json(dict(answer))
            made = webauthn.verify_registration_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=place.domain,
                expected_origin=place.origin,
            )
        except _BAD as error:
            raise NotUnderstood("passkey_not_understood") from error
        if len(made.credential_id) > _MOST_CREDENTIAL or len(made.credential_public_key) > _MOST_KEY:
            raise NotUnderstood("passkey_not_understood")
        return MadePasskey(
            credential=made.credential_id,
            public_key=made.credential_public_key,
            counter=made.sign_count,
            transports=tuple(transport.value for transport in credential.response.transports or ()),
        )

    def to_sign(self, place: PasskeyPlace, *, challenge: bytes) -> Mapping[str, Any]:
        """Return what a browser needs to let a passkey sign: none is named, so that nobody learns which there are."""
        return options_to_json_dict(
            webauthn.generate_authentication_options(
                rp_id=place.domain,
                challenge=challenge,
                timeout=_PATIENCE,
                user_verification=UserVerificationRequirement.PREFERRED,
            )
        )

    def read_claim(self, answer: Mapping[str, Any]) -> PasskeyClaim:
        """Read a claim, of either kind of answer."""
        try:
            told = answer["response"]
            handle = told.get("userHandle")
            return PasskeyClaim(
                credential=base64url_to_bytes(answer["rawId"]),
                challenge=parse_client_data_json(base64url_to_bytes(told["clientDataJSON"])).challenge,
                handle=base64url_to_bytes(handle) if handle else None,
            )
        except _BAD as error:
            raise NotUnderstood("passkey_not_understood") from error

    def read_signed(
        self, place: PasskeyPlace, answer: Mapping[str, Any], *, challenge: bytes, public_key: bytes
    ) -> int:
        """Check a signature; whether the counter grows is for the rules to judge, once the signature is right."""
        try:
            signed = webauthn.verify_authentication_response(
                credential=parse_authentication_credential_json(dict(answer)),
                expected_challenge=challenge,
                expected_rp_id=place.domain,
                expected_origin=place.origin,
                credential_public_key=public_key,
                credential_current_sign_count=0,
            )
        except _BAD as error:
            raise NotSignedIn("passkey_not_accepted") from error
        return signed.new_sign_count
