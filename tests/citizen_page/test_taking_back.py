"""A citizen takes back a photo that was sent by mistake."""

from playwright.sync_api import Page, expect

from tests.citizen_page.conftest import OpenPage
from tests.citizen_page.door import Answer, CitizensDoor
from tests.citizen_page.test_ending import is_over, listen
from tests.citizen_page.test_photos import photo, says, take


def take_back(page: Page, number: int = 1) -> None:
    """Tap twice, as slowly as a person who means it."""
    line = page.get_by_role("listitem").filter(has_text=f"Photo {number}")
    line.get_by_role("button", name="Take back").click()
    page.wait_for_timeout(500)
    line.get_by_role("button", name="Sure? Tap again").click()


def test_a_photo_sent_by_mistake_is_taken_back(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page()
    listen(door, page)
    take(page, photo(1), photo(2))
    says(page, 1, "Sent ✓")
    says(page, 2, "Sent ✓")
    take_back(page)
    says(page, 1, "gone everywhere")
    expect(page.get_by_role("status")).to_contain_text("Photo 1: Taken back. It is gone everywhere")
    assert door.invitation.taken_back == door.invitation.uploads[:1]
    expect(page.get_by_role("button", name="Take back")).to_have_count(1)
    # What the feed tells afterwards is known already.
    door.say("PhotoShown", door.invitation.uploads[1])
    says(page, 2, "On the control room")
    says(page, 1, "gone everywhere")
    expect(page.get_by_text("Your photo has arrived")).to_be_visible()
    take_back(page, 2)
    says(page, 2, "gone everywhere")
    expect(page.get_by_text("Your photo has arrived")).to_be_hidden()
    take(page, photo(3))
    says(page, 3, "Sent ✓")


def test_a_nervous_double_tap_takes_nothing_back(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page()
    take(page, photo())
    says(page, 1, "Sent ✓")
    page.get_by_role("button", name="Take back").dblclick()
    expect(page.get_by_role("button", name="Sure? Tap again")).to_be_visible()
    expect(page.get_by_role("button", name="Take back")).to_be_visible(timeout=30_000)
    assert door.invitation.taken_back == []


def test_there_is_nothing_to_take_back_before_it_has_arrived(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.gate.clear()
    page = open_page()
    take(page, photo())
    says(page, 1, "Sending…")
    expect(page.get_by_role("button", name="Take back")).to_have_count(0)
    door.invitation.gate.set()
    expect(page.get_by_role("button", name="Take back")).to_be_visible()


def test_a_photo_that_is_gone_already_is_called_so(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.known = [{"id": "a", "state": "shown"}, {"id": "b", "state": "unreadable"}]
    door.invitation.take_back_answers.append(Answer(status=404, sentence="Nothing here.", cause="not_found"))
    page = open_page()
    expect(page.get_by_role("button", name="Take back")).to_have_count(2)
    take_back(page)
    says(page, 1, "gone everywhere")
    expect(page.get_by_text("Take a")).to_be_visible()


def test_a_photo_is_not_called_deleted_before_it_is(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.known = [{"id": "a", "state": "shown"}]
    door.invitation.take_back_answers.extend(
        [Answer(status=503), Answer(status=404, is_ours=False), Answer(status=429, retry_after=9)]
    )
    page = open_page()
    for asked in (1, 2, 3):
        take_back(page)
        says(page, 1, "Not taken back yet. Please try again.")
        assert len(door.invitation.taken_back) == asked
    page.context.set_offline(True)
    take_back(page)
    says(page, 1, "Not taken back yet. Please try again.")
    page.context.set_offline(False)
    take_back(page)
    says(page, 1, "gone everywhere")


def test_a_link_that_is_over_ends_the_page_and_nothing_is_claimed(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.known = [{"id": "a", "state": "shown"}]
    door.invitation.take_back_answers.append(Answer(status=410, sentence="Your link is over.", cause="link_expired"))
    page = open_page()
    take_back(page)
    is_over(page, "Your link is over.")
    expect(page.get_by_role("listitem")).not_to_contain_text("gone everywhere")
    expect(page.get_by_role("button", name="Take back")).to_have_count(0)
