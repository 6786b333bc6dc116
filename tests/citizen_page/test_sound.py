"""Sound is a question of its own, and off until the citizen has said yes."""

import re

from playwright.sync_api import Page, expect

from tests.citizen_page.conftest import OpenPage, OpenViewer
from tests.citizen_page.door import VIEWER, CitizensDoor
from tests.citizen_page.test_calls import QUESTION
from tests.citizen_page.test_ending import listen
from tests.citizen_page.test_live import ALLOWED
from tests.citizen_page.watching import CAMERA_AND_MICROPHONE, is_on, moves, on_air, says, show, states, until


def asked(door: CitizensDoor, open_page: OpenPage, **options: object) -> Page:
    """Show what one sees, and be asked for sound."""
    page = on_air(door, open_page, **{**CAMERA_AND_MICROPHONE, **options})
    listen(door, page)
    until(door, page, ALLOWED)
    door.command("ask_sound")
    expect(page.locator("#sound")).to_contain_text("112 would like to hear you here, too. Your call goes on.")
    return page


def test_the_question_is_explained_and_nothing_is_heard_before_the_answer(
    door: CitizensDoor, open_page: OpenPage
) -> None:
    page = asked(door, open_page)
    expect(page.get_by_role("status")).to_contain_text("112 would like to hear you here, too.")
    expect(page.get_by_role("button", name="Allow sound")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="No sound")).to_be_in_viewport(ratio=1)
    page.wait_for_timeout(1000)
    assert page.evaluate("() => window.taken.map((track) => track.kind)") == ["video"]


def test_a_dispatcher_hears_after_a_yes_with_no_new_call_and_the_citizen_can_end_it(
    door: CitizensDoor, open_page: OpenPage, open_viewer: OpenViewer
) -> None:
    door.show_viewers(VIEWER)
    viewer = open_viewer(VIEWER)
    page = asked(door, open_page)
    moves(viewer)
    heard = """async () => {
        let heard = 0;
        for (const report of (await window.calls[0].peerConnection.getStats()).values()) {
            heard += report.type === "inbound-rtp" && report.kind === "audio" ? report.packetsReceived : 0;
        }
        return heard;
    }"""
    assert viewer.evaluate(heard) == 0
    page.get_by_role("button", name="Allow sound").click()
    until(door, page, [*ALLOWED, "sound_allowed"])
    viewer.wait_for_function(f"async () => (await ({heard})()) > 10")
    expect(page.locator("#sound")).to_be_hidden()
    assert viewer.evaluate("() => window.calls.length") == 1
    sign = page.get_by_role("button", name="Sound is on. Switch it off")
    expect(sign).to_be_in_viewport(ratio=1)
    sign.click()
    expect(sign).to_be_hidden()
    assert states(page) == ["live", "ended"]
    until(door, page, [*ALLOWED, "sound_allowed", "sound_refused"])
    is_on(page)


def test_a_no_is_told_and_the_picture_goes_on(door: CitizensDoor, open_page: OpenPage) -> None:
    page = asked(door, open_page)
    page.get_by_role("button", name="No sound").click()
    until(door, page, [*ALLOWED, "sound_refused"])
    expect(page.get_by_role("button", name="No sound")).to_be_hidden()
    assert states(page) == ["live"]


def test_a_browser_that_refuses_the_microphone_is_a_no(door: CitizensDoor, open_page: OpenPage) -> None:
    page = asked(door, open_page, permissions=["camera"])
    page.get_by_role("button", name="Allow sound").click()
    until(door, page, [*ALLOWED, "sound_refused"])
    expect(page.get_by_role("button", name="Sound is on. Switch it off")).to_be_hidden()
    is_on(page)


def test_the_dispatcher_ends_the_sound(door: CitizensDoor, open_page: OpenPage) -> None:
    page = asked(door, open_page)
    page.get_by_role("button", name="Allow sound").click()
    until(door, page, [*ALLOWED, "sound_allowed"])
    door.command("stop_sound")
    page.wait_for_function("() => window.taken[1].readyState === 'ended'")
    expect(page.get_by_role("button", name="Sound is on. Switch it off")).to_be_hidden()


def test_stop_ends_the_sound_as_well(door: CitizensDoor, open_page: OpenPage) -> None:
    page = asked(door, open_page)
    page.get_by_role("button", name="Allow sound").click()
    until(door, page, [*ALLOWED, "sound_allowed"])
    page.get_by_role("button", name="Stop", exact=True).click()
    page.wait_for_function("() => window.taken.every((track) => track.readyState === 'ended')")


def test_an_organisation_may_ask_for_sound_at_the_start_and_says_so(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.sound = True
    door.invitation.purpose = "live"
    page = open_page(**CAMERA_AND_MICROPHONE, before=QUESTION)
    show(page)
    says(page, re.compile("Picture and sound are sent."))
    page.evaluate("() => window.allow()")
    is_on(page)
    until(door, page, [*ALLOWED, "sound_allowed"])
    expect(page.get_by_role("button", name="Sound is on. Switch it off")).to_be_visible()
    assert sorted(page.evaluate("() => window.taken.map((track) => track.kind)")) == ["audio", "video"]


def test_who_gives_no_microphone_at_the_start_is_seen_all_the_same(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.sound = True
    page = on_air(door, open_page, permissions=["camera"])
    until(door, page, [*ALLOWED, "sound_refused"])
    assert page.evaluate("() => window.asked.map(({ audio }) => audio)") == [True, False]
