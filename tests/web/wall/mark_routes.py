"""The stand-in's addresses for marks, photos kept longer, quarantine and blurring."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from quart import Quart, request
from quart.typing import ResponseReturnValue

if TYPE_CHECKING:
    from tests.web.wall.desk import Desk, Stand

US = "Anna"
ORDER = ("shown", "until_revealed", "always")
TOLD = ("id", "invitation", "number", "kind", "bytes", "sha256", "received_at")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def add_marks(app: Quart, stand: Stand) -> None:
    """Add the addresses."""

    def photo_of(photo: str) -> dict[str, Any] | None:
        return stand.desk.photos.get(photo)

    def tell(kind: str, photo: dict[str, Any]) -> None:
        desk = stand.desk
        desk.tell(kind, invitation=desk.invitations[photo["invitation"]], photo=photo)

    @app.post("/api/photos/<photo>/reveal")
    async def reveal(photo: str) -> ResponseReturnValue:
        stand.desk.revealed.append(photo)
        return {"revealed": len(stand.desk.revealed)}

    @app.post("/api/photos/<photo>/seen")
    async def seen(photo: str) -> ResponseReturnValue:
        found = photo_of(photo)
        if found is None:
            return {"title": "Nothing here.", "cause": "not_found"}, 404
        found["seen"] = [*found.get("seen", []), {"by": US, "at": _now()}]
        tell("PhotoSeen", found)
        return "", 204

    @app.post("/api/photos/<photo>/important")
    async def important(photo: str) -> ResponseReturnValue:
        found = photo_of(photo)
        assert found is not None
        is_important = (await request.get_json())["important"]
        found["important"] = {"by": US, "at": _now()} if is_important else None
        tell("PhotoMarked" if is_important else "PhotoUnmarked", found)
        return "", 204

    @app.post("/api/photos/<photo>/print")
    async def printed(photo: str) -> ResponseReturnValue:
        assert photo_of(photo) is not None
        return {"by": US, "at": _now()}

    @app.post("/api/photos/<photo>/copy")
    async def copied(photo: str) -> ResponseReturnValue:
        assert photo_of(photo) is not None
        return "", 204

    _add_keeping(app, stand)
    _add_quarantine(app, stand)
    _add_blurring(app, stand)


def _add_keeping(app: Quart, stand: Stand) -> None:
    def photo_of(photo: str) -> dict[str, Any] | None:
        return stand.desk.photos.get(photo)

    def tell(kind: str, photo: dict[str, Any]) -> None:
        desk = stand.desk
        desk.tell(kind, invitation=desk.invitations[photo["invitation"]], photo=photo)

    @app.post("/api/photos/<photo>/keep")
    async def keep(photo: str) -> ResponseReturnValue:
        found = photo_of(photo)
        assert found is not None
        wish = await request.get_json()
        if len(wish["reason"]) < 3:
            return {"title": "Write why the photo is kept.", "cause": "reason_not_understood"}, 422
        found["kept"] = {"by": US, "at": _now(), "reason": wish["reason"], "due_at": found["expires_at"]}
        found["expires_at"] = wish["until"]
        tell("PhotoKeptLonger", found)
        return found

    @app.post("/api/photos/<photo>/keep/end")
    async def end(photo: str) -> ResponseReturnValue:
        found = photo_of(photo)
        assert found is not None
        found["expires_at"] = found["kept"]["due_at"]
        found["kept"] = None
        tell("PhotoKeptNoLonger", found)
        return found


def _add_quarantine(app: Quart, stand: Stand) -> None:
    @app.post("/api/photos/<photo>/quarantine")
    async def quarantine(photo: str) -> ResponseReturnValue:
        seal(stand.desk, photo)
        return "", 204

    @app.get("/api/quarantine")
    async def sealed() -> ResponseReturnValue:
        told = [
            {
                **{name: photo[name] for name in TOLD},
                "sealed_at": _now(),
                "by": US,
                "ends_at": photo["expires_at"],
                "is_kept": False,
            }
            for photo in stand.desk.sealed.values()
        ]
        return {"sealed": told}

    @app.post("/api/quarantine/<photo>/release")
    async def release(photo: str) -> ResponseReturnValue:
        desk = stand.desk
        found = desk.sealed.pop(photo)
        desk.photos[photo] = found
        desk.tell("PhotoReleased", invitation=desk.invitations[found["invitation"]], photo=found)
        return found

    @app.post("/api/quarantine/<photo>/delete")
    async def delete(photo: str) -> ResponseReturnValue:
        desk = stand.desk
        found = desk.sealed.pop(photo)
        desk.tell("PhotoForgotten", invitation=desk.invitations[found["invitation"]], photo_id=photo)
        return "", 204


def _add_blurring(app: Quart, stand: Stand) -> None:
    def blurred() -> dict[str, Any]:
        desk = stand.desk
        organisation = "until_revealed" if desk.blur else "shown"
        holds = max(organisation, desk.own_blurring or ORDER[0], key=ORDER.index)
        return {
            "organisation": organisation,
            "own": desk.own_blurring,
            "holds": holds,
            "revealed": len(desk.revealed),
        }

    @app.get("/api/blurring")
    async def look() -> ResponseReturnValue:
        return blurred()

    @app.post("/api/blurring")
    async def choose() -> ResponseReturnValue:
        stand.desk.own_blurring = (await request.get_json())["own"]
        return blurred()


def seal(desk: Desk, photo: str) -> None:
    """Take a photo into quarantine, as a colleague does it."""
    found = desk.photos.pop(photo)
    desk.sealed[photo] = found
    desk.tell("PhotoQuarantined", invitation=desk.invitations[found["invitation"]], photo_id=photo)
