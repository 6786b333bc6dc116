"""Runs Debian's coturn for a test: unprivileged, on the loopback or wherever a test says, and leaves nothing behind."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final, Literal

SAMPLE: Final = Path(__file__).resolve().parent.parent / "docs" / "turnserver.conf"
SECRET: Final = "a-secret-that-only-tests-know-of"
_PATIENCE: Final = 60.0

Transport = Literal["udp", "tcp"]


@dataclass(kw_only=True)
class Coturn:
    """A relay that runs; it may be stopped, and started again at the same place."""

    host: str
    port: int
    tls_port: int
    secret: str
    folder: Path
    command: Sequence[str]
    ready: Sequence[str] = field(repr=False)
    """What its log says once it can be used."""
    process: subprocess.Popen[bytes] | None = None

    def url(self, transport: Transport = "udp", *, encrypted: bool = False) -> str:
        """Return its address as browsers take it."""
        if encrypted:
            return f"turns:{self.host}:{self.tls_port}?transport=tcp"
        return f"turn:{self.host}:{self.port}?transport={transport}"

    @property
    def log(self) -> str:
        """What it has said since it was started."""
        return (self.folder / "log").read_text("utf-8", "replace")

    def start(self) -> None:
        """Start it, and return once it listens."""
        with (self.folder / "log").open("wb") as log:
            self.process = _started(self.command, log)
        until = time.monotonic() + _PATIENCE
        while not all(sentence in self.log for sentence in self.ready):
            assert self.process.poll() is None, f"coturn has ended:\n{self.log}"
            assert time.monotonic() < until, f"coturn does not listen:\n{self.log}"
            time.sleep(0.02)

    def stop(self) -> None:
        """End it, with every relay that it holds; nothing happens where it does not run."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None


@contextmanager
def coturn_running(
    *,
    transports: Sequence[Transport] = ("udp", "tcp"),
    loopback_peers: bool = False,
    sample: bool = False,
    certificate: Path | None = None,
    host: str = "127.0.0.1",
    relays: Sequence[str] = (),
    port: int | None = None,
    inside: Sequence[str] = (),
    more: Sequence[str] = (),
) -> Iterator[Coturn]:
    """Run a relay that takes ``SECRET``, and end it.

    It listens for clients over ``transports`` (``("tcp",)`` where a test blocks UDP), and relays from ``relays`` (its
    own ``host`` where there are none). Peers on the loopback are refused, as coturn does by itself, unless a test
    moves media there. ``sample`` takes the configuration of the documentation, with nothing changed but addresses,
    ports, secret and files. ``certificate`` (key and chain in one PEM file) opens a port for TLS. ``inside`` goes
    before the command: another network namespace. ``more`` are further lines of its configuration.
    """
    folder = Path(tempfile.mkdtemp(prefix="showme-turn-"))
    try:
        listening, encrypted = port or free_port(host), free_port(host)
        if certificate is not None:  # where it is, coturn may not be allowed to look
            shutil.copyfile(certificate, folder / "certificate.pem")
        replaced = {
            "listening-ip": host,
            "listening-port": str(listening),
            "tls-listening-port": str(encrypted),
            "static-auth-secret": SECRET,
        }
        lines = list(_sample(replaced)) if sample else ["use-auth-secret", "no-cli", "realm=tests", *_lines(replaced)]
        lines += [f"relay-ip={relay}" for relay in (relays or (host,))]
        lines += [f"no-{transport}" for transport in ("udp", "tcp") if transport not in transports]
        lines += ["allow-loopback-peers"] if loopback_peers else []
        files = {"userdb": folder / "turndb", "pidfile": folder / "pid", "log-file": "stdout"}
        lines += [*_lines(files), "simple-log", "verbose", "relay-threads=1", *_unprivileged(), *more]
        pem = folder / "certificate.pem"
        lines += _lines({"cert": pem, "pkey": pem}) if certificate is not None else ["no-tls", "no-dtls"]
        (folder / "turnserver.conf").write_text("\n".join(lines) + "\n", "utf-8")
        _give_away(folder)
        relay = Coturn(
            host=host,
            port=listening,
            tls_port=encrypted,
            secret=SECRET,
            folder=folder,
            command=(*inside, "turnserver", "-c", str(folder / "turnserver.conf")),
            ready=_ready(host, listening, transports),
        )
        try:
            relay.start()
            yield relay
        finally:
            relay.stop()
    finally:
        shutil.rmtree(folder)


def has_ipv6() -> bool:
    """Return whether this machine has a loopback of IPv6; some containers have none."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def free_port(host: str = "127.0.0.1") -> int:
    """Return a port that nobody uses over UDP or TCP, or any where the address is not this machine's."""
    for _ in range(100):
        with (
            socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        ):
            try:
                tcp.bind((host if host.startswith("127.") else "127.0.0.1", 0))
                udp.bind(tcp.getsockname())
            except OSError:
                continue
            return int(tcp.getsockname()[1])
    raise AssertionError("no port is free for both UDP and TCP")


def _sample(replaced: Mapping[str, str]) -> Iterator[str]:
    """Yield the documentation's configuration line by line; a setting that it lacks is a mistake of the test."""
    left = set(replaced)
    for line in SAMPLE.read_text("utf-8").splitlines():
        name = line.partition("=")[0]
        if name in {"cert", "pkey", "relay-ip", "syslog"}:  # files, addresses and a log of the imagined machine
            continue
        if name in replaced:
            left.discard(name)
            yield f"{name}={replaced[name]}"
        else:
            yield line
    assert not left, f"the sample has no {left}"


def _lines(settings: Mapping[str, object]) -> list[str]:
    return [f"{name}={value}" for name, value in settings.items()]


def _ready(host: str, port: int, transports: Sequence[Transport]) -> list[str]:
    opened = {"udp": f"UDP listener opened on: {host}:{port}", "tcp": f"TCP listener opened on : {host}:{port}"}
    said = ["SQLite DB connection success", *(opened[transport] for transport in transports)]
    return [*said, "New UID"] if os.geteuid() == 0 else said


def _unprivileged() -> list[str]:
    """Let it become nobody once it has opened what it needs, where we are root."""
    if os.geteuid() != 0:
        return []
    nobody = pwd.getpwnam("nobody")
    return ["proc-user=nobody", f"proc-group={grp.getgrgid(nobody.pw_gid).gr_name}"]


def _give_away(folder: Path) -> None:
    if os.geteuid() == 0:
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, "nobody")


def _started(command: Sequence[str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
