import pytest

from gateways.clips.sniffing import sniff
from tests import clips, heic, pictures


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", "mp4"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "mov"),
        (b"\0\0\0\x183gp4\0\0\0\0", None),
        (b"\0\0\0\x18ftyp3gp4\0\0\0\x003gp4isom", "mp4"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", None),
        (b"\0\0\0\x1cftypmp42\0\0\0\0isommp42mif1", None),
        (b"\0\0\0\x18ftypavif\0\0\0\0mif1isom", None),
        (b"\0\0\0\x18ftypcrx \0\0\0\0crx isom", None),
        (b"\0\0\0\x08ftypmp42\0\0\0\0isommp42", None),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm\x42\x87", "webm"),
        (b"\x1a\x45\xdf\xa3\xa3\x42\x86\x81\x01\x42\x82\x88matroska", None),
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", None),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", None),
        (b"<!DOCTYPE html><video src=x>", None),
        (b"PK\x03\x04", None),
        (b"RIFF\0\0\0\0AVI LIST", None),
        (b"", None),
        (b"\0\0\0", None),
    ],
)
def test_a_clip_is_told_from_its_first_bytes(head: bytes, kind: str | None) -> None:
    assert sniff(head) == kind


def test_what_phones_and_browsers_write_is_known() -> None:
    assert sniff(clips.phone_mp4()[:256]) == "mp4"
    assert sniff(clips.iphone_mov()[:256]) == "mov"
    assert sniff(clips.browser_webm("libvpx")[:256]) == "webm"


def test_a_photo_is_never_taken_for_a_clip() -> None:
    assert sniff(pictures.camera_photo()[:256]) is None
    assert sniff(heic.heic(pictures.card())[:256]) is None
