"""Stands in for the dispatcher's door of the server: the agreed addresses and answers, over what each test makes up."""

import asyncio
import hashlib
import json
import socket
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import hypercorn
from hypercorn.asyncio import serve
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from quart import Quart, Response, redirect, request
from quart.typing import ResponseReturnValue

from showme.domain.words import LANGUAGES as ALL_LANGUAGES
from showme.domain.words import TEAM_LANGUAGES
from tests.pictures import jpeg, scene
from tests.web.wall.line import Line
from tests.web.wall.live_routes import add_live
from tests.web.wall.mark_routes import add_marks
from tests.web.wall.talk_routes import add_talk

LANGUAGES: Final = tuple(TEAM_LANGUAGES)
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "font-src 'self'; media-src 'self' blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
RUNGS: Final = {
    "photo": ("created", "sms_accepted", "sms_delivered", "page_loaded", "tapped", "first_picture"),
    "live": (
        *("created", "sms_accepted", "sms_delivered", "page_loaded", "tapped"),
        *("camera_allowed", "connecting", "first_picture"),
    ),
    "location": ("created", "sms_accepted", "sms_delivered", "page_loaded", "tapped", "located"),
}
CODE: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 21 21" shape-rendering="crispEdges">'
    '<path fill="#fff" d="M0 0h21v21H0z"/><path d="M0 0h7v7H0zM14 0h7v7h-7zM0 14h7v7H0z'
    'M9 1h2v2H9zM8 8h3v2H8zM12 9h4v1h-4zM9 12h2v3H9zM13 13h3v2h-3zM17 16h3v4h-3zM10 17h4v2h-4z"/>'
    '<path fill="#fff" d="M1 1h5v5H1zM15 1h5v5h-5zM1 15h5v5H1z"/><path d="M2 2h3v3H2zM16 2h3v3h-3zM2 16h3v3H2z"/></svg>'
)

Json = dict[str, Any]


