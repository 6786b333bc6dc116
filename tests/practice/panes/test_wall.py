import pytest
from playwright.sync_api import expect

from tests.practice.panes.conftest import OpenPanes
from tests.practice.panes.theatre import Play

TITLE = "The wall of 112 Practice"


def test_the_wall_is_signed_in_before_it_is_loaded(play: Play, open_panes: OpenPanes) -> None:
    page = open_panes()
    expect(page.frame_locator("#wall-frame").get_by_role("heading")).to_have_text(TITLE)
    assert play.sign_ins == 1
    assert play.asked.index("POST /practice/sign-in") < play.asked.index("GET /wall")


def test_whoever_signs_out_is_signed_in_again_and_sees_no_panes_in_the_pane(play: Play, open_panes: OpenPanes) -> None:
    page = open_panes()
    wall = page.frame_locator("#wall-frame")
    expect(wall.get_by_role("heading")).to_have_text(TITLE)
    wall.get_by_role("button", name="Sign out").click()
    # The entrance is this very page: in the frame it stays still, and loads nothing of its own.
    while play.sign_ins < 2:
        page.wait_for_timeout(50)
    expect(wall.get_by_role("heading", name=TITLE)).to_be_visible()
    assert play.asked.count("GET /practice/phone") == 0


def test_a_session_that_ended_is_renewed(play: Play, open_panes: OpenPanes) -> None:
    page = open_panes()
    wall = page.frame_locator("#wall-frame")
    expect(wall.get_by_role("heading", name=TITLE)).to_be_visible()
    wall.locator("#ended").evaluate("(ended) => { ended.hidden = false; }")
    expect(wall.locator("#ended")).to_be_hidden()
    assert play.sign_ins == 2


@pytest.mark.parametrize(
    ("window", "inner", "is_scaled"), [((1280, 800), 848, True), ((1920, 1080), None, False), ((960, 700), None, False)]
)
def test_the_wall_has_its_two_columns_wherever_letters_stay_readable(
    play: Play, open_panes: OpenPanes, window: tuple[int, int], inner: int | None, *, is_scaled: bool
) -> None:
    page = open_panes(viewport={"width": window[0], "height": window[1]})
    frame = page.locator("#wall-frame")
    expect(frame).to_be_visible()
    seen = frame.evaluate(
        "(frame) => ({ inner: frame.contentWindow.innerWidth, outer: frame.getBoundingClientRect() })"
    )
    place = page.locator("#wall-place").bounding_box()
    assert place is not None
    assert seen["outer"]["width"] == pytest.approx(place["width"], abs=1)
    assert seen["outer"]["height"] == pytest.approx(place["height"], abs=1)
    assert (seen["inner"] > place["width"] + 1) is is_scaled
    if inner:
        assert seen["inner"] == pytest.approx(inner, abs=1)
