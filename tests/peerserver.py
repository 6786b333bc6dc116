"""Runs the PeerServer that npm has (``peer``) as a process of its own, for a test or a measurement."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import trustme

from tests.node import node_path

PROGRAM: Final = Path(__file__).resolve().parent.parent / "node_modules" / "peer" / "dist" / "bin" / "peerjs.js"
KEY: Final = "theirs"
_PATIENCE: Final = 60.0


@dataclass
class PeerServer:
    """A PeerServer on the loopback; it may be ended, and started again at the same place."""

    port: int
    options: tuple[str, ...] = ()
    process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """Return the id of its process."""
        assert self.process is not None
        return self.process.pid

    async def start(self) -> None:
        """Start it, and return once it listens."""
        self.process = await asyncio.create_subprocess_exec(
            node_path(), str(PROGRAM), "--host", "127.0.0.1", "--port", str(self.port), "--key", KEY, *self.options,
            stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        async with asyncio.timeout(_PATIENCE):
            while True:
                assert self.process.returncode is None, "the PeerServer has ended"
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                except OSError:
                    await asyncio.sleep(0.05)
                else:
                    writer.close()
                    return

    async def kill(self) -> None:
        """End it, without a goodbye to anybody."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()


@asynccontextmanager
async def peerserver_running(*options: str, encrypted_in: Path | None = None) -> AsyncIterator[PeerServer]:
    """Run one on a free port; with a folder for its certificate, which nobody knows, it speaks TLS."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    if encrypted_in is not None:
        certificate = trustme.CA().issue_cert("localhost")
        key, chain = encrypted_in / "key.pem", encrypted_in / "chain.pem"
        certificate.private_key_pem.write_to_path(key)
        certificate.cert_chain_pems[0].write_to_path(chain)
        options = (*options, "--sslkey", str(key), "--sslcert", str(chain))
    server = PeerServer(port=port, options=options)
    try:
        await server.start()
        yield server
    finally:
        await server.kill()
