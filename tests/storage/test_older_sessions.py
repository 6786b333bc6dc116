"""Sessions that were open before sessions could be listed."""

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

import storage
from showme.domain.people import Dispatcher
from storage.database import open_database
from tests.storage.conftest import NOW
from tests.storage.postgresql import Server

_OLDER = (
    """INSERT INTO organisations (id, name, region, language, blur, retention_hours, made_at, last_invitation, credits,
       last_line, last_event, last_chain) VALUES (1, 'Old', 'BE', 'en', :no, 6, :now, 0, 0, 0, 0, '')""",
    """INSERT INTO sessions (digest, organisation, role, name, made_at, seen_at)
       VALUES ('first', 1, 'dispatcher', 'Anna', :now, :now)""",
    """INSERT INTO sessions (digest, organisation, role, name, made_at, seen_at, ended_at)
       VALUES ('second', 1, 'supervisor', 'Chris', :now, :now, :now)""",
)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_whoever_was_signed_in_stays_so_and_is_listed(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if kind == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path / 'old.db'}"
    else:
        server: Server = request.getfixturevalue("postgresql_server")
        url = server.fresh(empty=True)

    def older(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(storage.__file__).with_name("migrations")))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, "0006")
        for statement in _OLDER:
            connection.execute(text(statement), {"now": NOW, "no": False})

    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(older)
    await engine.dispose()

    async with open_database(url) as database:
        first = await database.read(lambda work: work.sign_ins.session("first"))
        second = await database.read(lambda work: work.sign_ins.session("second"))
        listed = await database.read(lambda work: work.sign_ins.sessions(1))
    assert first is not None
    assert second is not None
    assert first.dispatcher == Dispatcher(organisation=1, name="Anna")
    assert (first.way, first.device.browser, first.language) == ("link", "", None)
    assert len({first.id, second.id}) == 2
    assert len(first.id) == 16
    assert first.is_open(NOW)
    assert not second.is_open(NOW)
    assert listed == [first]
