"""Only Telegram, by its secret, may tell us what was said in a chat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from tests.web.conftest import House
from web.needs import EXTENSION

SECRET = "s" * 32
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
def heard(house: House) -> list[Mapping[str, object]]:
    updates: list[Mapping[str, object]] = []

    async def hear(update: Mapping[str, object]) -> None:
        updates.append(update)

    app = house.installation.app
    app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], telegram_secret=SECRET, telegram_update=hear)
    return updates


async def test_an_update_with_the_secret_is_heard(house: House, heard: list[Mapping[str, object]]) -> None:
    answer = await house.client.post("/callbacks/telegram", json={"update_id": 1}, headers={HEADER: SECRET})
    assert answer.status_code == 204
    assert heard == [{"update_id": 1}]


@pytest.mark.parametrize("claimed", [None, "", "guessed", SECRET[:-1], SECRET + "s", "é"])
async def test_an_update_without_it_is_refused(
    house: House, heard: list[Mapping[str, object]], claimed: str | None
) -> None:
    headers = {} if claimed is None else {HEADER: claimed}
    answer = await house.client.post("/callbacks/telegram", json={"update_id": 1}, headers=headers)
    assert answer.status_code == 403
    assert heard == []


async def test_where_the_bot_polls_there_is_no_such_address(house: House) -> None:
    answer = await house.client.post("/callbacks/telegram", json={"update_id": 1}, headers={HEADER: SECRET})
    assert answer.status_code == 404
