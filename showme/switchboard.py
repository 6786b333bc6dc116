"""Who is on the line and who may reach whom: it has no sockets, and no clock of its own.

It speaks as PeerServer does to the PeerJS client (peerjs-server's message handlers; PeerJS 1.5.5, ``lib/socket.ts`` and
``lib/peer.ts``), with what that leaves out: a peer reaches only the other side of its own invitation, and everything
that waits is bounded.
"""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final, NoReturn

from showme.domain.peers import Peer, citizen_of, read_peer, viewer_of
from showme.errors import Busy, Contradiction, Refused, TooMany

MOST_FRAME: Final = 64 * 1024
"""Bytes of one message, either way."""
MOST_WAITING: Final = 60
"""Messages that wait for one absent peer."""
MOST_WAITING_BYTES: Final = 512 * 1024
"""Bytes that wait for all absent peers of one invitation."""
MOST_VIEWERS: Final = 32
"""Viewers of one invitation at the same time."""
MOST_GUESTS: Final = 16
"""Viewers by a watch pass among them: whoever is signed in finds a place, however far a link was passed on."""
MOST_DIRECT: Final = 3
"""Viewers that the phone serves itself, the first to come; the others see stills."""
WAITING_LIFE: Final = timedelta(seconds=5)
AWAY: Final = timedelta(seconds=15)
"""How long a peer whose socket has ended keeps its place: a reload, a change of network, a restart of its side."""
SILENCE: Final = timedelta(seconds=90)
"""Browsers throttle a background tab's heartbeat to one a minute."""
RESERVED: Final = timedelta(seconds=60)
FRAMES_A_SECOND: Final = 60.0
MOST_AT_ONCE: Final = 200.0

_NONSENSE: Final = 10.0
"""What a frame that means nothing costs of the allowance: PeerJS never sends one."""
_NUMBERS_APART: Final = 11
_A_MOMENT: Final = 0.001
_CARRIED: Final = frozenset({"OFFER", "ANSWER", "CANDIDATE", "LEAVE"})
_WITH_PAYLOAD: Final = frozenset({"OFFER", "ANSWER", "CANDIDATE"})


class IdTaken(Contradiction):
    """Another holder of this id is on the line."""


class Ending(Enum):
    """Why the switchboard ends a line."""

    REPLACED = auto()
    """The same peer came back on another socket."""
    LEFT = auto()
    """The peer said LEAVE."""
    SILENT = auto()
    TOO_FAST = auto()
    DISMISSED = auto()
    """Its proof holds no longer."""


@dataclass(eq=False, kw_only=True)
class Line:
    """One socket's hold on a peer's place; ``deliver`` and ``end`` must return at once and raise nothing."""

    peer: Peer
    token: str = field(repr=False)
    deliver: Callable[[str], None]
    end: Callable[[Ending], None]
    heard_at: datetime
    came_back: bool = False
    """Whether the peer was here before, no longer than ``AWAY`` ago."""
    _allowance: float = MOST_AT_ONCE
    _spent_at: datetime | None = None

    def spend(self, cost: float, *, now: datetime) -> bool:
        """Take a frame's cost off the allowance, which grows back with time; whether there was enough."""
        grown = max(0.0, (now - (self._spent_at or now)).total_seconds()) * FRAMES_A_SECOND
        self._spent_at = now
        self._allowance = min(MOST_AT_ONCE, self._allowance + grown) - cost
        return self._allowance >= 0


@dataclass(frozen=True, kw_only=True)
class PlaceStanding:
    """How a peer's place stands at its node; another node that has a newer one counts."""

    digest: str = field(repr=False)
    """Of its token; empty where its line is no socket of ours."""
    is_on: bool
    is_guest: bool
    since: float


@dataclass(frozen=True, kw_only=True)
class Far:
    """A peer at another node, and what brings messages there."""

    node: int
    standing: PlaceStanding
    deliver: Callable[[str], None]


