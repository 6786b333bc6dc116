"""Read what a message is to say: its text, its files, its place, and what it answers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypedDict

from practice.telegram import limits
from practice.telegram.html_text import escaped, plain_text
from practice.telegram.pictures import check_photo
from practice.telegram.records import Place
from practice.telegram.rejected import bad_request
from showme.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from practice.telegram.chats import Chats
    from practice.telegram.reading import BotRequest, Upload
    from practice.telegram.records import Chat, FileKind, Json, StoredFile


class Said(TypedDict):
    """The fields of Message that a text or a caption fills."""

    text: str
    html: str


class Setting(TypedDict):
    """The fields of Message that every way of sending has."""

    reply_to: int | None
    thread: int | None
    is_silent: bool


@dataclass(frozen=True, slots=True)
class Medium:
    """A photo, video or document of an album or of ``editMessageMedia``, checked."""

    file: StoredFile
    said: Said
    has_spoiler: bool


def read_text(text: str | None, parse_mode: str | None) -> Said:
    """Return a text; raise Rejected (400) when it is empty, longer than 4096 characters, or not parsable."""
    said = _read_marked_up(text or "", parse_mode)
    if not said["text"]:
        raise bad_request("message text is empty")
    if len(said["text"]) > limits.TEXT:
        raise bad_request("message is too long")
    return said


def read_caption(caption: str | None, parse_mode: str | None) -> Said:
    """Return a caption, perhaps empty; raise Rejected (400) above 1024 characters or when it is not parsable."""
    said = _read_marked_up(caption or "", parse_mode)
    if len(said["text"]) > limits.CAPTION:
        raise bad_request("message caption is too long")
    return said


def read_setting(chats: Chats, chat: Chat, request: BotRequest) -> Setting:
    """Return what a message replies to, its topic and its silence.

    Raise Rejected (400) for a reply to a message that is not there (unless ``allow_sending_without_reply``) and for
    an unknown or closed topic.
    """
    thread = request.whole("message_thread_id")
    if thread is not None and not chats.has_topic(chat.id, thread):
        raise bad_request("message thread not found")
    reply = request.structure("reply_parameters")
    reply_to = _read_reply(chats, chat, reply) if reply else None
    if reply_to is not None and thread is None:
        thread = chats.message(chat.id, reply_to).thread
    may_anyway = chats.bot_membership(chat.id).may("can_manage_topics")
    if thread is not None and not chats.is_topic_open(chat.id, thread) and not may_anyway:
        raise bad_request("TOPIC_CLOSED")
    return {"reply_to": reply_to, "thread": thread, "is_silent": request.flag("disable_notification")}


def read_place(chats: Chats, values: BotRequest) -> Place:
    """Return a location; raise Rejected (400) outside the documented ranges."""
    latitude, longitude = values.number("latitude") or 0.0, values.number("longitude") or 0.0
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # noqa: PLR2004 - degrees
        raise bad_request("wrong latitude or longitude specified")
    accuracy, heading, period = (
        values.number("horizontal_accuracy"),
        values.whole("heading"),
        values.whole("live_period"),
    )
    if accuracy is not None and not 0 <= accuracy <= limits.ACCURACY_METRES:
        raise bad_request("wrong horizontal_accuracy specified")
    if heading is not None and heading not in limits.HEADING:
        raise bad_request("wrong heading specified")
    if period is not None and period not in limits.LIVE_SECONDS and period != limits.LIVE_FOR_EVER:
        raise bad_request("wrong live location period specified")
    until = chats.now() + timedelta(seconds=period) if period is not None else None
    return Place(latitude, longitude, accuracy, heading, live_period=period, live_until=until)


async def read_file(chats: Chats, kind: FileKind, value: str | None, upload: Upload | None, **sizes: int) -> StoredFile:
    """Return a file that is uploaded, or that was sent before and is named by its ``file_id``.

    ``sizes`` are what the bot tells of a video. Raise Rejected (400) for what Telegram does not take.
    """
    if upload is not None:
        if kind == "photo":
            width, height = await asyncio.to_thread(check_photo, upload.content)
            sizes = {"width": width, "height": height}
        elif not upload.content:
            raise bad_request("file must be non-empty")
        return chats.new_file(kind, name=upload.name, mime=upload.mime, content=upload.content, **sizes)
    if not value:
        raise bad_request(f"there is no {kind} in the request")
    if value.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    try:
        stored = chats.file(value)
    except NotFound:
        raise bad_request("wrong file identifier/HTTP URL specified") from None
    if stored.kind != kind:
        raise bad_request(f"can't use file of type {stored.kind.capitalize()} as {kind.capitalize()}")
    return stored


async def read_medium(chats: Chats, media: Any, files: Mapping[str, Upload]) -> Medium:
    """Return one InputMedia; raise Rejected (400)."""
    kinds: dict[str, FileKind] = {"photo": "photo", "video": "video", "document": "document"}
    kind = kinds.get(str(media.get("type"))) if isinstance(media, dict) else None
    if kind is None:
        raise bad_request("can't parse InputMedia: type must be photo, video or document")
    source = str(media.get("media", ""))
    upload = attached(source, files)
    sizes = {name: _whole(media, name) for name in ("width", "height", "duration")} if kind == "video" else {}
    file = await read_file(chats, kind, source, upload, **sizes)
    said = read_caption(_string(media, "caption"), _string(media, "parse_mode"))
    return Medium(file=file, said=said, has_spoiler=bool(media.get("has_spoiler", False)))


def attached(source: str | None, files: Mapping[str, Upload]) -> Upload | None:
    """Return the part that ``attach://<name>`` names; raise Rejected (400) when it is missing."""
    if source is None or not source.startswith("attach://"):
        return None
    try:
        return files[source.removeprefix("attach://")]
    except KeyError:
        raise bad_request("attached file not found") from None


def _string(media: Json, name: str) -> str | None:
    value = media.get(name)
    if value is not None and not isinstance(value, str):
        raise bad_request(f'can\'t parse InputMedia: field "{name}" must be a String')
    return value


def _whole(media: Json, name: str) -> int:
    value = media.get(name, 0)
    if not isinstance(value, int):
        raise bad_request(f'can\'t parse InputMedia: field "{name}" must be a Number')
    return value


def _read_marked_up(text: str, parse_mode: str | None) -> Said:
    if not parse_mode:
        return {"text": text.strip(), "html": escaped(text.strip())}
    if parse_mode.upper() != "HTML":
        raise bad_request("unsupported parse_mode")
    return {"text": plain_text(text).strip(), "html": text.strip()}


def _read_reply(chats: Chats, chat: Chat, reply: Json) -> int | None:
    if reply.get("chat_id") not in (None, chat.id):
        raise bad_request("replies across chats are not modelled")
    message_id = reply.get("message_id")
    if not isinstance(message_id, int):
        raise bad_request('can\'t parse reply parameters: field "message_id" must be a Number')
    try:
        return chats.message(chat.id, message_id).id
    except NotFound:
        if reply.get("allow_sending_without_reply"):
            return None
        raise bad_request("message to be replied not found") from None
