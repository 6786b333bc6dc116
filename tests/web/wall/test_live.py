"""A dispatcher sees what the caller's phone shows, and knows when they do not."""

import asyncio
import re
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.pictures import jpeg, scene
from tests.web.wall.conftest import OpenWall
from tests.web.wall.desk import LANGUAGES, Desk, Json
from tests.web.wall.live_routes import PASS

PATIENCE = 30_000
TIMES = "\N{MULTIPLICATION SIGN}"
HUNG_UP = "['closed', 'disconnected', 'failed'].includes(call.peerConnection?.connectionState ?? 'closed')"
Ring = Callable[..., Page]


@pytest.fixture
def ring(open_page: OpenWall, desk: Desk) -> Ring:
    """Let the phone of an invitation call a viewer that is on the line, or call it again."""

    def ring(invitation: Json, wall: Page, *, phone: Page | None = None, viewer: str = "-0") -> Page:
        if phone is None:
            phone = open_page(f"/phone/{invitation['id']}", permissions=["camera", "microphone"])
        wait_until(wall, lambda: f"{invitation['id']}{viewer}" in desk.line.sockets)
        phone.evaluate("viewer => ring(viewer)", f"{invitation['id']}{viewer}")
        return phone

    return ring


def wait_until(page: Page, is_true: Callable[[], object]) -> None:
    """Wait, with the browser alive, for something that the desk notes."""
    for _ in range(PATIENCE // 50):
        if is_true():
            return
        page.wait_for_timeout(50)
    raise AssertionError("waited in vain")


def tile_of(page: Page, number: int = 1) -> Locator:
    """Find the tile of an invitation's live video."""
    return page.get_by_role("article", name=f"No. {number}", exact=True).and_(page.locator(".live-card"))


def tile_of_any(page: Page) -> Locator:
    """Find the only tile, in any language."""
    return page.locator(".live-card")


def see(tile: Locator, what: str) -> None:
    """Wait until a tile shows what it shall: moving, frozen, stills."""
    expect(tile).to_have_attribute("data-state", what, timeout=PATIENCE)


# The average red, green and blue of a picture.
AVERAGE = """shown => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [64, 48];
  const pen = canvas.getContext("2d", {willReadFrequently: true});
  pen.drawImage(shown, 0, 0, 64, 48);
  const sums = [0, 0, 0];
  pen.getImageData(0, 0, 64, 48).data.forEach((value, at) => at % 4 < 3 && (sums[at % 4] += value));
  return sums.map((sum) => sum / 64 / 48);
}"""


def frames_shown(tile: Locator) -> int:
    """Count the frames of its video that were shown."""
    frames: int = tile.locator("video").evaluate("video => video.getVideoPlaybackQuality().totalVideoFrames")
    return frames


def test_our_own_callers_video_appears_by_itself_and_moves(open_wall: OpenWall, desk: Desk, ring: Ring) -> None:
    invitation = desk.invite(purpose="live")
    page = open_wall()
    assert [asked for asked in desk.asked if "peerjs" in asked] == [], "loaded only when needed"
    desk.climb(invitation, "page_loaded", "tapped")
    # On the line before the camera is allowed, so that the call is made while the phone still asks.
    tile = tile_of(page)
    expect(tile).to_contain_text("Waiting for the caller\N{RIGHT SINGLE QUOTATION MARK}s camera")
    ring(invitation, page)
    desk.go_live(invitation)
    see(tile, "moving")
    before = frames_shown(tile)
    red, green, blue = tile.locator("video").evaluate(AVERAGE)
    assert green > max(red, blue) + 60, "the green picture of the pretended camera"
    wait_until(page, lambda: frames_shown(tile) > before + 20)
    expect(tile.locator(".live-path")).to_have_text("Direct")
    expect(tile.locator(".live-quality")).to_have_text(re.compile(rf"640 {TIMES} 480 · [1-9]\d* fps"), timeout=PATIENCE)
    wait_until(page, lambda: desk.seen)
    page.wait_for_timeout(1500)
    assert desk.seen == ["direct"], "told once"
    assert desk.stills_wanted == 0


def test_nobody_sees_the_video_before_choosing_to(open_wall: OpenWall, desk: Desk, ring: Ring) -> None:
    invitation = desk.go_live(desk.invite(purpose="live"))
    page = open_wall()
    ring(invitation, page)
    tile = tile_of(page)
    see(tile, "moving")
    expect(tile.locator("video")).to_have_css("filter", re.compile("blur"))
    tile.get_by_role("button", name="Reveal the video").press("Enter")
    expect(tile.locator("video")).to_have_css("filter", "none")
    expect(tile.get_by_role("button", name="Hide", exact=True)).to_be_focused()
    page.keyboard.press("h")
    expect(tile.locator("video")).to_have_css("filter", re.compile("blur"))


def test_an_organisation_may_choose_to_see_at_once(open_wall: OpenWall, desk: Desk, ring: Ring) -> None:
    desk.blur = False
    invitation = desk.go_live(desk.invite(purpose="live"))
    page = open_wall()
    ring(invitation, page)
    tile = tile_of(page)
    see(tile, "moving")
    expect(tile.locator("video")).to_have_css("filter", "none")
    tile.get_by_role("button", name="Hide", exact=True).click()
    expect(tile.locator("video")).to_have_css("filter", re.compile("blur"))


def test_a_colleagues_video_is_one_press_away(open_wall: OpenWall, desk: Desk, ring: Ring) -> None:
    invitation = desk.go_live(desk.invite(purpose="live", by="Bram"))
    page = open_wall()
    tile = tile_of(page)
    watch = tile.get_by_role("button", name="Watch")
    expect(watch).to_be_visible()
    assert desk.line.registrations == []
    watch.press("Enter")
    ring(invitation, page)
    see(tile, "moving")
    tile.get_by_role("button", name="Leave").click()
    see(tile, "unwatched")
    wait_until(page, lambda: not desk.line.viewers())
    expect(tile.locator("video")).to_have_count(0)


def test_what_was_left_is_not_joined_again_by_itself(open_wall: OpenWall, desk: Desk, ring: Ring) -> None:
    invitation = desk.go_live(desk.invite(purpose="live"))
    page = open_wall()
    phone = ring(invitation, page)
    tile = tile_of(page)
    see(tile, "moving")
    tile.get_by_role("button", name="Leave").click()
    wait_until(page, lambda: not desk.line.viewers())
    wait_until(
        page,
        lambda: phone.evaluate(HUNG_UP),
    )
    desk.add(invitation)
    expect(page.locator("#grid .picture")).to_have_count(1)
    see(tile, "unwatched")
    tile.get_by_role("button", name="Watch").click()
    ring(invitation, page, phone=phone, viewer="-0-2")
    see(tile, "moving")


def test_a_stopped_picture_is_called_frozen_and_moves_again_at_once(
    open_wall: OpenWall, desk: Desk, ring: Ring
) -> None:
    invitation = desk.go_live(desk.invite(purpose="live"))
    page = open_wall()
    phone = ring(invitation, page)
    tile = tile_of(page)
    see(tile, "moving")
    tile.locator(".live-late").evaluate(
        """late => new MutationObserver(() => { window.said ??= late.textContent || undefined; })
          .observe(late, {childList: true, characterData: true, subtree: true})"""
    )
    phone.evaluate("picture(false)")
    see(tile, "frozen")
    expect(tile.get_by_text(re.compile(r"Frozen for \d+ s: this is the last picture\."))).to_be_visible()
    assert re.match(r"Frozen for [23] s", page.evaluate("said")), "the first that was said of it"
    expect(page.locator("#announcements")).to_contain_text("The video of invitation 1 is frozen.")
    phone.evaluate("picture(true)")
    see(tile, "moving")
    expect(tile.locator(".live-late")).to_be_empty()


def test_without_video_there_are_stills_until_there_is(open_wall: OpenWall, desk: Desk, ring: Ring) -> None:
    invitation = desk.go_live(desk.invite(purpose="live"))
    page = open_wall()
    tile = tile_of(page)
    expect(tile).to_contain_text("Connecting…")
    wait_until(page, lambda: desk.stills_wanted)
    desk.put_still(invitation, jpeg(scene(1, size=(320, 240)), quality=70))
    see(tile, "stills")
    expect(tile.locator(".live-path")).to_have_text("Stills")
    expect(tile.locator(".live-quality")).to_have_text(f"320 {TIMES} 240")
    expect(tile.locator(".live-still")).to_have_css("filter", re.compile("blur"))
    wait_until(page, lambda: desk.seen == ["stills"])
    desk.put_still(invitation, jpeg(scene(2, size=(640, 480)), quality=70))
    expect(tile.locator(".live-quality")).to_have_text(f"640 {TIMES} 480")
    expect(tile).to_contain_text(re.compile(r"This still is \d+ s old"), timeout=PATIENCE)
    ring(invitation, page)
    see(tile, "moving")
    wait_until(page, lambda: desk.seen == ["stills", "direct"])
    wanted = desk.stills_wanted
    page.wait_for_timeout(1500)
    assert desk.stills_wanted == wanted, "nobody asks for stills any more"


def test_a_frozen_video_gives_way_to_stills(open_wall: OpenWall, desk: Desk, ring: Ring) -> None:
    invitation = desk.go_live(desk.invite(purpose="live"))
    page = open_wall()
    phone = ring(invitation, page)
    tile = tile_of(page)
    see(tile, "moving")
    phone.evaluate("picture(false)")
    desk.put_still(invitation, jpeg(scene(1), quality=70))
    see(tile, "frozen")
    see(tile, "stills")
    phone.evaluate("picture(true)")
    see(tile, "moving")
    expect(tile.locator(".live-picture")).to_have_attribute("data-shows", "video")
    wanted = desk.stills_wanted
    desk.put_still(invitation, jpeg(scene(2), quality=70))
    page.wait_for_timeout(1500)
    assert desk.stills_wanted == wanted, "the phone may use its line for the video"


def test_a_fourth_viewer_gets_stills_and_is_told_why(open_wall: OpenWall, desk: Desk) -> None:
    desk.crowd = 3
    invitation = desk.go_live(desk.invite(purpose="live"))
    desk.put_still(invitation, jpeg(scene(1), quality=70))
    page = open_wall()
    tile = tile_of(page)
    see(tile, "stills")
    expect(tile).to_contain_text("Three colleagues already watch this phone directly.")


def test_a_phone_that_calls_again_replaces_its_call(open_wall: OpenWall, desk: Desk, ring: Ring) -> None:
    invitation = desk.go_live(desk.invite(purpose="live"))
    page = open_wall()
    phone = ring(invitation, page)
    tile = tile_of(page)
    see(tile, "moving")
    tile.locator("video").evaluate("video => { video.dataset.first = 'yes' }")
    phone.reload()
    ring(invitation, page, phone=phone)
    expect(tile.locator("video[data-first]")).to_have_count(0, timeout=PATIENCE)
    see(tile, "moving")
    expect(tile.locator("video")).to_have_count(1)


def test_the_last_picture_of_a_lost_call_stays_until_there_is_another(
    open_wall: OpenWall, desk: Desk, ring: Ring
) -> None:
    invitation = desk.go_live(desk.invite(purpose="live"))
    page = open_wall()
    phone = ring(invitation, page)
    tile = tile_of(page)
    see(tile, "moving")
    tile.get_by_role("button", name="Reveal the video").click()
    phone.evaluate("call.close()")
    see(tile, "frozen")
    expect(tile.locator("video")).to_have_count(0)
    average = tile.locator(".live-held").evaluate(AVERAGE)
    assert average[1] > max(average[0], average[2]) + 60, "green, not black"
    expect(tile.locator(".live-held")).to_have_css("opacity", "1")
    ring(invitation, page, phone=phone)
    see(tile, "moving")
    expect(tile.locator(".live-held")).to_have_css("opacity", "0")


def test_a_relayed_call_is_called_so(open_wall: OpenWall, desk: Desk, ring: Ring) -> None:
    invitation = desk.go_live(desk.invite(purpose="live"))
    page = open_wall()
    # As with a TURN server between: what the browser tells of our end of the way.
    page.evaluate(
        """() => {
          const own = RTCPeerConnection.prototype.getStats;
          RTCPeerConnection.prototype.getStats = async function () {
            const told = new Map();
            (await own.call(this)).forEach((one) => {
              told.set(one.id, one.type === "local-candidate" ? { ...one, candidateType: "relay" } : one);
            });
            return told;
          };
        }"""
    )
    ring(invitation, page)
    tile = tile_of(page)
    see(tile, "moving")
    expect(tile.locator(".live-path")).to_have_text("Relay")
    wait_until(page, lambda: desk.seen == ["relay"])


def test_only_the_citizen_of_the_invitation_is_answered(
    open_wall: OpenWall, open_page: OpenWall, desk: Desk, ring: Ring
) -> None:
    invitation = desk.go_live(desk.invite(purpose="live"))
    viewer = f"{invitation['id']}-0"
    page = open_wall()
    wait_until(page, desk.line.viewers)
    stranger = open_page("/phone/k3V999999999", permissions=["camera", "microphone"])
    stranger.evaluate("viewer => ring(viewer)", viewer)
    wait_until(page, lambda: ("k3V999999999-1", "OFFER") in desk.line.heard)
    phone = ring(invitation, page)
    wait_until(page, lambda: phone.evaluate("call.peerConnection.connectionState") == "connected")
    see(tile_of(page), "moving")
    assert desk.line.heard.count((viewer, "ANSWER")) == 1


def test_the_video_goes_on_while_the_server_starts_again(open_wall: OpenWall, desk: Desk, ring: Ring) -> None:
    invitation = desk.go_live(desk.invite(purpose="live"))
    page = open_wall()
    phone = ring(invitation, page)
    tile = tile_of(page)
    see(tile, "moving")
    desk.is_up = desk.line.is_up = False
    wait_until(page, lambda: not desk.line.sockets)
    before = frames_shown(tile)
    wait_until(page, lambda: frames_shown(tile) > before + 40)
    desk.is_up = desk.line.is_up = True
    viewer = f"{invitation['id']}-0"
    wait_until(page, lambda: viewer in desk.line.sockets)
    see(tile, "moving")
    assert desk.line.registrations.count(viewer) >= 2, "the same place again"
    tile.locator("video").evaluate("video => { video.dataset.first = 'yes' }")
    wait_until(page, lambda: f"{invitation['id']}-1" in desk.line.sockets)
    ring(invitation, page, phone=phone)
    expect(tile.locator("video[data-first]")).to_have_count(0, timeout=PATIENCE)


def test_a_place_that_was_taken_meanwhile_is_exchanged_for_another(open_wall: OpenWall, desk: Desk, ring: Ring) -> None:
    invitation = desk.go_live(desk.invite(purpose="live"))
    viewer = f"{invitation['id']}-0"
    page = open_wall()
    wait_until(page, lambda: viewer in desk.line.sockets)
    desk.line.is_up = False
    wait_until(page, lambda: not desk.line.sockets)
    desk.line.tokens[viewer] = "somebody else's"
    desk.line.sockets[viewer] = asyncio.Queue()
    desk.line.is_up = True
    ring(invitation, page, viewer="-0-2")
    see(tile_of(page), "moving")


def test_sound_is_off_until_the_dispatcher_wants_it(open_wall: OpenWall, desk: Desk, ring: Ring) -> None:
    invitation = desk.go_live(desk.invite(purpose="live"))
    page = open_wall()
    phone = ring(invitation, page)
    tile = tile_of(page)
    see(tile, "moving")
    sound = tile.locator(".sound")
    expect(sound).to_be_hidden()
    tile.get_by_role("button", name="Ask for sound").click()
    expect(tile.locator(".live-said")).to_have_text("Sent to the phone: Ask for sound")
    phone.evaluate("sound(true)")
    desk.tell("SoundAllowed", invitation=invitation)
    expect(tile.locator(".live-said")).to_contain_text("The caller allows sound.")
    expect(sound).to_have_text("Sound off", timeout=PATIENCE)
    muted = "video => video.muted"
    assert tile.locator("video").evaluate(muted)
    sound.click()
    expect(sound).to_have_text("Sound on")
    expect(sound).to_have_attribute("aria-pressed", "true")
    assert not tile.locator("video").evaluate(muted)
    sound.click()
    expect(sound).to_have_text("Sound off")
    assert tile.locator("video").evaluate(muted)
    tile.get_by_role("button", name="Stop sound").click()
    wait_until(page, lambda: desk.commands == ["ask_sound", "stop_sound"])


def test_sound_that_the_browser_blocks_says_so_and_the_picture_goes_on(
    open_wall: OpenWall, desk: Desk, ring: Ring
) -> None:
    invitation = desk.go_live(desk.invite(purpose="live"))
    page = open_wall()
    phone = ring(invitation, page)
    tile = tile_of(page)
    see(tile, "moving")
    phone.evaluate("sound(true)")
    sound = tile.locator(".sound")
    expect(sound).to_be_visible(timeout=PATIENCE)
    # As browsers do that want to see a press first: what is not muted may not play.
    page.evaluate(
        """() => {
          const play = HTMLMediaElement.prototype.play;
          window.allow = () => { HTMLMediaElement.prototype.play = play; };
          HTMLMediaElement.prototype.play = function () {
            return this.muted ? play.call(this) : Promise.reject(new DOMException("no", "NotAllowedError"));
          };
        }"""
    )
    sound.click()
    expect(sound).to_have_text("Sound blocked: press")
    see(tile, "moving")
    page.evaluate("allow()")
    sound.click()
    expect(sound).to_have_text("Sound on")


def test_the_phone_is_asked_and_its_answer_is_told(open_wall: OpenWall, desk: Desk) -> None:
    invitation = desk.go_live(desk.invite(purpose="live"))
    page = open_wall()
    tile = tile_of(page)
    said = tile.locator(".live-said")
    names = ("Switch camera", "Torch on", "Take photo", "Closer", "Back", "Left", "Right", "Hold still")
    for count, name in enumerate(names, start=1):
        tile.get_by_role("button", name=name, exact=True).click()
        expect(said).to_have_text(f"Sent to the phone: {name}")
        wait_until(page, lambda count=count: len(desk.commands) == count)  # type: ignore[misc]
    assert desk.commands == [
        *("switch_camera", "torch_on", "take_photo"),
        *("move_closer", "move_back", "move_left", "move_right", "hold_still"),
    ]
    desk.tell("TorchRefused", invitation=invitation)
    expect(said).to_have_text("This phone has no torch that can be switched here.")
    desk.add(invitation)
    expect(said).to_have_text("The photo has arrived.")
    desk.tell("TorchSwitchedOn", invitation=invitation)
    expect(tile.get_by_role("button", name="Torch off")).to_be_visible()
    desk.refusal = (410, {"title": "The invitation has ended.", "status": 410, "cause": "link_ended"})
    tile.get_by_role("button", name="Torch off").click()
    expect(said).to_have_text("The invitation has ended.")
    expect(said).to_have_attribute("data-kind", "refused")


def test_a_kept_frame_of_the_video_is_a_photo_marked_as_still(open_wall: OpenWall, desk: Desk, ring: Ring) -> None:
    invitation = desk.go_live(desk.invite(purpose="live"))
    page = open_wall()
    ring(invitation, page)
    tile = tile_of(page)
    see(tile, "moving")
    tile.get_by_role("button", name="Turn").click()
    tile.get_by_role("button", name="Keep still").click()
    picture = page.locator("#grid .picture")
    expect(picture).to_have_attribute("data-kind", "still")
    expect(picture).to_have_accessible_name(
        "Photo 1 of invitation 1, hidden; press Enter to reveal; still from the live video"
    )
    kept = Image.open(BytesIO(desk.kept[0]))
    assert kept.format == "JPEG"
    assert kept.width * 4 == kept.height * 3, "turned as the dispatcher saw it"
    colours = kept.convert("RGB").resize((16, 16)).getcolors()
    assert colours is not None
    assert len(colours) > 8, "a picture, not one colour"


def test_a_fallback_still_is_kept_as_it_came(open_wall: OpenWall, desk: Desk) -> None:
    desk.crowd = 3
    invitation = desk.go_live(desk.invite(purpose="live"))
    came = jpeg(scene(3), quality=70)
    desk.put_still(invitation, came)
    page = open_wall()
    tile = tile_of(page)
    see(tile, "stills")
    tile.get_by_role("button", name="Keep still").click()
    expect(page.locator("#grid .picture")).to_have_count(1)
    assert desk.kept == [came]
    desk.refusal = (507, {"title": "The disk is full.", "status": 507, "cause": "disk_full"})
    tile.get_by_role("button", name="Keep still").click()
    expect(tile.get_by_role("alert")).to_have_text("The disk is full.")


def test_the_picture_is_turned_and_fills_the_screen(open_wall: OpenWall, desk: Desk, ring: Ring) -> None:
    invitation = desk.go_live(desk.invite(purpose="live"))
    page = open_wall()
    ring(invitation, page)
    tile = tile_of(page)
    see(tile, "moving")
    turn = tile.get_by_role("button", name="Turn")
    for degrees in (90, 180, 270, 0):
        turn.click()
        expect(tile.locator(".live-picture")).to_have_attribute("data-turn", str(degrees))
    tile.get_by_role("button", name="Full screen").click()
    expect(tile.get_by_role("button", name="Smaller")).to_be_visible()
    box = tile.bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (1280, 800)
    picture = tile.locator(".live-frame").bounding_box()
    assert picture is not None
    assert picture["width"] > 950
    assert picture["height"] > 700
    expect(tile.locator("video")).to_have_css("filter", re.compile("blur"))
    tile.get_by_role("button", name="Smaller").click()
    expect(tile.get_by_role("button", name="Full screen")).to_be_visible()


def test_several_callers_are_seen_side_by_side(open_wall: OpenWall, desk: Desk, ring: Ring) -> None:
    first = desk.go_live(desk.invite(purpose="live"))
    page = open_wall()
    ring(first, page)
    see(tile_of(page), "moving")
    second = desk.go_live(desk.invite(purpose="live"))
    ring(second, page, viewer="-0-2")
    see(tile_of(page, 2), "moving")
    see(tile_of(page, 1), "moving")
    left, right = (tile_of(page, number).bounding_box() for number in (1, 2))
    assert left is not None
    assert right is not None
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] < right["x"]


