"""Who speaks on the signalling line: the citizen of an invitation, or one of its viewers, by the id that says so.

::

    <invitation id>-1      the citizen
    <invitation id>-0      the first viewer
    <invitation id>-0-2    the second viewer, and so on to -0-999

Ids tell who somebody says to be; what proves it is the key, a session, a bearer token or a watch pass.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from showme.errors import NotUnderstood

PeerRole = Literal["citizen", "viewer"]

MOST_VIEWERS: Final = 999
_WRITTEN: Final = re.compile(r"([0-9A-Za-z]{1,24})-(?:(1)|0(?:-([1-9][0-9]{0,2}))?)", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Peer:
    """One end of the line; ``number`` counts an invitation's viewers from 1, and is 1 for the citizen."""

    invitation: str
    role: PeerRole
    number: int = 1

    def __str__(self) -> str:
        """Write its id."""
        if self.role == "citizen":
            return f"{self.invitation}-1"
        return f"{self.invitation}-0" if self.number == 1 else f"{self.invitation}-0-{self.number}"


def citizen_of(invitation: str) -> Peer:
    """Return the citizen of an invitation."""
    return Peer(invitation=invitation, role="citizen")


def viewer_of(invitation: str, number: int) -> Peer:
    """Return an invitation's viewer of a number, from 1 to 999."""
    return Peer(invitation=invitation, role="viewer", number=number)


def read_peer(text: str) -> Peer:
    """Read a peer's id, in the one way in which it is written; raise NotUnderstood (``peer_not_understood``)."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise NotUnderstood("peer_not_understood")
    invitation, citizen, number = found.groups()
    if citizen:
        return citizen_of(invitation)
    if number == "1":
        raise NotUnderstood("peer_not_understood")
    return viewer_of(invitation, int(number) if number else 1)
