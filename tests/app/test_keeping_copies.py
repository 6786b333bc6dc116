"""A copy is whole or refused, and what is put back from it is true, forgotten in time, and lets nobody in again."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from app.checking import check
from app.cli import main
from app.settings import Settings
from tests.fakes.clock import RunningClock
from tests.pictures import card, jpeg
from tests.web.conftest import House, house_of
from tests.web.test_citizen_door import shown_photo
from tests.web.test_guards import signed_in

HOST = "https://show.example.org"


@pytest.fixture
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("SHOWME_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SHOWME_CONFIG", str(tmp_path / "showme.toml"))
    monkeypatch.setenv("SHOWME_BASE_URL", HOST)
    monkeypatch.setenv("SHOWME_DATA", str(tmp_path / "data"))
    return tmp_path


@pytest.fixture
def clock() -> RunningClock:
    return RunningClock()


@pytest.fixture
async def lived_in(configured: Path, clock: RunningClock) -> AsyncIterator[House]:
    """Open a house in which a photo was shown; its server runs."""
    async with house_of(configured / "data", clock) as house:  # type: ignore[arg-type] # it runs with the real time
        invited = await house.invite(to=None)
        await house.send_photo(invited["key"], photo_id="photo-kept")
        await shown_photo(house, invited["id"])
        yield house


def rows(database: Path, question: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(question).fetchall()


async def run(*arguments: str) -> int:
    """Run a command beside the server of this test."""
    return await asyncio.to_thread(main, list(arguments))


async def test_a_copy_is_taken_while_the_server_runs_and_put_back(
    lived_in: House, configured: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = configured / "copy"
    await signed_in(lived_in)
    running = "SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL"
    assert rows(configured / "data" / "showme.sqlite", running) != [(0,)]
    assert await run("backup", str(copy)) == 0
    assert "3 files" in capsys.readouterr().out
    assert copy.stat().st_mode & 0o077 == 0
    assert await run("backup", str(copy)) == 2
    assert "is there already" in capsys.readouterr().err
    # A second machine.
    monkeypatch.setenv("SHOWME_DATA", str(configured / "second"))
    assert await run("restore", str(copy)) == 0
    told = capsys.readouterr().out
    assert "3 files" in told
    second = configured / "second"
    for kind in ("original", "wall", "thumbnail"):
        (was,) = (configured / "data" / "media" / kind).iterdir()
        assert (second / "media" / kind / was.name).read_bytes() == was.read_bytes()
    database = second / "showme.sqlite"
    assert rows(database, running) == [(0,)]
    assert rows(database, "SELECT kind FROM events ORDER BY number DESC LIMIT 1") == [("BackupRestored",)]
    assert await run("doctor", "--check", "--audit") == 0
    assert "every photo has its files" in capsys.readouterr().out
    assert await run("restore", str(copy)) == 2
    assert "nothing is overwritten" in capsys.readouterr().err


async def test_what_has_had_its_time_is_not_put_back(
    lived_in: House, configured: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = configured / "copy"
    assert await run("backup", str(copy)) == 0
    # Seven hours pass, in which the copy lies in its cupboard.
    database = copy / "showme.sqlite"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE photos SET expires_at = datetime(expires_at, '-7 hours')")
        connection.execute("UPDATE invitations SET created_at = datetime(created_at, '-7 hours')")
        connection.commit()
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["database"] = hashlib.sha256(database.read_bytes()).hexdigest()
    (copy / "manifest.json").write_text(json.dumps(manifest))
    monkeypatch.setenv("SHOWME_DATA", str(configured / "second"))
    assert await run("restore", str(copy)) == 0
    media = configured / "second" / "media"
    assert [path for kind in ("original", "wall", "thumbnail") for path in (media / kind).iterdir()] == []
    assert rows(configured / "second" / "showme.sqlite", "SELECT COUNT(*) FROM photos") == [(0,)]
    assert rows(configured / "second" / "showme.sqlite", "SELECT COUNT(*) FROM invitation_numbers") == [(0,)]


async def test_what_waits_in_quarantine_is_copied_too(
    lived_in: House, configured: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await lived_in.api("POST", "/api/photos/photo-kept/quarantine")).status_code == 204
    copy = configured / "copy"
    assert await run("backup", str(copy)) == 0
    monkeypatch.setenv("SHOWME_DATA", str(configured / "second"))
    assert await run("restore", str(copy)) == 0
    for kind in ("original", "wall", "thumbnail"):
        (was,) = (configured / "data" / "media" / kind).iterdir()
        assert (configured / "second" / "media" / kind / was.name).read_bytes() == was.read_bytes()


@pytest.mark.parametrize("harm", ["media", "database", "manifest", "outside"])
async def test_a_copy_that_was_harmed_is_refused_and_changes_nothing(
    lived_in: House, configured: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], harm: str
) -> None:
    copy, second = configured / "copy", configured / "second"
    assert await run("backup", str(copy)) == 0
    match harm:
        case "media":
            next((copy / "media").iterdir()).write_bytes(b"another picture")
        case "database":
            with (copy / "showme.sqlite").open("r+b") as file:
                file.seek(5000)
                file.write(b"x")
        case "manifest":
            (copy / "manifest.json").unlink()
        case _:
            manifest = json.loads((copy / "manifest.json").read_text())
            manifest["files"][0]["name"] = "../../evil"
            (copy / "manifest.json").write_text(json.dumps(manifest))
    monkeypatch.setenv("SHOWME_DATA", str(second))
    assert await run("restore", str(copy)) == 2
    assert "cannot be restored" in capsys.readouterr().err
    assert not (second / "showme.sqlite").exists()
    assert not (second / "media").exists()


async def test_a_look_finds_what_does_not_fit_and_a_repair_deletes_nothing(
    configured: Path, clock: RunningClock
) -> None:
    data = configured / "data"
    settings = Settings(base_url=HOST, data=data)
    async with house_of(data, clock) as house:  # type: ignore[arg-type] # as above
        invited = await house.invite(to=None)
        for name in ("photo-whole", "photo-lost", "photo-other", "photo-bare"):
            await house.send_photo(
                invited["key"], photo_id=name, photo=jpeg(card((200 + len(name), 150))) + name.encode()
            )
        await shown_photo(house, invited["id"])
        async with asyncio.timeout(60):
            while rows(data / "showme.sqlite", "SELECT COUNT(*) FROM photos WHERE state = 'shown'") != [(4,)]:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
    kept = {str(name): str(stored) for name, stored in rows(data / "showme.sqlite", "SELECT id, stored_as FROM photos")}
    media = data / "media"
    with closing(sqlite3.connect(data / "showme.sqlite")) as connection:
        connection.execute("UPDATE photos SET state = 'received' WHERE id = 'photo-lost'")
        connection.execute("UPDATE organisations SET credits = credits + 7")
        connection.commit()
    for kind in ("original", "wall", "thumbnail"):
        (media / kind / kept["photo-lost"]).unlink()
    (media / "original" / kept["photo-other"]).write_bytes(b"x" * 900)
    (media / "thumbnail" / kept["photo-bare"]).unlink()
    (media / "original" / "stray0001").write_bytes(b"never acknowledged")
    (media / "incoming" / "unfinished0001").write_bytes(b"half a")

    found = {finding.subject: finding for finding in await check(settings, repair=False)}
    wrong = {subject for subject, finding in found.items() if finding.state == "wrong"}
    assert wrong == {"rows without file", "files that differ", "pictures missing", "credits that differ"}
    assert {subject for subject, finding in found.items() if finding.state == "warning"} == {
        "files without row",
        "files unfinished",
    }
    assert "photo-other" in found["files that differ"].sentence
    assert (media / "original" / "stray0001").exists()  # a look changes nothing

    repaired = {finding.subject: finding for finding in await check(settings, repair=True)}
    assert all(finding.state == "well" for finding in repaired.values()), repaired
    aside = {path.name: path.read_bytes() for path in (media / "put-aside").rglob("*") if path.is_file()}
    assert aside == {
        "original-stray0001": b"never acknowledged",
        "incoming-unfinished0001": b"half a",
        f"original-{kept['photo-other']}": b"x" * 900,
    }
    assert all("without a row" in pile.name or "differ" in pile.name or "unfinished" in pile.name
               for pile in (media / "put-aside").iterdir())  # fmt: skip
    async with house_of(data, clock) as house:  # type: ignore[arg-type] # as above
        async with asyncio.timeout(60):
            while not (media / "thumbnail" / kept["photo-bare"]).exists():  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        with Image.open(media / "thumbnail" / kept["photo-bare"]) as picture:
            assert picture.width > 0
        # What was put aside goes in its time, as everything of a citizen does.
        clock.move(hours=7)
        await house.installation.forgetting.forget_what_is_due()
        clock.move(minutes=2)
        await house.installation.forgetting.forget_what_is_due()
    assert [path for path in (media / "put-aside").rglob("*") if path.is_file()] == []


async def test_a_repair_waits_for_nobody_and_disturbs_nobody(
    lived_in: House, configured: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run("doctor", "--check", "--repair") == 2
    assert "Another showme uses the folder" in capsys.readouterr().err
    assert await run("doctor", "--check") == 0
    assert await run("doctor", "--repair") == 2


async def test_an_operator_exports_the_audit(
    lived_in: House, configured: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = configured / "audit.csv"
    assert await run("audit", "export", "--organisation", "1", "--since", "2026-01-01", "--to", str(file)) == 0
    lines = file.read_text().splitlines()
    assert lines[0].startswith("organisation,number,at,who,deed")
    assert any(",invited,InvitationCreated," in line for line in lines)
    assert "operator" in lines[-1]
    assert "command line" in lines[-1]
    assert file.stat().st_mode & 0o077 == 0
    capsys.readouterr()
    assert await run("audit", "export", "--organisation", "1", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)[0]["number"] == 1
    assert await run("audit", "export", "--organisation", "9") == 2
    assert await run("audit", "condense", "--organisation", "1", "--before", "2999-01-01") == 2
