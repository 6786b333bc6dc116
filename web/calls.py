"""What a page needs to call another: who it is on the line, where the line is, and over which servers they meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.needs import needs

if TYPE_CHECKING:
    from showme.domain.peers import Peer
    from web.shapes import Shape


def call_shape(peer: Peer) -> Shape:
    """Shape it for a peer; nothing of it is fetched now, so that nobody who taps waits for a provider."""
    return {
        "peer": str(peer),
        "ice_servers": needs().relaying.servers(peer.invitation),
        "ice_policy": needs().ice_policy,
        "signalling": needs().external_signalling,
    }
