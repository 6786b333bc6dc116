"""Stands in for the server's live video: a viewer's place, stills, commands, the watch link, and a caller's phone."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Final

from quart import Quart, Response, request, websocket

if TYPE_CHECKING:
    from quart.typing import ResponseReturnValue

    from tests.web.wall.desk import Json, Stand

PASS: Final = "p4ss"
PHONE: Final = """<!doctype html><meta charset="utf-8"><title>phone</title>
<script src="/phone/peerjs.js"></script><script src="/phone/phone.js"></script>"""
# What the citizen's page does is its own tests' business; here an unmodified PeerJS calls.
PHONE_SCRIPT: Final = """
const id = location.pathname.split("/").pop();
const options = {host: location.hostname, port: Number(location.port), path: "/", token: "the-key"};
const peer = new Peer(id + "-1", {...options, config: {iceServers: []}});
let camera = null;
let call = null;
const opened = new Promise((resolve) => peer.on("open", resolve));
peer.on("disconnected", () => setTimeout(() => peer.reconnect(), 300));
const senders = (kind) => call.peerConnection.getSenders().filter((one) => one.kindOfTrack === kind);
async function ring(viewer) {
  await opened;
  camera ??= await navigator.mediaDevices.getUserMedia({video: {width: 640, height: 480}, audio: true});
  // A busy machine shall cost frames, not pixels.
  camera.getVideoTracks()[0].contentHint = "detail";
  call = peer.call(viewer, camera);
  for (const sender of call.peerConnection.getSenders()) sender.kindOfTrack = sender.track.kind;
  await sound(false);
}
async function picture(runs) {
  for (const sender of senders("video")) await sender.replaceTrack(runs ? camera.getVideoTracks()[0] : null);
}
async function sound(runs) {
  for (const sender of senders("audio")) await sender.replaceTrack(runs ? camera.getAudioTracks()[0] : null);
}
"""


def add_live(app: Quart, stand: Stand) -> None:
    """Add what the wall and the watch page ask about live video."""
    for base in ("/api/invitations/<invitation>", f"/watch/<invitation>/{PASS}"):
        _add_asking(app, stand, base)
        _add_stills(app, stand, base)
    _add_guest(app, stand)
    _add_phone(app, stand)

    @app.websocket("/peerjs")
    async def line() -> None:
        if not stand.desk.line.is_up:
            await websocket.close(1013)
            return
        await stand.desk.line.serve(websocket)


def _refusal(stand: Stand) -> ResponseReturnValue | None:
    if stand.desk.refusal is None:
        return None
    status, problem = stand.desk.refusal
    return problem, status, {"Content-Type": "application/problem+json"}


def _add_asking(app: Quart, stand: Stand, base: str) -> None:
    async def viewers(invitation: str) -> ResponseReturnValue:
        desk, asked = stand.desk, await request.get_json()
        desk.places_asked.append(asked)
        if not desk.line.is_up:
            return Response("down", status=502)
        if "leaves" in asked:
            return "", 204
        desk.crowd += "peer" not in asked
        suffix = "-0" if desk.crowd == 1 else f"-0-{desk.crowd}"
        peer = asked.get("peer", invitation + suffix)
        elsewhere = f"ws://{request.host}/peerjs?key=theirs" if desk.is_elsewhere else None
        place = {"peer": peer, "citizen": f"{invitation}-1", "ice_servers": desk.ice_servers}
        return place | {"ice_policy": "all", "signalling": elsewhere, "direct": desk.crowd <= 3}, 201

    async def seen(invitation: str) -> ResponseReturnValue:
        stand.desk.seen.append((await request.get_json())["how"])
        return "", 204

    async def command(invitation: str) -> ResponseReturnValue:
        if refused := _refusal(stand):
            return refused
        stand.desk.commands.append((await request.get_json())["command"])
        return "", 204

    for name, view in (("viewers", viewers), ("seen", seen), ("command", command)):
        app.add_url_rule(f"{base}/{name}", f"{name} {base}", view, methods=["POST"])


def _add_stills(app: Quart, stand: Stand, base: str) -> None:
    async def still(invitation: str) -> ResponseReturnValue:
        desk = stand.desk
        desk.stills_wanted += 1
        after, until = int(request.args["after"]), time.monotonic() + 20
        while time.monotonic() < until and desk is stand.desk:
            number, picture = desk.stills.get(invitation, (0, b""))
            if number > after:
                headers = {"Showme-Still": str(number), "Showme-Age": "0.1"}
                return Response(picture, content_type="image/jpeg", headers=headers)
            await asyncio.sleep(0.02)
        return "", 204

    async def keep(invitation: str) -> ResponseReturnValue:
        if refused := _refusal(stand):
            return refused
        desk = stand.desk
        desk.kept.append((await request.files)["photo"].read())
        photo = desk.add(desk.invitations[invitation])
        photo["kind"] = "still"
        desk.pictures[photo["id"]] = desk.kept[-1]
        return desk.show(photo), 201

    app.add_url_rule(f"{base}/still", f"still {base}", still)
    app.add_url_rule(f"{base}/stills", f"keep {base}", keep, methods=["POST"])


def _add_guest(app: Quart, stand: Stand) -> None:
    @app.get("/watch/<invitation>/<secret>")
    async def guest(invitation: str, secret: str) -> Response:
        told: Json = {
            "words": {"wall": stand.words("wall"), "ladder": stand.words("ladder")},
            "base": f"/watch/{invitation}/{secret}",
            "pass": secret,
            "blur": stand.desk.blur,
        }
        text = json.dumps(told).replace("<", "\\u003c")
        return stand.page("watch.html", organisation="112 Brussels", configuration=text)

    @app.get("/watch/<invitation>/<secret>/state")
    async def state(invitation: str, secret: str) -> ResponseReturnValue:
        found = stand.desk.invitations[invitation]
        if secret != PASS or found["state"] != "open":
            problem = {"title": "This link has ended.", "status": 410, "cause": "link_ended"}
            return problem, 410, {"Content-Type": "application/problem+json"}
        return found


def _add_phone(app: Quart, stand: Stand) -> None:
    @app.get("/phone/<path:name>")
    async def phone(name: str) -> Response:
        if name == "peerjs.js":
            return Response(stand.peerjs, content_type="text/javascript")
        if name == "phone.js":
            return Response(PHONE_SCRIPT, content_type="text/javascript")
        return Response(PHONE, content_type="text/html; charset=utf-8")
