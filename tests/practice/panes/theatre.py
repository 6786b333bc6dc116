"""Stands in for the server of the practice mode: the agreed addresses and answers, over what each test makes up."""

import asyncio
import json
import socket
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import hypercorn
from hypercorn.asyncio import serve
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from quart import Quart, Response, redirect, request
from quart.typing import ResponseReturnValue

from tests.pictures import jpeg, scene

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "font-src 'self'; media-src 'self' blob:; form-action 'self'; frame-src 'self'; base-uri 'none'; "
    "frame-ancestors 'self'"
)
START: Final = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
KEY: Final = "1" + "k" * 39

WALL: Final = """<!doctype html><html lang="en"><title>Wall</title><link rel="stylesheet" href="/stub/page.css">
<body class="dark"><h1>The wall of {name}</h1>
<form method="post" action="/sign-out"><button>Sign out</button></form>
<section id="ended" hidden><h1>Your session has ended</h1></section>
"""
CITIZEN: Final = """<!doctype html><html lang="en"><title>Help</title><link rel="stylesheet" href="/stub/page.css">
<script type="module" src="/stub/citizen.js"></script>
<h1>112 asks you for a photo</h1>
<label for="take">Take a photo</label><input id="take" type="file" accept="image/*" capture="environment">
<p id="sent"></p><p><a href="tel:112">Call 112</a></p>
"""
CODE: Final = """<!doctype html><html lang="en"><title>Help</title><link rel="stylesheet" href="/stub/page.css">
<h1>Type the code</h1><form method="post" action="/c"><button>Continue</button></form>
"""
CITIZEN_SCRIPT: Final = """
const input = document.querySelector("input");
const tell = (event) => {
  if (!event.isTrusted) return;
  removeEventListener("click", tell, true);
  void fetch("/stub/tapped", { method: "POST" });
};
addEventListener("click", tell, true);
input.onchange = async () => {
  for (const file of input.files) await fetch(`${location.pathname}/photos`, { method: "POST", body: file });
  input.value = "";
  document.querySelector("#sent").textContent = "Sent";
};
"""
STYLE: Final = """
body { margin: 1.5rem; font: 1.1rem/1.4 sans-serif; } .dark { background: #0c1014; color: #eaf0f4; }
label { display: block; margin: 1rem 0; padding: 1rem; border-radius: 1rem; background: #0b3f8c; color: #fff; }
input { position: absolute; opacity: 0; width: 1px; }
"""

Json = dict[str, Any]


@dataclass
class Play:
    """What everybody on the stage has said and done, in memory; a test changes it and the panes see it."""

    address: str
    language: str = "en"
    organisation: str = "112 Practice"
    is_up: bool = True
    is_signed_in: bool = False
    answer: str | None = None
    refusal: str | None = None
    messages: list[Json] = field(default_factory=list)
    sms: list[Json] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    said: list[Json] = field(default_factory=list)
    pressed: list[Json] = field(default_factory=list)
    uploads: list[bytes] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    taps: int = 0
    sign_ins: int = 0

    @property
    def link(self) -> str:
        """Where the SMS leads."""
        return f"{self.address}/s/{KEY}"

    def say(self, text: str, *, name: str = "Anna", bot: bool = False, **more: Any) -> Json:
        """Add a message to the chat."""
        number = len(self.messages) + 1
        message: Json = {
            "id": number,
            "reply_to": None,
            "kind": "text",
            "text": text,
            "spoiler": False,
            "deleted": False,
            "from": name,
            "bot": bot,
            "at": _written(START + timedelta(seconds=20 * number)),
            "edited": False,
            "silent": False,
            "private": False,
            "thread": None,
            "buttons": [],
            "photo": None,
            "location": None,
        } | more
        self.messages.append(message)
        return message

    def answers(self, text: str, **more: Any) -> Json:
        """Let the bot say something."""
        return self.say(text, name="showme", bot=True, **more)

    def post_photo(self, *, seed: int = 1, spoiler: bool = True, **more: Any) -> Json:
        """Let the bot post a photo."""
        name = f"photo{len(self.pictures) + 1}"
        self.pictures[name] = jpeg(scene(seed, size=(480, 640)), quality=80)
        return self.answers("No. 1 · 1", kind="photo", photo=name, spoiler=spoiler, **more)

    def locate(self) -> Json:
        """Let the bot post where the citizen is."""
        place = {"latitude": 50.846557, "longitude": 4.351697, "accuracy": 12.0, "live_until": None}
        return self.answers("", kind="location", location=place)

    def send_sms(self, to: str = "+32470123456") -> Json:
        """Let an SMS arrive."""
        number = len(self.sms) + 1
        sms = {
            "id": number,
            "to": to,
            "text": f"{self.organisation}: your 112 call. Tap to show us what you see. {self.link}",
            "link": self.link,
            "at": _written(START + timedelta(minutes=number)),
        }
        self.sms.append(sms)
        return sms

    def invite(self) -> None:
        """Let everything happen that follows an invitation."""
        buttons = [[_button("Send again", "callback", "resend:1"), _button("Close", "callback", "close:1")]]
        self.answers("No. 1 · +32 4•• •• •• 56 · photo\ncreated ✓ 0 s\nSMS accepted ✓ 1 s", buttons=buttons)
        self.send_sms()

    def state(self) -> Json:
        """Tell everything that can be seen."""
        return {
            "organisation": {"id": 1, "name": self.organisation, "region": "BE"},
            "sign_in_link": f"{self.address}/sign-in/secret",
            "api_token": "token",
            "version": len(self.messages),
            "sms": self.sms,
            "chat": self.messages,
        }