def written(moment: datetime) -> str:
    """Write a moment as the server does."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def taken(
    age: str = "unknown",
    number: int = 0,
    sentence: str = "no time of taking known",
    place: dict[str, float] | None = None,
    camera: str | None = None,
) -> Json:
    """Say how a photo was taken, as the server does."""
    return {"age": age, "number": number, "sentence": sentence, "place": place, "camera": camera}


@dataclass
class Desk:
    """One organisation's invitations, photos and journal, in memory; a test changes them and walls hear of it."""

    blur: bool = True
    own_blurring: str | None = None
    role: str = "dispatcher"
    revealed: list[str] = field(default_factory=list)
    sealed: dict[str, Json] = field(default_factory=dict)
    practice: bool = False
    language: str = "en"
    is_signed_in: bool = True
    is_up: bool = True
    is_silent: bool = False
    refusal: tuple[int, Json] | None = None
    delay: float = 0.0
    invitations: dict[str, Json] = field(default_factory=dict)
    photos: dict[str, Json] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    films: dict[str, bytes] = field(default_factory=dict)
    journal: list[Json] = field(default_factory=list)
    credits: int = 10
    codes: list[str] = field(default_factory=lambda: ["482913", "555001", "12345678"])
    code_lasts: timedelta = timedelta(minutes=10)
    oldest_event: int = 0
    asked: list[str] = field(default_factory=list)
    wishes: list[Json] = field(default_factory=list)
    sign_ins: list[dict[str, str]] = field(default_factory=list)
    line: Line = field(default_factory=Line)
    stills: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    stills_wanted: int = 0
    seen: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    kept: list[bytes] = field(default_factory=list)
    talks: dict[str, list[Json]] = field(default_factory=dict)
    told: list[Json] = field(default_factory=list)
    talk_is_down: bool = False
    crowd: int = 0
    is_elsewhere: bool = False
    """Whether the line is said to be another server's."""
    places_asked: list[Json] = field(default_factory=list)
    ice_servers: list[Json] = field(default_factory=list)
    listeners: int = 0
    """Feeds that are open now."""

    def ask(self, path: str) -> int:
        """Count the requests for a path."""
        return sum(1 for asked in self.asked if asked.split(" ", 1)[1].split("?")[0] == path)

    def invite(self, *, purpose: str = "photo", to: str | None = "+32 4•• •• •• 56", **more: Any) -> Json:
        """Make an invitation and tell of it."""
        now = datetime.now(UTC) - timedelta(seconds=more.pop("seconds_ago", 0))
        number = len(self.invitations) + 1
        rungs = [rung for rung in RUNGS[purpose] if to is not None or not rung.startswith("sms")]
        invitation: Json = {
            "id": f"k3V9{number:08d}",
            "number": number,
            "purpose": purpose,
            "language": "nl",
            "incident": None,
            "to": to,
            "by": "Anna",
            "created_at": written(now),
            "expires_at": written(now + timedelta(hours=6)),
            "state": "open",
            "ended_at": None,
            "ladder": [{"rung": rung, "at": None, "seconds": None} for rung in rungs],
            "rung": "created",
            "perhaps_a_scanner": False,
            "hint": None,
            "sms": {"state": "queued" if to else "none", "provider": "outbox" if to else None, "sentence": None},
            "phone": None,
            "photos": 0,
            "location": None,
            "live": {"is_live": False, "began_at": None, "ended_at": None},
            "live_viewers": 0,
        } | more
        invitation.setdefault("responsible", invitation["by"])
        invitation.setdefault("handed", None)
        self.invitations[invitation["id"]] = invitation
        self._reach(invitation, "created", 0.0)
        self.tell("InvitationCreated", invitation=invitation)
        return invitation

    def spend(self, count: int) -> None:
        """Let so many credits be left, and tell of it with the next event."""
        self.credits = count
        self.tell("CreditsAdded", credits=count)

    def climb(self, invitation: Json, *rungs: str, seconds: float = 2.0) -> None:
        """Let an invitation reach rungs, some seconds apart."""
        for rung in rungs:
            reached = max(step["seconds"] or 0.0 for step in invitation["ladder"])
            self._reach(invitation, rung, reached + seconds)
            kind = {"sms_accepted": "SmsAccepted", "sms_delivered": "SmsDelivered", "tapped": "Tapped"}.get(rung)
            self.tell(kind or "PageLoaded", invitation=invitation)

    def _reach(self, invitation: Json, rung: str, seconds: float) -> None:
        created = datetime.fromisoformat(invitation["created_at"])
        for step in invitation["ladder"]:
            if step["rung"] == rung:
                step.update(at=written(created + timedelta(seconds=seconds)), seconds=seconds)
                invitation["rung"] = rung

    def hint(self, invitation: Json, cause: str, sentence: str, *, in_seconds: float = 0.0) -> None:
        """Say what to say, once it is due."""
        due = datetime.now(UTC) + timedelta(seconds=in_seconds)
        invitation["hint"] = {"cause": cause, "sentence": sentence, "due_at": written(due)}
        self.tell("SmsUnknown", invitation=invitation)

    def go_live(self, invitation: Json, *, seconds_ago: float = 0.0) -> Json:
        """Let the phone's camera run."""
        began = datetime.now(UTC) - timedelta(seconds=seconds_ago)
        invitation["live"] = {"is_live": True, "began_at": written(began), "ended_at": None}
        self._reach(invitation, "connecting", 12.0)
        self.tell("LiveBegan", invitation=invitation)
        return invitation

    def end_live(self, invitation: Json, cause: str = "stopped") -> None:
        """Let the live video end."""
        invitation["live"] |= {"is_live": False, "ended_at": written(datetime.now(UTC))}
        self.tell("LiveEnded", invitation=invitation, detail={"cause": cause, "seconds": 3.0})

    def put_still(self, invitation: Json, picture: bytes) -> None:
        """Receive a fallback still; the newest wins."""
        number = self.stills.get(invitation["id"], (0, b""))[0] + 1
        self.stills[invitation["id"]] = (number, picture)

    def receive(self, invitation: Json, *, seed: int = 1, seconds_ago: float = 0.0, size: int = 2_500_000) -> Json:
        """Receive a photo; it is not decoded yet."""
        now = datetime.now(UTC) - timedelta(seconds=seconds_ago)
        invitation["photos"] += 1
        identity = f"{invitation['id']}p{invitation['photos']:03d}"
        picture = jpeg(scene(seed, size=(480, 640)), quality=80)
        photo: Json = {
            "id": identity,
            "invitation": invitation["id"],
            "number": invitation["photos"],
            "state": "received",
            "kind": "photo",
            "size": "original",
            "reached": "original",
            "original": None,
            "format": "jpeg",
            "clip": None,
            "bytes": size,
            "sha256": hashlib.sha256(picture).hexdigest(),
            "width": None,
            "height": None,
            "received_at": written(now),
            "shown_at": None,
            "expires_at": written(now + timedelta(hours=6)),
            "taken": taken(),
        }
        self.pictures[identity] = picture
        self.photos[identity] = photo
        self._reach(invitation, "first_picture", 20.0)
        self.tell("PhotoReceived", invitation=invitation, photo=photo)
        return photo

    def show(self, photo: Json) -> Json:
        """Let a received photo be decoded."""
        photo.update(state="shown", width=3024, height=4032, shown_at=written(datetime.now(UTC)))
        self.tell("PhotoShown", invitation=self.invitations[photo["invitation"]], photo=photo)
        return photo

    def complete(self, photo: Json, *, seed: int = 1) -> None:
        """Let the original of a photo, of which less was seen, take its place."""
        self.pictures[photo["id"]] = jpeg(scene(seed, size=(480, 640)), quality=80)
        photo.update(size="original", reached="original", original=None)
        self.tell("PhotoCompleted", invitation=self.invitations[photo["invitation"]], photo=photo)

    def add(self, invitation: Json, *, seed: int = 1, seconds_ago: float = 0.0, **taking: Any) -> Json:
        """Receive a photo and show it; ``taking`` is what its camera says."""
        photo = self.receive(invitation, seed=seed, seconds_ago=seconds_ago)
        photo["taken"] = taken(**taking)
        return self.show(photo)

    def add_clip(self, invitation: Json, *, film: bytes | None) -> Json:
        """Receive a clip and show its poster; without a film it is still being made."""
        clip = self.receive(invitation)
        state = "making" if film is None else "playable"
        clip.update(kind="clip", format="mp4", clip={"state": state, "seconds": 12.4})
        self.show(clip)
        if film is not None:
            self.films[clip["id"]] = film
        return clip

    def make_playable(self, clip: Json, film: bytes | None) -> None:
        """Decide what became of a clip: a film, or nothing that can be played."""
        if film is not None:
            self.films[clip["id"]] = film
        clip["clip"] = {"state": "playable" if film else "unplayable", "seconds": 12.4}
        kind = "ClipReady" if film else "ClipUnplayable"
        self.tell(kind, invitation=self.invitations[clip["invitation"]], photo=clip)

    def refuse(self, photo: Json) -> None:
        """Find a received photo unreadable."""
        photo["state"] = "unreadable"
        self.tell("PhotoUnreadable", invitation=self.invitations[photo["invitation"]], photo=photo)

    def forget(self, photo: Json) -> None:
        """Forget a photo."""
        del self.photos[photo["id"]]
        self.tell("PhotoForgotten", invitation=self.invitations[photo["invitation"]], photo_id=photo["id"])

    def fail(self, invitation: Json, state: str, sentence: str) -> None:
        """Let the SMS of an invitation fail, or nobody know."""
        invitation["sms"] |= {"state": state, "sentence": sentence}
        self.tell("SmsRefused" if state == "refused" else "SmsUnknown", invitation=invitation)

    def close(self, invitation: Json) -> None:
        """Close an invitation."""
        invitation.update(state="closed", ended_at=written(datetime.now(UTC)))
        self.tell("InvitationClosed", invitation=invitation)

    def hear(self, invitation: Json, sentence: str, **more: Any) -> Json:
        """Let the caller write something."""
        return self._converse("SentenceHeard", invitation, sentence, by_citizen=True, actor="citizen", **more)

    def say(self, invitation: Json, sentence: str, **more: Any) -> Json:
        """Let a dispatcher write something."""
        return self._converse("SentenceSaid", invitation, sentence, by_citizen=False, **{"actor": "Bram", **more})

    def _converse(self, kind: str, invitation: Json, sentence: str, **more: Any) -> Json:
        message: Json = {
            "number": len(self.journal) + 1,
            "at": written(datetime.now(UTC) - timedelta(seconds=more.pop("seconds_ago", 0))),
            "sentence": sentence,
            "ready": None,
            "language": "nl" if more["by_citizen"] else None,
            "reply_to": None,
            "waited": None,
            "shown_at": None,
        } | more
        self.talks.setdefault(invitation["id"], []).append(message)
        self.tell(kind, invitation=invitation, message=message)
        return message

    def note_shown(self, invitation: Json, number: int) -> None:
        """Let the phone's page show what was said, up to a number."""
        for message in self.talks[invitation["id"]]:
            if not message["by_citizen"] and message["number"] <= number:
                message["shown_at"] = message["shown_at"] or written(datetime.now(UTC))
        self.tell("SentenceShown", invitation=invitation, detail={"up_to": number})

    def tell(self, kind: str, **what: Any) -> Json:
        """Write an event, with whole objects as they are now."""
        event: Json = {
            "number": len(self.journal) + 1,
            "kind": kind,
            "at": written(datetime.now(UTC)),
            "actor": "Anna",
            "invitation": what.get("invitation"),
            "photo": what.get("photo"),
            "photo_id": what.get("photo_id"),
            "credits": what.get("credits"),
            "detail": what.get("detail"),
            "message": what.get("message"),
        }
        self.journal.append(json.loads(json.dumps(event)))
        return event

    @property
    def cursor(self) -> int:
        """The number of the newest event."""
        return len(self.journal)


