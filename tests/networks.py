"""Two machines in one computer: network namespaces joined by a cable that lets through what a test allows.

Linux only, with ``ip`` (iproute2), ``unshare`` and ``nsenter`` (util-linux); as root, or where users may make
namespaces of their own.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from tests.slow_line import NAME

Side = Literal["desk", "phone"]

DESK: Final = "10.77.0.1"
PHONE: Final = "10.77.0.2"
_PATIENCE: Final = 30.0


@dataclass(frozen=True, kw_only=True)
class Line:
    """How good a line is."""

    kbit: float
    """kbit/s in each direction."""
    round_trip: float
    """Seconds."""


@dataclass(frozen=True, kw_only=True)
class Cable:
    """The desk's machine and the phone's, joined."""

    desk: int
    phone: int
    """Process ids that hold the two namespaces."""

    def inside(self, side: Side, *command: str) -> list[str]:
        """Return a command that runs ``command`` on one of the machines."""
        holder = self.desk if side == "desk" else self.phone
        own_user = [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
        return ["nsenter", "--target", str(holder), "--net", *own_user, *command]

    def run(self, side: Side, *command: str) -> None:
        """Run a command on one of the machines, to its end."""
        subprocess.run(self.inside(side, *command), check=True, capture_output=True, text=True)

    def program(self, side: Side, path: str, folder: Path) -> Path:
        """Write a program that is ``path``, on one of the machines."""
        written = folder / f"{side}-{Path(path).name}"
        written.write_text(f'#!/bin/sh\nexec {shlex.join(self.inside(side, path))} "$@"\n')
        written.chmod(0o755)
        return written

    def only_tcp(self) -> None:
        """Let no UDP leave the phone, as strict company networks do."""
        self.run("phone", "ip", "rule", "add", "pref", "20", "ipproto", "udp", "unreachable")

    def only_tcp_to(self, port: int) -> None:
        """Let the phone reach one port of the desk's machine, and nothing else."""
        self.run("phone", "ip", "rule", "add", "pref", "10", "ipproto", "tcp", "dport", str(port), "lookup", "main")
        self.run("phone", "ip", "rule", "add", "pref", "20", "to", f"{DESK}/32", "unreachable")

    def cut(self) -> None:
        """Pull the phone's end out."""
        self.run("phone", "ip", "link", "set", NAME, "down")

    def mend(self) -> None:
        """Put the phone's end back."""
        self.run("phone", "ip", "link", "set", NAME, "up")


@contextmanager
def cable(line: Line | None = None) -> Iterator[Cable]:
    """Join two new machines for a while: by a perfect cable, or by a line as good as is told."""
    with ExitStack() as stack:
        as_user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
        desk = stack.enter_context(_holding(["unshare", "--net", *as_user]))
        joined = Cable(desk=desk, phone=desk)
        phone = stack.enter_context(_holding(joined.inside("desk", "unshare", "--net")))
        joined = Cable(desk=desk, phone=phone)
        if line is None:
            peer = ("peer", "name", NAME, "netns", str(phone))
            joined.run("desk", "ip", "link", "add", NAME, "type", "veth", *peer)
        else:
            stack.enter_context(_carrying(joined, line))
        ends: tuple[tuple[Side, str], ...] = (("desk", DESK), ("phone", PHONE))
        for side, address in ends:
            joined.run(side, "ip", "address", "add", f"{address}/24", "dev", NAME)
            joined.run(side, "ip", "link", "set", "lo", "up")
            joined.run(side, "ip", "link", "set", NAME, "up")
        yield joined


@contextmanager
def _holding(prefix: list[str]) -> Iterator[int]:
    """Keep a namespace open by a process that does nothing in it."""
    with subprocess.Popen([*prefix, "sleep", "infinity"], start_new_session=True) as holder:
        try:
            deadline = time.monotonic() + _PATIENCE
            while Path(f"/proc/{holder.pid}/comm").read_text().strip() != "sleep":
                assert holder.poll() is None, "no network namespace can be made here: run as root, or allow users to"
                assert time.monotonic() < deadline
                time.sleep(0.01)
            yield holder.pid
        finally:
            os.killpg(holder.pid, signal.SIGKILL)


@contextmanager
def _carrying(joined: Cable, line: Line) -> Iterator[None]:
    """Carry packets between the two machines by a program of our own."""
    figures = (str(joined.desk), str(joined.phone), str(line.kbit), str(line.round_trip * 1000))
    # The program enters the namespaces itself; inside a user's own it has to be there to be allowed to.
    own_user = [] if os.geteuid() == 0 else joined.inside("desk")
    command = [*own_user, sys.executable, "-m", "tests.slow_line", *figures]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as carrier:
        try:
            assert carrier.stdout is not None
            assert carrier.stdout.readline() == b"ready\n", "no TUN device can be made here"
            yield
        finally:
            carrier.kill()
