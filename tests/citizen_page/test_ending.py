import pytest
from playwright.sync_api import Page, expect

from tests.citizen_page.conftest import PATIENCE, OpenPage
from tests.citizen_page.door import Answer, CitizensDoor
from tests.citizen_page.test_photos import photo, says, take
from tests.citizen_page.watching import eventually


def is_over(page: Page, sentence: str) -> None:
    expect(page.get_by_text(sentence)).to_be_visible(timeout=PATIENCE)
    call = page.get_by_role("link", name="Call 112 again")
    expect(call).to_be_visible()
    assert call.get_attribute("href") == "tel:112"
    expect(page.get_by_text("Take a photo")).to_have_count(0)


def listen(door: CitizensDoor, page: Page) -> None:
    eventually(page, lambda: door.listeners > 0)


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("InvitationClosed", "The control room has closed this link."),
        ("InvitationExpired", "The time of this link is over."),
    ],
)
def test_the_end_comes_with_thanks(door: CitizensDoor, open_page: OpenPage, kind: str, sentence: str) -> None:
    page = open_page()
    take(page, photo())
    says(page, 1, "Sent ✓")
    listen(door, page)
    door.say(kind)
    is_over(page, f"Thank you. {sentence}")
    expect(page.get_by_text("Do you still need help, or was your call cut?")).to_be_visible()
    says(page, 1, "Sent ✓")
    expect(page.get_by_role("heading")).to_be_focused()


@pytest.mark.parametrize("status", [404, 410])
def test_a_late_citizen_is_told_so(door: CitizensDoor, open_page: OpenPage, status: int) -> None:
    door.invitation.answers.append(Answer(status=status, sentence="The time of this link is over."))
    page = open_page()
    take(page, photo(1), photo(2))
    is_over(page, "The time of this link is over.")
    says(page, 1, "Not sent")
    says(page, 2, "Not sent")
    assert len(door.invitation.uploads) == 1


def test_a_photo_on_its_way_when_the_link_is_closed_is_not_called_sent(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.gate.clear()
    page = open_page()
    listen(door, page)
    take(page, photo())
    says(page, 1, "Sending… 99")
    door.say("InvitationClosed")
    is_over(page, "The control room has closed this link.")
    says(page, 1, "Not sent")
    door.invitation.gate.set()
    page.wait_for_timeout(500)
    says(page, 1, "Not sent")


def test_a_box_in_between_that_finds_nothing_does_not_end_the_link(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.answers.append(Answer(status=404, is_ours=False))
    page = open_page()
    take(page, photo())
    says(page, 1, "Sent ✓")
    assert len(door.invitation.uploads) == 2


def test_a_page_left_open_learns_from_the_feed_that_the_link_is_over(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.feed_refusal = Answer(status=410, sentence="The time of this link is over.")
    is_over(open_page(), "The time of this link is over.")


def test_a_feed_that_fails_is_opened_again(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.feed_refusal = Answer(status=503)
    page = open_page()
    eventually(page, lambda: sum("/events" in request for request in door.invitation.requests) >= 2)
    door.invitation.feed_refusal = None
    listen(door, page)
    door.say("InvitationClosed", sentence="Goodbye, and thank you.")
    is_over(page, "Goodbye, and thank you.")
    expect(page.get_by_text("Do you still need help")).to_have_count(0)


def test_a_link_that_does_not_work_says_whom_to_call(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.page_refusal = Answer(status=404, sentence="This link is not right. Call 112 again.")
    page = open_page()
    expect(page.get_by_role("heading")).to_have_text("This link is not right. Call 112 again.")
    is_over(page, "This link is not right. Call 112 again.")
    expect(page.get_by_text("Do you still need help")).to_have_count(0)


def test_a_refusal_needs_nothing_but_words(door: CitizensDoor) -> None:
    page = door.render_bare("refused", "fr")
    assert "Ce lien ne fonctionne plus." in page
    assert "Vous avez encore besoin" in page
    assert 'href="tel:112"' in page