class Stand:
    """Serves whatever desk the test of the moment has put behind it, in a thread of its own."""

    def __init__(self, checkout: Path, built: Path) -> None:
        """Keep the folder of the project and the folder of what esbuild made."""
        self._checkout = checkout
        self._static = built / "static"
        self._manifest: dict[str, str] = json.loads((self._static / "manifest.json").read_text("utf-8"))
        self._templates = Environment(
            loader=FileSystemLoader(checkout / "web" / "templates" / "dispatcher"),
            autoescape=select_autoescape(),
            undefined=StrictUndefined,
        )
        self.desk = Desk()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="stand", daemon=True)

    def start(self) -> None:
        """Serve until stopped."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving, and wait for that."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(timeout=30)

    def _run(self) -> None:
        config = hypercorn.Config()
        config.bind = [f"fd://{self._socket.detach()}"]
        config.graceful_timeout = 1
        config.errorlog = None
        self._loop.run_until_complete(serve(self._app(), config, shutdown_trigger=self._stop.wait))
        self._loop.close()

    def words(self, section: str) -> Json:
        """Read a section of the catalogue."""
        path = self._checkout / "words" / self.desk.language / f"{section}.json"
        words: Json = json.loads(path.read_text("utf-8"))
        return words

    @property
    def peerjs(self) -> bytes:
        """The PeerJS client as published, for the caller's page."""
        return (self._checkout / "node_modules" / "peerjs" / "dist" / "peerjs.min.js").read_bytes()

    def page(self, template: str, **context: Any) -> Response:
        """Render a page of the dispatcher's templates."""
        html = self._templates.get_template(template).render(
            words=self.words("wall"),
            language=self.desk.language,
            practice=self.desk.practice,
            static=lambda file: f"/static/{self._manifest[file]}",
            **context,
        )
        return Response(html, content_type="text/html; charset=utf-8")

    def _app(self) -> Quart:
        app = Quart("stand", static_folder=None)
        app.config["RESPONSE_TIMEOUT"] = None

        @app.before_request
        async def be_away() -> ResponseReturnValue | None:
            desk = self.desk
            desk.asked.append(f"{request.method} {request.full_path.rstrip('?')}")
            if not desk.is_up:
                return Response("down", status=502)
            if request.path.startswith("/api/") and not desk.is_signed_in:
                return self._refusal(401, "not_signed_in", "You are not signed in.")
            return None

        @app.after_request
        async def secure(response: Response) -> Response:
            response.headers["Content-Security-Policy"] = POLICY
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        self._add_pages(app)
        self._add_lists(app)
        self._add_company(app)
        self._add_actions(app)
        self._add_codes(app)
        add_live(app, self)
        add_talk(app, self)
        add_marks(app, self)
        self._add_films(app)
        return app

    def _add_pages(self, app: Quart) -> None:
        @app.get("/wall")
        async def wall() -> Response:
            words = {name: self.words(name) for name in ("wall", "ladder", "map", "sharing")}
            tiles = {"tiles": None, "attribution": "", "deepest": 19}
            text = json.dumps({"words": words, "practice": self.desk.practice, "map": tiles})
            return self.page("wall.html", configuration=text.replace("<", "\\u003c"))

        @app.get("/")
        async def welcome() -> Response:
            said = {"words": {name: self.words("wall")[name] for name in ("welcome", "errors")}}
            return self.page("welcome.html", configuration=json.dumps(said).replace("<", "\\u003c"))

        @app.get("/sign-in/<secret>")
        async def sign_in(secret: str) -> Response:
            if secret == "used":
                return self.page("refused.html", sentence="This link was used already.")
            return self.page("sign_in.html", secret=secret, organisation="112 Brussels", name="", role="dispatcher")

        @app.post("/sign-in")
        async def signed_in() -> ResponseReturnValue:
            self.desk.sign_ins.append(dict(await request.form))
            return redirect("/wall", 303)

        @app.get("/static/<path:name>")
        async def static(name: str) -> Response:
            kind = "text/css" if name.endswith(".css") else "text/javascript"
            return Response((self._static / name).read_bytes(), content_type=f"{kind}; charset=utf-8")

    def _add_films(self, app: Quart) -> None:
        @app.get("/api/photos/<photo>/clip")
        async def clip(photo: str) -> ResponseReturnValue:
            film = self.desk.films.get(photo)
            return Response(film, content_type="video/mp4") if film else self._refusal(404, "not_found", "Nothing.")

    def _add_lists(self, app: Quart) -> None:
        @app.get("/api/me")
        async def me() -> Json:
            organisation = {
                "id": 1,
                "name": "112 Brussels",
                "region": "BE",
                "blur": self.desk.blur,
                "retention_hours": 6,
            }
            now = written(datetime.now(UTC))
            return {
                "organisation": organisation,
                "dispatcher": "Anna",
                "role": self.desk.role,
                "languages": tuple(ALL_LANGUAGES),
                "team_languages": LANGUAGES,
                "now": now,
            }

        @app.get("/api/invitations")
        async def invitations() -> Json:
            return {"invitations": [*self.desk.invitations.values()][::-1], "cursor": self.desk.cursor}

        @app.get("/api/credits")
        async def credits_left() -> Json:
            return {"credits": self.desk.credits}

        @app.get("/api/photos")
        async def photos() -> Json:
            ordered = sorted(self.desk.photos.values(), key=lambda photo: str(photo["received_at"]), reverse=True)
            return {"photos": ordered, "cursor": self.desk.cursor}

        @app.get("/api/photos/<photo>/<size>")
        async def picture(photo: str, size: str) -> ResponseReturnValue:
            found = self.desk.photos.get(photo)
            if found is None or (size != "original" and found["state"] != "shown"):
                return self._refusal(404, "not_found", "Nothing here.")
            response = Response(self.desk.pictures[photo], content_type="image/jpeg")
            response.headers["Cache-Control"] = "private, max-age=600"
            if size == "original":
                response.headers["Content-Disposition"] = f'attachment; filename="{photo}.jpg"'
            return response

        @app.post("/api/photos/<photo>/ask")
        async def ask(photo: str) -> ResponseReturnValue:
            found = self.desk.photos[photo]
            found["original"] = "asked"
            self.desk.tell("OriginalAsked", invitation=self.desk.invitations[found["invitation"]], photo=found)
            return "", 204

        @app.get("/api/events")
        async def events() -> ResponseReturnValue:
            return Response(self._feed(int(request.args["after"])), content_type="text/event-stream")

    def _add_company(self, app: Quart) -> None:
        @app.get("/api/shares")
        async def shares() -> Json:
            return {"shares": []}

        @app.get("/api/positions")
        async def positions() -> Json:
            return {"positions": [], "cursor": self.desk.cursor}

        @app.get("/api/invitations/<invitation>/watching")
        async def watching(invitation: str) -> Json:
            return {"watching": ["Anna"] if self.desk.invitations[invitation]["live_viewers"] else []}

    async def _feed(self, after: int) -> AsyncIterator[str]:
        desk = self.desk
        yield ": hello\n\n"
        if after < desk.oldest_event:
            yield "event: reset\ndata:\n\n"
            return
        spoken = time.monotonic()
        desk.listeners += 1
        try:
            while desk is self.desk and desk.is_up and desk.is_signed_in and not self._stop.is_set():
                while after < desk.cursor and not desk.is_silent:
                    event = desk.journal[after]
                    after += 1
                    yield f"id: {after}\ndata: {json.dumps(event)}\n\n"
                if time.monotonic() - spoken > 5 and not desk.is_silent:
                    spoken = time.monotonic()
                    yield ": ka\n\n"
                await asyncio.sleep(0.01)
        finally:
            desk.listeners -= 1

    def _add_actions(self, app: Quart) -> None:
        @app.post("/api/invitations")
        async def invite() -> ResponseReturnValue:
            desk = self.desk
            wish = await request.get_json()
            desk.wishes.append(wish)
            await asyncio.sleep(desk.delay)
            if desk.refusal:
                status, problem = desk.refusal
                return problem, status, {"Content-Type": "application/problem+json"}
            number = f"+32 4•• •• •• {wish['to'][-2:]}" if wish["to"] else None
            chosen = {"purpose": wish["purpose"], "incident": wish["incident"], "language": wish["language"] or "en"}
            made = desk.invite(to=number, **chosen)
            return made | {"key": "1" + "k" * 39, "link": f"{self.address}/s/1{'k' * 39}"}, 201

        @app.post("/api/invitations/<invitation>/<action>")
        async def act(invitation: str, action: str) -> ResponseReturnValue:
            desk = self.desk
            found = desk.invitations[invitation]
            if desk.refusal:
                status, problem = desk.refusal
                return problem, status, {"Content-Type": "application/problem+json"}
            if action == "link":
                return {"link": f"{self.address}/s/1{'k' * 39}"}
            if action == "wrong-number":
                found["to"] = "•••"
            if action in {"close", "wrong-number"}:
                desk.close(found)
            return found

        @app.get("/api/invitations/<invitation>/qr.svg")
        async def code(invitation: str) -> Response:
            return Response(CODE, content_type="image/svg+xml")

        @app.post("/sign-out")
        async def sign_out() -> ResponseReturnValue:
            self.desk.is_signed_in = False
            return redirect("/", 303)

    def _add_codes(self, app: Quart) -> None:
        @app.post("/api/chats/code")
        async def chat_code() -> ResponseReturnValue:
            return {"code": "7KQ2M-9FXWP", "expires_at": written(datetime.now(UTC))}

        @app.post("/api/invitations/<invitation>/code")
        async def spoken(invitation: str) -> ResponseReturnValue:
            return self._spoken(invitation)

    def _spoken(self, invitation: str) -> ResponseReturnValue:
        desk = self.desk
        if desk.refusal:
            status, problem = desk.refusal
            return problem, status, {"Content-Type": "application/problem+json"}
        desk.tell("CodeShown", invitation=desk.invitations[invitation])
        ends_at = datetime.now(UTC) + desk.code_lasts
        return {"code": desk.codes.pop(0), "expires_at": written(ends_at), "address": "show.112.example/c"}

    @staticmethod
    def _refusal(status: int, cause: str, title: str) -> Response:
        problem = {"type": "about:blank", "title": title, "status": status, "cause": cause, "detail": title}
        return Response(json.dumps(problem), status=status, content_type="application/problem+json")
