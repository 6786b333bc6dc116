"""No secret stands where it does not belong: not in the log, the chat, the records, or what leaves us."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.logs import start_logging
from showme.errors import Unavailable
from tests.torture.measuring import sizes
from tests.web.conftest import House
from tests.web.test_citizen_door import shown_photo

NUMBER = "+32470123456"


async def _play(house: House) -> dict[str, str]:
    """Do what is done in a shift, and what goes wrong in one; return the secrets that took part, by name."""
    invited = await house.invite(to="0470 12 34 56")
    key, identity = invited["key"], invited["id"]
    browser = house.knock()
    secret = house.sign_in_link.rpartition("/")[2]
    ours = {"Sec-Fetch-Site": "same-origin"}
    answer = await browser.post("/sign-in", form={"secret": secret, "name": "Anna"}, headers=ours)
    session = answer.headers["Set-Cookie"].partition("=")[2].partition(";")[0]
    referer = {"Referer": f"https://show.example.org/s/{key}", "Authorization": f"Bearer {house.token}"}
    for method, path in (
        ("GET", f"/s/{key}"), ("POST", f"/s/{key}/tapped"), ("GET", f"/s/{key}x"), ("GET", f"/nowhere/{key}"),
        ("POST", f"/s/{key}/progress"), ("GET", f"/sign-in/{secret}"), ("GET", f"/sign-in/{secret}x"),
        ("GET", f"/api/invitations/{key}"), ("GET", "/api/photos?invitation=" + key), ("PATCH", f"/s/{key}/uploads/x"),
        ("GET", "/peerjs/id?token=" + key), ("POST", "/c"), ("GET", "/wall"),
    ):  # fmt: skip
        asked: dict[str, Any] = {"method": method, "headers": referer}
        await house.client.open(path, **asked)
    await house.send_photo(key, photo_id="photo-canary")
    await shown_photo(house, identity)
    for path in (f"{identity}/watch-link", f"{identity}/link", f"{identity}/resend", f"{identity}/code"):
        await house.api("POST", f"/api/invitations/{path}")
    await browser.post("/sign-out", headers=ours)
    return {"key": key, "sign-in link": secret, "session": session, "token": house.token}


@sizes(1, 1)
async def test_no_secret_is_found_where_it_does_not_belong(  # noqa: PLR0917 - what takes part is asked for by name
    count: int,
    house: House,
    tmp_path: Path,
    measured: Callable[..., None],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start_logging()
    viewing = house.installation.app.extensions["showme"].viewing
    secrets: dict[str, str] = {}
    for turn in range(count):
        for name, secret in (await _play(house)).items():
            secrets[f"{name} {turn}"] = secret
        house.clock.move(minutes=5)
        # A failure of ours whose traceback passes through everything.
        key = secrets[f"key {turn}"]

        async def fails(*_: object, key: str = key, **__: object) -> None:
            raise Unavailable(f"database_unavailable {key} {NUMBER}") from ValueError(f"{key} Bearer {house.token}")

        with monkeypatch.context() as broken:
            broken.setattr(viewing, "invitations", fails)
            await house.api("GET", "/api/invitations")
            logging.getLogger("hypercorn").error("GET /s/%s Bearer %s to %s", key, house.token, NUMBER)
    told = capsys.readouterr()
    log = told.err + told.out
    assert "Bearer" in log  # something was written, or nothing was looked at
    stage = house.installation.stage
    assert stage is not None
    chat = str((await stage.state())["chat"])
    records = _records(tmp_path / "data")
    places = {"the log": log, "the chat": chat, "the records": records}
    found = [
        f"{name} in {place}" for name, secret in secrets.items() for place, text in places.items() if secret in text
    ]
    found += [f"a number in {place}" for place in ("the log", "the chat") if NUMBER in places[place]]
    assert hashlib.sha256(house.token.encode()).hexdigest() in records  # it is the right table that was read
    measured(
        "secrets in logs, chat, database",
        goal="planted canaries found 0 times",
        measured=f"{len(secrets)} secrets, {len(log)} letters of log, {len(records)} of records: "
        f"found {len(found)} times",
    )
    assert found == []


def _records(data: Path) -> str:
    """Return everything that the database holds, but for the embedded outbox, in which SMS with their links wait."""
    with closing(sqlite3.connect(f"{(data / 'showme.sqlite').as_uri()}?mode=ro", uri=True)) as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = [
            str(row)
            for table in tables
            if table != "kept_sms"
            for row in database.execute(f'SELECT * FROM "{table}"')  # noqa: S608
        ]
    return "\n".join(rows)