def test_an_ended_video_says_how_and_after_how_long(open_wall: OpenWall, desk: Desk, ring: Ring) -> None:
    invitation = desk.go_live(desk.invite(purpose="live"), seconds_ago=192)
    page = open_wall()
    phone = ring(invitation, page)
    tile = tile_of(page)
    see(tile, "moving")
    expect(tile.locator(".live-lasts")).to_have_text(re.compile(r"^3:[1-5]\d$"))
    phone.evaluate("call.close()")
    desk.end_live(invitation)
    expect(tile).to_contain_text(re.compile(r"The caller stopped the live video after 3 min \d+ s\."), timeout=PATIENCE)
    expect(tile.locator("video")).to_have_count(0)
    # Shown again: the same place waits for it.
    tile.get_by_role("button", name="Ask for video").click()
    wait_until(page, lambda: desk.commands == ["ask_live"])
    desk.go_live(invitation)
    expect(tile.locator(".live-said")).to_have_text("The video is back.")
    ring(invitation, page, phone=phone)
    see(tile, "moving")
    desk.end_live(invitation, "ended")
    desk.close(invitation)
    expect(tile).to_contain_text("The live video ended after")
    wait_until(page, lambda: not desk.line.viewers())
    tile.get_by_role("button", name="Leave").click()
    expect(page.locator(".live-card")).to_have_count(0)
    expect(page.locator("#live")).to_be_hidden()


