"""How the Bot API says no."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from practice.telegram.records import Json


class Rejected(Exception):
    """An answer with ``ok: false``; ``parameters`` are the Bot API's ResponseParameters."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        """Keep what the answer will carry."""
        self.status = status
        self.description = description
        self.parameters = parameters
        super().__init__(description)

    def json(self) -> Json:
        """Return the body of the answer."""
        body: Json = {"ok": False, "error_code": self.status, "description": self.description}
        return body | {"parameters": self.parameters} if self.parameters else body


def bad_request(reason: str) -> Rejected:
    """Return a 400."""
    return Rejected(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> Rejected:
    """Return a 403."""
    return Rejected(403, f"Forbidden: {reason}")


def conflict(reason: str) -> Rejected:
    """Return a 409."""
    return Rejected(409, f"Conflict: {reason}")


def slow_down(seconds: int) -> Rejected:
    """Return a 429 with the seconds to wait."""
    return Rejected(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def migrated(chat_id: int) -> Rejected:
    """Return the 400 that tells where a group went when it became a supergroup."""
    return Rejected(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat_id)


def not_found() -> Rejected:
    """Return the 404 of a method that does not exist."""
    return Rejected(404, "Not Found")


def unauthorised() -> Rejected:
    """Return the 401 of a token that no bot has."""
    return Rejected(401, "Unauthorized")
