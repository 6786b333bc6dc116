import re

from playwright.sync_api import expect

from tests.practice.panes.conftest import OpenPanes
from tests.practice.panes.test_playing import open_the_link
from tests.practice.panes.theatre import KEY, Play


def test_the_browser_shows_the_host_alone_and_leads_back(play: Play, open_panes: OpenPanes) -> None:
    play.invite()
    page = open_panes()
    open_the_link(page)
    expect(page.locator("#browser-host")).to_have_text(play.address.removeprefix("http://"))
    expect(page.locator("#browser-tab")).to_have_attribute("href", f"/s/{KEY}")
    frame = page.locator("#phone-frame")
    assert frame.get_attribute("allow") == "camera; geolocation; microphone"
    assert frame.evaluate("(frame) => [frame.contentWindow.innerWidth, frame.contentWindow.innerHeight]") == [360, 640]
    page.get_by_role("button", name="Back to the message").click()
    expect(page.locator("#messages-list")).to_contain_text("your 112 call")
    page.get_by_role("button", name="Back to the home screen").click()
    expect(page.locator("#phone-home")).to_be_visible()


def test_a_page_that_is_open_stays_open(play: Play, open_panes: OpenPanes) -> None:
    play.invite()
    page = open_panes()
    open_the_link(page)
    page.frame_locator("#phone-frame").locator("#sent").evaluate("(sent) => { sent.textContent = 'Half sent'; }")
    page.get_by_role("button", name="Home screen", exact=True).click()
    open_the_link(page)
    expect(page.frame_locator("#phone-frame").get_by_text("Half sent")).to_be_visible()
    page.get_by_role("button", name="Load the page again").click()
    expect(page.frame_locator("#phone-frame").get_by_text("Half sent")).to_have_count(0)


def test_a_code_can_be_typed_without_any_message(play: Play, open_panes: OpenPanes) -> None:
    page = open_panes()
    page.get_by_role("button", name="Type a code").click()
    frame = page.frame_locator("#phone-frame")
    expect(frame.get_by_role("heading", name="Type the code")).to_be_visible()
    expect(page.locator("#step-tap")).not_to_have_class(re.compile("done"))
    page.get_by_role("button", name="Back to the home screen").click()
    expect(page.get_by_role("button", name="Type a code")).to_be_focused()
    page.keyboard.press("Enter")
    frame.get_by_role("button", name="Continue").click()
    expect(frame.get_by_role("heading", name="112 asks you for a photo")).to_be_visible()
    expect(page.locator("#step-tap")).to_have_class(re.compile("done"))
    expect(page.locator("#browser-tab")).to_have_attribute("href", f"/s/{KEY}")
    page.get_by_role("button", name="Back to the home screen").click()
    page.get_by_role("button", name="Type a code").click()
    expect(frame.get_by_role("heading", name="Type the code"), "another code").to_be_visible()


def test_the_message_leads_to_the_page_that_a_code_has_opened(play: Play, open_panes: OpenPanes) -> None:
    page = open_panes()
    page.get_by_role("button", name="Type a code").click()
    frame = page.frame_locator("#phone-frame")
    frame.get_by_role("button", name="Continue").click()
    frame.locator("#sent").evaluate("(sent) => { sent.textContent = 'Half sent'; }")
    play.invite()
    banner = page.locator("#phone-banner")
    banner.click()
    page.locator("#messages-list").get_by_role("link").last.click()
    expect(frame.get_by_text("Half sent")).to_be_visible()


def test_a_message_that_comes_while_a_page_is_open_slides_in(play: Play, open_panes: OpenPanes) -> None:
    play.invite()
    page = open_panes()
    open_the_link(page)
    expect(page.locator("#phone-banner")).to_be_hidden()
    play.send_sms("+32471000000")
    banner = page.locator("#phone-banner")
    expect(banner).to_be_visible()
    banner.click()
    expect(page.locator(".sms")).to_have_count(2)
    expect(page.locator(".sent-to")).to_have_text(["To +32470123456", "To +32471000000"])
    expect(banner).to_be_hidden()


def test_a_phone_outlives_a_restart_of_the_server(play: Play, open_panes: OpenPanes) -> None:
    play.invite()
    play.send_sms()
    page = open_panes("/practice/phone")
    expect(page.locator(".sms")).to_have_count(2)
    play.sms.clear()
    expect(page.locator(".sms")).to_have_count(0)
    expect(page.get_by_text("No message yet.")).to_be_visible()
    play.send_sms()
    expect(page.locator("#phone-notifications").get_by_role("button")).to_have_count(1)
    open_the_link(page)


def test_a_message_whose_text_lacks_the_link_gets_it(play: Play, open_panes: OpenPanes) -> None:
    play.send_sms()["text"] = "Your 112 call. Tap below."
    page = open_panes("/practice/phone")
    open_the_link(page)


def test_no_practice_ever_dials_112(play: Play, open_panes: OpenPanes) -> None:
    play.invite()
    page = open_panes()
    open_the_link(page)
    page.frame_locator("#phone-frame").get_by_role("link", name="Call 112").click()
    expect(page.locator("#phone-toast")).to_have_text("Practice: no call is made.")
    assert (
        page.frame_locator("#phone-frame")
        .locator("body")
        .evaluate(
            """(body) => {
            let isLeftAlone = null;
            addEventListener.call(body.ownerDocument.defaultView, "click", (event) => {
                isLeftAlone = event.defaultPrevented;
            });
            body.querySelector("a[href^='tel:']").click();
            return isLeftAlone;
        }"""
        )
    )


def test_a_computer_without_a_camera_still_shows_live_video(play: Play, open_panes: OpenPanes) -> None:
    play.invite()
    page = open_panes()
    open_the_link(page)
    frame = page.locator("#phone-frame").element_handle().content_frame()
    assert frame is not None
    frame.wait_for_load_state()
    assert frame.evaluate(
        """async () => (await navigator.mediaDevices.enumerateDevices()).every(({ kind }) => kind !== "videoinput")"""
    ), "this test needs a browser without a camera"
    film = """async (facingMode) => {
      const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode } });
      const video = document.createElement("video");
      Object.assign(video, { srcObject: stream, muted: true });
      await video.play();
      const canvas = document.createElement("canvas");
      const pen = canvas.getContext("2d");
      const look = () => {
        Object.assign(canvas, { width: video.videoWidth, height: video.videoHeight });
        pen.drawImage(video, 0, 0);
        return canvas.toDataURL("image/jpeg");
      };
      const first = look();
      let later = first;
      for (let tries = 0; later === first && tries < 200; tries += 1) {
        await new Promise((done) => setTimeout(done, 50));
        later = look();
      }
      const [track] = stream.getVideoTracks();
      track.stop();
      return { size: [video.videoWidth, video.videoHeight], first, moves: later !== first };
    }"""
    rear, front = (frame.evaluate(film, side) for side in ("environment", "user"))
    assert rear["size"] == [480, 640]
    assert rear["moves"]
    assert front["moves"]
    assert rear["first"] != front["first"]


def test_a_microphone_that_is_missing_stays_missing(play: Play, open_panes: OpenPanes) -> None:
    play.invite()
    page = open_panes()
    open_the_link(page)
    frame = page.locator("#phone-frame").element_handle().content_frame()
    assert frame is not None
    frame.wait_for_load_state()
    name = frame.evaluate("() => navigator.mediaDevices.getUserMedia({ audio: true }).catch(({ name }) => name)")
    assert name == "NotFoundError"
