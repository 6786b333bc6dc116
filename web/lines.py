"""The open sockets of the switchboard, each with what waits to be sent, and the rounds that are made among them."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from showme.domain.origins import acting_from, origin_noted
from showme.errors import Refused, TooMany, Unavailable
from showme.switchboard import Ending

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from showme.domain.peers import Peer
    from showme.domain.people import Dispatcher
    from showme.ports import Clock
    from showme.services.calling import Calling
    from showme.switchboard import Line, Switchboard
    from web.admission import Admitted

MOST_OPENINGS: Final = 30
OPENINGS_PERIOD: Final = timedelta(seconds=60)
"""How often one claim may open a line: a page on a bad network tries again every few seconds."""
MOST_COMINGS: Final = 120
"""How often one who watches may come to one invitation in 60 s: a guest's pass stands for the whole team."""
CHECK_EVERY: Final = timedelta(seconds=15)

_ROUND: Final = 1.0
_MOST_TEXTS: Final = 256
_MOST_BYTES: Final = 1024 * 1024
_MOST_REMEMBERED: Final = 20_000


@dataclass(frozen=True, kw_only=True)
class Farewell:
    """How a socket is closed (RFC 6455, 7.4, and IANA's registry of close codes), after which last message."""

    code: int
    text: str | None = None
    at_once: bool = False
    """Whether what still waits is dropped."""


def error(message: str, cause: str) -> str:
    """Write PeerServer's ERROR, on which PeerJS gives up; ``cause`` is ours, for our pages."""
    return json.dumps({"type": "ERROR", "payload": {"msg": message, "cause": cause}})


ID_TAKEN: Final = json.dumps({"type": "ID-TAKEN", "payload": {"msg": "ID is taken"}})

_STOPPING: Final = Farewell(code=1012, at_once=True)
_TOO_SLOW: Final = Farewell(code=1013, at_once=True)
_FAILED: Final = Farewell(code=1011, at_once=True)
_FAREWELLS: Final = {
    Ending.REPLACED: Farewell(code=1000, text=ID_TAKEN),
    Ending.LEFT: Farewell(code=1000),
    Ending.SILENT: Farewell(code=1001),
    Ending.TOO_FAST: Farewell(code=1008, text=error("Too many messages", "too_many"), at_once=True),
    Ending.DISMISSED: Farewell(code=1008),
}


class Outbox:
    """What waits to be sent to one socket, bounded: whoever reads too slowly is hung up on."""

    def __init__(self) -> None:
        self._texts: deque[str] = deque()
        self._bytes = 0
        self._more = asyncio.Event()
        self.farewell: Farewell | None = None

    def put(self, text: str) -> None:
        """Add a message; when there is no more room, drop all of them and end."""
        if self.farewell is not None:
            return
        if len(self._texts) >= _MOST_TEXTS or self._bytes + len(text) > _MOST_BYTES:
            self.end(_TOO_SLOW)
            return
        self._texts.append(text)
        self._bytes += len(text)
        self._more.set()

    def end(self, farewell: Farewell) -> None:
        """Take nothing more and say farewell; the first one counts."""
        if self.farewell is not None:
            return
        self.farewell = farewell
        if farewell.at_once:
            self._texts.clear()
        if farewell.text is not None:
            self._texts.append(farewell.text)
        self._more.set()

    async def next(self) -> str | None:
        """Wait for the next message and return it; None when there will be no more."""
        while not self._texts:
            if self.farewell is not None:
                return None
            self._more.clear()
            await self._more.wait()
        text = self._texts.popleft()
        self._bytes -= len(text)
        return text


@dataclass(eq=False, kw_only=True)
class _Open:
    admitted: Admitted
    outbox: Outbox
    checked_at: datetime


