"""A citizen who cannot hear, cannot speak or must be silent writes with the control room."""

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from tests.citizen_page.conftest import OpenPage
from tests.citizen_page.door import Answer, CitizensDoor
from tests.citizen_page.test_ending import is_over, listen
from tests.citizen_page.watching import eventually, is_on, on_air, states

KEPT_SENTENCES = """
() => new Promise((resolve, reject) => {
  const request = indexedDB.open("showme");
  request.onerror = () => reject(request.error);
  request.onsuccess = () => {
    const all = request.result.transaction("sentences").objectStore("sentences").count();
    all.onsuccess = () => { request.result.close(); resolve(all.result); };
  };
})
"""


def asked(door: CitizensDoor, open_page: OpenPage, ready: str = "breathing", **options: object) -> Page:
    """Open the link, and be asked something."""
    page = open_page(**options)
    listen(door, page)
    door.ask(5, ready, str(options.get("language", "en")))
    expect(page.get_by_role("region", name="Messages")).to_be_visible()
    return page


def test_a_question_opens_by_itself_and_is_answered_with_one_tap(door: CitizensDoor, open_page: OpenPage) -> None:
    page = asked(door, open_page)
    question = said(page, "Is the person breathing?")
    expect(question).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("status")).to_contain_text("112 Brussels: Is the person breathing?")
    answer = page.get_by_role("button", name="Not breathing")
    expect(answer).to_be_in_viewport(ratio=1)
    box = answer.bounding_box()
    assert box is not None
    assert box["height"] >= 72
    expect(answer.locator("svg path")).to_be_attached()
    answer.click()
    eventually(page, lambda: len(door.invitation.heard) == 1)
    (heard,) = door.invitation.heard
    assert (heard["ready"], heard["reply_to"], heard["waited"]) == ("does_not_breathe", 5, 0)
    mine = page.locator(".you")
    expect(mine).to_contain_text("Not breathing")
    expect(mine).to_contain_text("Sent ✓")
    expect(page.get_by_role("button", name="I cannot speak now")).to_be_visible()


