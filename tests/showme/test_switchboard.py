"""Who is on the line, and who may reach whom."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest

from showme.domain.peers import Peer, citizen_of, read_peer, viewer_of
from showme.errors import Busy, TooMany
from showme.switchboard import (
    AWAY,
    MOST_FRAME,
    MOST_VIEWERS,
    MOST_WAITING,
    MOST_WAITING_BYTES,
    SILENCE,
    WAITING_LIFE,
    Ending,
    IdTaken,
    Line,
    Switchboard,
)

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
OPEN = {"type": "OPEN"}
SDP = {"sdp": {"type": "offer", "sdp": "v=0"}, "type": "media", "connectionId": "mc_1"}


@dataclass
class Somebody:
    """A peer's page: what reached it, and how its sockets ended."""

    office: Office
    peer: Peer
    token: str
    heard: list[dict[str, Any]] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)
    gone: int = 0
    line: Line | None = None

    def dial(self) -> Line:
        """Open a socket, with the same token each time."""

        def deliver(text: str) -> None:
            self.raw.append(text)
            self.heard.append(json.loads(text))

        def gone() -> None:
            self.gone += 1

        self.line = self.office.switchboard.connect(
            self.peer, token=self.token, deliver=deliver, end=self.endings.append, gone=gone, now=self.office.now
        )
        return self.line

    def say(self, frame: object) -> None:
        """Send a frame: text as it is, anything else as JSON."""
        assert self.line is not None
        text = frame if isinstance(frame, str) else json.dumps(frame)
        self.office.switchboard.hear(self.line, text, now=self.office.now)

    def offer(self, dst: Peer | str, **more: object) -> None:
        """Offer a call."""
        self.say({"type": "OFFER", "dst": str(dst), "payload": SDP, **more})

    def hang_up(self) -> None:
        """Lose the socket."""
        assert self.line is not None
        self.office.switchboard.close(self.line, now=self.office.now)

    def heard_of(self, kind: str) -> list[dict[str, Any]]:
        """Return the messages of a type that reached this page."""
        return [message for message in self.heard if message["type"] == kind]


class Office:
    """A switchboard, the time, and whom we put on the line."""

    def __init__(self, **bounds: int) -> None:
        self.switchboard = Switchboard(**bounds)
        self.now = START

    def wait(self, seconds: float) -> None:
        """Let time pass, with a round at the end of each second."""
        until = self.now + timedelta(seconds=seconds)
        while self.now < until:
            self.now = min(until, self.now + timedelta(seconds=1))
            self.switchboard.sweep(now=self.now)

    def somebody(self, peer: Peer, token: str = "") -> Somebody:
        """Put a peer on the line."""
        somebody = Somebody(self, peer, token or f"token of {peer} alone")
        somebody.dial()
        return somebody


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def citizen(office: Office) -> Somebody:
    return office.somebody(citizen_of("abc123"), token="1" + "K" * 39)


@pytest.fixture
def viewer(office: Office) -> Somebody:
    return office.somebody(viewer_of("abc123", 1))


# --- who reaches whom ---


def test_a_call_goes_both_ways_and_says_who_it_comes_from(citizen: Somebody, viewer: Somebody) -> None:
    citizen.offer(viewer.peer, src="abc123-0-7")
    viewer.say({"type": "ANSWER", "dst": "abc123-1", "src": "zzz-1", "payload": SDP})
    viewer.say({"type": "CANDIDATE", "dst": "abc123-1", "payload": {"candidate": {"candidate": "é"}}})
    assert viewer.heard == [OPEN, {"type": "OFFER", "src": "abc123-1", "dst": "abc123-0", "payload": SDP}]
    assert citizen.heard == [
        OPEN,
        {"type": "ANSWER", "src": "abc123-0", "dst": "abc123-1", "payload": SDP},
        {"type": "CANDIDATE", "src": "abc123-0", "dst": "abc123-1", "payload": {"candidate": {"candidate": "é"}}},
    ]


def test_a_call_for_data_reaches_nobody(citizen: Somebody, viewer: Somebody) -> None:
    citizen.offer(viewer.peer, payload={**SDP, "type": "data"})
    assert viewer.heard == [OPEN]
    citizen.offer(viewer.peer)
    assert len(viewer.heard_of("OFFER")) == 1


