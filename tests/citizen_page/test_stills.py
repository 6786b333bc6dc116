"""Where live video does not come through, single pictures do."""

import io
from itertools import pairwise

from PIL import Image
from playwright.sync_api import Page

from tests.citizen_page.conftest import OpenPage, OpenViewer
from tests.citizen_page.door import VIEWER, Answer, CitizensDoor
from tests.citizen_page.test_ending import is_over
from tests.citizen_page.watching import eventually, moves, on_air, says, states

NOTE_STILLS = """
    window.sentAt = [];
    const send = window.fetch.bind(window);
    window.fetch = (address, ...more) => {
        if (`${address}`.includes("/still")) {
            window.sentAt.push(Date.now());
        }
        return send(address, ...more);
    };
"""
"""Notes when each still leaves the phone: on a busy machine two may arrive together."""


def wait_for(door: CitizensDoor, page: Page, stills: int) -> None:
    """Wait until that many more have arrived."""
    stills += len(door.invitation.stills)
    eventually(page, lambda: len(door.invitation.stills) >= stills)


def pictures(door: CitizensDoor) -> list[Image.Image]:
    """Open every still that has arrived."""
    return [Image.open(io.BytesIO(content)) for _, content in door.invitation.stills]


def test_the_first_still_goes_at_once_and_is_a_picture_of_what_the_camera_sees(
    door: CitizensDoor, open_page: OpenPage, open_viewer: OpenViewer
) -> None:
    door.show_viewers(VIEWER)
    viewer = open_viewer(VIEWER)
    page = on_air(door, open_page)
    wait_for(door, page, 1 - len(door.invitation.stills))
    (still, *_) = pictures(door)
    assert still.format == "JPEG"
    assert max(still.size) == 640
    red, green, blue = still.convert("RGB").getpixel((5, 5))  # type: ignore[misc]
    assert green > 80 > max(red, blue)
    assert len(door.invitation.stills[0][1]) < 256 * 1024
    # Who is served live needs no more of them.
    moves(viewer)
    arrived = len(door.invitation.stills)
    page.wait_for_timeout(8000)
    assert len(door.invitation.stills) == arrived


def test_who_waits_in_vain_for_the_video_gets_a_still_each_second_until_it_comes(
    door: CitizensDoor, open_page: OpenPage, open_viewer: OpenViewer
) -> None:
    door.show_viewers(VIEWER)
    page = on_air(door, open_page, before=NOTE_STILLS)
    wait_for(door, page, 6)
    times = page.evaluate("() => window.sentAt.slice(-5)")
    assert len(times) == 5
    assert all(later - earlier > 800 for earlier, later in pairwise(times))
    viewer = open_viewer(VIEWER)
    moves(viewer)
    page.wait_for_timeout(2000)
    arrived = len(door.invitation.stills)
    page.wait_for_timeout(5000)
    assert len(door.invitation.stills) == arrived


def test_stills_step_in_when_the_path_breaks(door: CitizensDoor, open_page: OpenPage, open_viewer: OpenViewer) -> None:
    door.show_viewers(VIEWER)
    viewer = open_viewer(VIEWER)
    page = on_air(door, open_page)
    moves(viewer)
    viewer.close()
    wait_for(door, page, 4)


def test_a_dispatcher_beyond_the_third_gets_stills(
    door: CitizensDoor, open_page: OpenPage, open_viewer: OpenViewer
) -> None:
    door.show_viewers(VIEWER)
    viewer = open_viewer(VIEWER)
    page = on_air(door, open_page)
    moves(viewer)
    door.show_viewers(VIEWER, stills=True)
    wait_for(door, page, 4)
    door.show_viewers(VIEWER)
    page.wait_for_timeout(1500)
    arrived = len(door.invitation.stills)
    page.wait_for_timeout(3000)
    assert len(door.invitation.stills) == arrived


def test_while_nobody_watches_the_server_sets_the_pace(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.still_pace = 2.0
    page = on_air(door, open_page)
    wait_for(door, page, 4 - len(door.invitation.stills))
    times = [at for at, _ in door.invitation.stills]
    assert all(later - earlier > 1.6 for earlier, later in pairwise(times))


def test_on_a_slow_line_stills_shrink_and_never_queue(door: CitizensDoor, open_page: OpenPage) -> None:
    door.show_viewers(stills=True)
    door.invitation.still_delay = 1.3
    page = on_air(door, open_page)
    wait_for(door, page, 5 - len(door.invitation.stills))
    edges = [max(picture.size) for picture in pictures(door)]
    assert edges[:5] == sorted(edges[:5], reverse=True)
    assert edges[4] < edges[0] / 2
    assert door.invitation.most_stills_in_flight == 1
    door.invitation.still_delay = 0
    wait_for(door, page, 6)
    assert max(pictures(door)[-1].size) > edges[4]


def test_a_still_that_is_refused_is_forgotten_and_the_next_is_sent(door: CitizensDoor, open_page: OpenPage) -> None:
    door.show_viewers(stills=True)
    door.invitation.still_answers.extend(
        [Answer(status=413), Answer(status=502, is_ours=False), Answer(status=429, retry_after=2)]
    )
    page = on_air(door, open_page)
    wait_for(door, page, 2)
    contents = [content for _, content in door.invitation.stills]
    assert len(set(contents)) == len(contents)


def test_a_camera_that_stands_still_sends_no_old_picture(door: CitizensDoor, open_page: OpenPage) -> None:
    door.show_viewers(stills=True)
    page = on_air(door, open_page)
    wait_for(door, page, 2)
    with page.expect_file_chooser():
        page.get_by_text("Take a photo").click()
    page.wait_for_timeout(1500)
    assert states(page) == ["ended"]
    arrived = len(door.invitation.stills)
    page.wait_for_timeout(3000)
    assert len(door.invitation.stills) == arrived


def test_without_any_network_nothing_is_claimed(door: CitizensDoor, open_page: OpenPage) -> None:
    page = on_air(door, open_page)
    says(page, "The control room can see this ✓")
    page.context.set_offline(True)
    says(page, "Waiting for network. Keep this page open.")
    page.context.set_offline(False)
    says(page, "The control room can see this ✓")


def test_a_still_tells_that_the_link_is_over(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.still_answers.append(Answer(status=410, sentence="The time of this link is over."))
    page = on_air_at_least_once(door, open_page)
    is_over(page, "The time of this link is over.")
    assert states(page) == ["ended"]


def on_air_at_least_once(door: CitizensDoor, open_page: OpenPage) -> Page:
    """Tap, without waiting for the sign: the end may come first."""
    door.invitation.purpose = "live"
    page = open_page(permissions=["camera"])
    page.get_by_role("button", name="Show what I see").click()
    return page