def test_a_question_is_read_in_the_language_of_the_page(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page(language="fr")
    listen(door, page)
    door.ask(5, "breathing", "fr")
    expect(page.get_by_role("region", name="Messages").get_by_role("button", name="Ne respire pas")).to_be_visible()


@pytest.mark.parametrize("ready", ["where_hurts", "how_many_hurt", "breathing", "hurt"])
def test_every_answer_has_a_picture_of_its_own(door: CitizensDoor, open_page: OpenPage, ready: str) -> None:
    page = asked(door, open_page, ready)
    pictures = page.locator(".offers svg").evaluate_all("(drawn) => drawn.map((one) => one.innerHTML)")
    assert len(set(pictures)) == len(pictures) > 2
    assert not any('d=""' in drawn for drawn in pictures)


def test_what_is_shown_is_confirmed_and_only_then(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page()
    listen(door, page)
    page.get_by_role("button", name="Dark screen").click()
    door.ask(5, "stay_silent")
    expect(page.locator(".talk")).to_contain_text("Stay silent.")
    page.wait_for_timeout(500)
    assert door.invitation.seen == []
    page.get_by_role("button", name="Show the page again").click()
    eventually(page, lambda: door.invitation.seen == [5])
    # Before the first tap on this page nobody could take its word for it.
    page.get_by_role("button", name="I am hiding").click()
    eventually(page, lambda: door.invitation.seen == [5, 5])
    assert door.invitation.taps == 1


def test_a_typed_sentence_waits_for_the_network_and_keeps_its_turn(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_role("button", name="Write to 112").click()
    line = page.get_by_label("Write a short sentence")
    expect(line).to_be_visible()
    page.context.set_offline(True)
    line.fill("I am on the second floor")
    page.keyboard.press("Enter")
    expect(line).to_have_value("")
    expect(page.get_by_role("listitem")).to_contain_text("Waiting for network…")
    page.get_by_role("button", name="I am hiding").click()
    page.wait_for_timeout(2000)
    assert door.invitation.heard == []
    page.context.set_offline(False)
    eventually(page, lambda: len(door.invitation.heard) == 2)
    first, second = door.invitation.heard
    assert (first["text"], second["ready"]) == ("I am on the second floor", "hiding")
    assert first["waited"] >= 2
    assert first["id"] != second["id"]
    expect(page.get_by_role("listitem").filter(has_text="Sent ✓")).to_have_count(2)


def test_a_sentence_is_repeated_under_the_same_id_until_it_is_safe(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.message_answers.extend([Answer(status=503, retry_after=1), Answer(status=502, is_ours=False)])
    page = open_page()
    tried: list[str] = []
    page.on("request", lambda sent: _note(sent, tried))
    page.get_by_role("button", name="Write to 112").click()
    page.get_by_role("button", name="Come quickly").click()
    expect(page.get_by_role("listitem")).to_contain_text("Sent ✓", timeout=30_000)
    assert len(tried) == 3
    assert len(set(tried)) == 1
    assert len(door.invitation.heard) == 1


def test_a_refused_sentence_says_why_and_is_not_called_sent(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.message_answers.append(Answer(status=422, sentence="Write one short sentence."))
    page = open_page()
    page.get_by_role("button", name="Write to 112").click()
    page.get_by_role("button", name="Come quickly").click()
    expect(page.get_by_role("listitem")).to_contain_text("Write one short sentence.")
    expect(page.get_by_role("listitem")).not_to_contain_text("Sent ✓")


def test_what_was_said_before_the_link_was_opened_is_read_and_once(door: CitizensDoor, open_page: OpenPage) -> None:
    earlier = door.ask(4, "hurt")
    mine = {"number": 5, "by": "you", "sentence": "Yes", "answers": None, "offers": [], "reply_to": 4}
    door.invitation.messages = [earlier, mine]
    page = open_page()
    listen(door, page)
    expect(said(page, "Are you hurt?")).to_be_visible()
    expect(page.locator(".you")).to_contain_text("Yes")
    # The feed goes on from before the page was made, and tells some of it again.
    door.ask(4, "hurt")
    page.wait_for_timeout(500)
    expect(said(page, "Are you hurt?")).to_have_count(1)
    eventually(page, lambda: door.invitation.seen == [4])


def test_the_feed_goes_on_from_where_the_page_was_made(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.after = 41
    page = open_page()
    listen(door, page)
    assert door.invitation.feeds_asked == ["41"]


def test_the_conversation_takes_nothing_from_the_live_video(door: CitizensDoor, open_page: OpenPage) -> None:
    page = on_air(door, open_page)
    listen(door, page)
    door.ask(5, "hurt")
    page.get_by_role("button", name="Yes", exact=True).click()
    eventually(page, lambda: len(door.invitation.heard) == 1)
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("button", name="Write to 112")).to_be_focused()
    is_on(page)
    assert states(page) == ["live"]
    door.ask(6, "awake")
    expect(said(page, "Is the person awake?")).to_be_visible()


def test_who_types_is_not_interrupted(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page()
    listen(door, page)
    page.get_by_role("button", name="Write to 112").click()
    line = page.get_by_label("Write a short sentence")
    line.fill("There are two of")
    door.ask(5, "hurt")
    expect(said(page, "Are you hurt?")).to_be_visible()
    expect(line).to_be_focused()
    expect(line).to_have_value("There are two of")


def test_a_sentence_on_its_way_when_the_link_ends_is_not_called_sent(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_role("button", name="Write to 112").click()
    page.get_by_role("button", name="I am hiding").click()
    expect(page.get_by_role("listitem")).to_contain_text("Sent ✓")
    door.invitation.message_answers.append(Answer(status=410, sentence="The time of this link is over."))
    page.get_by_role("button", name="Come quickly").click()
    is_over(page, "The time of this link is over.")
    expect(page.get_by_role("listitem").filter(has_text="Come quickly")).to_contain_text("Not sent")
    expect(page.get_by_role("listitem").filter(has_text="I am hiding")).to_contain_text("Sent ✓")


def said(page: Page, sentence: str) -> Locator:
    """Find a sentence of the control room."""
    return page.locator(".desk").get_by_text(sentence, exact=True)


def _note(request: Request, tried: list[str]) -> None:
    if request.method == "POST" and "/messages?" in request.url:
        tried.append((request.post_data_json or {})["id"])


def test_an_unsent_sentence_outlives_a_reload_and_arrives_once(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page()
    page.on("dialog", lambda dialog: dialog.accept())
    listen(door, page)
    page.get_by_role("button", name="Write to 112").click()
    page.get_by_role("textbox").fill("Second floor, blue door.")
    door.invitation.message_answers.extend([Answer(status=502, is_ours=False)] * 50)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".you")).to_contain_text("Waiting for network…")
    page.reload()
    expect(page.locator(".you")).to_contain_text("Second floor, blue door.")
    door.invitation.message_answers.clear()
    page.evaluate("() => dispatchEvent(new Event('online'))")
    expect(page.locator(".you")).to_contain_text("Sent ✓")
    assert [heard["text"] for heard in door.invitation.heard] == ["Second floor, blue door."]
    eventually(page, lambda: page.evaluate(KEPT_SENTENCES) == 0)
    page.reload()
    page.get_by_role("button", name="Write to 112").click()
    expect(page.locator(".offers").get_by_role("button").first).to_be_visible()
    expect(page.locator(".you")).to_have_count(0)


def test_a_sentence_that_arrived_but_for_the_answer_is_shown_once_after_a_reload(
    door: CitizensDoor, open_page: OpenPage
) -> None:
    page = open_page()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Write to 112").click()
    page.get_by_role("textbox").fill("I am upstairs.")
    door.invitation.message_answers.extend([Answer(status=502, is_ours=False)] * 50)
    with page.expect_request("**/messages?*", timeout=30_000) as asking:
        page.get_by_role("button", name="Send", exact=True).click()
    sent = asking.value.post_data_json
    assert sent is not None
    identity = sent["id"]
    mine = {"number": 7, "by": "you", "id": identity, "sentence": "I am upstairs.", "offers": [], "reply_to": None}
    door.invitation.messages.append(mine)
    eventually(page, lambda: page.evaluate(KEPT_SENTENCES) == 1)
    page.reload()
    door.invitation.message_answers.clear()
    page.evaluate("() => dispatchEvent(new Event('online'))")
    expect(page.locator(".you")).to_contain_text("Sent ✓")
    expect(page.locator(".you")).to_have_count(1)
    eventually(page, lambda: {heard["id"] for heard in door.invitation.heard} == {identity})