def test_nothing_but_type_src_dst_and_payload_is_carried(citizen: Somebody, viewer: Somebody) -> None:
    citizen.offer(viewer.peer, token="secret", key=citizen.token, id="x")
    assert set(viewer.heard[-1]) == {"type", "src", "dst", "payload"}


def test_another_invitation_cannot_be_reached(office: Office, citizen: Somebody) -> None:
    stranger, watcher = office.somebody(citizen_of("other1")), office.somebody(viewer_of("other1", 1))
    for kind in ("OFFER", "ANSWER", "CANDIDATE", "LEAVE"):
        stranger.say({"type": kind, "dst": "abc123-1", "payload": SDP})
        watcher.say({"type": kind, "dst": "abc123-1", "src": "abc123-0", "payload": SDP})
    assert citizen.heard == [OPEN]
    # It is told just what it would be told if nobody were there.
    assert {"type": "EXPIRE", "src": "abc123-1", "dst": "other1-0"} in watcher.heard


def test_viewers_do_not_reach_each_other(office: Office, viewer: Somebody) -> None:
    second = office.somebody(viewer_of("abc123", 2))
    second.offer(viewer.peer)
    second.offer(second.peer)
    assert viewer.heard == [OPEN]
    assert second.heard_of("OFFER") == []


def test_a_key_that_a_page_writes_into_a_message_goes_no_further(citizen: Somebody, viewer: Somebody) -> None:
    key = citizen.token
    citizen.offer(viewer.peer, payload={"metadata": {"link": f"https://show.example.org/s/{key}"}})
    citizen.say(
        '{"type": "OFFER", "dst": "abc123-0", "payload": {"x": "' + "".join(f"\\u{ord(c):04x}" for c in key) + '"}}'
    )
    assert viewer.heard == [OPEN]
    assert not any(key in text for text in viewer.raw)


# --- who is not there ---


def test_what_was_said_to_an_absent_peer_waits_for_it_in_order(office: Office, citizen: Somebody) -> None:
    citizen.offer("abc123-0")
    for number in range(3):
        citizen.say({"type": "CANDIDATE", "dst": "abc123-0", "payload": {"candidate": number}})
    office.wait(4)
    late = office.somebody(viewer_of("abc123", 1))
    assert [message["type"] for message in late.heard] == ["OPEN", "OFFER", "CANDIDATE", "CANDIDATE", "CANDIDATE"]
    assert [message["payload"]["candidate"] for message in late.heard_of("CANDIDATE")] == [0, 1, 2]
    office.wait(10)
    assert citizen.heard_of("EXPIRE") == []


def test_who_said_it_hears_that_nobody_came(office: Office, citizen: Somebody) -> None:
    citizen.offer("abc123-0")
    citizen.say({"type": "CANDIDATE", "dst": "abc123-0", "payload": {"candidate": 1}})
    office.wait(WAITING_LIFE.total_seconds())
    assert citizen.heard_of("EXPIRE") == [{"type": "EXPIRE", "src": "abc123-0", "dst": "abc123-1"}]
    late = office.somebody(viewer_of("abc123", 1))
    assert late.heard == [OPEN]


def test_a_peer_that_lost_its_socket_finds_what_came_meanwhile(
    office: Office, citizen: Somebody, viewer: Somebody
) -> None:
    viewer.hang_up()
    citizen.offer(viewer.peer)
    office.wait(3)
    assert viewer.dial().came_back
    assert [message["type"] for message in viewer.heard] == ["OPEN", "OPEN", "OFFER"]
    assert viewer.gone == 0


def test_what_waits_is_bounded_by_number_and_by_bytes(office: Office, citizen: Somebody) -> None:
    for number in range(MOST_WAITING + 5):
        citizen.say({"type": "CANDIDATE", "dst": "abc123-0", "payload": {"candidate": number}})
    assert len(citizen.heard_of("EXPIRE")) == 5
    assert len(office.somebody(viewer_of("abc123", 1)).heard_of("CANDIDATE")) == MOST_WAITING
    office.wait(5)
    large = {"candidate": "x" * (MOST_FRAME - 500)}
    for number in range(2, MOST_VIEWERS):
        citizen.say({"type": "CANDIDATE", "dst": str(viewer_of("abc123", number)), "payload": large})
    waiting = sum(len(item.text) for queue in office.switchboard._waiting.values() for item in queue)
    assert MOST_WAITING_BYTES * 0.8 < waiting <= MOST_WAITING_BYTES
    office.wait(6)
    assert not office.switchboard._waiting
    assert not office.switchboard._waiting_bytes