class Theatre:
    """Serves whatever play the test of the moment has put on, in a thread of its own."""

    def __init__(self, checkout: Path, built: Path) -> None:
        """Keep the folder of the project and the folder of what esbuild made."""
        self._checkout = checkout
        self._static = built / "static"
        self._manifest: dict[str, str] = json.loads((self._static / "manifest.json").read_text("utf-8"))
        self._templates = Environment(
            loader=FileSystemLoader(checkout / "web" / "templates" / "practice"),
            autoescape=select_autoescape(),
            undefined=StrictUndefined,
        )
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.play = Play(address=self.address)
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="theatre", daemon=True)

    def start(self) -> None:
        """Serve until stopped."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving, and wait for that."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(timeout=30)

    def _run(self) -> None:
        config = hypercorn.Config()
        # From here on the socket is the server's, which closes it.
        config.bind = [f"fd://{self._socket.detach()}"]
        config.graceful_timeout = 1
        config.errorlog = None
        self._loop.run_until_complete(serve(self._app(), config, shutdown_trigger=self._stop.wait))
        self._loop.close()

    def _app(self) -> Quart:
        app = Quart("theatre", static_folder=None)

        @app.before_request
        async def be_away() -> ResponseReturnValue | None:
            self.play.asked.append(f"{request.method} {request.path}")
            return None if self.play.is_up else Response("down", status=502)

        @app.after_request
        async def secure(response: Response) -> Response:
            response.headers.setdefault("Content-Security-Policy", POLICY)
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        self._add_pages(app)
        self._add_practice(app)
        self._add_neighbours(app)
        self._add_code(app)
        return app

    def _panes(self, pane: str) -> Response:
        path = self._checkout / "words" / self.play.language / "practice.json"
        words = json.loads(path.read_text("utf-8"))
        html = self._templates.get_template("panes.html").render(
            words=words,
            language=self.play.language,
            static=lambda name: f"/static/{self._manifest[name]}",
            pane=pane,
            configuration=json.dumps({"words": words, "pane": pane}).replace("<", "\\u003c"),
        )
        return Response(html, content_type="text/html; charset=utf-8")

    def _add_pages(self, app: Quart) -> None:
        @app.get("/")
        async def everything() -> Response:
            return self._panes("all")

        @app.get("/practice/<pane>")
        async def one(pane: str) -> Response:
            return self._panes(pane)

        @app.get("/static/<path:name>")
        async def static(name: str) -> Response:
            kind = "text/css" if name.endswith(".css") else "text/javascript"
            return Response((self._static / name).read_bytes(), content_type=f"{kind}; charset=utf-8")

    def _add_practice(self, app: Quart) -> None:
        @app.get("/practice/state")
        async def state() -> Json:
            return self.play.state()

        @app.post("/practice/chat")
        async def say() -> ResponseReturnValue:
            play = self.play
            said = await request.get_json()
            play.said.append(said)
            if play.refusal:
                return _problem(422, play.refusal)
            message = play.say(said["text"], reply_to=said.get("reply_to"))
            if said["text"].startswith("/invite "):
                play.invite()
            return {"id": message["id"]}, 201

        @app.post("/practice/press")
        async def press() -> ResponseReturnValue:
            play = self.play
            play.pressed.append(await request.get_json())
            return _problem(422, play.refusal) if play.refusal else {"answer": play.answer}

        @app.get("/practice/photos/<name>")
        async def photo(name: str) -> Response:
            return Response(self.play.pictures[name], content_type="image/jpeg")

        @app.post("/practice/sign-in")
        async def sign_in() -> ResponseReturnValue:
            self.play.sign_ins += 1
            self.play.is_signed_in = True
            return "", 204

    def _add_code(self, app: Quart) -> None:
        @app.get("/c")
        async def code() -> str:
            return CODE

        @app.post("/c")
        async def hear() -> ResponseReturnValue:
            return redirect(f"/s/{KEY}", 303)

    def _add_neighbours(self, app: Quart) -> None:
        @app.get("/wall")
        async def wall() -> ResponseReturnValue:
            return WALL.format(name=self.play.organisation) if self.play.is_signed_in else redirect("/", 303)

        @app.get("/sign-in/<secret>")
        async def sign_in_page(secret: str) -> str:
            return WALL.format(name=f"whoever has {secret}")

        @app.post("/sign-out")
        async def sign_out() -> ResponseReturnValue:
            self.play.is_signed_in = False
            return redirect("/", 303)

        @app.get("/s/<key>")
        async def citizen(key: str) -> str:
            return CITIZEN

        @app.post("/s/<key>/photos")
        async def upload(key: str) -> ResponseReturnValue:
            body: bytes = await request.get_data(as_text=False)  # type: ignore[assignment]
            self.play.uploads.append(body)
            self.play.post_photo()
            return "", 201

        @app.post("/stub/tapped")
        async def tapped() -> ResponseReturnValue:
            self.play.taps += 1
            return "", 204

        @app.get("/stub/citizen.js")
        async def script() -> Response:
            return Response(CITIZEN_SCRIPT, content_type="text/javascript")

        @app.get("/stub/page.css")
        async def style() -> Response:
            return Response(STYLE, content_type="text/css")


def _problem(status: int, title: str) -> Response:
    problem = {"type": "about:blank", "title": title, "status": status, "cause": "not_understood", "detail": title}
    return Response(json.dumps(problem), status=status, content_type="application/problem+json")


def _button(text: str, kind: str, value: str) -> Json:
    return {"text": text, "kind": kind, "value": value}


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
