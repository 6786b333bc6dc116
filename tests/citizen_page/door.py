"""Stands in for the citizen's door of the server: the same addresses and answers, told by each test what to say."""

import asyncio
import base64
import gzip
import hashlib
import json
import secrets
import socket
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hypercorn
from hypercorn.asyncio import serve
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Undefined
from quart import Quart, Response, g, request, websocket
from quart.wrappers import Websocket

from showme.domain.talk import OFFERED, QUESTIONS, SAYINGS
from showme.domain.words import LANGUAGES, Catalogue, Words, direction_of
from web.pages import kind_of_phone_for_page, said_at_once, said_later
from words import read_words

VIEWER, SECOND_VIEWER = "k3V9-0", "k3V9-0-2"
CITIZEN = "k3V9-1"
OF_THE_KEY = "-1"
"""How the page names itself on our own line."""
MOST_DIRECT = 3
ANOTHER = {"en": "fr"}
"""What the switch shows beside a language; English beside most."""

VIEWERS_PAGE = """<!doctype html><meta charset="utf-8"><title>Viewer</title><video id="seen" muted autoplay></video>
<script src="/peerjs.min.js"></script>
<script>
window.calls = [];
window.watch = (id) => new Promise((resolve, reject) => {
    const peer = (window.peer = new Peer(id, {
        host: "localhost", port: Number(location.port), path: "/", key: "peerjs", secure: false,
        token: "a-random-token-of-this-viewer", config: { iceServers: [] },
    }));
    peer.on("open", resolve);
    peer.on("error", (error) => reject(error.type));
    peer.on("disconnected", () => setTimeout(() => peer.reconnect(), 500));
    peer.on("call", (call) => {
        window.calls.push(call);
        call.on("stream", (stream) => { document.getElementById("seen").srcObject = stream; });
        call.answer();
    });
});
window.shown = () => document.getElementById("seen").getVideoPlaybackQuality().totalVideoFrames;
</script>
"""
"""What stands in for the photowall's live view: PeerJS as published, with nothing around it."""


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """The page's one script and one style, as esbuild makes them."""

    script: str
    style: str
    parts: dict[str, tuple[str, str]]
    """The parts that come when they are needed: the address and the text of each."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the door says instead of yes; ``hang_up`` takes the whole photo in, and then breaks the connection."""

    status: int = 503
    sentence: str = "No."
    retry_after: int | None = None
    hang_up: bool = False
    is_ours: bool = True
    cause: str = "unexpected"


