from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from gateways.clips.ffmpeg import FfmpegClips
from showme.domain.takings import Place
from showme.errors import NotAPicture
from tests import clips as real
from tests.clips import probed

Kept = Callable[[bytes], Path]


def taken(file: Path) -> bytes:
    return file.read_bytes()


def tracks(file: Path) -> list[tuple[str, str]]:
    return [(stream["codec_type"], stream["codec_name"]) for stream in probed(file)["streams"]]


async def test_a_phones_clip_is_copied_and_plays_everywhere(clips: FfmpegClips, kept: Kept, into: Path) -> None:
    film = await clips.look(kept(real.phone_mp4()))
    assert (film.format, film.width, film.height, film.is_playable) == ("mp4", 320, 240, True)
    copied = await clips.copy(kept(real.phone_mp4()), film, into=into)
    assert copied.seconds == pytest.approx(2, abs=0.2)
    assert tracks(into) == [("video", "h264"), ("audio", "aac")]
    content = taken(into)
    assert content.index(b"moov") < content.index(b"mdat"), "it could not begin to play before its last byte is there"


@pytest.mark.parametrize("make", [real.iphone_mov, lambda: real.browser_webm("libvpx"),
                                  lambda: real.browser_webm("libvpx-vp9")])  # fmt: skip
async def test_what_some_browser_does_not_play_is_encoded_anew(
    clips: FfmpegClips, kept: Kept, into: Path, make: Callable[[], bytes]
) -> None:
    file = kept(make())
    film = await clips.look(file)
    assert not film.is_playable
    made = await clips.encode(file, film, into=into)
    assert made.is_playable
    assert made.seconds == pytest.approx(2, abs=0.3)
    assert tracks(into) == [("video", "h264"), ("audio", "aac")]
    [pictures] = [stream for stream in probed(into)["streams"] if stream["codec_type"] == "video"]
    assert (pictures["profile"], pictures["pix_fmt"]) == ("Constrained Baseline", "yuv420p")


async def test_a_large_clip_is_made_smaller_when_it_is_encoded_anew(clips: FfmpegClips, kept: Kept, into: Path) -> None:
    file = kept(real.huge_mp4(3840, 2160))
    made = await clips.encode(file, await clips.look(file), into=into)
    assert (made.width, made.height) == (1280, 720)


async def test_a_clip_without_sound_stays_without(clips: FfmpegClips, kept: Kept, into: Path) -> None:
    file = kept(real.silent_mp4())
    await clips.copy(file, await clips.look(file), into=into)
    assert tracks(into) == [("video", "h264")]


async def test_a_clip_filmed_upright_is_seen_upright(clips: FfmpegClips, kept: Kept, into: Path) -> None:
    lying, upright = real.phone_mp4(), real.turned(real.phone_mp4())
    assert (await clips.look(kept(lying))).width == 320
    file = kept(upright)
    film = await clips.look(file)
    assert (film.width, film.height) == (240, 320)
    copied = await clips.copy(file, film, into=into)
    assert (copied.width, copied.height) == (240, 320), "browsers turn it by what the file says"
    encoded = await clips.encode(file, film, into=into)
    assert (encoded.width, encoded.height) == (240, 320)
    await clips.draw_poster(file, film, into=into)
    with Image.open(into) as poster:
        assert (poster.format, poster.size) == ("JPEG", (240, 320))


async def test_a_poster_shows_the_picture_and_is_not_enlarged(clips: FfmpegClips, kept: Kept, into: Path) -> None:
    file = kept(real.browser_webm("libvpx-vp9"))
    await clips.draw_poster(file, await clips.look(file), into=into)
    with Image.open(into) as poster:
        assert poster.size == (320, 240)
        assert len(poster.convert("RGB").resize((32, 24)).getcolors(1024) or []) > 20, "the test card has many colours"


async def test_a_clip_of_one_picture_has_a_poster(clips: FfmpegClips, kept: Kept, into: Path) -> None:
    file = kept(real.huge_mp4(640, 360))
    await clips.draw_poster(file, await clips.look(file), into=into)
    with Image.open(into) as poster:
        assert poster.size == (640, 360)


async def test_what_a_clip_tells_of_its_taking_is_read(clips: FfmpegClips, kept: Kept) -> None:
    taking = (await clips.look(kept(real.talkative("mov")))).taking
    assert taking.place == Place(latitude=51.2194, longitude=4.4025)
    assert taking.camera == "Apple iPhone 15"
    assert taking.at == datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert taking.at.utcoffset() == timedelta(hours=2)


@pytest.mark.parametrize("kind", ["mp4", "mov"])
@pytest.mark.parametrize("way", ["copy", "encode"])
async def test_nothing_that_a_clip_tells_is_left(
    clips: FfmpegClips, kept: Kept, into: Path, kind: str, way: str
) -> None:
    received = real.talkative(kind)
    found = [secret for secret in real.SECRETS if secret in received]
    assert {b"51.21", b"Kaatje", b"Mustermann", b"x264", b"chapter one"} <= {*found}, "the clip should be talkative"
    file = kept(received)
    film = await clips.look(file)
    await getattr(clips, way)(file, film, into=into)
    content = taken(into)
    assert [secret for secret in real.SECRETS if secret in content] == []
    told = probed(into)
    assert [stream["codec_type"] for stream in told["streams"]] == ["video", "audio"]
    assert told["chapters"] == []
    assert not {*told["format"]["tags"]} - {"major_brand", "minor_version", "compatible_brands"}
    assert "creation_time" not in str(told)
    await clips.draw_poster(file, film, into=into)
    assert [secret for secret in real.SECRETS[:5] if secret in taken(into)] == []


async def test_where_ffmpeg_is_missing_a_clip_is_refused_and_a_photo_is_not(kept: Kept) -> None:
    missing = FfmpegClips(ffprobe=None, ffmpeg=None)
    with pytest.raises(NotAPicture) as refusal:
        await missing.recognise(kept(real.phone_mp4()))
    assert refusal.value.cause == "clips_not_installed"
    assert await missing.recognise(kept(b"\xff\xd8\xff\xe0")) is None


async def test_this_ffmpeg_can_encode(clips: FfmpegClips) -> None:
    assert await clips.can_encode()
    assert not await FfmpegClips(ffprobe=None, ffmpeg=None).can_encode()
