"""Two nodes as an operator starts them: ``showme serve`` twice, on one PostgreSQL and one object store."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from storage.s3 import Bucket
from tests.journeys.nodes.balancer import Balancer, balancer

PATIENCE = 90.0


@dataclass
class Node:
    """One process."""

    port: int
    environment: Mapping[str, str]
    log: Path
    process: asyncio.subprocess.Process | None = None

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    async def start(self) -> None:
        """Start it, and return once it answers."""
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "app.cli", "serve", env=dict(self.environment), stdout=log, stderr=log
            )
        async with asyncio.timeout(PATIENCE), httpx.AsyncClient() as client:
            while True:
                assert self.process.returncode is None, self.log.read_text()
                try:
                    if (await client.get(f"{self.address}/healthz")).is_success:
                        return
                except httpx.TransportError:
                    await asyncio.sleep(0.1)

    async def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Tell it to stop, or kill it."""
        if self.process is None or self.process.returncode is not None:
            return
        self.process.send_signal(number)
        async with asyncio.timeout(PATIENCE):
            await self.process.wait()


@dataclass
class Installation:
    """Two nodes behind a load balancer."""

    first: Node
    second: Node
    front: Balancer
    link: str = ""
    token: str = ""
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where everybody is sent to."""
        return f"http://localhost:{self.front.port}"

    async def command(self, *words: str) -> str:
        """Do what an operator does at a terminal; return what is printed."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "app.cli", *words, env=self.environment, stdout=asyncio.subprocess.PIPE
        )
        told, _ = await process.communicate()
        assert process.returncode == 0
        return told.decode()

    async def ask(self, method: str, path: str, *, at: Node | None = None, **told: Any) -> httpx.Response:
        """Ask the API as a program."""
        base = at.address if at is not None else self.address
        async with httpx.AsyncClient(base_url=base, timeout=PATIENCE) as client:
            return await client.request(method, path, headers={"Authorization": f"Bearer {self.token}"}, **told)

    async def invite(self, *, purpose: str = "photo", at: Node | None = None) -> dict[str, Any]:
        """Invite by a link."""
        answer = await self.ask("POST", "/api/invitations", at=at, json={"purpose": purpose})
        told: dict[str, Any] = answer.raise_for_status().json()
        return told


@asynccontextmanager
async def two_nodes(folder: Path, *, database: str, bucket: Bucket, telegram: str) -> AsyncIterator[Installation]:
    """Make an organisation, and start both nodes."""
    async with balancer() as front:
        ports = [_free_port(), _free_port()]
        names = ",".join(f"localhost:{port}" for port in ports)
        common = {
            **{name: value for name, value in os.environ.items() if not name.startswith("SHOWME_")},
            "SHOWME_CONFIG": str(folder / "no.toml"),
            "SHOWME_SECRETS": str(folder / "no-secrets"),
            "SHOWME_BASE_URL": f"http://localhost:{front.port}",
            "SHOWME_ALSO_HOSTS": names,
            "SHOWME_DATABASE_URL": database,
            "SHOWME_MEDIA_BUCKET": bucket.name,
            "SHOWME_MEDIA_ENDPOINT": bucket.endpoint or "",
            "SHOWME_MEDIA_ACCESS_KEY": bucket.access_key or "",
            "SHOWME_MEDIA_SECRET_KEY": bucket.secret_key or "",
            "SHOWME_TELEGRAM_TOKEN": "42:practice",
            "SHOWME_TELEGRAM_API": telegram,
            "SHOWME_SMS_PROVIDERS": "outbox",
            "SHOWME_SELF_TEST_HOURS": "0",
            "SHOWME_IMAGE_WORKERS": "1",
        }
        nodes = [
            Node(
                port=port,
                environment={
                    **common, "SHOWME_DATA": str(folder / f"node{port}"), "SHOWME_BIND": f"127.0.0.1:{port}",
                },
                log=folder / f"{port}.log",
            )
            for port in ports
        ]  # fmt: skip
        made = Installation(nodes[0], nodes[1], front, environment=dict(nodes[0].environment))
        front.nodes = list(ports)
        told = await made.command("organisation", "add", "112 Brussels", "--region", "BE")
        made.link = next(iter(re.findall(r"http\S+", told)))
        made.token = (await made.command("organisation", "token", "1")).split()[-1]
        try:
            for node in nodes:
                await node.start()
            yield made
        finally:
            for node in nodes:
                await node.end()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
