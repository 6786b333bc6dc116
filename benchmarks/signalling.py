"""The switchboard beside the PeerServer that npm has (``peer``): the same thousand peers and messages, in turn."""

from __future__ import annotations

import asyncio
import itertools
import json
import math
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import aiohttp

from app.assembly import open_installation
from app.settings import Settings
from benchmarks.rows import Row, row
from benchmarks.server import until_it_answers
from showme.domain.people import Dispatcher
from tests.journeys.served import served
from tests.peerserver import KEY, peerserver_running
from web.needs import EXTENSION

PAIRS: Final = 500
"""Of a phone and a viewer each."""
MESSAGES_A_SECOND: Final = 1000
SECONDS: Final = 4
"""Of each round; both servers take turns, so that whatever else the machine does is borne by both."""
ROUNDS: Final = 6
_FILES: Final = 8192
_AT_ONCE: Final = 50
_SETTLED: Final = 3.0
_LATE: Final = 2.0
"""Seconds after the last message, after which one that has not come counts as lost."""
_PATIENCE: Final = 60.0
_CANDIDATE: Final = (
    "candidate:842163049 1 udp 1677729535 203.0.113.7 50123 typ srflx raddr 0.0.0.0 rport 0 generation 0"
)
"""What is sent most: as browsers write it (RFC 8839, 5.1), with documentation's address."""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Who talks to whom, and what each proves itself by."""

    citizen: str
    key: str
    viewer: str


@dataclass(frozen=True, kw_only=True)
class Place:
    """A server to measure: where it is dialled, and its process."""

    address: str
    key: str
    pid: int
    headers: Mapping[str, str]


@dataclass
class Round:
    """What came of a while of talking; microseconds."""

    waits: list[float] = field(default_factory=list)
    sent: int = 0
    astray: int = 0


@dataclass
class Talk:
    """A thousand peers on the line of one server."""

    pairs: Sequence[Pair]
    lines: Mapping[str, aiohttp.ClientWebSocketResponse]
    kilobytes: float
    """Of the server's memory, for each peer."""
    rounds: list[Round] = field(default_factory=list)

    async def go_on(self) -> None:
        """Let each peer send to the other of its pair, one after the other."""
        told = Round()
        self.rounds.append(told)
        readers = [asyncio.create_task(_read(line, peer, told)) for peer, line in self.lines.items()]
        await _send(self.lines, self.pairs, told)
        await asyncio.sleep(_LATE)
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)

    @property
    def astray(self) -> int:
        """How many messages did not arrive, or somewhere else."""
        return sum(one.sent - len(one.waits) + one.astray for one in self.rounds)


async def measure() -> list[Row]:
    """Let both servers relay in turns, and return the rows of the table; raise ValueError if ours lost a message."""
    _allow_files()
    async with (
        _our_own() as (here, invited),
        _on_the_line(here, invited) as ours,
        _peerservers() as (there, named),
        _on_the_line(there, named) as theirs,
    ):
        for _ in range(ROUNDS):
            await ours.go_on()
            await theirs.go_on()
    if ours.astray:
        raise ValueError(f"{ours.astray} messages lost or misdelivered")
    name = f"signalling, {2 * PAIRS} peers, {MESSAGES_A_SECOND} messages/s"

    def compared(figure: Callable[[Round], float]) -> tuple[list[float], tuple[str, list[float]]]:
        return [figure(one) for one in ours.rounds], ("npm peer", [figure(one) for one in theirs.rounds])

    (p50, p50_there), (p99, p99_there) = compared(_p50), compared(_p99)
    return [
        row(f"{name}: p50", "µs", p50, against=p50_there),
        row(f"{name}: p99", "µs", p99, against=p99_there),
        row(f"{name}: lost or misdelivered", "messages", [float(ours.astray)]),
        row("signalling: memory for each peer", "kB", [ours.kilobytes], against=("npm peer", [theirs.kilobytes])),
    ]


def _p50(one: Round) -> float:
    return statistics.median(one.waits)


def _p99(one: Round) -> float:
    return sorted(one.waits)[math.ceil(len(one.waits) * 0.99) - 1]


