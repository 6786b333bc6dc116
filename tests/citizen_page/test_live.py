"""A citizen shows what they see."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Dialog, Page, expect

from tests.citizen_page.conftest import PATIENCE, OpenPage
from tests.citizen_page.door import VIEWER, CitizensDoor
from tests.citizen_page.test_ending import is_over
from tests.citizen_page.test_location import ANDROID, IPHONE
from tests.citizen_page.test_photos import photo
from tests.citizen_page.test_photos import says as photo_says
from tests.citizen_page.watching import CAMERA, eventually, is_off, is_on, on_air, says, show, states, until

ALLOWED = ["camera_asked", "camera_allowed", "live"]


def refusing(name: str) -> str:
    return f"navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', '{name}'));"


def test_the_camera_is_asked_for_on_a_tap_only_and_without_microphone(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.purpose = "live"
    page = open_page(**CAMERA)
    expect(page.get_by_role("heading")).to_have_text("112 Brussels asks to see what you see")
    page.wait_for_timeout(1000)
    assert page.evaluate("() => window.asked") == []
    assert door.invitation.taps == 0
    assert door.invitation.lines == []
    show(page)
    is_on(page)
    (asked,) = page.evaluate("() => window.asked")
    assert not asked["audio"]
    assert asked["video"]["facingMode"] == "environment"
    assert page.evaluate("() => window.taken.map((track) => track.kind)") == ["video"]
    until(door, page, ALLOWED)
    assert door.invitation.taps == 1


def test_the_citizen_sees_the_same_picture_and_is_told_who_can_see_it(door: CitizensDoor, open_page: OpenPage) -> None:
    page = on_air(door, open_page)
    page.wait_for_function("() => document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames > 5")
    says(page, "The control room can see this ✓")
    expect(page.get_by_role("status")).to_contain_text("The control room can see this")
    for needed in ("#preview", ".sign", ".stay", "#turn", "#snap", "#stop"):
        expect(page.locator(needed)).to_be_in_viewport(ratio=1)


def test_stop_really_stops(door: CitizensDoor, open_page: OpenPage) -> None:
    door.show_viewers(VIEWER)
    page = on_air(door, open_page)
    until(door, page, ALLOWED)
    page.get_by_role("button", name="Stop").click()
    is_off(page)
    says(page, "Stopped. Your camera is off.")
    expect(page.get_by_role("button", name="Show what I see")).to_be_focused()
    until(door, page, [*ALLOWED, "live_ended"])
    assert door.invitation.frames[-1]["type"] == "LEAVE"
    stills = len(door.invitation.stills)
    page.wait_for_timeout(2500)
    assert len(door.invitation.stills) == stills
    assert page.evaluate("() => document.querySelector('video').srcObject") is None
    show(page)
    is_on(page)
    assert states(page) == ["ended", "live"]


def test_who_stops_before_allowing_is_not_seen(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.purpose = "live"
    page = open_page(**CAMERA, before="window.gate = new Promise((resolve) => { window.allow = resolve; });")
    show(page)
    says(page, re.compile("If your phone asks, tap “Allow”. Only the picture is sent, no sound."))
    door.say("InvitationClosed")
    is_over(page, "The control room has closed this link.")
    page.evaluate("() => window.allow()")
    page.wait_for_function("() => window.taken.length === 1 && window.taken[0].readyState === 'ended'")


@pytest.mark.parametrize(
    ("agent", "way"),
    [
        (IPHONE, "Website Settings, Camera, Allow"),
        (ANDROID, "Permissions, Camera, Allow"),
        (None, "Click the icon"),
    ],
)
def test_a_citizen_who_said_no_learns_how_to_say_yes(
    door: CitizensDoor, open_page: OpenPage, agent: str | None, way: str
) -> None:
    door.invitation.purpose = "live"
    page = open_page(user_agent=agent, permissions=[])
    show(page)
    says(page, re.compile(way))
    expect(page.get_by_role("status")).to_contain_text(way)
    expect(page.get_by_text("Take a photo")).to_be_visible()
    until(door, page, ["camera_asked", "camera_refused refused"])
    page.context.grant_permissions(["camera"])
    page.get_by_role("button", name="Try again").click()
    is_on(page)
    until(door, page, ["camera_asked", "camera_refused refused", *ALLOWED])


@pytest.mark.parametrize(
    ("before", "reason", "sentence"),
    [
        (refusing("NotFoundError"), "missing", "Live video does not work here. Please send a photo."),
        (refusing("NotReadableError"), "in_use", "Another app is using the camera."),
        (refusing("TypeError"), "unsupported", "Live video does not work here."),
        (
            "Object.defineProperty(Navigator.prototype, 'mediaDevices', { value: undefined });",
            "unsupported",
            "Live video does not work here.",
        ),
        (
            "Object.defineProperty(window, 'isSecureContext', { value: false });" + refusing("NotAllowedError"),
            "insecure",
            "Live video does not work here.",
        ),
    ],
)
def test_a_phone_that_gives_no_camera_says_why_and_a_photo_is_still_offered(
    door: CitizensDoor, open_page: OpenPage, before: str, reason: str, sentence: str
) -> None:
    door.invitation.purpose = "live"
    page = open_page(before=before)
    show(page)
    says(page, re.compile(re.escape(sentence)))
    until(door, page, ["camera_asked", f"camera_refused {reason}"])
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    with page.expect_file_chooser() as chooser:
        page.get_by_text("Take a photo").click()
    chooser.value.set_files([photo()])
    photo_says(page, 1, "Sent ✓")


def test_inside_another_app_the_link_is_offered_for_a_real_browser(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.purpose = "live"
    inside = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Instagram 350"
    page = open_page(user_agent=inside, permissions=["clipboard-read", "clipboard-write"])
    says(page, re.compile("This app lets no page use the camera."))
    expect(page.get_by_role("button", name="Show what I see")).to_be_hidden()
    expect(page.get_by_text("Take a photo")).to_be_visible()
    page.wait_for_timeout(500)
    # Before a tap it may be a link preview.
    assert door.invitation.steps == []
    page.get_by_role("button", name="Copy the link").click()
    until(door, page, ["camera_refused in_app"])
    expect(page.get_by_role("button", name="Copied ✓")).to_be_visible()
    assert page.evaluate("() => navigator.clipboard.readText()") == door.address


def test_inside_an_app_that_lets_nothing_be_copied_the_link_is_shown(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.purpose = "live"
    page = open_page(
        user_agent="Mozilla/5.0 (Linux; Android 15; Pixel 8; wv) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile",
        before="Object.defineProperty(Navigator.prototype, 'clipboard', { value: undefined });",
    )
    shown: list[str] = []

    def answer(dialog: Dialog) -> None:
        shown.append(dialog.default_value)
        dialog.dismiss()

    page.on("dialog", answer)
    page.get_by_role("button", name="Copy the link").click()
    assert shown == [door.address]


@pytest.mark.parametrize("has_image_capture", [True, False])
def test_a_photo_of_the_running_video_does_not_interrupt_it(
    door: CitizensDoor, open_page: OpenPage, *, has_image_capture: bool
) -> None:
    page = on_air(door, open_page, before="" if has_image_capture else "delete window.ImageCapture;")
    page.wait_for_function("() => document.querySelector('video').videoWidth > 0")
    page.get_by_role("button", name="Send photo").click()
    photo_says(page, 1, "Sent ✓")
    (sent,) = door.invitation.photos.values()
    taken = Image.open(io.BytesIO(sent))
    if not has_image_capture:
        settings = page.evaluate("() => window.taken[0].getSettings()")
        assert (taken.format, taken.size) == ("JPEG", (settings["width"], settings["height"]))
    assert states(page) == ["live"]
    is_on(page)
    expect(page.locator("#preview")).to_be_in_viewport(ratio=1)


def test_the_camera_app_gets_the_camera_and_gives_it_back(door: CitizensDoor, open_page: OpenPage) -> None:
    page = on_air(door, open_page)
    with page.expect_file_chooser() as chooser:
        page.get_by_text("Take a photo").click()
    assert states(page) == ["ended"]
    page.wait_for_timeout(5000)
    assert states(page) == ["ended"]
    says(page, "Camera paused. Keep this page open.")
    chooser.value.set_files([photo()])
    page.wait_for_function("() => window.taken[1]?.readyState === 'live'")
    photo_says(page, 1, "Sent ✓")
    says(page, "The control room can see this ✓")


@pytest.mark.parametrize("event", ["pageshow", "focus", "pointerdown", "visibilitychange"])
def test_who_comes_back_from_the_camera_app_with_no_photo_is_seen_again(
    door: CitizensDoor, open_page: OpenPage, event: str
) -> None:
    page = on_air(door, open_page)
    with page.expect_file_chooser():
        page.get_by_text("Take a photo").click()
    assert states(page) == ["ended"]
    where = "document" if event == "visibilitychange" else "window"
    page.evaluate(f"() => {where}.dispatchEvent(new Event('{event}'))")
    page.wait_for_function("() => window.taken[1]?.readyState === 'live'")


def test_a_camera_that_the_phone_took_away_is_opened_again_once(door: CitizensDoor, open_page: OpenPage) -> None:
    page = on_air(door, open_page)
    page.evaluate(
        """() => {
            window.gate = new Promise((resolve) => { window.allow = resolve; });
            window.taken[0].stop();
            window.taken[0].dispatchEvent(new Event("ended"));
            for (const event of ["pageshow", "focus", "pageshow", "focus"]) window.dispatchEvent(new Event(event));
            document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    page.wait_for_timeout(4000)
    assert page.evaluate("() => window.asked.length") == 2
    says(page, "Camera paused. Keep this page open.")
    page.evaluate("() => window.allow()")
    page.wait_for_function("() => window.taken[1]?.readyState === 'live'")
    says(page, "The control room can see this ✓")
    assert page.evaluate("() => window.asked.length") == 2


def test_a_camera_that_falls_silent_is_opened_again(door: CitizensDoor, open_page: OpenPage) -> None:
    page = on_air(door, open_page)
    page.evaluate("() => Object.defineProperty(window.taken[0], 'muted', { value: true })")
    page.wait_for_function("() => window.taken[1]?.readyState === 'live'")
    assert states(page) == ["ended", "live"]


def test_the_camera_turns_round(door: CitizensDoor, open_page: OpenPage) -> None:
    page = on_air(door, open_page)
    for _ in range(2):
        shown = page.evaluate("() => window.taken.length")
        page.get_by_role("button", name="Turn camera").click()
        page.wait_for_function("(shown) => window.taken.length > shown", arg=shown)
    facing = page.evaluate("() => window.asked.map(({ video }) => video.facingMode)")
    assert facing == ["environment", "user", "environment"]
    assert states(page) == ["ended", "ended", "live"]


def test_the_screen_stays_awake_while_the_camera_runs(door: CitizensDoor, open_page: OpenPage) -> None:
    # The browser of the tests has no screen to keep awake.
    noted = """
        window.locks = [];
        navigator.wakeLock.request = async () => {
            const lock = { released: false, release: async () => { lock.released = true; } };
            window.locks.push(lock);
            return lock;
        };
    """
    page = on_air(door, open_page, before=noted)
    page.wait_for_function("() => window.locks.length === 1 && !window.locks[0].released")
    page.evaluate("() => window.dispatchEvent(new Event('focus'))")
    page.get_by_role("button", name="Stop").click()
    page.wait_for_function("() => window.locks.length === 1 && window.locks[0].released")


@pytest.mark.parametrize("kind", ["InvitationClosed", "InvitationExpired"])
def test_the_end_of_the_link_puts_the_camera_out(door: CitizensDoor, open_page: OpenPage, kind: str) -> None:
    page = on_air(door, open_page)
    door.say(kind)
    is_over(page, "Thank you.")
    page.wait_for_function("() => window.taken.every((track) => track.readyState === 'ended')")


def test_a_step_that_did_not_arrive_is_told_again_and_in_order(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.purpose = "live"
    page = open_page(**CAMERA)
    page.wait_for_timeout(1000)
    page.context.set_offline(True)
    show(page)
    is_on(page)
    says(page, "Waiting for network. Keep this page open.")
    page.get_by_role("button", name="Stop").click()
    page.context.set_offline(False)
    # One whose answer was lost may come twice.
    eventually(page, lambda: list(dict.fromkeys(door.invitation.steps)) == [*ALLOWED, "live_ended"])


@pytest.mark.parametrize("purpose", ["photo", "location"])
def test_who_was_asked_for_something_else_is_not_asked_to_show(
    door: CitizensDoor, open_page: OpenPage, purpose: str
) -> None:
    door.invitation.purpose = purpose
    page = open_page()
    expect(page.get_by_role("button", name="Show what I see")).to_be_hidden()
    expect(page.locator("video")).to_be_hidden()


def test_languages_are_out_of_reach_while_the_camera_runs(door: CitizensDoor, open_page: OpenPage) -> None:
    page = on_air(door, open_page)
    expect(page.get_by_role("link", name="Français")).to_be_hidden()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("link", name="Français")).to_be_visible(timeout=PATIENCE)


def test_with_a_finger_or_a_keyboard(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.purpose = "live"
    page = open_page(**CAMERA)
    reached: list[str] = []
    page.on("filechooser", lambda _: None)
    for _ in range(3):
        page.keyboard.press("Tab")
        reached.append(_focused(page))
    assert reached == ["Français", "Other languages", "show"]
    page.keyboard.press("Enter")
    is_on(page)
    reached = []
    for _ in range(3):
        page.keyboard.press("Tab")
        reached.append(_focused(page))
    assert reached == ["turn", "snap", "stop"]
    page.keyboard.press("Enter")
    is_off(page)


def _focused(page: Page) -> str:
    found: str = page.evaluate("() => document.activeElement.id || document.activeElement.textContent")
    return found