def test_what_to_say_stands_beside_the_missing_picture(open_wall: OpenWall, desk: Desk) -> None:
    invitation = desk.go_live(desk.invite(purpose="live"))
    page = open_wall()
    tile = tile_of(page)
    desk.hint(invitation, "not_connecting", "Switch Wi-Fi off.")
    expect(tile.locator(".live-hint")).to_have_text("Say: Switch Wi-Fi off.")
    expect(tile.locator(".live-rung")).to_have_text(re.compile(r"Last step: connecting, \d+ s ago"))


def test_an_ended_session_ends_the_calls(open_wall: OpenWall, desk: Desk, ring: Ring) -> None:
    invitation = desk.go_live(desk.invite(purpose="live"))
    page = open_wall()
    ring(invitation, page)
    see(tile_of(page), "moving")
    desk.is_signed_in = False
    expect(page.get_by_role("heading", name="Your session has ended")).to_be_visible()
    expect(page.locator("video")).to_have_count(0)
    wait_until(page, lambda: not desk.line.viewers())


# --- for everybody ----------------------------------------------------------------------------------------------------

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def complaints(page: Page, checkout: Path) -> list[str]:
    """Let axe look at the page."""
    page.evaluate((checkout / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8"))
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    return [f"{one['id']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"]]


def too_wide(page: Page) -> list[str]:
    """Name what sticks out to the right."""
    wide: list[str] = page.evaluate(
        "[...document.querySelectorAll('.live *, .guest *')].filter((one) => !one.closest('.live-picture, .unseen'))"
        ".filter((one) => one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.className)"
    )
    return wide


@pytest.mark.parametrize("size", [(420, 800), (1280, 800), (1920, 1080)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_axe_finds_nothing_around_live_video(
    open_wall: OpenWall, desk: Desk, ring: Ring, checkout: Path, size: tuple[int, int]
) -> None:
    ours, theirs = desk.go_live(desk.invite(purpose="live")), desk.go_live(desk.invite(purpose="live", by="Bram"))
    desk.add(ours)
    page = open_wall(viewport={"width": size[0], "height": size[1]})
    phone = ring(ours, page)
    see(tile_of(page), "moving")
    see(tile_of(page, 2), "unwatched")
    assert complaints(page, checkout) == []
    tile_of(page).get_by_role("button", name="Reveal the video").click()
    tile_of(page).get_by_role("button", name="Torch on").click()
    phone.evaluate("picture(false)")
    see(tile_of(page), "frozen")
    desk.end_live(theirs)
    see(tile_of(page, 2), "ended")
    assert complaints(page, checkout) == []
    assert too_wide(page) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_live_video_speaks_every_language(open_wall: OpenWall, open_page: OpenWall, desk: Desk, language: str) -> None:
    desk.language = language
    desk.crowd = 3
    invitation = desk.go_live(desk.invite(purpose="live"))
    desk.put_still(invitation, jpeg(scene(1), quality=70))
    page = open_wall(viewport={"width": 420, "height": 800})
    see(tile_of_any(page), "stills")
    guest = open_page(f"/watch/{invitation['id']}/{PASS}", viewport={"width": 360, "height": 640})
    door = guest.locator("body").inner_text()
    guest.locator("#begin").click()
    see(tile_of_any(guest), "stills")
    for shown_page in (page, guest):
        assert too_wide(shown_page) == []
        text = shown_page.locator("body").inner_text() + door
        assert re.findall(r"\{\w+\}|\b(?:live|watch|card|times|errors|rungs|commands|answers)\.\w+", text) == []


def test_everything_is_done_with_the_keyboard_alone(open_wall: OpenWall, desk: Desk, ring: Ring) -> None:
    invitation = desk.go_live(desk.invite(purpose="live", by="Bram"))
    page = open_wall()
    tile = tile_of(page)
    tile.get_by_role("button", name="Watch").focus()
    page.keyboard.press("Enter")
    ring(invitation, page)
    see(tile, "moving")
    expect(tile.get_by_role("button", name="Leave")).to_be_focused()
    met = []
    for _ in range(14):
        page.keyboard.press("Tab")
        met.append(page.evaluate("document.activeElement.textContent"))
    wanted = ["Reveal the video", "Turn", "Full screen", "Switch camera", "Torch on", "Ask for sound", "Take photo"]
    assert [one for one in met if one in wanted] == wanted
    assert any("Keep still" in one for one in met)
    tile.get_by_role("button", name="Full screen").press("Enter")
    expect(tile.get_by_role("button", name="Smaller")).to_be_visible()
    page.keyboard.press("Escape")
    expect(tile.get_by_role("button", name="Full screen")).to_be_visible()


# --- the watch link ---------------------------------------------------------------------------------------------------


def test_a_guest_taps_once_and_sees(open_page: OpenWall, desk: Desk, ring: Ring) -> None:
    invitation = desk.go_live(desk.invite(purpose="live", by="Bram"))
    page = open_page(f"/watch/{invitation['id']}/{PASS}", viewport={"width": 360, "height": 640})
    page.wait_for_timeout(500)
    assert [one for one in desk.asked if not one.startswith(("GET /watch/", "GET /static/"))] == [], "only looked at"
    assert not any("/state" in one or "peerjs" in one for one in desk.asked)
    page.get_by_role("button", name="Watch").click()
    ring(invitation, page)
    tile = tile_of(page)
    see(tile, "moving")
    assert desk.line.tokens[f"{invitation['id']}-0"].startswith(f"{PASS}.")
    wait_until(page, lambda: desk.seen == ["direct"])
    expect(tile.locator("video")).to_have_css("filter", re.compile("blur"))
    tile.get_by_role("button", name="Reveal the video").click()
    expect(tile.locator("video")).to_have_css("filter", "none")
    tile.get_by_role("button", name="Hold still").click()
    wait_until(page, lambda: desk.commands == ["hold_still"])
    tile.get_by_role("button", name="Keep still").click()
    wait_until(page, lambda: desk.kept)
    desk.close(invitation)
    expect(page.get_by_role("heading", name="This live video is over")).to_be_visible()
    expect(page.get_by_text("This link has ended.")).to_be_visible()
    expect(page.locator("video")).to_have_count(0)


def test_a_guest_who_leaves_can_come_back(open_page: OpenWall, desk: Desk, ring: Ring) -> None:
    invitation = desk.go_live(desk.invite(purpose="live", by="Bram"))
    page = open_page(f"/watch/{invitation['id']}/{PASS}")
    page.get_by_role("button", name="Watch").click()
    phone = ring(invitation, page)
    see(tile_of(page), "moving")
    tile_of(page).get_by_role("button", name="Leave").click()
    wait_until(page, lambda: not desk.line.viewers())
    page.get_by_role("button", name="Watch").press("Enter")
    ring(invitation, page, phone=phone, viewer="-0-2")
    see(tile_of(page), "moving")


def test_a_guest_proves_nothing_to_a_peerserver_elsewhere_and_says_itself_that_it_is_there(
    open_page: OpenWall, desk: Desk, ring: Ring
) -> None:
    desk.is_elsewhere = True
    invitation = desk.go_live(desk.invite(purpose="live", by="Bram"))
    page = open_page(f"/watch/{invitation['id']}/{PASS}")
    page.get_by_role("button", name="Watch").click()
    phone = ring(invitation, page)
    see(tile_of(page), "moving")
    place = f"{invitation['id']}-0"
    assert PASS not in desk.line.tokens[place]
    assert desk.places_asked == [{}]
    # A page that comes back does not wait for its turn.
    page.evaluate("() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    wait_until(page, lambda: desk.places_asked == [{}, {"peer": place}])
    tile_of(page).get_by_role("button", name="Leave").click()
    wait_until(page, lambda: desk.places_asked[2:] == [{"peer": place, "leaves": True}])
    page.evaluate("() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    page.get_by_role("button", name="Watch").click()
    ring(invitation, page, phone=phone, viewer="-0-2")
    see(tile_of(page), "moving")
    assert desk.places_asked[3:] == [{}]


def _has_asked(desk: Desk, times: int) -> bool:
    return len(desk.places_asked) > times


def test_a_place_elsewhere_is_asked_for_again_and_again(open_page: OpenWall, desk: Desk) -> None:
    desk.is_elsewhere = True
    invitation = desk.go_live(desk.invite(purpose="live", by="Bram"))
    page = open_page(f"/watch/{invitation['id']}/{PASS}")
    page.clock.install()
    page.get_by_role("button", name="Watch").click()
    place = f"{invitation['id']}-0"
    wait_until(page, lambda: place in desk.line.sockets)
    for times in (1, 2, 3):
        page.clock.run_for(20_500)
        wait_until(page, partial(_has_asked, desk, times))
    assert desk.places_asked[:4] == [{}, *[{"peer": place}] * 3]
    assert set(desk.line.registrations) == {place}


def test_a_link_that_has_ended_says_so(open_page: OpenWall, desk: Desk) -> None:
    invitation = desk.invite(purpose="live")
    desk.close(invitation)
    page = open_page(f"/watch/{invitation['id']}/{PASS}")
    page.get_by_role("button", name="Watch").click()
    expect(page.get_by_text("This link has ended.")).to_be_visible()
    expect(page.get_by_role("button", name="Watch")).to_be_hidden()


def test_axe_finds_nothing_on_the_guests_page(open_page: OpenWall, desk: Desk, ring: Ring, checkout: Path) -> None:
    invitation = desk.go_live(desk.invite(purpose="live", by="Bram"))
    page = open_page(f"/watch/{invitation['id']}/{PASS}", viewport={"width": 360, "height": 640})
    assert complaints(page, checkout) == []
    page.get_by_role("button", name="Watch").click()
    ring(invitation, page)
    see(tile_of(page), "moving")
    assert complaints(page, checkout) == []
    assert too_wide(page) == []
    desk.close(invitation)
    expect(page.get_by_role("heading", name="This live video is over")).to_be_visible()
    assert complaints(page, checkout) == []