# --- the same peer, and another one ---


def test_the_same_token_takes_over_from_its_old_socket(office: Office, citizen: Somebody, viewer: Somebody) -> None:
    old = citizen.line
    assert old is not None
    new = citizen.dial()
    assert (new.came_back, citizen.endings, citizen.gone) == (True, [Ending.REPLACED], 0)
    # The old socket ends late, and speaks once more: neither changes anything.
    office.switchboard.hear(old, json.dumps({"type": "LEAVE"}), now=office.now)
    office.switchboard.close(old, now=office.now)
    office.switchboard.dismiss(old)
    office.wait(20)
    viewer.offer(citizen.peer)
    assert citizen.heard[-1]["type"] == "OFFER"
    assert viewer.heard == [OPEN]


def test_another_token_does_not_get_a_living_peers_place(office: Office, viewer: Somebody, citizen: Somebody) -> None:
    with pytest.raises(IdTaken):
        office.somebody(viewer.peer, token="another token altogether")
    citizen.offer(viewer.peer)
    assert viewer.heard[-1]["type"] == "OFFER"
    assert viewer.endings == []


def test_a_place_whose_holder_is_away_goes_to_the_next_who_proves_it(office: Office, viewer: Somebody) -> None:
    viewer.hang_up()
    other = office.somebody(viewer.peer, token="another token altogether")
    assert other.line is not None
    assert not other.line.came_back
    assert viewer.gone == 1
    with pytest.raises(IdTaken):
        viewer.dial()


def test_a_peer_away_for_long_is_gone_and_so_is_a_silent_one(
    office: Office, citizen: Somebody, viewer: Somebody
) -> None:
    viewer.hang_up()
    office.wait(AWAY.total_seconds() - 1)
    assert office.switchboard.viewers_of("abc123") == ["abc123-0"]
    office.wait(1)
    assert (office.switchboard.viewers_of("abc123"), viewer.gone) == ([], 1)
    citizen.say({"type": "HEARTBEAT"})
    office.wait(SILENCE.total_seconds() - 1)
    assert citizen.endings == []
    office.wait(1)
    assert (citizen.endings, citizen.gone, office.switchboard.peers) == ([Ending.SILENT], 1, 0)
    assert office.switchboard.is_idle


def test_a_heartbeat_a_minute_is_enough(office: Office, citizen: Somebody) -> None:
    for _ in range(5):
        office.wait(60)
        citizen.say({"type": "HEARTBEAT"})
    assert citizen.endings == []
    assert citizen.heard == [OPEN]


def test_a_page_that_says_leave_is_gone_at_once_and_the_other_side_hears_it(
    office: Office, citizen: Somebody, viewer: Somebody
) -> None:
    citizen.say({"type": "LEAVE"})
    assert (citizen.endings, citizen.gone) == ([Ending.LEFT], 1)
    assert viewer.heard_of("LEAVE") == [{"type": "LEAVE", "src": "abc123-1", "dst": "abc123-0"}]
    assert viewer.endings == []
    viewer.say({"type": "LEAVE", "dst": "abc123-1"})
    assert office.switchboard.viewers_of("abc123") == ["abc123-0"]


def test_who_is_dismissed_hears_no_more_and_its_calls_end(office: Office, citizen: Somebody, viewer: Somebody) -> None:
    assert viewer.line is not None
    office.switchboard.dismiss(viewer.line)
    assert (viewer.endings, viewer.gone) == ([Ending.DISMISSED], 1)
    assert citizen.heard_of("LEAVE") == [{"type": "LEAVE", "src": "abc123-0", "dst": "abc123-1"}]
    before = len(viewer.heard)
    citizen.offer(viewer.peer)
    viewer.offer(citizen.peer)
    assert len(viewer.heard) == before
    assert citizen.heard_of("OFFER") == []


# --- viewers ---


def test_viewers_stand_in_the_order_in_which_they_came(office: Office) -> None:
    third, first = office.somebody(viewer_of("abc123", 3)), office.somebody(viewer_of("abc123", 1))
    office.somebody(viewer_of("other1", 1))
    third.hang_up()
    third.dial()
    assert office.switchboard.viewers_of("abc123") == ["abc123-0-3", "abc123-0"]
    third.say({"type": "LEAVE"})
    third.dial()
    assert office.switchboard.viewers_of("abc123") == ["abc123-0", "abc123-0-3"]
    assert first.endings == []


