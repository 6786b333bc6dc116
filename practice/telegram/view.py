"""A chat as somebody looking over a shoulder sees it: the JSON of ``/practice/state``."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from datetime import datetime

    from practice.telegram.chats import Chats
    from practice.telegram.records import Button, Message, Place


class ButtonView(TypedDict):
    """One button; ``kind`` is url, callback, login_url, copy_text or web_app."""

    text: str
    kind: str
    value: str


class PlaceView(TypedDict):
    """A location; ``accuracy`` in metres, ``live_until`` a time or null."""

    latitude: float
    longitude: float
    accuracy: float | None
    live_until: str | None


MessageView = TypedDict(
    "MessageView",
    {
        "id": int,
        "reply_to": int | None,
        "kind": str,
        "text": str,
        "spoiler": bool,
        "deleted": bool,
        "from": str,
        "bot": bool,
        "at": str,
        "edited": bool,
        "silent": bool,
        "thread": int | None,
        "buttons": list[list[ButtonView]],
        "photo": str | None,
        "location": PlaceView | None,
    },
)
"""One message; ``text`` is plain (the caption of a photo), ``photo`` an id for ``photo_bytes``, of a video too."""


def view_chat(chats: Chats, chat_id: int) -> list[MessageView]:
    """Return all messages of a chat, oldest first, deleted ones without their content; raise NotFound."""
    return [_view_message(message) for message in chats.messages(chat_id)]


def photo_bytes(chats: Chats, photo_id: str) -> bytes:
    """Return the bytes of a photo as the bot sent them; raise NotFound, also when its last message is deleted."""
    return chats.file(photo_id).content


def _view_message(message: Message) -> MessageView:
    is_seen = message.file is not None and message.file.kind in {"photo", "video"}
    return {
        "id": message.id,
        "reply_to": message.reply_to,
        "kind": message.kind,
        "text": message.text,
        "spoiler": message.has_spoiler,
        "deleted": message.is_deleted,
        "from": message.sender.name,
        "bot": message.sender.is_bot,
        "at": written(message.at),
        "edited": message.edits > 0,
        "silent": message.is_silent,
        "thread": message.thread,
        "buttons": [[_view_button(button) for button in row] for row in message.buttons],
        "photo": message.file.id if is_seen and message.file else None,
        "location": _view_place(message.place) if message.place else None,
    }


def _view_button(button: Button) -> ButtonView:
    return {"text": button.text, "kind": button.kind, "value": button.value}


def _view_place(place: Place) -> PlaceView:
    return {
        "latitude": place.latitude,
        "longitude": place.longitude,
        "accuracy": place.accuracy,
        "live_until": written(place.live_until) if place.live_until else None,
    }


def written(moment: datetime) -> str:
    """Write a moment as the state tells it: ISO 8601 in UTC, with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
