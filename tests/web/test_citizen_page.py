"""The citizen's page as the server makes it: small, and open to no script but its own."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]  # no stubs exist
import pytest

from showme.domain.words import LANGUAGES
from tests.web.conftest import House
from web.built import manifest
from web.needs import EXTENSION

PAGE = {"Accept": "text/html", "Accept-Encoding": "gzip, br", "User-Agent": "Mozilla/5.0 (Linux; Android 15; Pixel 8)"}
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"
MOST_BYTES = 12_500
"""In any language, in brotli (docs/decisions/0012)."""
MOST_BYTES_OF_LIVE = 12_000
"""The page with live video in English, by which that decision was taken."""


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_page_is_small_on_the_wire_in_every_language(house: House, language: str) -> None:
    for purpose in ("photo", "live", "location"):
        key = (await house.invite(purpose=purpose, language=language))["key"]
        answer = await house.client.get(f"/s/{key}", headers=PAGE)
        body = await answer.get_data(as_text=False)
        assert answer.headers["Content-Encoding"] == "br"
        assert f'<html lang="{language}"'.encode() in brotli.decompress(body)
        assert len(body) <= (MOST_BYTES_OF_LIVE if (language, purpose) == ("en", "live") else MOST_BYTES)


async def test_no_script_runs_in_the_page_but_its_own(house: House) -> None:
    key = (await house.invite(purpose="live"))["key"]
    answer = await house.client.get(f"/s/{key}", headers={"Accept": "text/html"})
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    names = manifest(_built(house))
    inline, *others = policy["script-src"].split(" ")
    assert re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", inline)
    assert [other.removeprefix(other.split("/")[0]) for other in others] == [
        f"/static/{names[f'citizen/{part}.js']}" for part in ("later", "live", "talk", "following")
    ]
    assert {other.split("/")[0] for other in others} == {"localhost"}
    assert "'self'" not in policy["script-src"]
    assert policy["style-src"].startswith("'sha256-")


async def test_the_parts_of_the_page_are_kept_for_ever(house: House) -> None:
    key = (await house.invite(purpose="live"))["key"]
    told = await _configuration(house, key)
    for part in ("later", "live", "talk", "following"):
        for address in (told[part], f"{told[part]}?2"):
            answer = await house.client.get(address)
            assert answer.status_code == 200
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert answer.content_type.startswith("text/javascript")


async def test_the_live_part_is_fetched_ahead_where_it_is_wanted_and_nowhere_else(house: House) -> None:
    for purpose, times in (("live", 1), ("photo", 0), ("location", 0)):
        key = (await house.invite(purpose=purpose))["key"]
        page = await (await house.client.get(f"/s/{key}")).get_data(as_text=True)
        assert page.count('<link rel="modulepreload" href="/static/citizen/live.') == times


async def test_a_phone_is_told_its_own_way_of_allowing_things(house: House) -> None:
    key = (await house.invite(language="en"))["key"]
    for agent, way in ((IPHONE, "aA"), (PAGE["User-Agent"], "icon left of the address"), ("", "Click the icon")):
        headers = {"User-Agent": agent}
        first = await (await house.client.get(f"/s/{key}", headers=headers)).get_data(as_text=True)
        later = await (await house.client.get(f"/s/{key}/words?lang=en", headers=headers)).get_json()
        assert way in _read(first)["words"]["location"]["refused"]
        assert way in later["live"]["refused"]


async def test_words_come_in_the_language_of_the_page_and_for_keys_alone(house: House) -> None:
    key = (await house.invite(language="nl"))["key"]
    later = await (await house.client.get(f"/s/{key}/words")).get_json()
    assert set(later) == {"live", "location", "screen", "talk"}
    assert set(later["location"]) == {"follow", "following", "stop_following", "followed"}
    assert later["talk"]["send"] == "Verstuur"
    switched = await (await house.client.get(f"/s/{key}/words?lang=fr")).get_json()
    assert switched["talk"]["send"] == "Envoyer"
    assert (await house.client.get(f"/s/1{'k' * 39}/words")).status_code == 404


async def test_the_page_goes_on_from_the_event_before_it_was_made(house: House) -> None:
    invited = await house.invite()
    before = await _configuration(house, invited["key"])
    assert before["has_messages"] is False
    path = f"/api/invitations/{invited['id']}/messages"
    said = await house.api("POST", path, json={"ready": "hurt"})
    number = (await said.get_json())["number"]
    assert before["after"] < number
    after = await _configuration(house, invited["key"])
    assert after["has_messages"] is True
    assert after["after"] >= number


def _built(house: House) -> Path:
    built: Path = house.installation.app.extensions[EXTENSION].built
    return built


async def _configuration(house: House, key: str) -> dict[str, Any]:
    return _read(await (await house.client.get(f"/s/{key}")).get_data(as_text=True))


def _read(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="showme">(.*?)</script>', page)
    assert found
    told: dict[str, Any] = json.loads(found[1])
    return told