@dataclass(eq=False, kw_only=True)
class _Place:
    """A peer's place, which outlives its sockets for a while; without a line, since when it is away.

    A place without a token is a viewer's whose line is elsewhere.
    """

    peer: Peer
    token: str = field(repr=False)
    line: Line | None = None
    away_since: datetime
    gone: Callable[[], None]
    is_guest: bool = False
    since: float = 0.0
    far: Far | None = None
    """Where the peer is when it is on the line at another node."""
    orphan: str | None = field(default=None, repr=False)
    """The digest of the token of a peer whose node has gone: its place is kept for a while, for whoever has that."""

    @property
    def life(self) -> timedelta:
        """How long it is kept without a line."""
        return AWAY if self.token or self.orphan else SILENCE

    @property
    def deliver(self) -> Callable[[str], None] | None:
        """What brings a message to the peer, wherever its line is; None while it has none."""
        if self.far is not None:
            return self.far.deliver if self.far.standing.is_on else None
        return self.line.deliver if self.line is not None else None

    @property
    def standing(self) -> PlaceStanding:
        """How it stands, for the other nodes."""
        return PlaceStanding(
            digest=digest_of(self.token), is_on=self.line is not None, is_guest=self.is_guest, since=self.since
        )

    def is_of(self, token: str) -> bool:
        """Whether a token is the one of who has the place."""
        if self.far is not None:
            return self.far.standing.digest == digest_of(token)
        return self.token == token if self.orphan is None else self.orphan == digest_of(token)


@dataclass(frozen=True, kw_only=True)
class _Message:
    """What a peer asks to have carried; without ``dst`` it says goodbye to everybody."""

    kind: str
    dst: str | None
    payload: object


@dataclass(frozen=True, kw_only=True)
class _Reserved:
    since: datetime
    is_guest: bool


@dataclass(frozen=True, kw_only=True)
class _Waiting:
    src: str
    text: str = field(repr=False)
    since: datetime


