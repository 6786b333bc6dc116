"""Who did what at the web doors stands in the audit with from where, and nothing says where a citizen is."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from sqlite3 import connect

from tests.web.conftest import House
from tests.web.test_citizen_door import shown_photo


def lines(data: Path) -> dict[str, tuple[str, str | None]]:
    """Return the last line of each kind: who, and from where."""
    with closing(connect(data / "showme.sqlite")) as database:
        found = database.execute("SELECT kind, actor, origin FROM events ORDER BY number").fetchall()
    return {kind: (actor, origin) for kind, actor, origin in found}


async def test_the_audit_tells_from_where_a_photo_was_downloaded(house: House, tmp_path: Path) -> None:
    invited = await house.invite(to=None)
    photo = (await (await house.send_photo(invited["key"])).get_json())["id"]
    await shown_photo(house, invited["id"])
    there = {"client": ("192.0.2.7", 4711)}
    assert (await house.api("GET", f"/api/photos/{photo}/original", scope_base=there)).status_code == 200
    told = lines(tmp_path / "data")
    assert told["OriginalDownloaded"][1] == "192.0.2.7"
    assert told["PhotoReceived"] == ("citizen", None)
    assert told["PhotoShown"] == ("showme", None)


async def test_a_deed_in_the_team_chat_tells_the_chat_and_the_person(house: House, tmp_path: Path) -> None:
    answer = await house.knock().post(
        "/practice/chat",
        json={"text": "/link"},
        headers={"Host": "localhost"},
        scope_base={"client": ("127.0.0.1", 1)},
    )
    assert answer.status_code == 201
    _, origin = lines(tmp_path / "data")["InvitationCreated"]
    assert origin is not None
    assert origin.startswith("telegram -")
    assert origin.rpartition(" ")[2].isdecimal()
