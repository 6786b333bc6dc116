"""A practice showme in a process of its own, to be measured from outside."""

from __future__ import annotations

import asyncio
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

_PATIENCE = 60.0


@asynccontextmanager
async def practising() -> AsyncIterator[str]:
    """Start a practice showme on a free port and yield its address; stop it at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://localhost:{port}"
    with tempfile.TemporaryDirectory() as folder:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "app.cli", "practice", "--port", str(port), "--data", folder,
            stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            await until_it_answers(address)
            yield address
        finally:
            process.terminate()
            await process.wait()


async def until_it_answers(address: str) -> None:
    """Wait until a server is ready."""
    async with asyncio.timeout(_PATIENCE), httpx.AsyncClient() as client:
        while True:
            try:
                (await client.get(f"{address}/readyz")).raise_for_status()
            except httpx.HTTPError:
                await asyncio.sleep(0.05)
            else:
                return
