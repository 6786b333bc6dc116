"""Starts Debian's PostgreSQL in a folder of its own, and makes one database after another in it."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import asyncpg

from storage.database import open_database

_PROGRAMS: Final = Path("/usr/lib/postgresql")
_ACCOUNT: Final = "postgres"
_TEMPLATE: Final = "migrated"
_INITIALLY: Final = ("--encoding=UTF8", "--locale=C", "--no-sync")


def programs() -> Path | None:
    """Return the folder with ``initdb`` and ``pg_ctl`` of the newest version, or None where there is none."""
    found = sorted(_PROGRAMS.glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


class Server:
    """A running server; every database begins as a copy of one that has the whole schema."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = 0

    def url(self, database: str) -> str:
        return f"postgresql+asyncpg://{_ACCOUNT}@/{database}?host={self._folder}"

    def prepare(self) -> None:
        """Make the database that the others are copies of."""

        async def migrating() -> None:
            async with open_database(self.url(_TEMPLATE)):
                pass

        self._say(f"CREATE DATABASE {_TEMPLATE}")
        _run(migrating())

    def fresh(self, *, empty: bool = False) -> str:
        """Make a database and return its address."""
        self._made += 1
        name = f"fresh_{self._made}"
        self._say(f"CREATE DATABASE {name} TEMPLATE {'template1' if empty else _TEMPLATE} STRATEGY FILE_COPY")
        return self.url(name)

    def drop(self, url: str) -> None:
        name = url.partition("@/")[2].partition("?")[0]
        self._say(f"DROP DATABASE {name} WITH (FORCE)")

    def _say(self, sentence: str) -> None:
        async def saying() -> None:
            connection = await asyncpg.connect(host=str(self._folder), user=_ACCOUNT, database="postgres")
            try:
                await connection.execute(sentence)
            finally:
                await connection.close()

        _run(saying())


@contextmanager
def running(binaries: Path) -> Iterator[Server]:
    """Run a server that listens on a socket in its own folder only, and leaves nothing behind."""
    folder = Path(tempfile.mkdtemp(prefix="showme-pg-"))  # short: a socket's path has at most 107 characters
    account = _ACCOUNT if os.geteuid() == 0 else None
    if account is not None:
        shutil.chown(folder, account, account)
    cluster = folder / "cluster"
    settings = (
        f"-c listen_addresses= -c unix_socket_directories={folder} -c max_connections=60 -c shared_buffers=16MB "
        "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off -c deadlock_timeout=20ms"
    )

    def call(*command: str) -> None:
        subprocess.run(command, check=True, cwd=folder, user=account, stdout=subprocess.DEVNULL)

    try:
        call(str(binaries / "initdb"), "-D", str(cluster), "-A", "trust", f"--username={_ACCOUNT}", *_INITIALLY)
        control = (str(binaries / "pg_ctl"), "-D", str(cluster), "-s", "-w")
        call(*control, "-l", str(folder / "log"), "-o", settings, "start")
        try:
            yield Server(folder)
        finally:
            call(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _run(work: Coroutine[object, object, None]) -> None:
    """Run it in a loop of its own, beside the one that the tests use."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()
