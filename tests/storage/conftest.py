"""Every test of the records runs on each kind of database, with one of its own."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from showme.domain.organisations import Organisation
from showme.records import Work
from storage.database import Database, open_database
from tests.storage import postgresql

NOW = datetime(2026, 11, 20, 10, 11, 12, 345_678, tzinfo=UTC)


def later(*, hours: float = 0, minutes: float = 0, seconds: float = 0) -> datetime:
    return NOW + timedelta(hours=hours, minutes=minutes, seconds=seconds)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an SQLite file with the whole schema, to be copied: a migration for each test would take most of it."""
    file = tmp_path_factory.mktemp("migrated") / "showme.db"

    async def migrating() -> None:
        async with open_database(f"sqlite+aiosqlite:///{file}"):
            pass

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, migrating()).result()
    return file


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    binaries = postgresql.programs()
    if binaries is None:
        pytest.fail("PostgreSQL is not installed. On Debian: apt-get install postgresql")
    with postgresql.running(binaries) as server:
        server.prepare()
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the address of a database with the schema and nothing in it."""
    if request.param == "sqlite":
        file = tmp_path / "showme.db"
        shutil.copy(request.getfixturevalue("migrated"), file)
        yield f"sqlite+aiosqlite:///{file}"
    else:
        server: postgresql.Server = request.getfixturevalue("postgresql_server")
        url = server.fresh()
        yield url
        server.drop(url)


@pytest.fixture
def chosen_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the address of a database for tests that are not about records: SQLite's, as it is the quickest.

    With ``SHOWME_TEST_DATABASE=postgresql`` they run on PostgreSQL, all of them.
    """
    if os.environ.get("SHOWME_TEST_DATABASE", "sqlite") == "postgresql":
        server: postgresql.Server = request.getfixturevalue("postgresql_server")
        url = server.fresh()
        yield url
        server.drop(url)
    else:
        file = tmp_path / "showme.db"
        shutil.copy(request.getfixturevalue("migrated"), file)
        yield f"sqlite+aiosqlite:///{file}"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with open_database(database_url) as opened:
        yield opened


async def _organisation(database: Database, name: str) -> Organisation:
    async def adding(work: Work) -> Organisation:
        return await work.organisations.add(name=name, region="BE", language="en", at=NOW, secret=name.encode() * 4)

    return await database.write(adding)


@pytest.fixture
async def ours(database: Database) -> Organisation:
    return await _organisation(database, "Antwerp")


@pytest.fixture
async def theirs(database: Database) -> Organisation:
    return await _organisation(database, "Brussels")