def test_each_viewer_gets_a_place_of_its_own(office: Office) -> None:
    office.somebody(viewer_of("abc123", 2))
    given = [str(office.switchboard.next_viewer("abc123", now=office.now)) for _ in range(3)]
    assert given == ["abc123-0", "abc123-0-3", "abc123-0-4"]
    office.wait(60)
    assert str(office.switchboard.next_viewer("abc123", now=office.now)) == "abc123-0"
    for _ in range(MOST_VIEWERS - 2):
        office.switchboard.next_viewer("abc123", now=office.now)
    with pytest.raises(TooMany):
        office.switchboard.next_viewer("abc123", now=office.now)


def test_an_invitation_has_so_many_viewers_and_the_switchboard_so_many_peers() -> None:
    office = Office(most_peers=MOST_VIEWERS + 2)
    for number in range(1, MOST_VIEWERS + 1):
        office.somebody(viewer_of("abc123", number))
    with pytest.raises(TooMany):
        office.somebody(viewer_of("abc123", MOST_VIEWERS + 1))
    phone = office.somebody(citizen_of("abc123"))
    office.somebody(citizen_of("other1"))
    with pytest.raises(Busy):
        office.somebody(citizen_of("third1"))
    assert phone.dial().came_back


def test_a_viewer_whose_line_is_elsewhere_is_there_for_as_long_as_it_says_so(office: Office) -> None:
    seen: list[list[str]] = []
    gone: list[str] = []
    office.switchboard.listen("abc123", lambda: seen.append(office.switchboard.viewers_of("abc123")))

    def attend(number: int) -> bool:
        peer = viewer_of("abc123", number)
        return office.switchboard.attend(peer, gone=lambda: gone.append(str(peer)), now=office.now)

    assert [attend(1), attend(2)] == [True, True]
    for _ in range(4):
        office.wait(60)
        assert [attend(1), attend(2)] == [False, False]
    assert seen == [["abc123-0"], ["abc123-0", "abc123-0-2"]]
    assert str(office.switchboard.next_viewer("abc123", now=office.now)) == "abc123-0-3"
    office.switchboard.withdraw(viewer_of("abc123", 1))
    office.switchboard.withdraw(viewer_of("abc123", 7))
    assert (seen[-1], gone) == (["abc123-0-2"], ["abc123-0"])
    office.wait(SILENCE.total_seconds())
    assert (seen[-1], gone) == ([], ["abc123-0", "abc123-0-2"])
    assert office.switchboard.is_idle


def test_nobody_withdraws_a_viewer_that_is_on_our_line(office: Office, viewer: Somebody) -> None:
    office.switchboard.withdraw(viewer.peer)
    assert (office.switchboard.viewers_of("abc123"), viewer.gone) == (["abc123-0"], 0)


def test_viewers_whose_lines_are_elsewhere_are_bounded_as_well(office: Office) -> None:
    for number in range(1, MOST_VIEWERS + 1):
        office.switchboard.attend(viewer_of("abc123", number), gone=lambda: None, now=office.now)
    with pytest.raises(TooMany):
        office.switchboard.attend(viewer_of("abc123", MOST_VIEWERS + 1), gone=lambda: None, now=office.now)
    assert not office.switchboard.attend(viewer_of("abc123", 1), gone=lambda: None, now=office.now)


def test_the_phone_hears_who_comes_and_goes_and_of_nobody_else(office: Office) -> None:
    seen: list[list[str]] = []
    stop = office.switchboard.listen("abc123", lambda: seen.append(office.switchboard.viewers_of("abc123")))
    viewer, _ = office.somebody(viewer_of("abc123", 1)), office.somebody(viewer_of("other1", 1))
    office.somebody(citizen_of("abc123"))
    viewer.hang_up()
    viewer.dial()
    assert seen == [["abc123-0"]]
    viewer.hang_up()
    office.wait(15)
    assert seen == [["abc123-0"], []]
    stop()
    stop()
    viewer.dial()
    assert len(seen) == 2
    assert not office.switchboard._listeners


# --- too much, and nonsense ---