@asynccontextmanager
async def _our_own() -> AsyncIterator[tuple[Place, list[Pair]]]:
    """Serve a showme as it is served in earnest, in a process of its own, with an invitation for each pair."""
    with tempfile.TemporaryDirectory() as folder:
        pairs = await _invited(Path(folder))
        async with served(Path(folder)) as server:
            await until_it_answers(server.address)
            async with aiohttp.ClientSession(server.address) as client, client.get("/practice/state") as answer:
                token = (await answer.json())["api_token"]
            assert server.process is not None
            address = f"{server.address.replace('http', 'ws')}/peerjs"
            headers = {"Authorization": f"Bearer {token}"}
            yield Place(address=address, key="peerjs", pid=server.process.pid, headers=headers), pairs


async def _invited(folder: Path) -> list[Pair]:
    settings = Settings(base_url="http://localhost", data=folder, image_workers=1)
    async with open_installation(settings, practice=True) as installation:
        inviting = installation.app.extensions[EXTENSION].inviting
        made = [await inviting.invite(Dispatcher(organisation=1, name="Benchmark"), to=None) for _ in range(PAIRS)]
    return [
        Pair(citizen=f"{one.invitation.id}-1", key=one.link.rpartition("/")[2], viewer=f"{one.invitation.id}-0")
        for one in made
    ]


@asynccontextmanager
async def _peerservers() -> AsyncIterator[tuple[Place, list[Pair]]]:
    async with peerserver_running("--concurrent_limit", str(4 * PAIRS), "--alive_timeout", "600000") as server:
        pairs = [Pair(citizen=f"p{number}-1", key=f"k{number}", viewer=f"p{number}-0") for number in range(PAIRS)]
        yield Place(address=f"ws://127.0.0.1:{server.port}/peerjs", key=KEY, pid=server.pid, headers={}), pairs


@asynccontextmanager
async def _on_the_line(place: Place, pairs: Sequence[Pair]) -> AsyncIterator[Talk]:
    """Connect every peer."""
    before = _resident(place.pid)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as client:
        lines: dict[str, aiohttp.ClientWebSocketResponse] = {}
        room = asyncio.Semaphore(_AT_ONCE)

        async def dial(peer: str, token: str) -> None:
            asked = {"key": place.key, "id": peer, "token": token, "version": "1.5.5"}
            async with room, asyncio.timeout(_PATIENCE):
                line = await client.ws_connect(place.address, params=asked, headers=place.headers)
                if await line.receive_json() != {"type": "OPEN"}:
                    raise ValueError(f"{peer} was not let in")
            lines[peer] = line

        await asyncio.gather(*(dial(pair.citizen, pair.key) for pair in pairs))
        await asyncio.gather(*(dial(pair.viewer, f"viewer-{pair.viewer}") for pair in pairs))
        await asyncio.sleep(_SETTLED)
        yield Talk(pairs=pairs, lines=lines, kilobytes=(_resident(place.pid) - before) / len(lines))
        await asyncio.gather(*(line.close() for line in lines.values()))


async def _send(lines: Mapping[str, aiohttp.ClientWebSocketResponse], pairs: Sequence[Pair], told: Round) -> None:
    ways = [(pair.citizen, pair.viewer) for pair in pairs] + [(pair.viewer, pair.citizen) for pair in pairs]
    began = time.perf_counter()
    for number, (src, dst) in zip(range(MESSAGES_A_SECOND * SECONDS), itertools.cycle(ways), strict=False):
        ahead = began + number / MESSAGES_A_SECOND - time.perf_counter()
        if ahead > 0:
            await asyncio.sleep(ahead)
        candidate = {"candidate": _CANDIDATE, "sdpMid": "0", "sdpMLineIndex": 0}
        marks = {"from": src, "to": dst, "at": time.perf_counter()}
        payload = {"candidate": candidate, "type": "media", "connectionId": "mc_1", **marks}
        await lines[src].send_json({"type": "CANDIDATE", "dst": dst, "payload": payload})
        told.sent += 1


async def _read(line: aiohttp.ClientWebSocketResponse, peer: str, told: Round) -> None:
    """Note how long each message took, and whether it was for us."""
    while True:
        heard = json.loads(await line.receive_str())
        now, payload = time.perf_counter(), heard["payload"]
        if (heard["src"], payload["to"]) == (payload["from"], peer):
            told.waits.append((now - payload["at"]) * 1_000_000)
        else:
            told.astray += 1


def _resident(pid: int) -> float:
    """Return the memory that a process has for itself, in kB (proc_pid_status(5), VmRSS)."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return float(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))


def _allow_files() -> None:
    """Let this process and those that it starts have a file for each peer."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(_FILES, hard)), hard))


if __name__ == "__main__":
    for told in asyncio.run(measure()):
        print(told, file=sys.stdout)