class Switchboard:
    """Connects citizens with those who watch them, and nobody else."""

    def __init__(self, *, most_peers: int = 20_000) -> None:
        """Take at most so many peers."""
        self._most_peers = most_peers
        self._places: dict[str, _Place] = {}
        self._viewers: dict[str, dict[str, _Place]] = {}
        self._waiting: dict[str, deque[_Waiting]] = {}
        self._waiting_bytes: dict[str, int] = {}
        self._reserved: dict[str, dict[int, _Reserved]] = {}
        self._listeners: dict[str, list[Callable[[], None]]] = {}
        self._tell_nodes: Callable[[str, PlaceStanding | None], None] | None = None
        self._first_number = 0

    @property
    def peers(self) -> int:
        """How many peers have a place now."""
        return len(self._places)

    @property
    def is_idle(self) -> bool:
        """Whether there is nobody to look after and nothing that could run out."""
        return not (self._places or self._waiting or self._reserved)

    def viewers_of(self, invitation: str) -> list[str]:
        """Return who watches an invitation, in the order in which they came."""
        return list(self._viewers.get(invitation, ()))

    def next_viewer(self, invitation: str, *, now: datetime, is_guest: bool = False) -> Peer:
        """Return the lowest free viewer of an invitation and keep it for 60 s; raise TooMany when all are taken."""
        reserved = self._young(self._reserved.get(invitation, {}), now=now)
        self._reserved[invitation] = reserved
        lent_to_guests = sum(lent.is_guest for lent in reserved.values())
        if is_guest and self._guests_of(invitation) + lent_to_guests >= MOST_GUESTS:
            raise TooMany(retry_after=int(RESERVED.total_seconds()))
        for step in range(MOST_VIEWERS):
            number = (self._first_number + step) % MOST_VIEWERS + 1
            peer = viewer_of(invitation, number)
            if str(peer) not in self._places and number not in reserved:
                reserved[number] = _Reserved(since=now, is_guest=is_guest)
                return peer
        raise TooMany(retry_after=int(RESERVED.total_seconds()))

    # --- other nodes ---

    def tell_nodes(self, tell: Callable[[str, PlaceStanding | None], None]) -> None:
        """Let ``tell`` hear how each place that is ours stands, whenever that has changed; None once it is no more."""
        self._tell_nodes = tell

    def lend_from(self, node: int) -> None:
        """Lend viewers' numbers beginning at another place than other nodes do, so that two rarely lend the same."""
        self._first_number = node * _NUMBERS_APART % MOST_VIEWERS

    def ours(self) -> dict[str, PlaceStanding]:
        """Return how the places stand that are ours."""
        return {name: place.standing for name, place in self._places.items() if _is_ours(place)}

    def theirs(self) -> dict[str, int]:
        """Return whose place is at which other node."""
        return {name: place.far.node for name, place in self._places.items() if place.far is not None}

    def mirror(self, name: str, far: Far, *, now: datetime) -> None:
        """Note how a peer stands at another node; a newer line there replaces ours."""
        peer, place = read_peer(name), self._places.get(name)
        if place is not None and _is_ours(place):
            if place.since >= far.standing.since or not (far.standing.is_on or place.line is None):
                return
            line = place.line
            self._give_up(place)
            if line is not None:
                line.end(Ending.REPLACED)
            place = None
        if place is None:
            place = _Place(peer=peer, token="", away_since=now, gone=_nothing, is_guest=far.standing.is_guest, far=far)
            self._put(place)
        else:
            place.far, place.orphan = far, None
        if (deliver := place.deliver) is not None:
            for waiting in self._take_waiting(name):
                deliver(waiting.text)

    def unmirror(self, name: str, node: int) -> None:
        """Note that a peer has given up its place at another node."""
        place = self._places.get(name)
        if place is not None and place.far is not None and place.far.node == node:
            self._give_up(place)

    def orphan(self, node: int, *, now: datetime) -> None:
        """Note that a node has gone: who was on the line there has a while to come back through another one."""
        for place in list(self._places.values()):
            if place.far is not None and place.far.node == node:
                place.orphan, place.far, place.away_since = place.far.standing.digest, None, now

    def arrive(self, dst: str, text: str, *, now: datetime) -> None:
        """Take a message that another node carries to a peer of ours."""
        place, said = self._places.get(dst), _loaded(text)
        if place is not None and place.line is not None:
            place.line.deliver(text)
        elif said.get("type") in _WITH_PAYLOAD and isinstance(src := said.get("src"), str) and _is_peer(src):
            self._put_by(dst, _Waiting(src=src, text=text, since=now), read_peer(src))

    def listen(self, invitation: str, listener: Callable[[], None]) -> Callable[[], None]:
        """Call ``listener`` whenever the invitation's viewers have changed; return what ends that."""
        listeners = self._listeners.setdefault(invitation, [])
        listeners.append(listener)

        def stop() -> None:
            if listener in listeners:
                listeners.remove(listener)
            if not listeners and self._listeners.get(invitation) is listeners:
                del self._listeners[invitation]

        return stop

    def connect(
        self,
        peer: Peer,
        *,
        token: str,
        deliver: Callable[[str], None],
        end: Callable[[Ending], None],
        gone: Callable[[], None],
        now: datetime,
        is_guest: bool = False,
    ) -> Line:
        """Put a socket on a peer's place, whose proof was checked; ``gone`` is called once when the place is given up.

        Raise IdTaken (another token holds this place on a living line), TooMany (viewers of this invitation), Busy.
        """
        name = str(peer)
        place = self._places.get(name)
        if place is not None and not place.is_of(token):
            if place.deliver is not None:
                raise IdTaken
            self._give_up(place)
            place = None
        since = now.timestamp()
        if place is not None and not _is_ours(place):
            # It was on the line at another node, which will hear that it is here now.
            since = max(since, place.far.standing.since + _A_MOMENT) if place.far is not None else since
            self._forget(place)
            place = None
        came_back = place is not None
        line = Line(peer=peer, token=token, deliver=deliver, end=end, heard_at=now, came_back=came_back)
        if place is None:
            place = self._take(peer, token=token, gone=gone, now=now, is_guest=is_guest)
        before, place.line, place.gone, place.since = place.line, line, gone, max(place.since, since)
        self._told_nodes(place)
        if before is not None:
            before.end(Ending.REPLACED)
        deliver(json.dumps({"type": "OPEN"}))
        for waiting in self._take_waiting(name):
            deliver(waiting.text)
        return line

    def attend(self, peer: Peer, *, gone: Callable[[], None], now: datetime, is_guest: bool = False) -> bool:
        """Keep a viewer's place for 90 s from now on, though its line is elsewhere; return whether it has just come.

        ``gone`` is called once when the place is given up. Raise TooMany (viewers of this invitation), Busy.
        """
        place = self._places.get(str(peer))
        if place is None:
            self._told_nodes(self._take(peer, token="", gone=gone, now=now, is_guest=is_guest))
            return True
        place.away_since = now
        return False

    def withdraw(self, peer: Peer) -> None:
        """Give up the place of a viewer whose line is elsewhere; nobody else loses theirs."""
        place = self._places.get(str(peer))
        if place is not None and not place.token:
            self._give_up(place)

    def hear(self, line: Line, frame: object, *, now: datetime) -> None:
        """Take what came on a line, whatever it is: carry it, answer it, or leave it."""
        if not self._is_current(line):
            return
        line.heard_at = now
        message = _read(frame)
        allowed = message is not None and self._may_ask(line.peer, message)
        if not line.spend(1.0 if allowed else _NONSENSE, now=now):
            self._end(line, Ending.TOO_FAST, now=now)
        elif message is None or message.kind == "HEARTBEAT":
            return
        elif not allowed:
            # As if nobody were there: what exists beyond the invitation is nobody's business.
            line.deliver(_expired(str(line.peer), missing=str(message.dst)))
        elif message.dst is None:
            self.dismiss(line, Ending.LEFT)
        else:
            self._carry(line, message, dst=message.dst, now=now)

    def close(self, line: Line, *, now: datetime) -> None:
        """Note that a socket has ended; the place is kept for a while, and a newer socket's for good."""
        place = self._places.get(str(line.peer))
        if place is not None and place.line is line:
            place.line, place.away_since = None, now
            self._told_nodes(place)

    def dismiss(self, line: Line, ending: Ending = Ending.DISMISSED) -> None:
        """End a line and give up its place at once, and tell the other side, which then ends the call."""
        place = self._places.get(str(line.peer))
        if place is None or place.line is not line:
            return
        for other in self._other_side(line.peer):
            if (deliver := other.deliver) is not None:
                deliver(_written("LEAVE", src=str(line.peer), dst=str(other.peer)))
        self._give_up(place)
        line.end(ending)

    def sweep(self, *, now: datetime) -> None:
        """Give up who is silent or away for too long, and what has waited for too long."""
        for place in list(self._places.values()):
            if place.line is not None and now - place.line.heard_at >= SILENCE:
                silent = place.line
                self._give_up(place)
                silent.end(Ending.SILENT)
            elif place.deliver is None and place.far is None and now - place.away_since >= place.life:
                self._give_up(place)
        for name in list(self._waiting):
            self._expire(name, now=now)
        for invitation, reserved in list(self._reserved.items()):
            kept = self._young(reserved, now=now)
            if kept:
                self._reserved[invitation] = kept
            else:
                del self._reserved[invitation]

    # --- places ---

    def _take(self, peer: Peer, *, token: str, gone: Callable[[], None], now: datetime, is_guest: bool) -> _Place:
        if len(self._places) >= self._most_peers:
            raise Busy(retry_after=30)
        if peer.role == "viewer" and len(self._viewers.get(peer.invitation, ())) >= MOST_VIEWERS:
            raise TooMany(retry_after=int(AWAY.total_seconds()))
        if is_guest and self._guests_of(peer.invitation) >= MOST_GUESTS:
            raise TooMany(retry_after=int(AWAY.total_seconds()))
        since = now.timestamp()
        place = _Place(peer=peer, token=token, away_since=now, gone=gone, is_guest=is_guest, since=since)
        self._put(place)
        return place

    def _put(self, place: _Place) -> None:
        peer = place.peer
        self._places[str(peer)] = place
        if peer.role == "viewer":
            self._reserved.get(peer.invitation, {}).pop(peer.number, None)
            self._viewers.setdefault(peer.invitation, {})[str(peer)] = place
            self._tell(peer.invitation)

    def _guests_of(self, invitation: str) -> int:
        return sum(place.is_guest for place in self._viewers.get(invitation, {}).values())

    @staticmethod
    def _young(reserved: dict[int, _Reserved], *, now: datetime) -> dict[int, _Reserved]:
        return {number: lent for number, lent in reserved.items() if now - lent.since < RESERVED}

    def _give_up(self, place: _Place) -> None:
        was_ours = _is_ours(place)
        self._forget(place)
        if was_ours and self._tell_nodes is not None:
            self._tell_nodes(str(place.peer), None)
        place.gone()

    def _told_nodes(self, place: _Place) -> None:
        if self._tell_nodes is not None:
            self._tell_nodes(str(place.peer), place.standing)

    def _forget(self, place: _Place) -> None:
        name, invitation = str(place.peer), place.peer.invitation
        del self._places[name]
        place.line = None
        if place.peer.role == "viewer":
            del self._viewers[invitation][name]
            if not self._viewers[invitation]:
                del self._viewers[invitation]
            self._tell(invitation)

    def _end(self, line: Line, ending: Ending, *, now: datetime) -> None:
        self.close(line, now=now)
        line.end(ending)

    def _is_current(self, line: Line) -> bool:
        place = self._places.get(str(line.peer))
        return place is not None and place.line is line

    def _other_side(self, peer: Peer) -> list[_Place]:
        if peer.role == "citizen":
            return list(self._viewers.get(peer.invitation, {}).values())
        citizen = self._places.get(str(citizen_of(peer.invitation)))
        return [citizen] if citizen is not None else []

    def _tell(self, invitation: str) -> None:
        for listener in list(self._listeners.get(invitation, ())):
            listener()

    # --- messages ---

    def _may_ask(self, peer: Peer, message: _Message) -> bool:
        if message.dst is None:
            return True
        to = read_peer(message.dst)
        return to.invitation == peer.invitation and to.role != peer.role

    def _carry(self, line: Line, message: _Message, *, dst: str, now: datetime) -> None:
        src = str(line.peer)
        try:
            text = _written(message.kind, src=src, dst=dst, payload=message.payload)
        except (ValueError, RecursionError):  # a number beyond JSON's, or nested as deep as Python goes
            return
        if len(text) > MOST_FRAME or line.token in text:
            # A proof that a page puts into a message by mistake must not reach whoever reads it.
            return
        there = self._places.get(dst)
        if there is not None and (deliver := there.deliver) is not None:
            deliver(text)
        elif message.kind != "LEAVE" and not self._put_by(dst, _Waiting(src=src, text=text, since=now), line.peer):
            line.deliver(_expired(src, missing=dst))

    def _put_by(self, dst: str, waiting: _Waiting, sender: Peer) -> bool:
        queue = self._waiting.get(dst, ())
        bytes_before = self._waiting_bytes.get(sender.invitation, 0)
        if len(queue) >= MOST_WAITING or bytes_before + len(waiting.text) > MOST_WAITING_BYTES:
            return False
        self._waiting.setdefault(dst, deque()).append(waiting)
        self._waiting_bytes[sender.invitation] = bytes_before + len(waiting.text)
        return True

    def _take_waiting(self, dst: str) -> deque[_Waiting]:
        queue = self._waiting.pop(dst, deque())
        for waiting in queue:
            self._no_longer_waits(dst, waiting)
        return queue

    def _expire(self, dst: str, *, now: datetime) -> None:
        queue, senders = self._waiting[dst], dict[str, None]()
        while queue and now - queue[0].since >= WAITING_LIFE:
            waiting = queue.popleft()
            self._no_longer_waits(dst, waiting)
            senders[waiting.src] = None
        if not queue:
            del self._waiting[dst]
        for src in senders:
            place = self._places.get(src)
            if place is not None and (deliver := place.deliver) is not None:
                deliver(_expired(src, missing=dst))

    def _no_longer_waits(self, dst: str, waiting: _Waiting) -> None:
        invitation = read_peer(dst).invitation
        self._waiting_bytes[invitation] -= len(waiting.text)
        if not self._waiting_bytes[invitation]:
            del self._waiting_bytes[invitation]


