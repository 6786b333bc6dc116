"""Linking: an invitation's key is written anew from what is kept, because keys themselves rest nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from showme.domain.keys import write_key

if TYPE_CHECKING:
    from showme.domain.invitations import Invitation
    from showme.records import Work


async def key_of(work: Work, invitation: Invitation) -> str:
    """Return an invitation's key."""
    kept = await work.organisations.secrets(invitation.organisation)
    secret = next(secret for secret in kept if secret.id == invitation.secret)
    return write_key(
        organisation=invitation.organisation, made_at=invitation.created_at, nonce=invitation.nonce, secret=secret.value
    )
