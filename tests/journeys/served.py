"""A practice showme in a process of its own, which a test can kill and start again.

``python -m tests.journeys.served`` reads its settings as JSON from the argument.
"""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.lan import lan_certificate
from app.serving import run
from app.settings import Settings

_READY = b"ready"
_PATIENCE = 180.0


@dataclass
class Served:
    """A server as a process; ``address`` is where the desk finds it, ``outside`` where phones are sent to."""

    data: Path
    port: int
    lan: str | None = None
    """Our address in the phones' network, where they come by HTTPS; without it everybody is on this machine."""
    prefix: Sequence[str] = ()
    settings: dict[str, Any] = field(default_factory=dict)
    process: asyncio.subprocess.Process | None = None
    reading: asyncio.Task[None] | None = None

    @property
    def address(self) -> str:
        """Return where this machine finds it."""
        return f"http://localhost:{self.port}"

    async def start(self) -> None:
        """Start it, and return once it listens."""
        told = {"data": str(self.data), "port": self.port, "lan": self.lan, "settings": self.settings}
        self.process = await asyncio.create_subprocess_exec(
            *self.prefix,
            sys.executable,
            "-m",
            "tests.journeys.served",
            json.dumps(told),
            stdout=asyncio.subprocess.PIPE,
        )
        assert self.process.stdout is not None
        async with asyncio.timeout(_PATIENCE):
            while _READY not in (line := await self.process.stdout.readline()):
                assert line, "the server did not start"
        # Whoever leaves a log unread stops its writer once the pipe is full.
        self.reading = asyncio.create_task(_read_on(self.process.stdout))

    async def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Tell it to stop, or kill it."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(number)
        async with asyncio.timeout(_PATIENCE):
            await self.process.wait()


@asynccontextmanager
async def served(
    data: Path, *, lan: str | None = None, prefix: Sequence[str] = (), **settings: Any
) -> AsyncIterator[Served]:
    """Start a server, and stop it at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Served(data=data, port=port, lan=lan, prefix=prefix, settings=settings)
    await server.start()
    try:
        yield server
    finally:
        await server.end()


async def _read_on(stream: asyncio.StreamReader) -> None:
    while await stream.read(65_536):
        pass


async def _serve(told: dict[str, Any]) -> None:
    data, port, lan = Path(told["data"]), told["port"], told["lan"]
    here, names = [f"127.0.0.1:{port}"], [f"localhost:{port}", f"127.0.0.1:{port}"]
    common: dict[str, Any] = {"data": data, "also_hosts": names, "image_workers": 1, **told["settings"]}
    if lan is None:
        await run(Settings(base_url=f"http://localhost:{port}", bind=here, **common), practice=True, ready="ready")
        return
    secure = f"{lan}:{port}"
    await run(
        Settings(base_url=f"https://{secure}", bind=[secure], **common),
        practice=True,
        certificate=lan_certificate(data, lan),
        plain_bind=here,
        ready="ready",
    )


if __name__ == "__main__":
    asyncio.run(_serve(json.loads(sys.argv[1])))
