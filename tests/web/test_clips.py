import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from gateways.clips.ffmpeg import FfmpegClips
from tests import clips
from tests.fakes.clock import MovableClock
from tests.web.conftest import House, house_of


async def sent(house: House, clip: bytes, *, photo_id: str = "clip-of-the-day") -> dict[str, Any]:
    """Send a clip and return it as the API tells it once it can be played."""
    invited = await house.invite()
    answer = await house.send_photo(invited["key"], photo=clip, photo_id=photo_id)
    assert answer.status_code == 201, await answer.get_data(as_text=True)
    return await playable(house, photo_id)


async def playable(house: House, photo_id: str) -> dict[str, Any]:
    async with asyncio.timeout(120):
        while True:
            listed = (await (await house.api("GET", "/api/photos")).get_json())["photos"]
            [photo] = [photo for photo in listed if photo["id"] == photo_id]
            assert photo["state"] != "unreadable"
            if photo["clip"] and photo["clip"]["state"] == "playable":
                found: dict[str, Any] = photo
                return found
            await asyncio.sleep(0.02)


async def part(house: House, asked: str, **more: str) -> Any:
    headers = {"Range": asked, **{name.replace("_", "-"): value for name, value in more.items()}}
    return await house.api("GET", "/api/photos/clip-of-the-day/clip", headers=headers)


async def refused(house: House, clip: bytes) -> tuple[int, str, str]:
    """Send a clip that is not taken; return status, cause, and what the citizen reads."""
    invited = await house.invite(language="en")
    answer = await house.send_photo(invited["key"], photo=clip, headers={"Accept-Language": "en"})
    told = await answer.get_json(force=True)
    assert (await (await house.api("GET", "/api/photos")).get_json())["photos"] == []
    return answer.status_code, told["cause"], told["detail"]


async def test_a_clip_from_a_phone_is_seen_and_played(house: House) -> None:
    photo = await sent(house, clips.phone_mp4())
    assert (photo["kind"], photo["format"], photo["width"], photo["height"]) == ("clip", "mp4", 320, 240)
    assert photo["clip"]["seconds"] == pytest.approx(2, abs=0.2)
    assert photo["taken"]["place"] == {"latitude": 51.2194, "longitude": 4.4025}
    for kind in ("wall", "thumbnail"):
        picture = await house.api("GET", f"/api/photos/{photo['id']}/{kind}")
        assert (picture.status_code, picture.content_type) == (200, "image/jpeg")
    film = await house.api("GET", f"/api/photos/{photo['id']}/clip")
    assert (film.status_code, film.content_type) == (200, "video/mp4")
    content = await film.get_data()
    assert content[4:8] == b"ftyp"
    assert not [secret for secret in clips.SECRETS[:2] if secret in content]
    original = await house.api("GET", f"/api/photos/{photo['id']}/original")
    assert await original.get_data() == clips.phone_mp4()
    assert original.content_type == "video/mp4"
    assert original.headers["Content-Disposition"].endswith('.mp4"')


async def test_an_iphones_clip_follows_its_poster_as_a_film_that_plays_everywhere(house: House) -> None:
    photo = await sent(house, clips.iphone_mov())
    assert (photo["format"], photo["width"], photo["height"]) == ("mov", 240, 320)
    film = await house.api("GET", f"/api/photos/{photo['id']}/clip")
    assert b"avc1" in await film.get_data()


async def test_the_page_offers_to_choose_a_clip_and_takes_photos_with_the_camera(house: House) -> None:
    page = await (await house.client.get(f"/s/{(await house.invite())['key']}")).get_data(as_text=True)
    [choose] = re.findall(r'<input id="choose"[^>]*>', page)
    [take] = re.findall(r'<input id="take"[^>]*>', page)
    assert 'accept="image/*,video/*"' in choose
    assert 'accept="image/*"' in take


async def test_a_clip_comes_in_pieces_as_well(house: House) -> None:
    invited = await house.invite()
    clip, key = clips.browser_webm("libvpx"), invited["key"]
    tus = {"Tus-Resumable": "1.0.0"}
    begun = await house.client.post(
        f"/s/{key}/uploads",
        headers={**tus, "Upload-Length": str(len(clip)), "Upload-Metadata": "id Y2xpcC1vZi10aGUtZGF5"},
    )
    place = begun.headers["Location"]
    half = len(clip) // 2
    for at, piece in ((0, clip[:half]), (half, clip[half:])):
        answer = await house.client.patch(
            place,
            data=piece,
            headers={**tus, "Upload-Offset": str(at), "Content-Type": "application/offset+octet-stream"},
        )
        assert answer.status_code == 204, await answer.get_data(as_text=True)
    assert (await playable(house, "clip-of-the-day"))["format"] == "webm"


async def test_a_player_may_wind_a_clip(house: House) -> None:
    await sent(house, clips.phone_mp4())
    whole = await house.api("GET", "/api/photos/clip-of-the-day/clip")
    film = await whole.get_data()
    size = len(film)
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert int(whole.headers["Content-Length"]) == size
    assert whole.headers["Cache-Control"] == "private, no-cache"
    for asked, first, last in (
        ("bytes=0-99", 0, 99),
        ("bytes=100-", 100, size - 1),
        ("bytes=-50", size - 50, size - 1),
        (f"bytes=10-{size * 10}", 10, size - 1),
        (f"bytes=-{size * 10}", 0, size - 1),
        (f"bytes={size - 1}-", size - 1, size - 1),
    ):
        answer = await part(house, asked)
        assert answer.status_code == 206, asked
        assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{size}"
        assert int(answer.headers["Content-Length"]) == last - first + 1
        assert await answer.get_data() == film[first : last + 1], asked