def test_who_speaks_too_fast_is_cut_off_and_a_busy_call_is_not(
    office: Office, citizen: Somebody, viewer: Somebody
) -> None:
    for _ in range(10):
        for _ in range(50):
            viewer.say({"type": "CANDIDATE", "dst": "abc123-1", "payload": {"candidate": 1}})
        office.wait(1)
    assert viewer.endings == []
    for _ in range(300):
        viewer.say({"type": "CANDIDATE", "dst": "abc123-1", "payload": {"candidate": 1}})
    assert viewer.endings == [Ending.TOO_FAST]
    assert len(citizen.heard_of("CANDIDATE")) <= 500 + 200


def test_a_frame_may_have_64_kib_and_no_more(citizen: Somebody, viewer: Somebody) -> None:
    def sized(size: int, filling: str = "x") -> str:
        frame = json.dumps({"type": "OFFER", "dst": "abc123-0", "payload": {"a": ""}}, separators=(",", ":"))
        return frame.replace('""', '"' + filling * ((size - len(frame)) // len(filling.encode())) + '"')

    viewer.say(sized(1000).replace("abc123-0", "abc123-1"))
    citizen.say(sized(MOST_FRAME - 200))
    assert len(viewer.heard) == 2
    citizen.say(sized(MOST_FRAME + 200))
    citizen.say(sized(MOST_FRAME + 200, "é"))
    citizen.say(sized(MOST_FRAME * 20))
    assert len(viewer.heard) == 2
    assert citizen.endings == []


NONSENSE: list[object] = [
    None, b"", b"\x00\xff", b'{"type":"OFFER","dst":"abc123-1","payload":{}}', "", " ", "null", "true", "0", "-0",
    "[]", "{}", '"OFFER"', "{", "}", "[" * 60_000, '{"a":' * 10_000, "\x00", "\ud800", "NaN", "Infinity", "9" * 5_000,
    "1e999999", "'", "{'type': 'OFFER'}", '{"type": null}', '{"type": 1}', '{"type": []}', '{"type": {}}',
    '{"type": "NaN"}', '{"type": "offer"}', '{"type": "OPEN"}', '{"type": "ERROR"}', '{"type": "ID-TAKEN"}',
    '{"type": "EXPIRE", "dst": "abc123-1"}', '{"type": "OFFER"}', '{"type": "OFFER", "dst": "abc123-1"}',
    '{"type": "OFFER", "dst": "abc123-1", "payload": null}', '{"type": "OFFER", "dst": "abc123-1", "payload": []}',
    '{"type": "OFFER", "dst": "abc123-1", "payload": "x"}',
    '{"type": "OFFER", "dst": "abc123-1", "payload": {"a": NaN}}',
    '{"type": "OFFER", "dst": "abc123-1", "payload": {"a": -Infinity}}',
    '{"type": "OFFER", "dst": "abc123-1", "payload": {"a": 1e999}}', '{"type": "OFFER", "dst": {}, "payload": {}}',
    '{"type": "OFFER", "dst": ["abc123-1"], "payload": {}}', '{"type": "OFFER", "dst": 1, "payload": {}}',
    '{"type": "OFFER", "dst": "", "payload": {}}', '{"type": "OFFER", "dst": "abc123-1 ", "payload": {}}',
    '{"type": "OFFER", "dst": "abc123-1\\n", "payload": {}}', '{"type": "OFFER", "dst": "abc123-0-1", "payload": {}}',
    '{"type": "OFFER", "dst": "abc123-\\u0661", "payload": {}}',
    '{"type": "OFFER", "dst": "__proto__", "payload": {}}', '{"type": "LEAVE", "dst": 7}',
    '{"type": "LEAVE", "dst": "nobody"}', '{"type": "CANDIDATE", "payload": {}}',
    '{"type": "OFFER", "dst": "abc123-1", "payload": {"a": ' + "[" * 30_000 + "]" * 30_000 + "}}",
    '{"type": "OFFER", "dst": "abc123-1", "payload": {"a": ' + "7" * 5_000 + "}}",
]  # fmt: skip


@pytest.mark.parametrize("frame", NONSENSE, ids=range(len(NONSENSE)))
def test_nonsense_is_neither_carried_nor_fatal(
    office: Office, citizen: Somebody, viewer: Somebody, frame: object
) -> None:
    assert viewer.line is not None
    office.switchboard.hear(viewer.line, frame, now=office.now)
    assert citizen.heard == viewer.heard == [OPEN]
    assert viewer.endings == []
    viewer.offer(citizen.peer)
    assert citizen.heard[-1]["type"] == "OFFER"


def test_who_speaks_nothing_but_nonsense_is_cut_off(office: Office, viewer: Somebody) -> None:
    for _ in range(30):
        viewer.say("nonsense")
    assert viewer.endings == [Ending.TOO_FAST]


def test_ten_thousand_malformed_frames_crash_nothing_and_reach_nobody() -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance, office = random.Random(seed), Office()
    victims = [office.somebody(peer) for peer in (citizen_of("abc123"), viewer_of("abc123", 1), viewer_of("abc123", 2))]
    attacker = office.somebody(viewer_of("other1", 1))
    for frame in islice(_malformed(chance), 12_000):
        assert attacker.line is not None
        office.switchboard.hear(attacker.line, frame, now=office.now)
        if attacker.endings:
            attacker.endings.clear()
            attacker.dial()
    assert all(victim.heard == [OPEN] for victim in victims)
    assert {message["type"] for message in attacker.heard} <= {"OPEN", "EXPIRE"}
    victims[0].offer("abc123-0")
    assert victims[1].heard[-1]["type"] == "OFFER"


def _malformed(chance: random.Random) -> Iterator[object]:
    """Yield good messages with something wrong: a field's value, its absence, a byte, a cut, another's address."""
    values: list[object] = [
        None, True, 0, -1, 1.5, "", "x", [], {}, [[]], {"a": {}}, "abc123-1", "abc123-0", "abc123-0-2", "other1-0-2",
        "\x00", "\ud83d", "é" * 50, 1 << 80, "OFFER", "__proto__", ["abc123-1"], {"toString": "abc123-1"},
    ]  # fmt: skip
    while True:
        message: dict[str, Any] = {
            "type": chance.choice(["OFFER", "ANSWER", "CANDIDATE", "LEAVE", "EXPIRE", "OPEN", "HEARTBEAT"]),
            "dst": chance.choice(["abc123-1", "abc123-0", "abc123-0-2", "other1-0", "other1-0-9"]),
            "src": chance.choice(["abc123-1", "abc123-0", "other1-1"]),
            "payload": SDP,
        }
        for name in chance.sample(sorted(message), chance.randrange(1, 4)):
            message[name] = chance.choice(values)
        if message["type"] == "LEAVE" and not message["dst"]:
            continue  # that is a well-formed goodbye
        text = json.dumps(message)
        match chance.randrange(6):
            case 0:
                yield text[: chance.randrange(len(text))]
            case 1:
                place = chance.randrange(len(text))
                yield text[:place] + chance.choice('"{}[]:,\\\x00\u2028é0') + text[place + 1 :]
            case 2:
                yield text.encode()
            case 3:
                yield text.replace("1.5", chance.choice(["NaN", "-Infinity", "1e999"]))
            case 4:
                yield chance.choice(NONSENSE)
            case _:
                yield text


def test_ten_thousand_unasked_messages_reach_nobody_outside_the_invitation() -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance, office = random.Random(seed), Office()
    invitations = ["abc123", "other1", "abc12", "abc1234", "ABC123", "1", "0"]
    everybody = [
        office.somebody(peer)
        for name in invitations
        for peer in (citizen_of(name), viewer_of(name, 1), viewer_of(name, 2), viewer_of(name, 10))
    ]
    for number in range(12_000):
        sender, target = chance.sample(everybody, 2)
        kind = chance.choice(["OFFER", "ANSWER", "CANDIDATE"])
        spoofed = chance.choice([str(target.peer), str(chance.choice(everybody).peer), "abc123-1", 7, None])
        sender.say({"type": kind, "dst": str(target.peer), "src": spoofed, "payload": {"from": str(sender.peer)}})
        if sender.endings:
            sender.endings.clear()
            sender.dial()
        if number % 50 == 0:
            office.wait(1)
            for somebody in everybody:
                somebody.say({"type": "HEARTBEAT"})
    carried = [(somebody.peer, message) for somebody in everybody for message in somebody.heard if "payload" in message]
    assert len(carried) > 100
    for peer, message in carried:
        src = read_peer(message["src"])
        assert message["src"] == message["payload"]["from"]
        assert (src.invitation, message["dst"]) == (peer.invitation, str(peer))
        assert src.role != peer.role
