"""The live video reaches dispatchers, who sit at an unmodified PeerJS."""

import json
from urllib.parse import parse_qs, urlparse

from playwright.sync_api import Page

from tests.citizen_page.conftest import OpenPage, OpenViewer
from tests.citizen_page.door import CITIZEN, OF_THE_KEY, SECOND_VIEWER, VIEWER, CitizensDoor
from tests.citizen_page.watching import CAMERA, eventually, is_on, moves, on_air, says, show

THIRD_VIEWER, FOURTH_VIEWER = "k3V9-0-3", "k3V9-0-4"
QUESTION = "window.gate = new Promise((resolve) => { window.allow = resolve; });"


def calls(viewer: Page) -> int:
    """Count how often a viewer was called."""
    found: int = viewer.evaluate("() => window.calls.length")
    return found


def test_a_dispatcher_sees_the_picture_move(door: CitizensDoor, open_page: OpenPage, open_viewer: OpenViewer) -> None:
    door.show_viewers(VIEWER)
    viewer = open_viewer(VIEWER)
    on_air(door, open_page)
    moves(viewer)
    colour = viewer.evaluate(
        """() => {
            const canvas = document.createElement("canvas");
            [canvas.width, canvas.height] = [1, 1];
            const brush = canvas.getContext("2d");
            brush.drawImage(document.getElementById("seen"), 0, 0, 1, 1);
            return [...brush.getImageData(0, 0, 1, 1).data];
        }"""
    )
    # Chromium's fake camera is green.
    assert colour[1] > 80 > max(colour[0], colour[2])
    assert calls(viewer) == 1


def test_everything_is_agreed_while_the_browser_still_asks(
    door: CitizensDoor, open_page: OpenPage, open_viewer: OpenViewer
) -> None:
    door.invitation.purpose = "live"
    door.show_viewers(VIEWER)
    viewer = open_viewer(VIEWER)
    page = open_page(**CAMERA, before=QUESTION)
    show(page)
    viewer.wait_for_function("() => window.calls[0]?.peerConnection.iceConnectionState === 'connected'")
    assert viewer.evaluate("() => window.shown()") == 0
    said = len([frame for frame in door.invitation.frames if frame["type"] == "OFFER"])
    page.evaluate("() => window.allow()")
    is_on(page)
    moves(viewer)
    assert len([frame for frame in door.invitation.frames if frame["type"] == "OFFER"]) == said == 1


def test_a_dispatcher_who_comes_later_is_called_then(
    door: CitizensDoor, open_page: OpenPage, open_viewer: OpenViewer
) -> None:
    page = on_air(door, open_page)
    viewer = open_viewer(VIEWER)
    page.wait_for_timeout(5000)
    assert calls(viewer) == 0
    door.show_viewers(VIEWER)
    moves(viewer)
    assert [told["id"] for told in door.invitation.lines].count(OF_THE_KEY) == 1


def test_three_are_served_by_the_phone_itself_and_no_more(
    door: CitizensDoor, open_page: OpenPage, open_viewer: OpenViewer
) -> None:
    everybody = (VIEWER, SECOND_VIEWER, THIRD_VIEWER, FOURTH_VIEWER)
    viewers = [open_viewer(peer) for peer in everybody]
    door.show_viewers(*everybody)
    on_air(door, open_page)
    for viewer in viewers[:3]:
        moves(viewer)
    assert calls(viewers[3]) == 0
    door.show_viewers(*everybody[1:])
    moves(viewers[3])
    viewers[0].wait_for_function("() => window.calls[0].peerConnection.iceConnectionState !== 'connected'")


