"""What Prometheus reads of us, and who else does not."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from showme.errors import Unavailable
from storage.database import Database
from tests.web.conftest import HOST, House

HERE = ("127.0.0.1", 5000)
BOUNDED = {"span", "rung", "quantile", "provider", "result", "part", "path", "kind", "status", "door"}


async def scrape(house: House) -> dict[str, float]:
    answer = await house.client.get("/metrics", scope_base={"client": HERE})
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    told = await answer.get_data(as_text=True)
    return {
        _written(sample.name, sample.labels): sample.value
        for family in text_string_to_metric_families(told)
        for sample in family.samples
        if family.documentation
    }


def _written(name: str, labels: dict[str, str]) -> str:
    shown = ",".join(f"{label}={value}" for label, value in sorted(labels.items()))
    return f"{name}{{{shown}}}" if shown and name.startswith("showme_") else name


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


async def test_the_ladder_is_a_funnel_with_seconds(house: House) -> None:
    invited = await house.invite()
    house.clock.move(seconds=30)
    assert (await house.send_photo(invited["key"])).status_code == 201
    for _ in range(300):
        standing = await (await house.api("GET", f"/api/invitations/{invited['id']}")).get_json()
        if standing["rung"] == "first_picture":
            break
        await asyncio.sleep(0.1)
    await house.invite()
    house.clock.move(seconds=15)
    figures = await scrape(house)
    assert figures["showme_invitations{span=hour}"] == 2
    assert figures["showme_rung_possible{rung=first_picture,span=hour}"] == 2
    assert figures["showme_rung_reached{rung=first_picture,span=hour}"] == 1
    assert figures["showme_rung_reached{rung=created,span=day}"] == 2
    assert figures["showme_first_picture_seconds{quantile=0.5,span=hour}"] == 30
    house.clock.move(hours=2)
    later = await scrape(house)
    assert (later["showme_invitations{span=hour}"], later["showme_invitations{span=day}"]) == (0, 2)
    assert later["showme_rung_reached{rung=created,span=hour}"] == 0
    assert "showme_first_picture_seconds{quantile=0.5,span=hour}" not in later


async def test_what_was_taken_in_is_counted(house: House) -> None:
    key = (await house.invite())["key"]
    assert (await scrape(house))["showme_uploads_total{kind=photo}"] == 0
    photo_id = "0123456789abcdef0123456789abcdef"
    for _ in range(2):
        assert (await house.send_photo(key, photo_id=photo_id)).status_code in {200, 201}
    figures = await scrape(house)
    assert figures["showme_uploads_total{kind=photo}"] == 1
    assert figures["showme_uploads_total{kind=clip}"] == 0
    assert figures["showme_upload_bytes_total"] == len(house.photo)


async def test_refusals_are_counted_by_status_and_door(house: House) -> None:
    assert (await house.client.get("/s/wrong/state")).status_code == 404
    assert (await house.client.get("/api/invitations")).status_code == 401
    figures = await scrape(house)
    assert figures["showme_refusals_total{door=citizen,status=404}"] == 1
    assert figures["showme_refusals_total{door=dispatcher,status=401}"] == 1


async def test_sms_credits_retention_and_disk_are_told(house: House) -> None:
    await house.invite()
    figures: dict[str, float] = {}
    for _ in range(300):  # the SMS is sent beside; what is counted in the records is told again for ten seconds
        house.clock.move(seconds=11)
        figures = await scrape(house)
        if figures.get("showme_sms{provider=outbox,result=accepted,span=hour}") == 1:
            break
        await asyncio.sleep(0.1)
    assert figures["showme_sms{provider=outbox,result=accepted,span=hour}"] == 1
    assert figures["showme_organisations"] == 1
    assert figures["showme_credits_least"] == 999
    assert figures["showme_organisations_without_credits"] == 0
    assert figures["showme_database_up"] == 1
    assert figures["showme_part_up{part=retention}"] == 1
    assert 0 < figures["showme_disk_free_bytes"] < figures["showme_disk_total_bytes"]
    assert figures["showme_retention_last_run_timestamp_seconds"] <= house.clock.now().timestamp()
    assert figures["showme_telegram_429_total"] == 0


async def test_no_figure_names_a_person_or_an_organisation(house: House) -> None:
    invited = await house.invite(incident="2026-112-77")
    assert (await house.send_photo(invited["key"])).status_code == 201
    house.clock.move(seconds=15)
    answer = await house.client.get("/metrics", scope_base={"client": HERE})
    told = await answer.get_data(as_text=True)
    for secret in (invited["key"], invited["id"], "470123456", "12 34 56", "2026-112-77", "112 Practice"):
        assert secret not in told
    for family in text_string_to_metric_families(told):
        if family.name.startswith("showme_"):
            assert set().union(*(sample.labels for sample in family.samples)) <= BOUNDED, family.name


async def test_without_its_records_it_still_tells_of_itself(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(self: object, step: object) -> None:
        raise Unavailable

    monkeypatch.setattr(Database, "read", away)
    figures = await scrape(house)
    assert figures["showme_database_up"] == 0
    assert "showme_disk_free_bytes" in figures
    assert "showme_organisations" not in figures


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
