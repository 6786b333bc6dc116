import gzip

import pytest

from tests.citizen_page.door import LANGUAGES, CitizensDoor

FIRST_FLIGHT = 14_000
"""What a server sends before it has to wait for the phone: ten segments (RFC 6928), less the headers."""

OURS = 14_700
"""What we allow ourselves. All that is seen, and the plain forms, come in the first flight; the script may be late."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("purpose", ["photo", "live", "location"])
def test_the_page_is_small_and_what_is_seen_comes_in_the_first_flight(
    door: CitizensDoor, language: str, purpose: str
) -> None:
    door.invitation.purpose = purpose
    page = door.page(language)
    assert "Photo {number}" in page or "Foto {number}" in page
    assert len(gzip.compress(page.encode(), 6)) <= OURS
    seen = page[: page.rindex("<script>")]
    assert 'id="locate"' in seen
    assert len(gzip.compress(seen.encode(), 6)) <= FIRST_FLIGHT / 2


def test_nothing_is_fetched_from_anywhere(door: CitizensDoor) -> None:
    # The empty icon is there so that the browser asks for none.
    page = door.page().replace('<link rel="icon" href="data:,">', "", 1)
    for way_out in ("http:", "https:", " src=", "url(", "@import", "<link", 'style="', 'onclick="'):
        assert way_out not in page