class Lines:
    """Every open socket: opens and closes it on the switchboard, and looks after it in between."""

    def __init__(
        self,
        *,
        switchboard: Switchboard,
        calling: Calling,
        clock: Clock,
        report: Callable[[str, BaseException], None],
    ) -> None:
        """Put peers through by ``switchboard`` and tell ``calling`` who comes and goes."""
        self._switchboard = switchboard
        self._calling = calling
        self._clock = clock
        self._report = report
        self._open: dict[Line, _Open] = {}
        self._opened_until: dict[str, datetime] = {}
        self._notes: deque[Callable[[], Awaitable[None]]] = deque()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._looks: set[asyncio.Task[None]] = set()
        self._stopped = False

    @property
    def open(self) -> int:
        """How many sockets are open now."""
        return len(self._open)

    def refuse_too_often(self, claim: str, *, most: int = MOST_OPENINGS) -> None:
        """Count an opening by whoever makes this claim; raise TooMany above ``most`` in 60 s (GCRA)."""
        now, name = self._clock.now(), hashlib.sha256(claim.encode(errors="replace")).hexdigest()
        full_at = max(self._opened_until.get(name, now), now)
        step = OPENINGS_PERIOD / most
        if full_at - now > OPENINGS_PERIOD - step:
            raise TooMany(retry_after=int(step.total_seconds()) + 1)
        if len(self._opened_until) >= _MOST_REMEMBERED:
            self._opened_until = {known: until for known, until in self._opened_until.items() if until > now}
        if len(self._opened_until) >= _MOST_REMEMBERED:
            self._opened_until.clear()
        self._opened_until[name] = full_at + step

    def refuse_too_many_comings(self, admitted: Admitted) -> None:
        """Count a viewer's coming, which is written down, whatever token it has chosen to come with; raise TooMany."""
        watcher = admitted.watcher
        if watcher is not None:
            coming = f"{watcher.organisation} {watcher.name} {admitted.peer.invitation}"
            self.refuse_too_often(coming, most=MOST_COMINGS)

    def connect(self, admitted: Admitted, outbox: Outbox) -> Line:
        """Put an admitted peer on the line; raise IdTaken, TooMany, Busy, Unavailable (we are about to stop)."""
        if self._stopped:
            raise Unavailable
        now, origin = self._clock.now(), origin_noted()
        line = self._switchboard.connect(
            admitted.peer,
            token=admitted.token,
            deliver=outbox.put,
            end=lambda ending: outbox.end(_FAREWELLS[ending]),
            gone=lambda: self._note(self._calling.leave, admitted.watcher, admitted.peer, origin),
            now=now,
            is_guest=_is_guest(admitted.watcher),
        )
        self._open[line] = _Open(admitted=admitted, outbox=outbox, checked_at=now)
        if not line.came_back:
            self._note(self._calling.join, admitted.watcher, admitted.peer, origin)
        self._keep("rounds", self._make_rounds)
        self._keep("checks", self._make_checks)
        return line

    def lend(self, watcher: Dispatcher, invitation: str) -> Peer:
        """Keep the lowest free viewer's place for who is about to open a line; raise TooMany."""
        return self._switchboard.next_viewer(invitation, now=self._clock.now(), is_guest=_is_guest(watcher))

    def attend(self, watcher: Dispatcher, invitation: str, peer: Peer | None) -> Peer:
        """Keep the place of a viewer whose line is elsewhere, the lowest free one without ``peer``; return whose it is.

        Raise TooMany, Busy, Unavailable (we are about to stop).
        """
        if self._stopped:
            raise Unavailable
        now, origin = self._clock.now(), origin_noted()
        kept = peer or self._switchboard.next_viewer(invitation, now=now, is_guest=_is_guest(watcher))
        leaving = partial(self._note, self._calling.leave, watcher, kept, origin)
        if self._switchboard.attend(kept, gone=leaving, now=now, is_guest=_is_guest(watcher)):
            self._note(self._calling.join, watcher, kept, origin)
        self._keep("rounds", self._make_rounds)
        return kept

    def look_again(self, watcher: Dispatcher) -> None:
        """Look at once at the proofs of everything that somebody watches: a session of theirs may have ended."""
        for line, known in list(self._open.items()):
            if known.admitted.watcher == watcher:
                task = asyncio.create_task(self._check(line, known))
                self._looks.add(task)
                task.add_done_callback(self._looks.discard)

    def hear(self, line: Line, frame: object) -> None:
        """Take a frame of a socket."""
        self._switchboard.hear(line, frame, now=self._clock.now())
        known = self._open.get(line)
        if known is not None and known.admitted.watcher is None:
            self._calling.hear(known.admitted.invitation)

    def close(self, line: Line) -> None:
        """Note that a socket has ended."""
        self._switchboard.close(line, now=self._clock.now())
        self._open.pop(line, None)

    def fail(self, line: Line, failure: BaseException) -> None:
        """Report what went wrong with a socket, and end it."""
        self._report("signalling", failure)
        known = self._open.get(line)
        if known is not None:
            known.outbox.end(_FAILED)

    def stop(self) -> None:
        """End every socket, so that the server can stop, and take no new one."""
        self._stopped = True
        for known in list(self._open.values()):
            known.outbox.end(_STOPPING)
        for name in ("rounds", "checks"):
            if (task := self._tasks.pop(name, None)) is not None:
                task.cancel()

    async def finish(self) -> None:
        """Stop, once it is written down who came and went."""
        self.stop()
        if (noting := self._tasks.get("notes")) is not None:
            await noting

    # --- rounds ---

    def _keep(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """See to it that a task runs for as long as it has something to do."""

        async def doing() -> None:
            await work()

        task = self._tasks.get(name)
        if task is None or task.done():
            self._tasks[name] = asyncio.create_task(doing())

    async def _make_rounds(self) -> None:
        while not self._switchboard.is_idle:
            await asyncio.sleep(_ROUND)
            try:
                self._switchboard.sweep(now=self._clock.now())
            except Exception as failure:  # noqa: BLE001 - a fault in one place must not end everybody's rounds
                self._report("signalling", failure)

    async def _make_checks(self) -> None:
        """Look at one proof after the other, spread over time: no message waits behind those of a thousand lines."""
        while self._open:
            await asyncio.sleep(min(_ROUND, CHECK_EVERY.total_seconds() / 2 / len(self._open)))
            line, known = next(iter(self._open.items()), (None, None))
            now = self._clock.now()
            if line is not None and known is not None and now - known.checked_at >= CHECK_EVERY:
                # The one that was looked at longest ago stands first.
                self._open[line] = self._open.pop(line)
                known.checked_at = now
                await self._check(line, known)

    async def _check(self, line: Line, known: _Open) -> None:
        try:
            await known.admitted.still_holds()
        except Refused as refusal:
            known.outbox.put(error("Invalid token provided", refusal.cause))
            self._switchboard.dismiss(line)
        except Unavailable:
            return  # nobody can tell at the moment; the next round may
        except Exception as failure:  # noqa: BLE001 - likewise
            self._report("signalling", failure)

    # --- who came and went ---

    def _note(
        self,
        note: Callable[[Dispatcher, str, str], Awaitable[None]],
        watcher: Dispatcher | None,
        peer: Peer,
        origin: str | None,
    ) -> None:
        if watcher is None:
            return

        async def noting() -> None:
            # The task that writes was begun by whoever came first: it would write down their address.
            with acting_from(origin):
                await note(watcher, peer.invitation, str(peer))

        self._notes.append(noting)
        self._keep("notes", self._write_notes)

    async def _write_notes(self) -> None:
        while self._notes:
            note = self._notes.popleft()
            try:
                await note()
            except Refused:
                continue  # the invitation has ended, or is forgotten: there is nothing to note it at
            except Exception as failure:  # noqa: BLE001 - what cannot be noted must not end the noting
                self._report("signalling", failure)


def _is_guest(watcher: Dispatcher | None) -> bool:
    return watcher is not None and watcher.is_guest
