import gzip

import pytest

from tests.citizen_page.door import LANGUAGES, CitizensDoor

FIRST_FLIGHT = 14_000
"""What a server sends before it has to wait for the phone: ten segments (RFC 6928), less the headers."""

OURS = 9_500
"""What we allow ourselves, so that there is room for what is still to come."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_page_comes_in_the_first_flight(door: CitizensDoor, language: str) -> None:
    page = door.page(language)
    assert "Photo {number}" in page or "Foto {number}" in page
    assert len(gzip.compress(page.encode(), 6)) <= OURS < FIRST_FLIGHT


def test_nothing_is_fetched_from_anywhere(door: CitizensDoor) -> None:
    # The empty icon is there so that the browser asks for none.
    page = door.page().replace('<link rel="icon" href="data:,">', "", 1)
    for way_out in ("http:", "https:", " src=", "url(", "@import", "<link", 'style="', 'onclick="'):
        assert way_out not in page
