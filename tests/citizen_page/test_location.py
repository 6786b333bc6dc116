import pytest
from playwright.sync_api import Geolocation, Page, expect

from tests.citizen_page.conftest import PATIENCE, OpenPage
from tests.citizen_page.door import Answer, CitizensDoor
from tests.citizen_page.test_ending import listen

GRAND_PLACE: Geolocation = {"latitude": 50.8467, "longitude": 4.3525, "accuracy": 12.4}
COARSE: Geolocation = {"latitude": 50.84, "longitude": 4.35, "accuracy": 1500}
FINE: Geolocation = {"latitude": 50.8467, "longitude": 4.3525, "accuracy": 9}
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Safari/604.1"
ANDROID = "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36"


def news(page: Page, sentence: str) -> None:
    expect(page.get_by_role("listitem")).to_contain_text(sentence, timeout=PATIENCE)


def test_a_lost_citizen_is_found_with_one_tap(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page(geolocation=GRAND_PLACE, permissions=["geolocation"])
    page.get_by_role("button", name="Send my location").click()
    news(page, "Only where you are now is sent, nothing more.")
    assert door.invitation.locations == []
    news(page, "Location sent ✓ (±\u00a012\u00a0m)")
    assert door.invitation.locations == [GRAND_PLACE]
    expect(page.get_by_role("status")).to_contain_text("Location: Location sent")


def test_a_coarse_place_goes_at_once_and_the_better_one_after_it(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page(geolocation=COARSE, permissions=["geolocation"])
    page.get_by_role("button", name="Send my location").click()
    news(page, "Location sent ✓ (±\u00a01500\u00a0m)")
    page.context.set_geolocation(FINE)
    news(page, "Location sent ✓ (±\u00a09\u00a0m)")
    assert [place["accuracy"] for place in door.invitation.locations] == [1500, 9]


def test_the_place_is_sent_when_the_network_is_back(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page(geolocation=GRAND_PLACE, permissions=["geolocation"])
    page.context.set_offline(True)
    page.get_by_role("button", name="Send my location").click()
    news(page, "Waiting for network. Keep this page open.")
    page.context.set_offline(False)
    news(page, "Location sent ✓")
    assert len(door.invitation.locations) == 1


def test_sent_is_said_only_after_the_server_has_the_place(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.location_answers.extend([Answer(status=502, is_ours=False), Answer(status=422, sentence="Not so.")])
    page = open_page(geolocation=GRAND_PLACE, permissions=["geolocation"])
    page.get_by_role("button", name="Send my location").click()
    news(page, "Not so.")
    assert door.invitation.locations == []
    page.get_by_role("button", name="Try again").click()
    news(page, "Location sent ✓")


@pytest.mark.parametrize(
    ("agent", "way"),
    [
        (IPHONE, "Tap “aA” or the icon beside the address"),
        (ANDROID, "Permissions, Location, Allow"),
        (None, "Click the"),
    ],
)
def test_a_citizen_who_said_no_learns_how_to_say_yes(
    door: CitizensDoor, open_page: OpenPage, agent: str | None, way: str
) -> None:
    page = open_page(user_agent=agent, permissions=[])
    page.get_by_role("button", name="Send my location").click()
    news(page, way)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation(GRAND_PLACE)
    page.get_by_role("button", name="Try again").click()
    news(page, "Location sent ✓")


@pytest.mark.parametrize(("code", "sentence"), [(2, "Your phone does not know where it is."), (3, "too long")])
def test_a_phone_that_does_not_know_where_it_is_says_so(
    door: CitizensDoor, open_page: OpenPage, code: int, sentence: str
) -> None:
    page = open_page()
    page.evaluate(
        """(code) => {
            navigator.geolocation.getCurrentPosition = (_, no) =>
                no({ code, PERMISSION_DENIED: 1, POSITION_UNAVAILABLE: 2, TIMEOUT: 3 });
        }""",
        code,
    )
    page.get_by_role("button", name="Send my location").click()
    news(page, sentence)
    news(page, "tell 112 where you are")


def test_asked_for_the_place_the_location_comes_first(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.purpose = "location"
    page = open_page()
    expect(page.get_by_role("heading")).to_have_text("112 Brussels asks where you are")
    place, camera = page.locator("#locate").bounding_box(), page.get_by_text("Take a photo").bounding_box()
    assert place is not None
    assert camera is not None
    assert place["y"] < camera["y"]
    assert place["height"] > 60


def test_a_browser_that_knows_no_places_has_no_dead_button(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.purpose = "location"
    page = open_page()
    page.add_init_script("Object.defineProperty(navigator, 'geolocation', { value: undefined })")
    page.reload()
    expect(page.get_by_text("This browser cannot send your location.")).to_be_visible()
    expect(page.locator("#locate")).to_have_count(0)


def test_a_place_that_was_not_sent_before_the_end_is_said_and_nothing_can_be_tried_again(
    door: CitizensDoor, open_page: OpenPage
) -> None:
    page = open_page(permissions=[])
    page.get_by_role("button", name="Send my location").click()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    listen(door, page)
    door.say("InvitationClosed")
    expect(page.get_by_role("link", name="Call 112 again")).to_be_visible()
    news(page, "Location not sent. Tell 112 where you are.")
    expect(page.get_by_role("button")).to_have_count(0)


def test_a_link_that_is_over_says_so_to_the_place_too(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.location_answers.append(Answer(status=410, sentence="The time of this link is over."))
    page = open_page(geolocation=GRAND_PLACE, permissions=["geolocation"])
    page.get_by_role("button", name="Send my location").click()
    expect(page.get_by_text("The time of this link is over.")).to_be_visible()
    expect(page.get_by_role("link", name="Call 112 again")).to_be_visible()


def test_a_place_is_followed_only_after_a_tap_of_its_own_and_until_the_next(
    door: CitizensDoor, open_page: OpenPage
) -> None:
    page = open_page(geolocation=FINE, permissions=["geolocation"])
    page.get_by_role("button", name="Send my location").click()
    news(page, "Location sent ✓")
    follow = page.get_by_role("button", name="Share while I move")
    expect(follow).to_be_visible(timeout=PATIENCE)
    page.context.set_geolocation({**FINE, "latitude": 50.85})
    page.wait_for_timeout(500)
    assert len(door.invitation.locations) == 1
    follow.click()
    news(page, "Your location is shared while you move ✓ (±\u00a09\u00a0m)")
    assert door.invitation.locations[-1]["latitude"] == 50.85
    page.wait_for_timeout(5500)
    page.context.set_geolocation({**FINE, "latitude": 50.86})
    while door.invitation.locations[-1]["latitude"] != 50.86:
        page.wait_for_timeout(50)
    # What hardly moves is not sent again.
    page.context.set_geolocation({**FINE, "latitude": 50.86001})
    page.wait_for_timeout(500)
    assert len(door.invitation.locations) == 3
    page.get_by_role("button", name="Stop sharing").click()
    news(page, "Sharing stopped.")
    page.context.set_geolocation({**FINE, "latitude": 50.9})
    page.wait_for_timeout(5500)
    assert len(door.invitation.locations) == 3


def test_nothing_is_followed_after_the_end(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page(geolocation=FINE, permissions=["geolocation"])
    page.get_by_role("button", name="Send my location").click()
    page.get_by_role("button", name="Share while I move").click()
    news(page, "Your location is shared while you move")
    sent = len(door.invitation.locations)
    page.get_by_role("button", name="Stop and leave").click()
    expect(page.get_by_role("heading", name="You have left")).to_be_visible()
    page.wait_for_timeout(5500)
    page.context.set_geolocation({**FINE, "latitude": 50.9})
    page.wait_for_timeout(1000)
    assert len(door.invitation.locations) == sent
