"""What a phone on a bad line finds behind /s/<key>/uploads: tus 1.0.0, by hand and by the tus project's own client."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from app.assembly import open_installation
from app.settings import Settings
from showme.domain.pictures import MOST_BYTES
from tests.fakes.clock import MovableClock
from tests.pictures import card, jpeg
from tests.web.conftest import HOST, House
from tests.web.test_citizen_door import photos, shown_photo
from web.bodies import chunks

TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {**TUS, "Content-Type": "application/offset+octet-stream"}


def metadata(**told: str) -> str:
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in told.items())


async def begin(house: House, key: str, length: int, **told: str) -> Any:
    headers = {**TUS, "Upload-Length": str(length)}
    if told:
        headers["Upload-Metadata"] = metadata(**told)
    return await house.client.post(f"/s/{key}/uploads", headers=headers)


async def begun(house: House, key: str, length: int, **told: str) -> str:
    """Begin an upload and return its address."""
    answer = await begin(house, key, length, **told)
    assert answer.status_code == 201, await answer.get_data(as_text=True)
    return str(answer.headers["Location"])


async def send(house: House, where: str, offset: int, piece: bytes, **headers: str) -> Any:
    return await house.client.patch(where, data=piece, headers={**PIECE, "Upload-Offset": str(offset), **headers})


async def offset_of(house: House, where: str) -> int:
    answer = await house.client.head(where, headers=TUS)
    assert answer.status_code == 200
    return int(answer.headers["Upload-Offset"])


@asynccontextmanager
async def sending(house: House, where: str, offset: int, length: int | None, **headers: str) -> AsyncIterator[Any]:
    """Open a request that announces a piece, and leave it to the test what comes of it."""
    headers = {**PIECE, "Upload-Offset": str(offset), "Host": HOST, **headers}
    if length is not None:
        headers["Content-Length"] = str(length)
    async with house.client.request(where, method="PATCH", headers=headers) as connection:
        yield connection


async def cut_after(house: House, where: str, offset: int, length: int, piece: bytes) -> None:
    """Send the beginning of a piece; then the line is cut."""
    async with sending(house, where, offset, length) as connection:
        for at in range(0, len(piece), 16 * 1024):
            await connection.send(piece[at : at + 16 * 1024])
            await asyncio.sleep(0)
        await connection.disconnect()


def partial_files(house_folder: Path) -> set[str]:
    return {path.name for path in (house_folder / "data" / "media" / "partial").iterdir()}


async def original(house: House, photo_id: str) -> bytes:
    answer = await house.api("GET", f"/api/photos/{photo_id}/original")
    assert answer.status_code == 200
    content: bytes = await answer.get_data(as_text=False)
    return content


async def refused(answer: Any, status: int, cause: str) -> None:
    """Check that a refusal has its status, its cause, and a sentence."""
    problem = await answer.get_json()
    assert (answer.status_code, problem["cause"], problem["status"]) == (status, cause, status)
    assert answer.content_type == "application/problem+json"
    assert problem["title"] not in {"", cause}
    assert answer.headers["Tus-Resumable"] == "1.0.0"


# --- as it should be ---


async def test_a_client_learns_what_we_can_do(house: House) -> None:
    key = (await house.invite())["key"]
    where = await begun(house, key, 100)
    for path in (f"/s/{key}/uploads", where):
        answer = await house.client.options(path)
        assert answer.status_code == 204
        assert answer.headers["Tus-Resumable"] == "1.0.0"
        assert answer.headers["Tus-Version"] == "1.0.0"
        assert answer.headers["Tus-Max-Size"] == str(MOST_BYTES)
        assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256"
        assert set(answer.headers["Tus-Extension"].split(",")) == {
            "creation", "creation-with-upload", "checksum", "expiration", "termination",
        }  # fmt: skip


async def test_a_photo_in_three_pieces_arrives_without_a_tap(house: House, tmp_path: Path) -> None:
    invited = await house.invite()
    answer = await begin(
        house, invited["key"], len(house.photo), id="0123-my-photo", filename="Été.jpg", filetype="image/jpeg"
    )
    assert answer.status_code == 201
    where = answer.headers["Location"]
    assert where.startswith(f"/s/{invited['key']}/uploads/")
    assert answer.headers["Upload-Offset"] == "0"
    assert parsedate_to_datetime(answer.headers["Upload-Expires"]) > house.clock.now()
    third = len(house.photo) // 3
    for at in (0, third):
        answer = await send(house, where, at, house.photo[at : at + third])
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(at + third))
        assert "Upload-Photo" not in answer.headers
        assert await offset_of(house, where) == at + third
    assert not await photos(house, invited["id"])
    answer = await send(house, where, 2 * third, house.photo[2 * third :])
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(len(house.photo)))
    assert answer.headers["Upload-Photo"] == "0123-my-photo"
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    assert await original(house, "0123-my-photo") == house.photo
    shown = await shown_photo(house, invited["id"])
    assert (shown["state"], shown["sha256"]) == ("shown", hashlib.sha256(house.photo).hexdigest())
    assert partial_files(tmp_path) == set()
    seen = await (await house.api("GET", f"/api/invitations/{invited['id']}")).get_json()
    assert {rung["rung"] for rung in seen["ladder"] if rung["at"]} >= {"tapped", "first_picture"}


async def test_what_was_told_at_the_beginning_is_told_back(house: House) -> None:
    key = (await house.invite())["key"]
    told = metadata(filename="Été.jpg") + ",private"
    answer = await house.client.post(
        f"/s/{key}/uploads", headers={**TUS, "Upload-Length": "100", "Upload-Metadata": told}
    )
    answer = await house.client.head(answer.headers["Location"], headers=TUS)
    assert answer.headers["Upload-Metadata"] == told
    assert answer.headers["Upload-Length"] == "100"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Upload-Metadata" not in (await house.client.head(await begun(house, key, 100), headers=TUS)).headers


async def test_a_photo_may_come_with_its_beginning(house: House) -> None:
    invited = await house.invite()
    path = f"/s/{invited['key']}/uploads"
    whole = {**PIECE, "Upload-Length": str(len(house.photo))}
    answer = await house.client.post(path, data=house.photo, headers=whole)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, str(len(house.photo)))
    assert await original(house, answer.headers["Upload-Photo"]) == house.photo
    part = {**whole, "Upload-Metadata": metadata(id="second-photo")}
    answer = await house.client.post(path, data=house.photo[:1000], headers=part)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, "1000")
    answer = await send(house, answer.headers["Location"], 1000, house.photo[1000:])
    assert answer.headers["Upload-Photo"] == "second-photo"
    assert await original(house, "second-photo") == house.photo


async def test_a_network_without_patch_and_delete_is_no_hindrance(house: House) -> None:
    key = (await house.invite())["key"]
    where = await begun(house, key, len(house.photo))
    headers = {**PIECE, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    answer = await house.client.post(where, data=house.photo, headers=headers)
    assert (answer.status_code, "Upload-Photo" in answer.headers) == (204, True)
    answer = await house.client.post(where, headers={**TUS, "X-HTTP-Method-Override": "DELETE"})
    assert answer.status_code == 204
    assert (await house.client.head(where, headers=TUS)).status_code == 404
    await refused(await house.client.post(where, headers=TUS), 405, "method_not_allowed")


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
async def test_a_piece_with_its_checksum_counts_when_it_is_right(house: House, algorithm: str) -> None:
    key = (await house.invite())["key"]
    where = await begun(house, key, len(house.photo))
    half = len(house.photo) // 2

    def checksum(piece: bytes) -> str:
        return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, piece).digest()).decode()}"

    right = {"Upload-Checksum": checksum(house.photo[:half])}
    await refused(await send(house, where, 0, house.photo[1 : half + 1], **right), 460, "checksum_wrong")
    assert await offset_of(house, where) == 0
    assert (await send(house, where, 0, house.photo[:half], **right)).status_code == 204
    assert await offset_of(house, where) == half
    answer = await send(house, where, half, house.photo[half:], **{"Upload-Checksum": checksum(house.photo[half:])})
    assert await original(house, answer.headers["Upload-Photo"]) == house.photo


async def test_a_cut_piece_with_a_checksum_does_not_count(house: House) -> None:
    key = (await house.invite())["key"]
    where = await begun(house, key, len(house.photo))
    digest = base64.b64encode(hashlib.sha1(house.photo, usedforsecurity=False).digest()).decode()
    checksum = {"Upload-Checksum": f"sha1 {digest}"}
    async with sending(house, where, 0, len(house.photo), **checksum) as connection:
        await connection.send(house.photo[:5000])
        await asyncio.sleep(0.05)
        await connection.disconnect()
    assert await offset_of(house, where) == 0


# --- cut lines and lost answers ---


async def test_fifty_cuts_lose_nothing_and_double_nothing(house: House) -> None:
    """Cut photos at 50 places in all; each arrives once, byte for byte."""
    seed = 20_261_121
    print(f"seed {seed}")
    chance = random.Random(seed)
    invited = await house.invite()
    sent: dict[str, bytes] = {}
    cuts = 0
    while cuts < 50:
        photo = jpeg(card((300 + len(sent), 200)), quality=90) + chance.randbytes(200_000)
        photo_id = f"photo-number-{len(sent)}"
        where = await begun(house, invited["key"], len(photo), id=photo_id)
        offset = 0
        for _ in range(5):
            reach = chance.randrange(offset, len(photo) + 1)
            await cut_after(house, where, offset, len(photo) - offset, photo[offset:reach])
            now = await offset_of(house, where)
            assert offset <= now <= reach
            offset, cuts = now, cuts + 1
            if chance.random() < 0.2:
                assert await begun(house, invited["key"], len(photo), id=photo_id) == where
        answer = await send(house, where, offset, photo[offset:])
        assert answer.status_code == 204
        assert answer.headers["Upload-Photo"] == photo_id
        sent[photo_id] = photo
    assert sorted(photo["id"] for photo in await photos(house, invited["id"])) == sorted(sent)
    for photo_id, photo in sent.items():
        assert await original(house, photo_id) == photo


async def test_bytes_that_arrived_before_a_cut_are_not_sent_again(house: House) -> None:
    key = (await house.invite())["key"]
    where = await begun(house, key, len(house.photo))
    async with sending(house, where, 0, len(house.photo)) as connection:
        await connection.send(house.photo[:5000])
        await _until(lambda: _holds(house, where, 5000))
        await connection.disconnect()
    assert await offset_of(house, where) == 5000


async def test_a_lost_last_answer_is_asked_for_again(house: House) -> None:
    invited = await house.invite()
    where = await begun(house, invited["key"], len(house.photo))
    await send(house, where, 0, house.photo)
    for _ in range(2):
        answer = await house.client.head(where, headers=TUS)
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (200, str(len(house.photo)))
        assert answer.headers["Upload-Length"] == str(len(house.photo))
        assert answer.headers["Upload-Photo"]
    await refused(await send(house, where, 0, house.photo), 409, "offset_wrong")
    answer = await send(house, where, len(house.photo), b"")
    assert (answer.status_code, "Upload-Photo" in answer.headers) == (204, True)
    assert len(await photos(house, invited["id"])) == 1


async def test_a_line_that_is_cut_just_behind_the_last_byte_doubles_nothing(house: House) -> None:
    invited = await house.invite()
    for turns in range(30):
        photo = jpeg(card((200 + turns, 100)))
        where = await begun(house, invited["key"], len(photo))
        async with sending(house, where, 0, len(photo)) as connection:
            await connection.send(photo)
            await connection.send_complete()
            for _ in range(turns):
                await asyncio.sleep(0.0005)
            await connection.disconnect()
        offset = await offset_of(house, where)
        if offset < len(photo):
            assert (await send(house, where, offset, photo[offset:])).status_code == 204
        answer = await house.client.head(where, headers=TUS)
        assert await original(house, answer.headers["Upload-Photo"]) == photo
        assert len(await photos(house, invited["id"])) == turns + 1


async def test_a_photo_that_came_another_way_is_not_asked_for_again(house: House) -> None:
    invited = await house.invite()
    where = await begun(house, invited["key"], len(house.photo), id="0123-my-photo")
    await send(house, where, 0, house.photo[:1000])
    assert (await house.send_photo(invited["key"], photo_id="0123-my-photo")).status_code == 201
    assert await offset_of(house, where) == len(house.photo)
    assert len(await photos(house, invited["id"])) == 1


async def test_the_same_id_gives_the_same_upload(house: House) -> None:
    invited = await house.invite()
    told = {"id": "0123-my-photo"}
    where = await begun(house, invited["key"], len(house.photo), **told)
    await send(house, where, 0, house.photo[:1000])
    answer = await begin(house, invited["key"], len(house.photo), **told)
    assert (answer.headers["Location"], answer.headers["Upload-Offset"]) == (where, "1000")
    path = f"/s/{invited['key']}/uploads"
    headers = {**PIECE, "Upload-Length": str(len(house.photo)), "Upload-Metadata": metadata(**told)}
    answer = await house.client.post(path, data=house.photo, headers=headers)
    assert (answer.headers["Location"], answer.headers["Upload-Offset"]) == (where, "1000")
    await send(house, where, 1000, house.photo[1000:])
    answer = await begin(house, invited["key"], len(house.photo), **told)
    assert (answer.headers["Location"], answer.headers["Upload-Photo"]) == (where, "0123-my-photo")
    house.clock.move(hours=1, seconds=1)
    answer = await begin(house, invited["key"], len(house.photo), **told)
    assert (answer.headers["Upload-Offset"], answer.headers["Upload-Photo"]) == (str(len(house.photo)), "0123-my-photo")
    assert len(await photos(house, invited["id"])) == 1


async def test_two_beginnings_at_once_with_one_id_give_one_upload(house: House) -> None:
    key = (await house.invite())["key"]
    places = await asyncio.gather(*(begun(house, key, 1000, id="0123-my-photo") for _ in range(8)))
    assert len(set(places)) == 1


async def test_an_id_of_another_photo_is_refused(house: House) -> None:
    invited, other = await house.invite(), await house.invite()
    await begun(house, invited["key"], 1000, id="0123-my-photo")
    await refused(await begin(house, invited["key"], 1001, id="0123-my-photo"), 409, "id_used_before")
    await refused(await begin(house, other["key"], 1000, id="0123-my-photo"), 409, "id_used_before")
    await house.send_photo(invited["key"], photo_id="arrived-before")
    await refused(await begin(house, invited["key"], 1000, id="arrived-before"), 409, "id_used_before")
    await refused(await begin(house, other["key"], len(house.photo), id="arrived-before"), 409, "id_used_before")


# --- two at once ---


async def test_a_phone_that_comes_back_does_not_wait_for_its_dead_line(house: House) -> None:
    invited = await house.invite()
    where = await begun(house, invited["key"], len(house.photo))
    async with sending(house, where, 0, len(house.photo)) as dead:
        await dead.send(house.photo[:3000])
        await _until(lambda: _holds(house, where, 3000))
        assert await offset_of(house, where) == 3000
        answer = await send(house, where, 3000, house.photo[3000:])
        assert (answer.status_code, "Upload-Photo" in answer.headers) == (204, True)
    assert dead.status_code == 409
    assert len(await photos(house, invited["id"])) == 1


async def test_the_newer_of_two_senders_wins(house: House) -> None:
    invited = await house.invite()
    where = await begun(house, invited["key"], len(house.photo))
    async with sending(house, where, 0, len(house.photo)) as older:
        await older.send(house.photo[:3000])
        await _until(lambda: _holds(house, where, 3000))
        async with sending(house, where, 3000, len(house.photo) - 3000) as newer:
            await newer.send(house.photo[3000:])
            await newer.send_complete()
    assert (older.status_code, newer.status_code) == (409, 204)
    assert len(await photos(house, invited["id"])) == 1


async def test_a_crowd_on_one_upload_ends_with_one_photo(house: House) -> None:
    invited = await house.invite()
    where = await begun(house, invited["key"], len(house.photo))
    chance = random.Random(7)

    async def client() -> None:
        while (offset := await offset_of(house, where)) < len(house.photo):
            piece = house.photo[offset : offset + chance.randrange(500, 4000)]
            answer = await send(house, where, offset, piece)
            assert answer.status_code in {204, 409}

    async with asyncio.timeout(120):
        await asyncio.gather(*(client() for _ in range(4)))
    (photo,) = await photos(house, invited["id"])
    assert await original(house, photo["id"]) == house.photo


# --- restarts ---


async def test_what_has_arrived_survives_a_restart(tmp_path: Path, clock: MovableClock) -> None:
    photo = jpeg(card(), quality=80)
    where, key, invitation = "", "", ""
    third = len(photo) // 3
    for round_ in range(3):
        async with reopened(tmp_path, clock) as house:
            if round_ == 0:
                invited = await house.invite()
                key, invitation = invited["key"], invited["id"]
                where = await begun(house, key, len(photo), id="0123-my-photo")
            assert await offset_of(house, where) == round_ * third
            end = (round_ + 1) * third if round_ < 2 else len(photo)
            answer = await send(house, where, round_ * third, photo[round_ * third : end])
            assert answer.status_code == 204
    async with reopened(tmp_path, clock) as house:
        assert await offset_of(house, where) == len(photo)
        assert [found["id"] for found in await photos(house, invitation)] == ["0123-my-photo"]
        assert await original(house, "0123-my-photo") == photo


async def test_a_crash_behind_the_last_byte_is_made_good_when_the_phone_asks(
    tmp_path: Path, clock: MovableClock
) -> None:
    photo = jpeg(card(), quality=80)
    async with reopened(tmp_path, clock) as house:
        invited = await house.invite()
        where = await begun(house, invited["key"], len(photo))
        await send(house, where, 0, photo[:-10])
    # As if the process had died with everything written and nothing recorded: a kept file that no row knows.
    left = tmp_path / "data" / "media" / "partial" / where.rpartition("/")[2]
    with left.open("ab") as file:
        file.write(photo[-10:])
    (tmp_path / "data" / "media" / "original" / "stray").hardlink_to(left)
    async with reopened(tmp_path, clock) as house:
        assert not await photos(house, invited["id"])
        answer = await house.client.head(where, headers=TUS)
        assert answer.headers["Upload-Offset"] == str(len(photo))
        assert await original(house, answer.headers["Upload-Photo"]) == photo
        assert len(await photos(house, invited["id"])) == 1
    assert partial_files(tmp_path) == set()
    assert len(list((tmp_path / "data" / "media" / "original").iterdir())) == 1


async def test_bytes_that_a_crash_took_back_are_sent_again(tmp_path: Path, clock: MovableClock) -> None:
    photo = jpeg(card(), quality=80)
    async with reopened(tmp_path, clock) as house:
        key = (await house.invite())["key"]
        where = await begun(house, key, len(photo))
        await send(house, where, 0, photo[:5000])
    left = tmp_path / "data" / "media" / "partial" / where.rpartition("/")[2]
    left.write_bytes(photo[:4096])
    async with reopened(tmp_path, clock) as house:
        await refused(await send(house, where, 5000, photo[5000:]), 409, "offset_wrong")
        assert await offset_of(house, where) == 4096
        answer = await send(house, where, 4096, photo[4096:])
        assert await original(house, answer.headers["Upload-Photo"]) == photo


# --- ends ---


async def test_an_upload_ends_an_hour_after_its_last_byte(house: House, tmp_path: Path) -> None:
    key = (await house.invite())["key"]
    where = await begun(house, key, len(house.photo))
    for offset in (0, 100):
        house.clock.move(minutes=50)
        answer = await send(house, where, offset, house.photo[offset : offset + 100])
        assert answer.status_code == 204
        left = parsedate_to_datetime(answer.headers["Upload-Expires"]) - house.clock.now()
        assert 59 * 60 < left.total_seconds() <= 60 * 60
    assert len(partial_files(tmp_path)) == 1
    await house.installation.forgetting.forget_what_is_due()
    assert await offset_of(house, where) == 200
    house.clock.move(hours=1, seconds=1)
    await refused(await send(house, where, 200, house.photo[200:]), 404, "not_found")
    assert (await house.client.head(where, headers=TUS)).status_code == 404
    await house.installation.forgetting.forget_what_is_due()
    assert partial_files(tmp_path) == set()


@pytest.mark.parametrize("how", ["closed", "expired"])
async def test_an_upload_ends_with_its_invitation(house: House, tmp_path: Path, how: str) -> None:
    invited = await house.invite()
    if how == "expired":
        house.clock.move(hours=5, minutes=45)
    answer = await begin(house, invited["key"], len(house.photo))
    where = answer.headers["Location"]
    await send(house, where, 0, house.photo[:1000])
    if how == "closed":
        await house.api("POST", f"/api/invitations/{invited['id']}/close")
    else:
        assert (parsedate_to_datetime(answer.headers["Upload-Expires"]) - house.clock.now()).total_seconds() <= 15 * 60
        house.clock.move(minutes=15, seconds=1)
    await refused(await send(house, where, 1000, house.photo[1000:]), 410, f"link_{how}")
    await refused(await begin(house, invited["key"], 1000), 410, f"link_{how}")
    await house.installation.forgetting.forget_what_is_due()
    assert partial_files(tmp_path) == set()
    assert await rows(house) == frozenset()


async def test_an_invitation_that_is_closed_while_the_photo_arrives_ends_the_upload(
    house: House, tmp_path: Path
) -> None:
    invited = await house.invite()
    where = await begun(house, invited["key"], len(house.photo))
    async with sending(house, where, 0, len(house.photo)) as connection:
        await connection.send(house.photo[:1000])
        await _until(lambda: _holds(house, where, 1000))
        await house.api("POST", f"/api/invitations/{invited['id']}/close")
        await connection.send(house.photo[1000:])
        await connection.send_complete()
    assert connection.status_code == 410
    assert not await photos(house, invited["id"])
    assert partial_files(tmp_path) == set()


async def test_what_expired_while_we_were_down_is_gone_at_the_start(tmp_path: Path, clock: MovableClock) -> None:
    async with reopened(tmp_path, clock) as house:
        key = (await house.invite())["key"]
        await send(house, await begun(house, key, 1000), 0, b"some")
    (tmp_path / "data" / "media" / "partial" / "stray").write_bytes(b"nobody's")
    clock.move(hours=2)
    async with reopened(tmp_path, clock) as house:
        assert partial_files(tmp_path) == set()
        assert await rows(house) == frozenset()


async def test_a_citizen_who_changes_their_mind_leaves_nothing(house: House, tmp_path: Path) -> None:
    invited = await house.invite()
    where = await begun(house, invited["key"], len(house.photo), filename="private.jpg")
    await send(house, where, 0, house.photo[:1000])
    assert (await house.client.delete(where, headers=TUS)).status_code == 204
    assert partial_files(tmp_path) == set()
    assert await rows(house) == frozenset()
    assert (await house.client.head(where, headers=TUS)).status_code == 404
    await refused(await house.client.delete(where, headers=TUS), 404, "not_found")
    await refused(await send(house, where, 1000, house.photo[1000:]), 404, "not_found")


async def test_ending_a_finished_upload_leaves_the_photo(house: House) -> None:
    invited = await house.invite()
    where = await begun(house, invited["key"], len(house.photo))
    await send(house, where, 0, house.photo)
    assert (await house.client.delete(where, headers=TUS)).status_code == 204
    assert len(await photos(house, invited["id"])) == 1


async def test_ending_stops_whoever_is_still_sending(house: House, tmp_path: Path) -> None:
    key = (await house.invite())["key"]
    where = await begun(house, key, len(house.photo))
    async with sending(house, where, 0, len(house.photo)) as connection:
        await connection.send(house.photo[:1000])
        await _until(lambda: _holds(house, where, 1000))
        assert (await house.client.delete(where, headers=TUS)).status_code == 204
    assert connection.status_code == 409
    assert partial_files(tmp_path) == set()


# --- refusals ---


async def test_what_is_no_photo_is_refused_with_its_last_piece(house: House, tmp_path: Path) -> None:
    invited = await house.invite(language="de")
    picture = b"%PDF-1.7 " + bytes(1000)
    where = await begun(house, invited["key"], len(picture))
    assert (await send(house, where, 0, picture[:500])).status_code == 204
    answer = await send(house, where, 500, picture[500:])
    await refused(answer, 415, "not_a_picture")
    assert "Foto" in (await answer.get_json())["title"]
    assert (await house.client.head(where, headers=TUS)).status_code == 404
    assert partial_files(tmp_path) == set()
    assert await rows(house) == frozenset()
    assert not await photos(house, invited["id"])


async def test_a_damaged_header_is_refused(house: House) -> None:
    key = (await house.invite())["key"]
    where = await begun(house, key, 20)
    await refused(await send(house, where, 0, house.photo[:20]), 422, "picture_damaged")
    assert (await house.client.head(where, headers=TUS)).status_code == 404


@pytest.mark.parametrize(
    ("headers", "status", "cause"),
    [
        ({"Tus-Resumable": ""}, 412, "upload_not_understood"),
        ({"Tus-Resumable": "0.2.2"}, 412, "upload_not_understood"),
        ({"Upload-Length": ""}, 400, "upload_not_understood"),
        ({"Upload-Length": "-1"}, 400, "upload_not_understood"),
        ({"Upload-Length": "1e3"}, 400, "upload_not_understood"),
        ({"Upload-Length": "٣"}, 400, "upload_not_understood"),
        ({"Upload-Length": "0"}, 422, "photo_missing"),
        ({"Upload-Length": str(MOST_BYTES + 1)}, 413, "too_large"),
        ({"Upload-Length": "9" * 15}, 413, "too_large"),
        ({"Upload-Metadata": "id !!!"}, 400, "upload_not_understood"),
        ({"Upload-Metadata": "a YQ==,a YQ=="}, 400, "upload_not_understood"),
        ({"Upload-Metadata": "a YQ==,,"}, 400, "upload_not_understood"),
        ({"Upload-Metadata": "a " + "YWFh" * 2000}, 400, "upload_not_understood"),
        ({"Upload-Metadata": metadata(id="short")}, 422, "photo_id_not_understood"),
        ({"Upload-Metadata": metadata(id="../../etc/passwd")}, 422, "photo_id_not_understood"),
        ({"Upload-Metadata": "id"}, 422, "photo_id_not_understood"),
        ({"Upload-Metadata": "id /////////w=="}, 422, "photo_id_not_understood"),
        ({"Upload-Concat": "partial"}, 400, "upload_not_understood"),
        ({"Content-Type": "image/jpeg", "Content-Length": "1"}, 415, "upload_not_understood"),
        ({"Upload-Checksum": "md5 1B2M2Y8AsgTpgAmY7PhCfg=="}, 400, "upload_not_understood"),
    ],
)
async def test_a_wrong_beginning_is_refused(house: House, headers: dict[str, str], status: int, cause: str) -> None:
    key = (await house.invite())["key"]
    answer = await house.client.post(
        f"/s/{key}/uploads", data=b"x", headers={**PIECE, "Upload-Length": "1000", **headers}
    )
    await refused(answer, status, cause)
    assert answer.headers.get("Tus-Version") == ("1.0.0" if status == 412 else None)
    assert await rows(house) == frozenset()


async def test_a_length_that_is_told_later_is_refused(house: House) -> None:
    key = (await house.invite())["key"]
    answer = await house.client.post(f"/s/{key}/uploads", headers={**TUS, "Upload-Defer-Length": "1"})
    await refused(answer, 400, "upload_not_understood")


@pytest.mark.parametrize(
    ("headers", "size", "status", "cause"),
    [
        ({"Tus-Resumable": "2.0.0"}, 10, 412, "upload_not_understood"),
        ({"Content-Type": "application/octet-stream"}, 10, 415, "upload_not_understood"),
        ({"Upload-Offset": ""}, 10, 400, "upload_not_understood"),
        ({"Upload-Offset": "-100"}, 10, 400, "upload_not_understood"),
        ({"Upload-Offset": "99"}, 10, 409, "offset_wrong"),
        ({"Upload-Offset": "101"}, 10, 409, "offset_wrong"),
        ({}, 901, 413, "too_large"),
        ({"Upload-Checksum": "sha1"}, 10, 400, "upload_not_understood"),
        ({"Upload-Checksum": "sha1 AAAA"}, 10, 400, "upload_not_understood"),
        ({"Upload-Checksum": "sha1 " + base64.b64encode(bytes(20)).decode()}, 10, 460, "checksum_wrong"),
    ],
)
async def test_a_wrong_piece_is_refused_and_changes_nothing(
    house: House, headers: dict[str, str], size: int, status: int, cause: str
) -> None:
    key = (await house.invite())["key"]
    where = await begun(house, key, 1000)
    await send(house, where, 0, b"a" * 100)
    await refused(await send(house, where, 100, b"b" * size, **headers), status, cause)
    assert await offset_of(house, where) == 100


async def test_more_than_was_announced_is_refused_also_without_a_length(house: House) -> None:
    key = (await house.invite())["key"]
    where = await begun(house, key, 1000)
    async with sending(house, where, 0, None, **{"Transfer-Encoding": "chunked"}) as connection:
        for _ in range(2):
            await connection.send(b"a" * 600)
            await asyncio.sleep(0.05)
        await connection.send_complete()
    assert connection.status_code == 413
    assert await offset_of(house, where) == 0


async def test_an_upload_belongs_to_its_key(house: House) -> None:
    mine, other = (await house.invite())["key"], (await house.invite())["key"]
    upload = (await begun(house, mine, 1000)).rpartition("/")[2]
    async with sending(house, f"/s/{mine}/uploads/{upload}", 0, 1000) as connection:
        await connection.send(b"a" * 10)
        for name in (upload, "0" * 32, "..", "x" * 300):
            where = f"/s/{other}/uploads/{name}"
            assert (await house.client.head(where, headers=TUS)).status_code == 404
            await refused(await send(house, where, 0, b"a"), 404, "not_found")
            await refused(await house.client.delete(where, headers=TUS), 404, "not_found")
        await connection.send(b"b" * 10)
        await _until(lambda: _holds(house, f"/s/{mine}/uploads/{upload}", 20))
        await connection.disconnect()
    altered = mine[:-1] + ("0" if mine[-1] != "0" else "1")
    await refused(await house.client.post(f"/s/{altered}/uploads", headers=TUS), 404, "wrong_key")


async def test_a_foreign_page_cannot_use_a_key(house: House) -> None:
    key = (await house.invite())["key"]
    where = await begun(house, key, 1000)
    foreign = {"Sec-Fetch-Site": "cross-site"}
    await refused(await send(house, where, 0, b"a", **foreign), 403, "foreign_page")
    await refused(await house.client.delete(where, headers={**TUS, **foreign}), 403, "foreign_page")


async def test_one_invitation_does_not_fill_the_disk(house: House) -> None:
    key, other = (await house.invite())["key"], (await house.invite())["key"]
    for number in range(4):
        await begun(house, key, MOST_BYTES, id=f"big-photo-{number}")
    answer = await begin(house, key, 1000)
    await refused(answer, 429, "too_many")
    assert int(answer.headers["Retry-After"]) > 0
    await begun(house, key, MOST_BYTES, id="big-photo-0")
    small = [await begun(house, other, 1000) for _ in range(20)]
    await refused(await begin(house, other, 1000), 429, "too_many")
    await house.client.delete(small[0], headers=TUS)
    await begun(house, other, 1000)


async def test_finished_uploads_leave_room_for_more(house: House) -> None:
    invited = await house.invite()
    for number in range(22):
        photo = jpeg(card((60 + number, 40)))
        where = await begun(house, invited["key"], len(photo))
        assert (await send(house, where, 0, photo)).status_code == 204
    assert len(await photos(house, invited["id"])) == 22


async def test_a_busy_server_asks_to_wait_and_keeps_what_it_has(tmp_path: Path, clock: MovableClock) -> None:
    async with reopened(tmp_path, clock, most_megabytes_in_flight=64) as house:
        keys = [(await house.invite())["key"] for _ in range(2)]
        first, second = [await begun(house, key, 40 * 1024 * 1024) for key in keys]
        async with sending(house, first, 0, 40 * 1024 * 1024) as connection:
            await connection.send(b"a" * 1000)
            await _until(lambda: _holds(house, first, 1000))
            async with sending(house, second, 0, 40 * 1024 * 1024) as another:
                pass
            assert another.status_code == 503
            assert int(another.headers["Retry-After"]) > 0
            await connection.disconnect()
        assert await offset_of(house, first) == 1000
        assert (await send(house, second, 0, b"a" * 1000)).status_code == 204


async def test_a_line_that_falls_silent_is_given_up_and_what_it_brought_is_kept(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.citizen.uploads.chunks", partial(chunks, idle=0.2))
    key = (await house.invite())["key"]
    where = await begun(house, key, 1000)
    async with sending(house, where, 0, 1000) as connection:
        await connection.send(b"a" * 100)
    await refused(await connection.as_response(), 408, "too_slow")
    assert await offset_of(house, where) == 100


async def test_a_full_disk_is_told_and_the_upload_goes_on_later(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    key = (await house.invite())["key"]
    where = await begun(house, key, len(house.photo))
    await send(house, where, 0, house.photo[:1000])

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as planted:
        planted.setattr("storage.files.os.write", full)
        answer = await send(house, where, 1000, house.photo[1000:])
        await refused(answer, 507, "storage_full")
        assert answer.headers["Retry-After"]
    assert await offset_of(house, where) == 1000
    with monkeypatch.context() as planted:
        planted.setattr(Path, "hardlink_to", full)
        await refused(await send(house, where, 1000, house.photo[1000:]), 507, "storage_full")
        assert (await house.client.head(where, headers=TUS)).status_code == 507
    answer = await house.client.head(where, headers=TUS)
    assert await original(house, answer.headers["Upload-Photo"]) == house.photo


# --- what the tests stand on ---


@asynccontextmanager
async def reopened(tmp_path: Path, clock: MovableClock, **wishes: Any) -> AsyncIterator[House]:
    """Open the installation of this folder, as a restart does."""
    settings = Settings(
        base_url=f"https://{HOST}", data=tmp_path / "data", also_hosts=["localhost"], image_workers=1, **wishes
    )
    async with open_installation(settings, practice=True, clock=clock) as installation:
        assert installation.stage is not None
        state = await installation.stage.state()
        yield House(
            installation=installation,
            clock=clock,
            client=installation.app.test_client(),
            token=str(state["api_token"]),
            sign_in_link=str(state["sign_in_link"]),
        )


async def rows(house: House) -> frozenset[str]:
    """Return the uploads that the database knows."""
    return await house.installation.forgetting._records.read(lambda work: work.uploads.ids())


async def _until(true: Any) -> None:
    """Wait until something is so, generously."""
    for _ in range(2000):
        if await true():
            return
        await asyncio.sleep(0.01)
    pytest.fail("this never came true")


async def _holds(house: House, where: str, size: int) -> bool:
    """Whether so many bytes are in the upload's file; asking by HEAD would stop the sender."""
    partials = house.installation.forgetting._partials
    return await partials.size(where.rpartition("/")[2]) == size