def test_a_restart_of_the_server_is_not_seen(door: CitizensDoor, open_page: OpenPage, open_viewer: OpenViewer) -> None:
    door.show_viewers(VIEWER)
    viewer = open_viewer(VIEWER)
    page = on_air(door, open_page)
    moves(viewer)
    door.cut_lines()
    moves(viewer)
    eventually(page, lambda: door.on_the_line(CITIZEN) and door.on_the_line(VIEWER))
    moves(viewer)
    assert calls(viewer) == 1
    second = open_viewer(SECOND_VIEWER)
    door.show_viewers(VIEWER, SECOND_VIEWER)
    moves(second)
    tokens = {told["token"] for told in door.invitation.lines if told["id"] == OF_THE_KEY}
    assert tokens == {door.invitation.key}


def test_a_broken_path_is_replaced_by_a_fresh_call(
    door: CitizensDoor, open_page: OpenPage, open_viewer: OpenViewer
) -> None:
    door.show_viewers(VIEWER)
    viewer = open_viewer(VIEWER)
    on_air(door, open_page)
    moves(viewer)
    viewer.evaluate("() => window.calls[0].peerConnection.close()")
    viewer.wait_for_function("() => window.calls.length > 1")
    moves(viewer)


def test_a_call_that_sends_nothing_any_more_is_replaced(
    door: CitizensDoor, open_page: OpenPage, open_viewer: OpenViewer
) -> None:
    noted = """
        window.connections = [];
        window.RTCPeerConnection = class extends RTCPeerConnection {
            constructor(...all) { super(...all); window.connections.push(this); }
        };
    """
    door.show_viewers(VIEWER)
    viewer = open_viewer(VIEWER)
    page = on_air(door, open_page, before=noted)
    moves(viewer)
    page.evaluate("() => window.connections[0].getSenders()[0].replaceTrack(null)")
    viewer.wait_for_function("() => window.calls.length > 1")
    moves(viewer)
    page.wait_for_function("() => window.connections[0].signalingState === 'closed'")


def test_another_network_means_another_call_and_the_old_one_goes_on_until_then(
    door: CitizensDoor, open_page: OpenPage, open_viewer: OpenViewer
) -> None:
    noted = """
        window.connections = [];
        window.RTCPeerConnection = class extends RTCPeerConnection {
            constructor(...all) { super(...all); window.connections.push(this); }
        };
    """
    door.show_viewers(VIEWER)
    viewer = open_viewer(VIEWER)
    page = on_air(door, open_page, before=noted)
    moves(viewer)
    viewer.evaluate("() => window.peer.on('call', (call) => { window.late = call; })")
    page.evaluate("() => window.dispatchEvent(new Event('online'))")
    viewer.wait_for_function("() => window.calls.length === 2")
    moves(viewer)
    page.wait_for_function("() => window.connections[0].signalingState === 'closed'")
    states = page.evaluate("() => window.connections.map((one) => one.iceConnectionState)")
    assert states[0] == "closed"
    assert states[1] in {"connected", "completed"}
    assert [told["id"] for told in door.invitation.lines].count(OF_THE_KEY) == 2


def test_the_old_call_goes_on_while_nobody_answers_the_new_one(
    door: CitizensDoor, open_page: OpenPage, open_viewer: OpenViewer
) -> None:
    door.show_viewers(VIEWER)
    viewer = open_viewer(VIEWER)
    page = on_air(door, open_page)
    moves(viewer)
    door.cut_lines(VIEWER)
    viewer.evaluate("() => window.peer.disconnect()")
    page.evaluate("() => window.dispatchEvent(new Event('online'))")
    page.wait_for_timeout(1500)
    moves(viewer)
    assert calls(viewer) == 1


def test_a_viewer_who_reloads_is_called_again(door: CitizensDoor, open_page: OpenPage, open_viewer: OpenViewer) -> None:
    door.show_viewers(VIEWER)
    viewer = open_viewer(VIEWER)
    on_air(door, open_page)
    moves(viewer)
    viewer.reload()
    viewer.evaluate("(peer) => window.watch(peer)", VIEWER)
    moves(viewer)


