import gzip

import pytest

from tests.citizen_page.door import LANGUAGES, CitizensDoor

FIRST_FLIGHT = 14_000
"""What a server sends before it has to wait for the phone: ten segments (RFC 6928), less the headers."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_page_comes_in_the_first_flight(door: CitizensDoor, language: str) -> None:
    page = door.page(language)
    assert "Photo {number}" in page or "Foto {number}" in page
    assert len(gzip.compress(page.encode(), 6)) <= FIRST_FLIGHT


def test_nothing_is_fetched_from_anywhere(door: CitizensDoor) -> None:
    page = door.page()
    for way_out in ("http:", "https:", " src=", "url(", "@import", "<link", 'style="', 'onclick="'):
        assert way_out not in page