@dataclass(kw_only=True)
class Invitation:
    """One invitation as the test wants it, and what the page has told of itself.

    Each has a key of its own: what a page of an earlier test still says on its way out is not said of this one.
    """

    key: str = field(default_factory=lambda: "1" + secrets.token_hex(20)[:39])
    purpose: str = "photo"
    organisation: str = "112 Brussels"
    practice: bool = False
    direction: str | None = None
    """Of the page, where it is not that of its language."""
    most_bytes: int = 50 * 1024 * 1024
    known: list[dict[str, str]] = field(default_factory=list)
    page_refusal: Answer | None = None
    feed_refusal: Answer | None = None

    answers: deque[Answer] = field(default_factory=deque)
    location_answers: deque[Answer] = field(default_factory=deque)
    take_back_answers: deque[Answer] = field(default_factory=deque)
    taken_back: list[str] = field(default_factory=list)
    code: str = "482913"
    gate: threading.Event = field(default_factory=threading.Event)
    uploads: list[str] = field(default_factory=list)
    languages_asked: list[str] = field(default_factory=list)
    photos: dict[str, bytes] = field(default_factory=dict)
    sizes: list[tuple[str, str, bytes]] = field(default_factory=list)
    """The id, size and bytes of everything that arrived, in that order."""
    partial: dict[str, bytearray] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    progress: list[dict[str, Any]] = field(default_factory=list)
    taps: int = 0
    sound: bool = False
    ice_policy: str = "all"
    signalling: str | None = None
    still_answers: deque[Answer] = field(default_factory=deque)
    still_pace: float = 5.0
    still_delay: float = 0.0
    stills_in_flight: int = 0
    most_stills_in_flight: int = 0
    stills: list[tuple[float, bytes]] = field(default_factory=list)
    lines_open: bool = True
    lines: list[dict[str, str]] = field(default_factory=list)
    frames: list[dict[str, Any]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    after: int = 1
    feeds_asked: list[str] = field(default_factory=list)
    messages: list[dict[str, object]] = field(default_factory=list)
    message_answers: deque[Answer] = field(default_factory=deque)
    heard: list[dict[str, Any]] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)
    is_without_parts: bool = False
    parts_gate: threading.Event = field(default_factory=threading.Event)
    feeds: set[asyncio.Queue[str]] = field(default_factory=set)
    viewers: list[str] = field(default_factory=list)
    wants_stills: bool = False
    line: dict[str, Websocket] = field(default_factory=dict)
    """The open lines by their peers."""

    def __post_init__(self) -> None:
        """Leave the gates open: everything is answered at once."""
        self.gate.set()
        self.parts_gate.set()

    @property
    def locations(self) -> list[dict[str, float]]:
        """Every place that was told."""
        return [told["location"] for told in self.progress if "location" in told]

    @property
    def pages(self) -> list[dict[str, Any]]:
        """What the page told of itself, in the order in which it said so."""
        return sorted((told["page"] for told in self.progress if "page" in told), key=lambda page: page["told"])

    @property
    def steps(self) -> list[str]:
        """Every step that was told, with its reason."""
        told = [told for told in self.progress if told.get("step", "loaded") != "loaded"]
        return [" ".join([step["step"], *([step["reason"]] if "reason" in step else [])]) for step in told]


