"""The page in every language: it fits, reads in the right direction, and lets its reader choose another one."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from showme.domain.words import LANGUAGES, Words, direction_of
from tests.citizen_page.conftest import OpenPage
from tests.citizen_page.door import CitizensDoor
from tests.citizen_page.test_looks import RULES

SMALL = {"width": 320, "height": 568}
PHONE = {"width": 360, "height": 640}
WIDE_BUTTONS = (
    "take", "take_another", "choose", "locate", "locate_again", "send", "screen.show", "ended.call", "refused.back",
    "sent.another", "code.open", "left.again",
)  # fmt: skip
NARROW_BUTTONS = (
    *(f"screen.{name}" for name in ("stop", "turn", "snap", "copy_link", "allow", "deny")),
    "try_again", "photo.take_back", "photo.take_back_sure", "talk.open", "talk.send", "talk.close", "quiet.on",
    "left.button",
)  # fmt: skip
MOST_LINES = 3

CUT = """() => [...document.querySelectorAll("h1, p:not(#spoken), label, button, a, summary")]
    .filter((seen) => seen.checkVisibility() && getComputedStyle(seen).clipPath === "none")
    .filter((seen) => seen.scrollWidth > seen.clientWidth + 1 && seen.clientWidth)
    .map((seen) => seen.textContent)"""
"""What is wider than its place."""

TOO_LONG = """({ texts, width, most, first }) => {
    const place = document.createElement("div");
    place.style.width = width;
    document.body.append(place);
    const wrong = texts.filter((text) => {
        const button = document.createElement("button");
        const words = document.createElement("span");
        button.className = first ? "button first" : "button";
        words.textContent = text;
        button.append(words);
        place.append(button);
        const lines = Math.round(words.getBoundingClientRect().height / parseFloat(getComputedStyle(words).lineHeight));
        return button.scrollWidth > button.clientWidth || lines > most || !words.getClientRects().length;
    });
    place.remove();
    return wrong;
}"""
"""Which of several texts do not fit a button of this width."""


def said(words: Words, path: str) -> str:
    """Find the sentence at a dotted path."""
    place: Words | str = words
    for step in path.split("."):
        assert not isinstance(place, str)
        place = place[step]
    assert isinstance(place, str)
    return place


def too_long(page: Page, texts: list[str], *, width: str, first: bool) -> list[str]:
    found: list[str] = page.evaluate(TOO_LONG, {"texts": texts, "width": width, "most": MOST_LINES, "first": first})
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_words_are_too_long_for_their_place(door: CitizensDoor, open_page: OpenPage, language: str) -> None:
    door.invitation.organisation = "Hulpcentrum 112 Vlaams-Brabant"
    page = open_page(language=language, viewport=SMALL)
    assert page.locator("html").get_attribute("dir") == direction_of(language)
    for purpose in ("photo", "live", "location"):
        door.invitation.purpose = purpose
        page.reload()
        page.locator("summary").click()
        page.evaluate("() => { for (const seen of document.querySelectorAll('[hidden]')) seen.hidden = false; }")
        assert page.evaluate("() => document.documentElement.scrollWidth") <= SMALL["width"]
        assert page.evaluate(CUT) == []
    words = door.words(language)
    inside = f"{SMALL['width'] * 0.91:.0f}px"
    assert too_long(page, [said(words, path) for path in WIDE_BUTTONS], width=inside, first=True) == []
    assert too_long(page, [said(words, path) for path in NARROW_BUTTONS], width="8.5rem", first=False) == []


def test_a_word_too_long_would_be_noticed(open_page: OpenPage) -> None:
    page = open_page(viewport=SMALL)
    assert too_long(page, ["Stop", "Take a photo " * 9], width="8.5rem", first=False) == ["Take a photo " * 9]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_button_is_seen_at_once(door: CitizensDoor, open_page: OpenPage, language: str) -> None:
    door.invitation.practice = True
    door.invitation.organisation = "Hulpcentrum 112 Vlaams-Brabant"
    page = open_page(language=language, viewport=SMALL)
    for purpose, button in {"photo": "label[for=take]", "live": "#show", "location": "#locate"}.items():
        door.invitation.purpose = purpose
        page.reload()
        for size in (SMALL, PHONE):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            for seen in (button, ".stay", "label[for=take]", "#locate"):
                expect(page.locator(seen)).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_the_switch_offers_every_other_language_by_its_own_name(
    door: CitizensDoor, open_page: OpenPage, *, javascript: bool
) -> None:
    page = open_page(language="nl", viewport=SMALL, java_script_enabled=javascript)
    switch = page.get_by_role("navigation", name="Andere talen")
    box = switch.bounding_box()
    assert box is not None
    assert box["height"] <= 48, "closed, it takes one line"
    expect(switch.get_by_role("link")).to_have_text(["English"])
    switch.get_by_text("Andere talen").click()
    links = switch.get_by_role("link")
    assert sorted(links.all_inner_texts()) == sorted(name for code, name in LANGUAGES.items() if code != "nl")
    for link in links.all():
        target = link.bounding_box()
        assert target is not None
        assert min(target["width"], target["height"]) >= 44
        assert LANGUAGES[link.get_attribute("lang") or ""] == link.inner_text()
    assert re.search("[\U0001f1e6-\U0001f1ff]", page.content()) is None, "a language is no country"
    links.get_by_text("العربية", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "ar")
    expect(page.locator("#asking h1")).to_contain_text("صورة")


def test_the_switch_is_reached_and_opened_by_the_keyboard(open_page: OpenPage) -> None:
    page = open_page(language="nl")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Türkçe")).to_be_visible()


@pytest.mark.parametrize("opened", [False, True], ids=["closed", "open"])
@pytest.mark.parametrize("language", ["ar", "de", "el", "ti", "zh"])
def test_nobody_is_shut_out_by_a_language(
    door: CitizensDoor, open_page: OpenPage, node_modules: Path, language: str, *, opened: bool
) -> None:
    door.invitation.known = [{"id": "a", "state": "shown"}, {"id": "b", "state": "unreadable"}]
    page = open_page(language=language, viewport=SMALL)
    if opened:
        page.locator("summary").click()
    page.evaluate((node_modules / "axe-core" / "axe.min.js").read_text("utf-8"))
    found = page.evaluate("(tags) => axe.run({ runOnly: { type: 'tag', values: tags } })", RULES)
    assert [(broken["id"], [node["html"] for node in broken["nodes"]]) for broken in found["violations"]] == []
    assert any(passed["id"] == "color-contrast-enhanced" for passed in found["passes"])
    assert any(passed["id"] == "valid-lang" for passed in found["passes"])


def places_of(page: Page, selector: str, pieces: list[str]) -> Iterator[float]:
    """Find how far from the left each piece of an element's text is drawn."""
    for piece in pieces:
        yield page.evaluate(
            """([selector, piece]) => {
                for (const seen of document.querySelectorAll(selector)) {
                    const walk = document.createTreeWalker(seen, NodeFilter.SHOW_TEXT);
                    while (walk.nextNode()) {
                        const begins = walk.currentNode.data.indexOf(piece);
                        if (begins < 0) continue;
                        const range = document.createRange();
                        range.setStart(walk.currentNode, begins);
                        range.setEnd(walk.currentNode, begins + piece.length);
                        return range.getBoundingClientRect().x;
                    }
                }
                return NaN;
            }""",
            [selector, piece],
        )


@pytest.mark.parametrize("language", [language for language in LANGUAGES if direction_of(language) == "rtl"])
def test_a_number_keeps_its_sign_before_it_where_words_run_from_the_right(
    door: CitizensDoor, open_page: OpenPage, language: str
) -> None:
    page = open_page(
        language=language, permissions=["geolocation"], geolocation={"latitude": 50.8, "longitude": 4.3, "accuracy": 12}
    )
    page.locator("#locate").click()
    expect(page.locator("li")).to_contain_text("12")
    sign, number = places_of(page, "li", ["±", "12"])
    assert sign < number
    name, after = places_of(page, "#asking h1", ["112 Brussels", "Brussels"])
    assert name < after
    first, rest = page.locator("#asking h1").bounding_box(), page.locator("#locate svg").bounding_box()
    words = page.locator("#locate span").bounding_box()
    assert first is not None
    assert rest is not None
    assert words is not None
    assert rest["x"] > words["x"], "the drawing stands where reading begins"