def test_two_pages_of_one_link_do_not_fight_for_the_line(door: CitizensDoor, open_page: OpenPage) -> None:
    first = on_air(door, open_page)
    eventually(first, lambda: len(door.invitation.lines) == 1)
    second = open_page(**CAMERA)
    show(second)
    is_on(second)
    eventually(second, lambda: len(door.invitation.lines) == 2)
    second.wait_for_timeout(6_000)
    assert len(door.invitation.lines) == 2

    # Who comes back to the first page has it there.
    first.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    eventually(first, lambda: len(door.invitation.lines) == 3)


def test_the_page_says_that_it_leaves(door: CitizensDoor, open_page: OpenPage, open_viewer: OpenViewer) -> None:
    door.show_viewers(VIEWER)
    viewer = open_viewer(VIEWER)
    page = on_air(door, open_page)
    moves(viewer)
    page.goto("about:blank")
    eventually(page, lambda: not door.on_the_line(CITIZEN))
    assert {"type": "LEAVE", "src": CITIZEN} in door.invitation.frames


def test_the_line_shows_that_the_phone_lives(door: CitizensDoor, open_page: OpenPage) -> None:
    page = on_air(door, open_page)
    eventually(page, lambda: sum(frame["type"] == "HEARTBEAT" for frame in door.invitation.frames) > 1)
    (told,) = door.invitation.lines
    assert told == {"key": "peerjs", "id": OF_THE_KEY, "token": door.invitation.key, "version": "1.5.5"}


def test_the_key_is_in_nothing_that_a_viewer_receives(
    door: CitizensDoor, open_page: OpenPage, open_viewer: OpenViewer
) -> None:
    door.show_viewers(VIEWER)
    viewer = open_viewer(VIEWER)
    page = on_air(door, open_page)
    moves(viewer)
    page.get_by_role("button", name="Stop").click()
    page.wait_for_timeout(500)
    assert len(door.invitation.frames) > 3
    assert door.invitation.key not in json.dumps(door.invitation.frames)


def test_a_peerserver_elsewhere_never_learns_the_key(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.purpose = "live"
    elsewhere = f"{door.origin.replace('http', 'ws')}/peerjs?key=theirs"
    door.invitation.signalling = elsewhere
    page = open_page(**CAMERA)
    with page.expect_websocket() as opened:
        show(page)
    told = parse_qs(urlparse(opened.value.url).query)
    assert told["key"] == ["theirs"]
    assert told["id"] == [CITIZEN]
    assert door.invitation.key not in opened.value.url
    assert len(told["token"][0]) > 16


def test_a_phone_whose_line_is_elsewhere_tells_our_server_that_it_lives(
    door: CitizensDoor, open_page: OpenPage
) -> None:
    door.invitation.signalling = f"{door.origin.replace('http', 'ws')}/peerjs?key=theirs"
    page = on_air(door, open_page)
    eventually(page, lambda: door.on_the_line(CITIZEN))
    eventually(page, lambda: door.invitation.steps.count("live") == 1)
    # A person who comes back to the page shortens the wait.
    page.evaluate("() => dispatchEvent(new PageTransitionEvent('pageshow'))")
    eventually(page, lambda: door.invitation.steps.count("live") == 2)
    page.get_by_role("button", name="Stop").click()
    eventually(page, lambda: door.invitation.steps[-1:] == ["live_ended"])
    page.evaluate("() => dispatchEvent(new PageTransitionEvent('pageshow'))")
    page.wait_for_timeout(500)
    assert door.invitation.steps[-1] == "live_ended"


def test_without_websockets_the_control_room_still_sees(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.lines_open = False
    door.show_viewers(VIEWER)
    page = on_air(door, open_page)
    eventually(page, lambda: len(door.invitation.stills) >= 4)
    says(page, "The control room can see this ✓")
    door.invitation.lines_open = True
    eventually(page, lambda: door.on_the_line(CITIZEN))
