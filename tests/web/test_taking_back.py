"""What a photo tells of its taking, and the citizen who wants it back."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import piexif  # type: ignore[import-untyped]
import pytest

from tests.pictures import camera_photo
from tests.web.conftest import House
from tests.web.test_citizen_door import photos, shown_photo


async def test_a_photo_sent_by_mistake_is_gone_everywhere_at_once(house: House) -> None:
    invited = await house.invite()
    await house.send_photo(invited["key"], photo_id="sent-by-mistake")
    await house.send_photo(invited["key"], photo_id="sent-on-purpose")
    await shown_photo(house, invited["id"])
    path = f"/s/{invited['key']}/photos/sent-by-mistake"
    assert (await house.client.delete(path)).status_code == 204
    assert (await house.client.delete(path)).status_code == 404
    assert [photo["id"] for photo in await photos(house, invited["id"])] == ["sent-on-purpose"]
    for kind in ("wall", "thumbnail", "original"):
        assert (await house.api("GET", f"/api/photos/sent-by-mistake/{kind}")).status_code == 404


async def test_nobody_takes_back_the_photo_of_another(house: House) -> None:
    mine, other = await house.invite(), await house.invite()
    await house.send_photo(other["key"], photo_id="photo-of-others")
    await shown_photo(house, other["id"])
    assert (await house.client.delete(f"/s/{mine['key']}/photos/photo-of-others")).status_code == 404
    foreign = await house.client.delete(
        f"/s/{other['key']}/photos/photo-of-others", headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert foreign.status_code == 403
    assert len(await photos(house, other["id"])) == 1


async def test_the_dispatcher_reads_where_a_photo_was_taken(house: House) -> None:
    invited = await house.invite()
    await house.send_photo(invited["key"], photo=camera_photo())
    seen = await shown_photo(house, invited["id"])
    assert seen["taken"]["place"] is not None
    assert seen["taken"]["camera"]


@pytest.mark.parametrize(("ahead", "age"), [(60, "just_now"), (None, "unknown")])
async def test_the_phones_clock_tells_how_old_a_photo_is(house: House, ahead: int | None, age: str) -> None:
    house.clock.moment = datetime(2026, 11, 20, 9, 12, 0, tzinfo=UTC)
    invited = await house.invite()
    told: dict[str, Any] = {"step": "loaded", "phone": {"clock": ahead}}
    assert (await house.client.post(f"/s/{invited['key']}/progress", json=told)).status_code == 204
    await house.send_photo(invited["key"], photo=without_zone(camera_photo()))
    seen = await shown_photo(house, invited["id"])
    assert seen["taken"]["age"] == age
    assert seen["taken"]["sentence"]


def without_zone(photo: bytes) -> bytes:
    """Return a photo of 10:11:12 by the phone's clock, whose camera writes no zone, as many do."""
    told = piexif.load(photo)
    told["Exif"] = {piexif.ExifIFD.DateTimeOriginal: told["Exif"][piexif.ExifIFD.DateTimeOriginal]}
    told["GPS"] = {}
    written = io.BytesIO()
    piexif.insert(piexif.dump(told), photo, written)
    return written.getvalue()
