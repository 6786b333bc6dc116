from playwright.sync_api import expect

from tests.citizen_page.conftest import OpenPage
from tests.citizen_page.door import CitizensDoor
from tests.citizen_page.watching import eventually


def test_loading_tells_of_the_phone_and_nothing_else(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page()
    eventually(page, lambda: bool(door.invitation.progress))
    page.wait_for_timeout(1000)
    assert [told["step"] for told in door.invitation.progress] == ["loaded"]
    phone = door.invitation.progress[0]["phone"]
    assert phone["network"] == "4g"
    assert phone["clock"] == page.evaluate("() => -new Date().getTimezoneOffset()")
    assert phone["battery"] is None or 0 <= phone["battery"] <= 1
    # What the page is made of, but for its parts, tells the server nothing.
    told = {request for request in door.invitation.requests if "/static/" not in request}
    here = f"/s/{door.invitation.key}"
    assert told - {f"GET {here}/words"} == {f"GET {here}", f"GET {here}/events", f"POST {here}/progress"}


def test_a_phone_far_from_home_tells_its_own_clock(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page(timezone_id="Asia/Kolkata")
    eventually(page, lambda: bool(door.invitation.progress))
    assert door.invitation.progress[0]["phone"]["clock"] == 330


def test_only_a_real_tap_counts_and_it_counts_once(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page()
    page.evaluate("() => document.querySelector('label').click()")
    page.evaluate("() => document.querySelector('h1').dispatchEvent(new MouseEvent('click', { bubbles: true }))")
    page.get_by_role("heading").click()
    page.wait_for_timeout(500)
    assert door.invitation.taps == 0
    with page.expect_response("**/tapped*"):
        page.get_by_text("Take a photo").click()
    page.get_by_text("Choose a photo").click()
    page.wait_for_timeout(500)
    assert door.invitation.taps == 1


def test_a_tap_that_did_not_arrive_is_told_with_the_next(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page()
    page.context.set_offline(True)
    with page.expect_event("requestfailed", lambda request: "/tapped" in request.url):
        page.get_by_text("Take a photo").click()
    with page.expect_response("**/tapped*"):
        page.context.set_offline(False)
        page.get_by_text("Take a photo").click()
    assert door.invitation.taps == 1


def test_who_asks_and_why_comes_first_and_the_call_goes_on(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page()
    expect(page.get_by_role("heading")).to_have_text("112 Brussels asks you for a photo")
    expect(page.get_by_text("Stay on the phone with 112")).to_be_visible()
    expect(page.get_by_text("What you send is deleted after 6\u00a0h.")).to_be_visible()
    expect(
        page.get_by_text("A photo can also show us where and when it was taken; that is deleted with it.")
    ).to_be_visible()


def test_every_language_is_there_in_its_own_name(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page()
    for name, heading in {
        "Français": "112 Brussels vous demande une photo",
        "Nederlands": "112 Brussels vraagt u om een foto",
        "Deutsch": "112 Brussels bittet Sie um ein Foto",
        "English": "112 Brussels asks you for a photo",
    }.items():
        page.locator("summary").click()
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading")).to_have_text(heading)


def test_nothing_is_kept_in_the_browser(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_text("Take a photo").click()
    assert page.context.cookies() == []
    assert page.evaluate("() => localStorage.length + sessionStorage.length") == 0
    assert {request.split("/")[1] for request in door.invitation.requests} <= {"s", "static"}


def test_practice_is_said(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.practice = True
    expect(open_page().get_by_text("Practice: this is not a real emergency.")).to_be_visible()


def test_an_organisations_name_is_only_a_name(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.organisation = "</script><b>112 & {hours}</b>"
    page = open_page()
    expect(page.get_by_role("heading")).to_have_text("</script><b>112 & {hours}</b> asks you for a photo")
    expect(page.locator("html.js")).to_be_attached()