async def test_a_part_that_is_not_there_is_refused(house: House) -> None:
    await sent(house, clips.phone_mp4())
    size = (await house.api("HEAD", "/api/photos/clip-of-the-day/clip")).headers["Content-Length"]
    for asked in (f"bytes={size}-", "bytes=99999999-99999999999"):
        answer = await part(house, asked)
        assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{size}")
        assert await answer.get_data() == b""


async def test_what_is_no_single_part_is_answered_with_the_whole(house: House) -> None:
    await sent(house, clips.phone_mp4())
    size = (await house.api("HEAD", "/api/photos/clip-of-the-day/clip")).headers["Content-Length"]
    for asked in ("bytes=0-1,3-4", "lines=1-2", "bytes=b-a", "bytes=9-3", "nonsense", "bytes=", ""):
        answer = await part(house, asked)
        assert (answer.status_code, len(await answer.get_data())) == (200, int(size)), asked


async def test_a_part_is_of_the_very_film_that_was_begun(house: House) -> None:
    await sent(house, clips.phone_mp4())
    tag = (await part(house, "bytes=0-9")).headers["ETag"]
    assert (await part(house, "bytes=0-9", If_Range=tag)).status_code == 206
    assert (await part(house, "bytes=0-9", If_Range='"another"')).status_code == 200
    assert (await part(house, "bytes=0-9", If_Range="Sat, 21 Nov 2026 10:00:00 GMT")).status_code == 200


async def test_a_photo_has_no_film(house: House) -> None:
    invited = await house.invite()
    await house.send_photo(invited["key"], photo_id="only-a-photo")
    assert (await house.api("GET", "/api/photos/only-a-photo/clip")).status_code == 404
    listed = (await (await house.api("GET", "/api/photos")).get_json())["photos"]
    assert [(photo["kind"], photo["clip"]) for photo in listed] == [("photo", None)]


async def test_nobody_else_plays_it(house: House) -> None:
    await sent(house, clips.phone_mp4())
    assert (await house.client.get("/api/photos/clip-of-the-day/clip")).status_code == 401


async def test_a_clip_that_was_taken_back_is_gone(house: House, tmp_path: Path) -> None:
    invited = await house.invite()
    await house.send_photo(invited["key"], photo=clips.phone_mp4(), photo_id="clip-of-the-day")
    await playable(house, "clip-of-the-day")
    answer = await house.client.delete(f"/s/{invited['key']}/photos/clip-of-the-day")
    assert answer.status_code == 204
    assert (await house.api("GET", "/api/photos/clip-of-the-day/clip")).status_code == 404
    assert [path for path in (tmp_path / "data" / "media").rglob("*") if path.is_file()] == []


async def test_where_ffmpeg_is_missing_the_citizen_is_told_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, clock: MovableClock
) -> None:
    monkeypatch.setattr(FfmpegClips, "installed", lambda: FfmpegClips(ffprobe=None, ffmpeg=None))
    async with house_of(tmp_path / "data", clock) as house:
        status, cause, sentence = await refused(house, clips.phone_mp4())
        assert (status, cause) == (415, "clips_not_installed")
        assert "take a photo" in sentence
        invited = await house.invite()
        page = await (await house.client.get(f"/s/{invited['key']}")).get_data(as_text=True)
        assert 'accept="image/*"' in page
        assert "video/*" not in page, "nobody is to film in vain"
        assert (await house.send_photo(invited["key"])).status_code == 201


async def test_too_large_and_too_long_are_said_with_the_limit(tmp_path: Path, clock: MovableClock) -> None:
    async with house_of(tmp_path / "data", clock, most_clip_megabytes=1) as house:
        large = clips.phone_mp4() + clips.box(b"free", b"\0" * 1024 * 1024)
        status, cause, sentence = await refused(house, large)
        assert (status, cause) == (413, "clip_too_large")
        assert "1 MB" in sentence
        status, cause, sentence = await refused(house, clips.claiming(clips.silent_mp4(), seconds=900))
        assert (status, cause) == (413, "clip_too_long")
        assert "5 minutes" in sentence


async def test_a_damaged_clip_is_refused_with_what_to_do(house: House) -> None:
    status, cause, sentence = await refused(house, clips.phone_mp4()[:2000])
    assert (status, cause) == (422, "clip_damaged")
    assert "film another one" in sentence


async def test_a_larger_clip_than_a_photo_may_come_where_the_operator_says_so(
    tmp_path: Path, clock: MovableClock
) -> None:
    async with house_of(tmp_path / "data", clock, most_clip_megabytes=80) as house:
        large = clips.phone_mp4() + clips.box(b"free", b"\0" * 70 * 1024 * 1024)
        assert (await sent(house, large))["bytes"] == len(large)
        answer = await house.send_photo((await house.invite())["key"], photo=house.photo + b"\0" * 51 * 1024 * 1024)
        assert answer.status_code == 413


async def test_a_clip_is_seen_in_the_practice_chat(house: House) -> None:
    assert house.installation.stage is not None
    await sent(house, clips.phone_mp4())
    async with asyncio.timeout(60):
        while True:
            state: Any = await house.installation.stage.state()
            videos = [message for message in state["chat"] if message["kind"] == "video"]
            if videos:
                break
            house.clock.move(seconds=1)
            await asyncio.sleep(0.02)
    assert videos[0]["spoiler"]
    assert house.installation.stage.photo(videos[0]["photo"])[4:8] == b"ftyp"
