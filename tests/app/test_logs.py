"""What is written down, and what never is."""

from __future__ import annotations

import pytest

from app.logs import redacted


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("GET /watch/TjXZ6A4ARL6qF4/002GpH4V7tjD2YWZOGXMLt6/still failed", "GET /watch/[pass]/still failed"),
        ("/peerjs?id=a-0&token=002GpH4V7tjD2YWZOGXMLt6.rrrr&version=1", "/peerjs?id=a-0&token=[token]&version=1"),
    ],
)  # fmt: skip
def test_no_pass_is_written_down(line: str, written: str) -> None:
    assert redacted(line) == written
