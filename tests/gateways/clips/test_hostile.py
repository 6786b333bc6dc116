"""Clips that somebody made to harm: whatever they are, they are refused or played, and nothing else is touched."""

import asyncio
import contextlib
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gateways.clips.ffmpeg import FfmpegClips
from showme.domain.clips import MOST_SECONDS, ClipFormat, Film, refuse_too_much
from showme.errors import NotAPicture, NotReadable, Refused, TooLarge
from tests import clips as real
from tests.clips import FTYP, box, claiming, probed

Kept = Callable[[bytes], Path]
CANARY = b"the-canary-of-this-machine"
SOON = 60
HOW_OFTEN = [4, pytest.param(50, marks=pytest.mark.journeys_full)]
"""Each round runs ffmpeg several times."""


async def through(clips: FfmpegClips, file: Path, into: Path) -> list[bytes]:
    """Do all that is done with a clip, as far as it gets; return what was made of it."""
    made = []
    film = Film(format="mp4", width=320, height=240, seconds=2.0, is_playable=True)
    with contextlib.suppress(NotReadable):
        film = await clips.look(file)
    for step in (clips.draw_poster, clips.copy, clips.encode):
        try:
            await step(file, film, into=into)
        except NotReadable:
            assert not is_there(into), "what failed must not be taken for what was made"
        else:
            made.append(taken_away(into))
    return made


def is_there(file: Path) -> bool:
    return file.exists()


def taken_away(file: Path) -> bytes:
    content = file.read_bytes()
    file.unlink()
    return content


class Credulous(FfmpegClips):
    """Takes everything for an MP4, so that ffmpeg sees what our own first look would have kept from it."""

    async def recognise(self, file: Path) -> ClipFormat | None:
        return "mp4"


class Somebody:
    """Waits for calls that nobody should make."""

    def __init__(self) -> None:
        self.calls: list[bytes] = []

    async def hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.calls.append(await reader.read(1000))
        writer.close()


