"""What Prometheus reads of us, and who else does not."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.web.conftest import HOST, House

HERE = ("127.0.0.1", 5000)


async def scrape(house: House) -> dict[str, float]:
    answer = await house.client.get("/metrics", scope_base={"client": HERE})
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    told = await answer.get_data(as_text=True)
    return {
        sample.name: sample.value
        for family in text_string_to_metric_families(told)
        for sample in family.samples
        if family.documentation
    }


async def until(house: House, name: str, value: float) -> None:
    for _ in range(100):
        if (await scrape(house))[name] == value:
            return
        await asyncio.sleep(0.1)
    pytest.fail(f"{name} does not come to {value}")


async def test_the_figures_are_those_of_the_moment(house: House) -> None:
    before = await scrape(house)
    assert before["process_resident_memory_bytes"] > 1_000_000
    assert (before["showme_open_feeds"], before["showme_bytes_in_flight"], before["showme_photos_waiting"]) == (0, 0, 0)
    headers = {"Authorization": f"Bearer {house.token}"}
    async with asyncio.timeout(20), house.client.request("/api/events", headers=headers) as connection:
        await connection.receive()
        await until(house, "showme_open_feeds", 1)
        await connection.disconnect()


async def test_bytes_count_while_they_are_on_their_way(house: House) -> None:
    key = (await house.invite())["key"]
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": "5000"}
    async with (
        asyncio.timeout(20),
        house.client.request(f"/s/{key}/photos", method="POST", headers=headers) as connection,
    ):
        await connection.send(b"--x\r\n")
        await until(house, "showme_bytes_in_flight", 5000)
        await connection.disconnect()


async def test_telegram_is_up_once_it_has_answered(house: House) -> None:
    await until(house, "showme_telegram_up", 1)


@pytest.mark.parametrize(
    ("asker", "headers"),
    [
        (("192.0.2.9", 5000), {}),
        (HERE, {"X-Forwarded-For": "192.0.2.9"}),
        (HERE, {"X-Forwarded-For": "127.0.0.1"}),
        (HERE, {"Forwarded": "for=192.0.2.9"}),
        (HERE, {"X-Real-IP": "192.0.2.9"}),
        (None, {}),
    ],
)
async def test_nobody_else_learns_that_there_are_figures(house: House, asker: Any, headers: dict[str, str]) -> None:
    answer = await house.client.get("/metrics", scope_base={"client": asker}, headers={"Host": HOST, **headers})
    assert answer.status_code == 404
    assert b"showme_" not in await answer.get_data(as_text=False)
