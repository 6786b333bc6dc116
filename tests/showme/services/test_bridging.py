"""Lines and stills of one invitation at several nodes: carried as if they were at one."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from showme.domain.peers import Peer, citizen_of, viewer_of
from showme.services.bridging import Bridging
from showme.services.stills import Stills
from showme.switchboard import AWAY, Ending, IdTaken, Line, Switchboard
from tests.fakes.clock import MovableClock
from tests.showme.services.conftest import House
from tests.storage.nodes import eventually as until

ROOM = "abcdef0123456789abcdef01"


class Wire:
    """Everything that nodes have told each other, in order, and not heard yet; and who is on the list."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.told: deque[tuple[int, int | None, dict[str, Any]]] = deque()
        self.places: dict[str, tuple[int, dict[str, Any]]] = {}
        self.stills: dict[str, tuple[int, bytes]] = {}

    def carry(self) -> None:
        """Let everybody hear everything."""
        while self.told:
            sender, to, body = self.told.popleft()
            for node in self.nodes:
                if node.number != sender and to in {None, node.number}:
                    node.bridging.hear(sender, json.loads(json.dumps(body)))

    def kill(self, node: Node) -> None:
        """Let a node die; the others notice."""
        self.nodes.remove(node)
        self.places = {name: place for name, place in self.places.items() if place[0] != node.number}
        for other in self.nodes:
            other.bridging.learn({name: place for name, place in self.places.items() if place[0] != other.number})
        self.carry()


class Told:
    """One node's end of the wire; implements the port ``Exchange``."""

    def __init__(self, wire: Wire, number: int) -> None:
        self._wire = wire
        self.node = number

    def tell(self, body: Mapping[str, Any], *, to: int | None = None) -> None:
        self._wire.told.append((self.node, to, dict(body)))

    def place(self, peer: str, body: Mapping[str, Any] | None) -> None:
        if body is not None:
            self._wire.places[peer] = (self.node, dict(body))
        elif self._wire.places.get(peer, (None,))[0] == self.node:
            del self._wire.places[peer]

    def show(self, invitation: str, number: int, picture: bytes) -> None:
        self._wire.stills[invitation] = (number, picture)
        self.tell({"still": invitation})

    async def shown(self, invitation: str) -> tuple[int, bytes] | None:
        return self._wire.stills.get(invitation)


@dataclass
class Phone:
    """Whatever is at the end of a line, phone or browser."""

    line: Line
    heard: list[dict[str, Any]] = field(default_factory=list)
    ended: list[Ending] = field(default_factory=list)
    gone: list[bool] = field(default_factory=list)


@dataclass
class Node:
    number: int
    switchboard: Switchboard
    stills: Stills
    bridging: Bridging
    clock: MovableClock

    def connect(self, peer: Peer, *, token: str = "a token") -> Phone:
        heard: list[dict[str, Any]] = []
        ended: list[Ending] = []
        gone: list[bool] = []
        line = self.switchboard.connect(
            peer,
            token=token,
            deliver=lambda text: heard.append(json.loads(text)),
            end=ended.append,
            gone=lambda: gone.append(True),
            now=self.clock.now(),
        )
        return Phone(line, heard, ended, gone)

    def say(self, phone: Phone, kind: str, to: Peer, **payload: Any) -> None:
        frame = {"type": kind, "dst": str(to), "payload": payload}
        self.switchboard.hear(phone.line, json.dumps(frame), now=self.clock.now())


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def add(house: House, wire: Wire) -> Callable[[], Node]:
    """Return what adds a node."""

    def adding() -> Node:
        number = len(wire.nodes)
        switchboard, stills = (
            Switchboard(),
            Stills(calling=house.calling, records=house.records, clock=house.clock),
        )
        bridging = Bridging(switchboard=switchboard, stills=stills, clock=house.clock, report=house.report)
        bridging.across(Told(wire, number))
        wire.nodes.append(node := Node(number, switchboard, stills, bridging, house.clock))
        return node

    return adding


CITIZEN, ANNA, BEN = citizen_of(ROOM), viewer_of(ROOM, 1), viewer_of(ROOM, 2)


async def test_who_calls_reaches_who_watches_at_another_node(add: Callable[[], Node], wire: Wire) -> None:
    one, other = add(), add()
    phone = one.connect(CITIZEN)
    wire.carry()
    browser = other.connect(ANNA)
    wire.carry()
    assert one.switchboard.viewers_of(ROOM) == other.switchboard.viewers_of(ROOM) == [str(ANNA)]
    for number in range(20):
        one.say(phone, "OFFER", ANNA, number=number)
    other.say(browser, "ANSWER", CITIZEN, number=1)
    wire.carry()
    assert [told["payload"]["number"] for told in browser.heard[1:]] == list(range(20))
    assert phone.heard[-1] == {
        "type": "ANSWER", "src": str(ANNA), "dst": str(CITIZEN), "payload": {"number": 1},
    }  # fmt: skip


async def test_what_waits_for_a_viewer_is_there_when_she_comes_through_another_node(
    add: Callable[[], Node], wire: Wire
) -> None:
    one, other = add(), add()
    phone = one.connect(CITIZEN)
    one.say(phone, "OFFER", ANNA, number=1)
    wire.carry()
    browser = other.connect(ANNA)
    wire.carry()
    assert [told["type"] for told in browser.heard] == ["OPEN", "OFFER"]


