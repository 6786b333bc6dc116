"""Who reads which language: citizens theirs, the team one of its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from showme.domain.words import LANGUAGES, TEAM_LANGUAGES, Catalogue
from tests.web.conftest import House
from web.needs import EXTENSION
from words import read_words

WORDS = Catalogue(read_words())
PAGE = {"Accept": "text/html,application/xhtml+xml"}


async def page_of(house: House, address: str, accepted: str = "") -> str:
    """Load a page as a browser that likes some languages."""
    answer = await house.client.get(address, headers={**PAGE, "Accept-Language": accepted})
    return await answer.get_data(as_text=True)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_citizen_reads_the_language_of_the_invitation(house: House, language: str) -> None:
    key = (await house.invite(language=language))["key"]
    page = await page_of(house, f"/s/{key}", accepted="nl")
    assert f'<html lang="{language}"' in page
    assert f'dir="{"rtl" if language in {"ar", "fa", "ur"} else "ltr"}"' in page
    assert WORDS.say(language, "citizen.take") in page


async def test_the_switch_outweighs_the_invitation_and_that_the_phone(house: House) -> None:
    key = (await house.invite(language="ti"))["key"]
    assert '<html lang="ti"' in await page_of(house, f"/s/{key}", accepted="ar")
    assert '<html lang="uk"' in await page_of(house, f"/s/{key}?lang=uk", accepted="ar")
    assert '<html lang="ti"' in await page_of(house, f"/s/{key}?lang=tlh", accepted="ar")
    assert '<html lang="ar" dir="rtl"' in await page_of(house, "/c", accepted="tlh,ar;q=0.8,en;q=0.5")


@pytest.mark.parametrize(
    ("accepted", "near"),
    [
        ("", ["en"]),
        ("nl-BE,nl", ["en"]),
        ("ar,nl;q=0.5", ["ar", "en"]),
        ("uk,ru;q=0.9,ar;q=0.8", ["uk", "ru"]),
        ("tlh,zh-Hant-TW;q=0.9", ["zh", "en"]),
    ],
)
async def test_what_the_phone_likes_is_one_tap_away(house: House, accepted: str, near: list[str]) -> None:
    key = (await house.invite(language="nl"))["key"]
    page = await page_of(house, f"/s/{key}", accepted=accepted)
    in_sight = page[page.index("<nav") : page.index("<details>")]
    assert [code for code in LANGUAGES if f"lang={code}>" in in_sight] == sorted(near, key=list(LANGUAGES).index)
    folded = page[page.index("<details>") : page.index("</details>")]
    assert {code for code in LANGUAGES if f"lang={code}>" in folded} == LANGUAGES.keys() - {"nl", *near}


async def test_a_dispatcher_reads_a_language_of_the_team_whatever_the_browser_likes(house: House) -> None:
    assert '<html lang="nl"' in await page_of(house, "/watch/none/wrong", accepted="ar,nl;q=0.5")
    assert '<html lang="en"' in await page_of(house, "/watch/none/wrong?lang=ar", accepted="ar")
    refused = await house.api("POST", "/api/invitations", json={"language": "tlh"}, headers={"Accept-Language": "ar"})
    told = await refused.get_json()
    assert refused.status_code == 422
    assert "This language is not offered" in told["detail"]
    assert ", ".join(LANGUAGES) in told["detail"]


async def test_a_dispatcher_is_offered_all_languages_of_citizens(house: House) -> None:
    told = await (await house.api("GET", "/api/me")).get_json()
    assert told["languages"] == list(LANGUAGES)
    assert told["team_languages"] == list(TEAM_LANGUAGES)


async def test_a_sentence_that_a_language_lacks_is_english_and_no_error(house: House) -> None:
    lacking = {**WORDS.languages["ti"], "citizen": {"take": WORDS.say("ti", "citizen.take")}}
    extensions = house.installation.app.extensions
    lame = replace(WORDS, languages={**WORDS.languages, "ti": lacking})
    extensions[EXTENSION] = replace(extensions[EXTENSION], words=lame)
    key = (await house.invite(language="ti"))["key"]
    page = await page_of(house, f"/s/{key}")
    assert WORDS.say("ti", "citizen.take") in page
    assert WORDS.say("en", "citizen.stay") in page