class CitizensDoor:
    """Serves one invitation at a time, from a thread of its own."""

    def __init__(self, checkout: Path, bundle: Bundle) -> None:
        self.invitation = Invitation()
        self._bundle = bundle
        self._words = read_words()
        self._peerjs = checkout / "node_modules" / "peerjs" / "dist" / "peerjs.min.js"
        self._templates = Environment(
            loader=FileSystemLoader(checkout / "web" / "templates"), autoescape=True, undefined=StrictUndefined
        )
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        listening = socket.create_server(("127.0.0.1", 0))
        self._port = listening.getsockname()[1]
        self._descriptor = listening.detach()
        self._thread = threading.Thread(target=self._run)

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"{self.origin}/s/{self.invitation.key}"

    @property
    def origin(self) -> str:
        """Scheme, host and port; by name, because browsers take this name for a safe place."""
        return f"http://localhost:{self._port}"

    @property
    def listeners(self) -> int:
        """How many pages listen to the feed."""
        return len(self.invitation.feeds)

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self) -> None:
        """Let everybody go, and wait until the thread has ended."""
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(30)

    def say(self, kind: str, photo: str | None = None, sentence: str | None = None) -> None:
        """Tell every listening page a piece of news."""
        news = json.dumps({"number": 1, "kind": kind, "photo": photo, "sentence": sentence})
        self._tell(f"data: {news}\n\n")

    def command(self, command: str) -> None:
        """Tell every listening page what the dispatcher wants of the phone."""
        told = json.dumps({"kind": "PhoneCommanded", "command": command})
        self._tell(f"data: {told}\n\n")

    def ask(self, number: int, ready: str, language: str = "en") -> dict[str, object]:
        """Write one of the ready-made sentences, as the page hears it; return what a later visit is told of it."""
        talk: Any = Catalogue(self._words).section(language, "talk")
        answers = QUESTIONS[ready]
        message = {
            "number": number,
            "by": "desk",
            "sentence": talk["questions"][ready],
            "answers": answers,
            "offers": _offers(talk, OFFERED[answers]) if answers else [],
            "reply_to": None,
        }
        said = json.dumps({"kind": "SentenceSaid", **message})
        self._tell(f"id: {number}\ndata: {said}\n\n")
        return message

    def show_viewers(self, *peers: str, stills: bool = False) -> None:
        """Tell every page, now and when it begins to listen, who wants to see."""
        self.invitation.viewers, self.invitation.wants_stills = list(peers), stills
        self._tell(_viewers_of(self.invitation))

    def cut_lines(self, *peers: str) -> None:
        """Break the sockets of some peers, or of all, as a restart of the server does."""
        asyncio.run_coroutine_threadsafe(self._cut(*peers), self._loop).result(30)

    def on_the_line(self, peer: str) -> bool:
        """Tell whether a peer's line is open."""
        return peer in self.invitation.line

    async def _cut(self, *peers: str) -> None:
        lines = self.invitation.line
        for peer in peers or tuple(lines):
            if line := lines.pop(peer, None):
                await line.close(1012)

    def _tell(self, message: str) -> None:
        """Write a message to every feed of this invitation."""
        invitation = self.invitation

        def spread() -> None:
            for feed in invitation.feeds:
                feed.put_nowait(message)

        self._loop.call_soon_threadsafe(spread)

    def words(self, language: str = "en") -> Words:
        """Return the catalogue's section of the citizen."""
        return Catalogue(self._words).section(language, "citizen")

    def render(self, name: str, language: str, **more: object) -> str:
        """Make a page with what the real server gives to every template, and ``more``."""
        return self._templates.get_template(f"citizen/{name}.html").render(
            words=self.words(language),
            language=language,
            direction=self.invitation.direction or direction_of(language),
            organisation=self.invitation.organisation,
            practice=self.invitation.practice,
            style=self._bundle.style,
            **more,
        )

    def code_page(self, language: str = "en", sentence: str | None = None) -> str:
        """Make the page on which a code is typed."""
        return self.render(
            "code",
            language,
            languages=LANGUAGES,
            near=[ANOTHER.get(language, "en")],
            sentence=sentence,
            script=self._bundle.script,
        )

    def render_bare(self, name: str, language: str) -> str:
        """Make a page with nothing but words."""
        lenient = self._templates.overlay(undefined=Undefined)
        return lenient.get_template(f"citizen/{name}.html").render(words=self.words(language))

    def page(self, language: str = "en", agent: str = "") -> str:
        """Make the page itself, for a browser that calls itself so."""
        invitation = self.invitation
        kind = kind_of_phone_for_page(agent)
        configuration: dict[str, object] = {
            "purpose": invitation.purpose,
            "organisation": invitation.organisation,
            "most_bytes": invitation.most_bytes,
            "sound": invitation.sound,
            "photos": [{"size": "original", "original": None, **photo} for photo in invitation.known],
            "has_messages": bool(invitation.messages),
            "after": invitation.after,
            "line": invitation.signalling is None,
            **{part: address for part, (address, _) in self._bundle.parts.items()},
            "words": said_at_once(self.words(language), kind),
        }
        return self.render(
            "page",
            language,
            purpose=invitation.purpose,
            languages=LANGUAGES,
            near=[ANOTHER.get(language, "en")],
            retention_hours=6,
            takes_clips=True,
            action=f"/s/{invitation.key}/photos",
            kind=kind,
            ahead=configuration["live"] if invitation.purpose == "live" else None,
            script=self._bundle.script,
            configuration=json.dumps(configuration, ensure_ascii=False, separators=(",", ":")).replace("<", r"\u003c"),
        )

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        config = hypercorn.Config()
        config.bind = [f"fd://{self._descriptor}"]
        config.graceful_timeout = 1
        config.errorlog = None
        self._loop.run_until_complete(serve(self._app(), config, shutdown_trigger=self._stopping.wait))
        self._loop.close()

    def _html(self, body: str, status: int = 200) -> Response:
        script, style = (_hash_of(text) for text in (self._bundle.script, self._bundle.style))
        parts = " ".join(f"localhost:{self._port}{address}" for address, _ in self._bundle.parts.values())
        policy = (
            f"default-src 'none'; script-src {script} {parts}; style-src {style}; img-src 'self' blob: data:; "
            f"connect-src 'self' ws://localhost:{self._port}; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        headers = {"Content-Security-Policy": policy, "Content-Encoding": "gzip"}
        return Response(gzip.compress(body.encode(), 6), status, headers, content_type="text/html; charset=utf-8")

    def _app(self) -> Quart:
        app = Quart(__name__, static_folder=None)
        app.config["MAX_CONTENT_LENGTH"] = None
        app.config["RESPONSE_TIMEOUT"] = None

        @app.get("/s/<key>")
        async def page(key: str) -> Response:
            language = request.args.get("lang", "en")
            if refusal := _asked().page_refusal:
                return self._html(
                    self.render("refused", language, sentence=refusal.sentence, again=None), refusal.status
                )
            return self._html(self.page(language, request.headers.get("User-Agent", "")))

        @app.post("/s/<key>/tapped")
        async def tapped(key: str) -> dict[str, object]:
            _asked().taps += 1
            return {
                "peer": CITIZEN,
                "ice_servers": [],
                "ice_policy": _asked().ice_policy,
                "signalling": _asked().signalling,
            }

        @app.post("/s/<key>/progress")
        async def progress(key: str) -> Response:
            told = await request.get_json()
            if "location" in told and _asked().location_answers:
                return _refusal(_asked().location_answers.popleft())
            _asked().progress.append(told)
            return Response(status=204)

        @app.post("/s/<key>/photos")
        async def photos(key: str) -> Response:
            return await self._take_photo()

        @app.get("/s/<key>/events")
        async def events(key: str) -> Response:
            invitation = _asked()
            invitation.feeds_asked.append(request.args.get("after", ""))
            if refusal := invitation.feed_refusal:
                return _refusal(refusal)
            # Who asks by hand wants to know whether the link is over, and does not listen.
            listens = "after" in request.args
            return Response(self._feed(invitation, listens=listens), content_type="text/event-stream")

        self._add_notes(app)
        self._add_taking_back(app)
        self._add_pieces(app)
        self._add_code(app)
        self._add_live(app)
        self._add_talk(app)
        self._add_parts(app)
        return app

    def _add_notes(self, app: Quart) -> None:
        @app.before_request
        async def note() -> Response | None:
            """Let a request be about the invitation that is there when it comes, however long it takes."""
            g.invitation = self.invitation
            if (request.view_args or {}).get("key", self.invitation.key) != self.invitation.key:
                return Response(status=410)
            g.invitation.requests.append(f"{request.method} {request.path}")
            return None

        @app.before_websocket
        async def note_line() -> Response | None:
            g.invitation = self.invitation
            key, token = self.invitation.key, websocket.args["token"]
            # Viewers, and pages whose line is elsewhere, have no key to show.
            is_of_an_earlier_page = len(token) == len(key) and token != key
            return Response(status=410) if is_of_an_earlier_page else None

    def _add_parts(self, app: Quart) -> None:
        @app.get("/s/<key>/words")
        async def words(key: str) -> dict[str, object]:
            kind = kind_of_phone_for_page(request.headers.get("User-Agent", ""))
            return dict(said_later(self.words(request.args.get("lang", "en")), kind))

        @app.get("/static/<path:name>")
        async def part(name: str) -> Response:
            await asyncio.to_thread(_asked().parts_gate.wait)
            if _asked().is_without_parts:
                return Response(status=502)
            text = dict(self._bundle.parts.values())[f"/static/{name}"]
            return Response(text, content_type="text/javascript; charset=utf-8")

    def _add_talk(self, app: Quart) -> None:
        @app.get("/s/<key>/messages")
        async def conversation(key: str) -> dict[str, object]:
            talk = Catalogue(self._words).section(request.args.get("lang", "en"), "talk")
            return {"messages": _asked().messages, "sayings": _offers(talk, SAYINGS)}

        @app.post("/s/<key>/messages")
        async def hear(key: str) -> Response:
            told = await request.get_json()
            if _asked().message_answers:
                return _refusal(_asked().message_answers.popleft())
            _asked().heard.append(told)
            return Response(status=204)

        @app.post("/s/<key>/messages/seen")
        async def seen(key: str) -> Response:
            _asked().seen.append((await request.get_json())["number"])
            return Response(status=204)

    def _add_live(self, app: Quart) -> None:
        @app.post("/s/<key>/still")
        async def still(key: str) -> Response:
            invitation = _asked()
            content = await request.get_data()
            assert isinstance(content, bytes)
            invitation.stills_in_flight += 1
            invitation.most_stills_in_flight = max(invitation.most_stills_in_flight, invitation.stills_in_flight)
            await asyncio.sleep(invitation.still_delay)
            invitation.stills_in_flight -= 1
            if invitation.still_answers:
                return _refusal(invitation.still_answers.popleft())
            invitation.stills.append((time.monotonic(), content))
            return Response(json.dumps({"next": invitation.still_pace}), 200, mimetype="application/json")

        @app.websocket("/peerjs")
        async def peerjs() -> None:
            """Relay as the switchboard does, which checks far more."""
            invitation = _asked()
            if not invitation.lines_open:
                await websocket.close(1008)
                return
            told = dict(websocket.args)
            invitation.lines.append(told)
            peer = CITIZEN if told["id"] == OF_THE_KEY else told["id"]
            mine = websocket._get_current_object()  # type: ignore[attr-defined]  # outlives this function
            await _take_line(invitation.line, peer, mine)
            await websocket.send(json.dumps({"type": "OPEN"}))
            try:
                while True:
                    message = json.loads(await websocket.receive())
                    invitation.frames.append({**message, "src": peer})
                    if other := invitation.line.get(message.get("dst", "")):
                        await other.send(json.dumps({**message, "src": peer}))
            finally:
                if invitation.line.get(peer) is mine:
                    del invitation.line[peer]

        @app.get("/viewer")
        async def viewer() -> Response:
            """Show what a dispatcher's browser shows: whoever calls an unmodified PeerJS."""
            return Response(VIEWERS_PAGE, content_type="text/html")

        @app.get("/peerjs.min.js")
        async def peerjs_itself() -> Response:
            return Response(self._peerjs.read_bytes(), content_type="text/javascript")

    def _add_taking_back(self, app: Quart) -> None:
        @app.delete("/s/<key>/photos/<photo>")
        async def take_back(key: str, photo: str) -> Response:
            invitation = _asked()
            invitation.taken_back.append(photo)
            if invitation.take_back_answers:
                return _refusal(invitation.take_back_answers.popleft())
            self.say("PhotoForgotten", photo)
            return Response(status=204)

    def _standing(self, name: str, status: int) -> Response:
        """Say how far an upload has come; its name tells of what."""
        invitation = _asked()
        identity, size, length = name.split(".")
        arrived = bytes(invitation.partial[name])
        headers = {"Location": f"/s/{invitation.key}/uploads/{name}", "Upload-Offset": str(len(arrived))}
        if len(arrived) == int(length):
            headers["Upload-Photo"] = identity
            if (identity, size, arrived) not in invitation.sizes:
                invitation.sizes.append((identity, size, arrived))
                invitation.photos[identity] = arrived
        return Response("", status, headers)

    async def _append(self, name: str) -> None:
        piece = await request.get_data()
        assert isinstance(piece, bytes)
        await asyncio.to_thread(_asked().gate.wait)
        _asked().partial[name] += piece

    def _add_pieces(self, app: Quart) -> None:
        """Take photos in pieces, by as much of tus as the page speaks."""

        @app.post("/s/<key>/uploads")
        async def begin(key: str) -> Response:
            told = dict(pair.split(" ") for pair in request.headers["Upload-Metadata"].split(","))
            identity, size = (base64.b64decode(told[name]).decode() for name in ("id", "size"))
            name = f"{identity}.{size}.{request.headers['Upload-Length']}"
            if name not in _asked().partial:
                _asked().partial[name] = bytearray()
                await self._append(name)
            return self._standing(name, 201)

        @app.route("/s/<key>/uploads/<name>", methods=["HEAD"])
        async def look(key: str, name: str) -> Response:
            return self._standing(name, 200)

        @app.patch("/s/<key>/uploads/<name>")
        async def go_on(key: str, name: str) -> Response:
            if int(request.headers["Upload-Offset"]) != len(_asked().partial[name]):
                return _refusal(Answer(status=409, cause="offset_wrong"))
            await self._append(name)
            return self._standing(name, 204)

        @app.post("/s/<key>/photos/<photo>/gone")
        async def gone(key: str, photo: str) -> Response:
            _asked().gone.append(photo)
            return Response(status=204)

    def _add_code(self, app: Quart) -> None:
        @app.get("/c")
        async def ask_for_code() -> Response:
            return self._html(self.code_page(request.args.get("lang", "en")))

        @app.post("/c")
        async def hear_code() -> Response:
            typed = (await request.form).get("code", "")
            if "".join(filter(str.isdecimal, typed)) != _asked().code:
                language = request.args.get("lang", "en")
                return self._html(self.code_page(language, sentence="This code is not right."), 404)
            return Response(status=303, headers={"Location": f"/s/{_asked().key}"})

    async def _take_photo(self) -> Response:
        invitation, language = _asked(), request.args.get("lang", "en")
        form, files = await request.form, await request.files
        identity = form.get("id", f"plain-{len(invitation.photos) + 1}")
        invitation.uploads.append(identity)
        invitation.languages_asked.append(language)
        content = files["photo"].read()
        await asyncio.to_thread(invitation.gate.wait)
        answer = invitation.answers.popleft() if invitation.answers else None
        if answer is None or answer.hang_up:
            invitation.photos[identity] = content
            invitation.sizes.append((identity, form.get("size", "original"), content))
        if answer is not None and answer.hang_up:
            return Response(_broken(), 201, {"Content-Length": "99"}, content_type="application/json")
        if request.headers.get("Accept") != "application/json":
            again = f"/s/{invitation.key}"
            if answer is not None:
                return self._html(self.render("refused", language, sentence=answer.sentence, again=again))
            return self._html(self.render("sent", language, again=again), 201)
        return _refusal(answer) if answer else Response(json.dumps({"id": identity}), 201, mimetype="application/json")

    async def _feed(self, invitation: Invitation, *, listens: bool) -> AsyncIterator[str]:
        news: asyncio.Queue[str] = asyncio.Queue()
        viewers = _viewers_of(invitation)
        if listens:
            invitation.feeds.add(news)
        try:
            yield ": hello\n\n" + viewers
            while not self._stopping.is_set():
                try:
                    yield await asyncio.wait_for(news.get(), 0.2)
                except TimeoutError:
                    continue
        finally:
            invitation.feeds.discard(news)


def _asked() -> Invitation:
    """Return the invitation that the request is about."""
    invitation: Invitation = g.invitation
    return invitation


async def _take_line(lines: dict[str, Websocket], peer: str, mine: Websocket) -> None:
    """Give a line to whoever opened it last."""
    if former := lines.get(peer):
        await former.send(json.dumps({"type": "ID-TAKEN"}))
        await former.close(1000)
    lines[peer] = mine


def _viewers_of(invitation: Invitation) -> str:
    viewers = [{"peer": peer, "direct": number < MOST_DIRECT} for number, peer in enumerate(invitation.viewers)]
    told = json.dumps({"kind": "Viewers", "viewers": viewers, "stills": invitation.wants_stills})
    return f"data: {told}\n\n"


async def _broken() -> AsyncIterator[bytes]:
    yield b'{"id": '
    raise ConnectionResetError


def _refusal(answer: Answer) -> Response:
    headers = {"Retry-After": str(answer.retry_after)} if answer.retry_after else {}
    if not answer.is_ours:
        return Response("<h1>Some box in between</h1>", answer.status, headers, "text/html")
    problem = {"type": "about:blank", "title": answer.sentence, "status": answer.status, "cause": answer.cause}
    problem["detail"] = answer.sentence
    return Response(json.dumps(problem), answer.status, headers, "application/problem+json")


def _offers(talk: Any, answers: Sequence[str]) -> list[dict[str, str]]:
    return [{"ready": ready, "sentence": talk["answers"][ready]} for ready in answers]


def _hash_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
