"""Who may take a peer's place on the switchboard, and whether that still holds."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from showme.domain.invitations import Invitation
from showme.domain.passes import PASS_LENGTH
from showme.domain.peers import Peer, citizen_of, read_peer
from showme.domain.people import Dispatcher
from showme.domain.shares import VISIT_DIGITS
from showme.errors import NotSignedIn, WrongKey
from web.callers import Proof
from web.needs import Needs

_MOST_TOKEN: Final = 240
_OF_THE_KEY: Final = "-1"
"""A citizen's own page need not know its invitation: the key says it."""
_VISIT_AND_MORE: Final = re.compile(rf"([0-9A-Za-z]{{{VISIT_DIGITS}}})\..+", re.ASCII)
_PASS_AND_MORE: Final = re.compile(rf"([0-9A-Za-z]{{{PASS_LENGTH}}})\..+", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class PeerClaim:
    """What a socket says of itself, before anyone has checked it; ``proof`` is there where it came with a session."""

    peer: str
    token: str = field(repr=False)
    proof: Proof | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class Admitted:
    """A peer whose proof was checked, and how to check it again: ``still_holds`` raises Refused once it does not."""

    peer: Peer
    token: str = field(repr=False)
    invitation: Invitation
    watcher: Dispatcher | None
    """Who watches; None for the citizen."""
    still_holds: Callable[[], Awaitable[None]] = field(repr=False)


async def admit(claim: PeerClaim, needs: Needs) -> Admitted:
    """Check a claim, changing nothing.

    A citizen's token is the key, beside the whole id or ``-1``. A viewer's begins with a watch pass, or with what
    proves a visit by a share, and a full stop; or it is any text, and then the session or the bearer token counts.

    Raise NotUnderstood (the id), WrongKey, LinkEnded, NotSignedIn, NotFound (another organisation's), Unavailable.
    """
    named = None if claim.peer == _OF_THE_KEY else read_peer(claim.peer)
    if not 0 < len(claim.token) <= _MOST_TOKEN:
        raise WrongKey

    async def look() -> tuple[Invitation, Dispatcher | None]:
        if named is None or named.role == "citizen":
            return await _of_citizen(named, claim, needs), None
        with_pass = _PASS_AND_MORE.fullmatch(claim.token)
        if with_pass is not None:
            watched = await needs.passing.check(named.invitation, with_pass[1])
            return watched.invitation, watched.dispatcher
        with_visit = _VISIT_AND_MORE.fullmatch(claim.token)
        if with_visit is not None:
            watched = await needs.sharing.on_the_line(with_visit[1], named.invitation)
            return watched.invitation, watched.dispatcher
        return await _of_dispatcher(named, claim, needs)

    async def still_holds() -> None:
        await look()

    invitation, watcher = await look()
    peer = named or citizen_of(invitation.id)
    return Admitted(peer=peer, token=claim.token, invitation=invitation, watcher=watcher, still_holds=still_holds)


async def _of_citizen(peer: Peer | None, claim: PeerClaim, needs: Needs) -> Invitation:
    opened = await needs.opening.open(claim.token)
    if peer is not None and opened.invitation.id != peer.invitation:
        raise WrongKey
    return opened.invitation


async def _of_dispatcher(peer: Peer, claim: PeerClaim, needs: Needs) -> tuple[Invitation, Dispatcher]:
    if claim.proof is None:
        raise NotSignedIn
    dispatcher = await claim.proof(needs.signing_in)
    invitation = await needs.viewing.invitation(dispatcher, peer.invitation)
    invitation.refuse_unless_open(needs.clock.now())
    return invitation, dispatcher