def digest_of(token: str) -> str:
    """Return what other nodes are told in a token's place; nothing for none."""
    return hashlib.sha256(token.encode()).hexdigest() if token else ""


def _is_ours(place: _Place) -> bool:
    return place.far is None and place.orphan is None


def _nothing() -> None:
    """Do nothing: who comes and goes at another node is written down there."""


def _read(frame: object) -> _Message | None:
    """Return what a frame asks for; None when it is nothing that a PeerJS client says."""
    said = _loaded(frame)
    kind, dst, payload = said.get("type"), said.get("dst"), said.get("payload")
    dst = None if dst == "" else dst
    if kind == "HEARTBEAT":
        return _Message(kind="HEARTBEAT", dst=None, payload=None)
    if not isinstance(kind, str) or kind not in _CARRIED:
        return None
    if kind in _WITH_PAYLOAD and (dst is None or not isinstance(payload, dict)):
        return None  # PeerJS fails on an offer without a payload
    if kind == "OFFER" and isinstance(payload, dict) and payload.get("type") == "data":
        return None  # PeerJS would answer it unasked; here go pictures and sound only
    if dst is not None and not (isinstance(dst, str) and _is_peer(dst)):
        return None
    return _Message(kind=kind, dst=dst, payload=payload)


def _loaded(frame: object) -> dict[str, object]:
    """Return the JSON object in a frame; an empty one when there is none."""
    if not isinstance(frame, str) or len(frame) > MOST_FRAME or len(frame.encode(errors="replace")) > MOST_FRAME:
        return {}
    try:
        said = json.loads(frame, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _is_peer(text: str) -> bool:
    try:
        read_peer(text)
    except Refused:
        return False
    return True


def _no_number(name: str) -> NoReturn:
    """Refuse NaN and Infinity, which Python reads and JSON does not know (RFC 8259, 6)."""
    raise ValueError(name)


def _written(kind: str, *, src: str, dst: str, payload: object = None) -> str:
    """Write a message; ASCII only, so that its length is its bytes. Raise ValueError, RecursionError."""
    message = {"type": kind, "src": src, "dst": dst}
    carried = message if payload is None else {**message, "payload": payload}
    return json.dumps(carried, allow_nan=False, separators=(",", ":"))


def _expired(src: str, *, missing: str) -> str:
    """Write what PeerServer tells the sender of what nobody fetched: it comes from the peer that is missing."""
    return _written("EXPIRE", src=missing, dst=src)