@pytest.mark.parametrize("way", ["playlist", "playlist of an address", "concat", "dash", "sdp"])
@pytest.mark.parametrize("disguise", ["plain", "behind a head"])
async def test_a_list_of_other_files_opens_none_of_them(
    clips: FfmpegClips, kept: Kept, into: Path, way: str, disguise: str
) -> None:
    secret = into.with_name("secret.mp4")
    secret.write_bytes(real.phone_mp4())
    somebody = Somebody()
    async with await asyncio.start_server(somebody.hear, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        lists = {
            "playlist": f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile://{secret}\n#EXT-X-ENDLIST\n",
            "playlist of an address": f"#EXTM3U\n#EXTINF:2,\nhttp://127.0.0.1:{port}/a.ts\n#EXT-X-ENDLIST\n",
            "concat": f"ffconcat version 1.0\nfile '{secret}'\n",
            "dash": f'<?xml version="1.0"?><MPD><Period><BaseURL>http://127.0.0.1:{port}/</BaseURL></Period></MPD>',
            "sdp": f"v=0\nc=IN IP4 127.0.0.1\nm=video {port} RTP/AVP 96\na=rtpmap:96 H264/90000\n",
        }
        file = kept((b"" if disguise == "plain" else FTYP) + lists[way].encode())
        if disguise == "plain":
            assert await clips.recognise(file) is None
        for looking in (clips, Credulous(ffprobe=clips._ffprobe, ffmpeg=clips._ffmpeg)):
            assert await through(looking, file, into) == []
            with pytest.raises(NotReadable):
                await looking.look(file)
    assert somebody.calls == []


@pytest.mark.parametrize("kind", [b"url ", b"alis"])
async def test_a_clip_whose_pictures_are_said_to_lie_in_another_file_reads_none_of_it(
    clips: FfmpegClips, kept: Kept, into: Path, tmp_path: Path, kind: bytes
) -> None:
    """A track may name another file to read from (dref, ISO 14496-12, 8.7.2): whoever believes it shows that file."""
    secret = tmp_path / "secret"
    secret.write_bytes(CANARY * 50_000)
    clip = real.silent_mp4()
    at = clip.index(b"dref")
    old_url = clip.index(b"url ", at) - 4
    entry = box(kind, b"\0\0\0\0" + f"file://{secret}\0".encode().ljust(180, b"\0"))
    grown = len(entry) - 12
    patched = bytearray(clip[:old_url] + entry + clip[old_url + 12 :])
    for holder in (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"):
        place = patched.index(holder) - 4
        size = int.from_bytes(patched[place : place + 4], "big")
        patched[place : place + 4] = (size + grown).to_bytes(4, "big")
    for content in await through(clips, kept(bytes(patched)), into):
        assert CANARY not in content


async def test_a_film_in_a_film_in_a_film_harms_nobody(clips: FfmpegClips, kept: Kept, into: Path) -> None:
    nested = b""
    for _ in range(20_000):
        nested = (8 + len(nested)).to_bytes(4, "big") + b"moov" + nested if len(nested) < 200_000 else nested
    many = box(b"moov", box(b"mvhd", b"\0" * 100) + box(b"trak", box(b"tkhd", b"\0" * 84)) * 20_000)
    began = time.monotonic()
    for hostile in (FTYP + nested, FTYP + many, FTYP + real.phone_mp4()[32:] * 3, FTYP + b"\0" * 1_000_000):
        await through(clips, kept(hostile), into)
    assert time.monotonic() - began < 4 * SOON


@pytest.mark.parametrize("rounds", HOW_OFTEN)
@pytest.mark.parametrize("make", [real.phone_mp4, real.iphone_mov, lambda: real.browser_webm("libvpx-vp9")])
async def test_a_clip_cut_anywhere_is_refused_or_played(
    clips: FfmpegClips, kept: Kept, into: Path, make: Callable[[], bytes], rounds: int
) -> None:
    chance, clip = random.Random(611), make()
    for _ in range(rounds):
        cut = chance.randrange(len(clip))
        file = kept(clip[:cut])
        if await clips.recognise(file) is None:
            continue
        try:
            film = await clips.look(file)
        except NotReadable:
            continue
        try:
            made = await (clips.copy if film.is_playable else clips.encode)(file, film, into=into)
        except NotReadable:
            continue
        assert made.is_playable, cut


@pytest.mark.parametrize("rounds", HOW_OFTEN)
@pytest.mark.parametrize("make", [real.phone_mp4, lambda: real.browser_webm("libvpx")])
async def test_a_damaged_clip_is_refused_or_played(
    clips: FfmpegClips, kept: Kept, into: Path, make: Callable[[], bytes], rounds: int
) -> None:
    chance, clip = random.Random(612), make()
    for _ in range(rounds):
        damaged = bytearray(clip)
        for _ in range(chance.choice((1, 10, 200))):
            damaged[chance.randrange(32, len(damaged))] = chance.randrange(256)
        try:
            await through(clips, kept(bytes(damaged)), into)
        except NotAPicture:
            pytest.fail("it began as a clip")


@pytest.mark.parametrize("behind", [b"<script>alert(1)</script>", b"PK\x03\x04evil.zip", b"#!/bin/sh\nid\n"])
async def test_what_is_hidden_behind_a_clip_is_not_in_what_is_made_of_it(
    clips: FfmpegClips, kept: Kept, into: Path, behind: bytes
) -> None:
    file = kept(real.silent_mp4() + box(b"free", behind) + behind * 100)
    made = await through(clips, file, into)
    assert len(made) == 3
    assert all(behind not in content for content in made)


async def test_a_clip_that_claims_ten_hours_is_too_long(clips: FfmpegClips, kept: Kept) -> None:
    film = await clips.look(kept(claiming(real.silent_mp4(), seconds=36_000)))
    with pytest.raises(TooLarge) as refusal:
        refuse_too_much(film)
    assert (refusal.value.cause, refusal.value.facts["minutes"]) == ("clip_too_long", 600)


@pytest.mark.parametrize("way", ["copy", "encode"])
async def test_a_clip_that_claims_less_than_it_plays_ends_after_five_minutes(
    clips: FfmpegClips, kept: Kept, into: Path, way: str
) -> None:
    file = kept(claiming(real.long_mp4(400), seconds=5))
    film = Film(format="mp4", width=64, height=64, seconds=5.0, is_playable=True)
    await getattr(clips, way)(file, film, into=into)
    [stream] = probed(into)["streams"]
    assert 200 < int(stream["nb_frames"]) <= MOST_SECONDS + 2


async def test_more_pixels_than_4k_are_refused_whoever_claims_what(clips: FfmpegClips, kept: Kept, into: Path) -> None:
    huge = real.huge_mp4(5120, 2880)
    with pytest.raises(NotReadable) as refusal:
        refuse_too_much(await clips.look(kept(huge)))
    assert refusal.value.cause == "clip_too_many_pixels"
    lying = huge.replace((5120).to_bytes(2, "big") + (2880).to_bytes(2, "big"), b"\x01\x40\x00\xf0")
    assert lying != huge
    file = kept(lying)
    film = Film(format="mp4", width=320, height=240, seconds=1.0, is_playable=True)
    with pytest.raises(NotReadable):
        await clips.draw_poster(file, film, into=into)
    with pytest.raises(NotReadable):
        await clips.encode(file, film, into=into)


async def test_sound_alone_is_no_clip(clips: FfmpegClips, kept: Kept) -> None:
    only = real.made("-f", "lavfi", "-i", "sine=duration=1", "-c:a", "aac", "-brand", "mp42", kind="mp4")
    with pytest.raises(Refused):
        await clips.look(kept(only))