async def test_nobody_takes_an_id_whose_owner_is_at_another_node(add: Callable[[], Node], wire: Wire) -> None:
    one, other = add(), add()
    one.connect(CITIZEN, token="the key")
    wire.carry()
    with pytest.raises(IdTaken):
        other.connect(CITIZEN, token="another key")
    assert "the key" not in json.dumps(wire.places)


async def test_a_phone_that_comes_back_through_another_node_is_there_once(add: Callable[[], Node], wire: Wire) -> None:
    one, other = add(), add()
    browser = one.connect(ANNA)
    before = one.connect(CITIZEN)
    wire.carry()
    after = other.connect(CITIZEN)
    wire.carry()
    assert before.ended == [Ending.REPLACED]
    assert after.ended == []
    one.say(browser, "ANSWER", CITIZEN, number=1)
    wire.carry()
    assert after.heard[-1]["type"] == "ANSWER"
    assert wire.places[str(CITIZEN)][0] == other.number


async def test_a_viewer_who_moves_to_another_node_leaves_here_and_comes_there(
    add: Callable[[], Node], wire: Wire
) -> None:
    one, other = add(), add()
    before = one.connect(ANNA)
    wire.carry()
    after = other.connect(ANNA)
    wire.carry()
    assert before.gone == [True]
    assert not after.line.came_back
    assert one.switchboard.viewers_of(ROOM) == other.switchboard.viewers_of(ROOM) == [str(ANNA)]


async def test_who_says_goodbye_at_one_node_is_missed_at_the_other(add: Callable[[], Node], wire: Wire) -> None:
    one, other = add(), add()
    phone, browser = one.connect(CITIZEN), other.connect(ANNA)
    wire.carry()
    other.switchboard.hear(browser.line, json.dumps({"type": "LEAVE"}), now=other.clock.now())
    wire.carry()
    assert phone.heard[-1]["type"] == "LEAVE"
    assert one.switchboard.viewers_of(ROOM) == []
    assert wire.places.keys() == {str(CITIZEN)}


async def test_who_was_at_a_node_that_died_keeps_the_place_for_a_while(add: Callable[[], Node], wire: Wire) -> None:
    one, other = add(), add()
    one.connect(ANNA, token="her token")
    wire.carry()
    wire.kill(one)
    assert other.switchboard.viewers_of(ROOM) == [str(ANNA)]
    again = other.connect(ANNA, token="her token")
    assert again.heard == [{"type": "OPEN"}]
    assert not again.line.came_back, "her coming is written down anew: the node that noted the first one is no more"
    assert other.switchboard.viewers_of(ROOM) == [str(ANNA)]


async def test_who_does_not_come_back_loses_the_place(add: Callable[[], Node], wire: Wire) -> None:
    one, other = add(), add()
    one.connect(ANNA)
    wire.carry()
    wire.kill(one)
    other.clock.move(seconds=AWAY.total_seconds() - 1)
    other.switchboard.sweep(now=other.clock.now())
    assert other.switchboard.viewers_of(ROOM) == [str(ANNA)]
    other.clock.move(seconds=1)
    other.switchboard.sweep(now=other.clock.now())
    assert other.switchboard.viewers_of(ROOM) == []
    assert other.switchboard.is_idle


async def test_a_node_that_comes_later_learns_who_is_there(add: Callable[[], Node], wire: Wire) -> None:
    one = add()
    phone = one.connect(CITIZEN)
    wire.carry()
    later = add()
    later.bridging.learn(wire.places)
    browser = later.connect(ANNA)
    later.say(browser, "ANSWER", CITIZEN, number=1)
    wire.carry()
    assert phone.heard[-1]["type"] == "ANSWER"


async def test_two_nodes_lend_different_numbers_at_the_same_moment(add: Callable[[], Node], wire: Wire) -> None:
    nodes = [add() for _ in range(3)]
    lent = {str(node.switchboard.next_viewer(ROOM, now=node.clock.now())) for node in nodes for _ in range(8)}
    assert len(lent) == 24


async def test_nonsense_of_another_node_changes_nothing(add: Callable[[], Node], house: House) -> None:
    node = add()
    for said in ({"peer": "nobody", "stands": {}}, {"peer": str(ANNA), "stands": {"x": 1}}, {"odd": 1}, {"to": 1}):
        node.bridging.hear(7, said)
    assert node.switchboard.is_idle
    assert {name for name, _ in house.reports} == {"nodes_not_understood"}


# --- stills ---

PICTURE = b"\xff\xd8\xff still \xff\xd9"


async def test_a_still_reaches_who_waits_at_another_node(add: Callable[[], Node], wire: Wire, house: House) -> None:
    one, other = add(), add()
    opened = await house.at_the_door()
    name = opened.invitation.id
    waiting = asyncio.create_task(other.stills.next(house.anna, name, after=0))
    await until(lambda: name in other.stills.waited_for())
    wire.carry()
    assert one.stills.wanted(name), "the phone is told to send at the quicker pace"
    await one.stills.put(opened, PICTURE)
    wire.carry()
    async with asyncio.timeout(60):
        found = await waiting
    assert found is not None
    assert found[1] == PICTURE
    house.clock.move(seconds=6)
    assert not one.stills.wanted(name)
    wire.stills.clear()
    await one.stills.put(opened, PICTURE)
    assert wire.stills == {}, "what nobody watches elsewhere stays in this process"
    one.stills.forget(name)
    wire.carry()
    other.stills.stop()
    assert await other.stills.next(house.anna, name, after=0) is None
