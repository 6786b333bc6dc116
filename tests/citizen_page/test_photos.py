import re

from playwright.sync_api import Dialog, FilePayload, Page, expect

from tests import pictures
from tests.citizen_page.conftest import PATIENCE, OpenPage
from tests.citizen_page.door import Answer, CitizensDoor


def photo(seed: int = 1, size: tuple[int, int] = (1000, 750)) -> FilePayload:
    """Make a photo that goes in one piece, and wants no preview."""
    return {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": pictures.camera_photo(seed, size=size)}


def take(page: Page, *photos: FilePayload) -> None:
    """Take one with the camera, or choose several from the gallery."""
    with page.expect_file_chooser() as chooser:
        page.get_by_text("Choose a photo" if len(photos) > 1 else re.compile(r"^Take (a|another) photo$")).click()
    chooser.value.set_files(list(photos))


def says(page: Page, number: int, sentence: str | re.Pattern[str]) -> None:
    """Wait until the line of a photo says it."""
    line = page.get_by_role("listitem").filter(has_text=f"Photo {number}")
    expect(line).to_contain_text(sentence, timeout=PATIENCE)


def test_a_photo_is_sent_with_nothing_but_the_shutter(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page()
    take(page, photo())
    says(page, 1, "Sent ✓")
    assert list(door.invitation.photos.values()) == [photo()["buffer"]]
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", door.invitation.uploads[0])
    expect(page.get_by_text("Your photo has arrived in the control room.")).to_be_visible()
    expect(page.get_by_text("Take another photo")).to_be_visible()


def test_the_camera_opens_at_once_and_the_gallery_gives_several(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page()
    assert page.locator("#take").get_attribute("capture") == "environment"
    assert page.locator("#choose").get_attribute("capture") is None
    with page.expect_file_chooser() as chooser:
        page.get_by_text("Choose a photo").click()
    assert chooser.value.is_multiple()


def test_sent_is_said_only_after_the_server_has_the_photo(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.gate.clear()
    page = open_page()
    take(page, photo())
    says(page, 1, "Sending… 99\u00a0%")
    expect(page.get_by_role("status")).not_to_contain_text("Sent")
    expect(page.get_by_role("listitem")).not_to_contain_text("Sent")
    door.invitation.gate.set()
    says(page, 1, "Sent ✓")
    expect(page.get_by_role("status")).to_contain_text("Photo 1: Sent ✓")


def test_how_far_a_photo_is_grows_while_it_leaves_the_phone(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page()
    page.evaluate(
        """() => {
            window.seen = new Set();
            new MutationObserver(() => {
                const found = document.querySelector("#rows li")?.textContent.match(/(\\d+)\\s%/);
                if (found) window.seen.add(Number(found[1]));
            }).observe(document.querySelector("#rows"), { childList: true, subtree: true, characterData: true });
        }"""
    )
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 20, "downloadThroughput": 500_000, "uploadThroughput": 150_000},
    )
    take(page, photo(size=(2400, 1800)))
    says(page, 1, "Sent ✓")
    seen = page.evaluate("() => [...window.seen]")
    assert seen == sorted(seen)
    assert len([share for share in seen if 0 < share < 99]) >= 2


def test_several_photos_go_one_after_another(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.gate.clear()
    page = open_page()
    take(page, photo(1), photo(2), photo(3))
    says(page, 1, "Sending…")
    says(page, 2, "Waiting for its turn")
    says(page, 3, "Waiting for its turn")
    door.invitation.gate.set()
    for number in (1, 2, 3):
        says(page, number, "Sent ✓")
    assert list(door.invitation.photos.values()) == [photo(seed)["buffer"] for seed in (1, 2, 3)]


def test_a_lost_answer_makes_the_phone_repeat_the_same_photo(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.answers.extend([Answer(hang_up=True), Answer(status=500, is_ours=False)])
    page = open_page()
    take(page, photo())
    says(page, 1, "Sent ✓")
    assert len(door.invitation.uploads) == 3
    assert len(door.invitation.photos) == 1


def test_a_citizen_without_network_is_told_so_and_the_photo_goes_when_it_is_back(
    door: CitizensDoor, open_page: OpenPage
) -> None:
    page = open_page()
    page.context.set_offline(True)
    take(page, photo())
    says(page, 1, "Waiting for network. Keep this page open.")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    assert door.invitation.uploads == []
    page.context.set_offline(False)
    says(page, 1, "Sent ✓")


def test_try_again_does_not_wait_for_its_turn(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.answers.append(Answer(status=503, retry_after=250))
    page = open_page()
    take(page, photo())
    says(page, 1, "We are very busy.")
    page.get_by_role("button", name="Try again").click()
    says(page, 1, "Sent ✓")
    assert len(set(door.invitation.uploads)) == 1


def test_a_busy_server_is_asked_again_after_the_time_that_it_names(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.answers.extend(Answer(status=status, retry_after=1) for status in (429, 503, 507))
    page = open_page()
    take(page, photo())
    says(page, 1, "Sent ✓")
    assert len(door.invitation.uploads) == 4


def test_a_refused_photo_says_the_servers_sentence_and_the_next_one_is_sent(
    door: CitizensDoor, open_page: OpenPage
) -> None:
    door.invitation.answers.extend(
        Answer(status=status, sentence=f"Refused with {status}.") for status in (413, 415, 422)
    )
    page = open_page()
    take(page, photo(1), photo(2), photo(3), photo(4))
    says(page, 1, "Refused with 413.")
    says(page, 2, "Refused with 415.")
    says(page, 3, "Refused with 422.")
    says(page, 4, "Sent ✓")
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    assert len(door.invitation.uploads) == 4


def test_a_picture_that_this_browser_cannot_draw_is_sent_and_has_a_drawing_in_its_place(
    door: CitizensDoor, open_page: OpenPage
) -> None:
    page = open_page()
    take(page, {"name": "IMG_1.heic", "mimeType": "image/heic", "buffer": b"no browser here draws this"})
    says(page, 1, "Sent ✓")
    line = page.get_by_role("listitem")
    expect(line.locator("svg")).to_have_count(1)
    expect(line.locator("img")).to_have_count(0)


def test_a_photo_that_is_too_large_never_leaves_the_phone(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.most_bytes = 1024 * 1024
    page = open_page()
    take(page, photo(size=(4032, 3024)))
    says(page, 1, "This photo is too large (more than 1\u00a0MB).")
    take(page, photo())
    says(page, 2, "Sent ✓")
    assert len(door.invitation.uploads) == 1


def test_the_same_photo_can_be_chosen_twice(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page()
    take(page, photo())
    says(page, 1, "Sent ✓")
    take(page, photo())
    says(page, 2, "Sent ✓")
    assert len(set(door.invitation.uploads)) == 2


def test_the_citizen_hears_when_the_photo_stands_on_the_control_rooms_screen(
    door: CitizensDoor, open_page: OpenPage
) -> None:
    page = open_page()
    take(page, photo(1))
    says(page, 1, "Sent ✓")
    take(page, photo(2))
    says(page, 2, "Sent ✓")
    door.say("PhotoShown", door.invitation.uploads[0])
    door.say("PhotoUnreadable", door.invitation.uploads[1], "This photo is damaged. Please take a new one.")
    says(page, 1, "On the control room\u2019s screen ✓")
    says(page, 2, "This photo is damaged. Please take a new one.")
    expect(page.get_by_role("status")).to_contain_text("Photo 1: On the control room\u2019s screen")
    door.say("PhotoForgotten", door.invitation.uploads[0])
    says(page, 1, "Deleted, as promised")


def test_news_that_overtakes_the_answer_stays(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.gate.clear()
    page = open_page()
    take(page, photo())
    says(page, 1, "Sending… 99")
    door.say("PhotoShown", door.invitation.uploads[0])
    says(page, 1, "On the control room\u2019s screen ✓")
    with page.expect_response(re.compile("/photos")) as answer:
        door.invitation.gate.set()
    answer.value.finished()
    page.wait_for_function("() => !document.body.classList.contains('unsent')")
    says(page, 1, "On the control room\u2019s screen ✓")


def test_a_reloaded_page_still_shows_what_has_arrived(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.known = [
        {"id": "a", "state": "shown"},
        {"id": "b", "state": "received"},
        {"id": "c", "state": "unreadable"},
    ]
    page = open_page()
    says(page, 1, "On the control room\u2019s screen ✓")
    says(page, 2, "Sent ✓")
    says(page, 3, "This photo could not be opened.")
    take(page, photo())
    says(page, 4, "Sent ✓")


def test_an_old_browser_makes_ids_too(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page()
    page.evaluate("() => { Crypto.prototype.randomUUID = undefined; }")
    take(page, photo())
    says(page, 1, "Sent ✓")
    assert re.fullmatch(
        r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", door.invitation.uploads[0]
    )


def test_leaving_is_asked_about_only_while_a_photo_is_on_its_way(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.gate.clear()
    page = open_page()
    questions: list[str] = []

    def answer(dialog: Dialog) -> None:
        questions.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", answer)
    take(page, photo())
    says(page, 1, "Sending…")
    expect(page.get_by_role("link", name="Français")).to_be_hidden()
    page.close(run_before_unload=True)
    page.wait_for_timeout(500)
    assert questions == ["beforeunload"]
    door.invitation.gate.set()
    says(page, 1, "Sent ✓")
    page.get_by_role("link", name="Français").click()
    expect(page.get_by_role("heading")).to_have_text("112 Brussels vous demande une photo")
    assert questions == ["beforeunload"]


def test_refusals_come_in_the_language_on_the_screen(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page(language="nl")
    with page.expect_file_chooser() as chooser:
        page.get_by_text("Foto maken").click()
    chooser.value.set_files([photo()])
    expect(page.get_by_role("listitem")).to_contain_text("Verstuurd ✓")
    assert door.invitation.languages_asked == ["nl"]
