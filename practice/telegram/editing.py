"""What a bot may change of its messages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from practice.telegram import composing, shapes
from practice.telegram.access import reach_own_message
from practice.telegram.keyboards import read_keyboard
from practice.telegram.rejected import bad_request

if TYPE_CHECKING:
    from practice.telegram.chats import Chats
    from practice.telegram.reading import BotRequest
    from practice.telegram.records import Json, Message, Place

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


class Editing:
    """The ``editMessage…`` methods; like the real ones, they drop the buttons unless they are given again."""

    def __init__(self, chats: Chats) -> None:
        self._chats = chats

    async def edit_text(self, request: BotRequest) -> Json:
        """Change the text of a text message."""
        said = composing.read_text(request.text("text"), request.text("parse_mode"))
        message = reach_own_message(self._chats, request)
        if message.kind != "text":
            raise bad_request("there is no text in the message to edit")
        return self._edit(request, message, **said)

    async def edit_caption(self, request: BotRequest) -> Json:
        """Change what stands below a photo, video or document."""
        said = composing.read_caption(request.text("caption"), request.text("parse_mode"))
        message = reach_own_message(self._chats, request)
        if message.file is None:
            raise bad_request("there is no caption in the message to edit")
        return self._edit(request, message, **said)

    async def edit_media(self, request: BotRequest) -> Json:
        """Put another photo, video or document in the place of what the message shows."""
        reach_own_message(self._chats, request)
        medium = await composing.read_medium(self._chats, request.structure("media"), request.files)
        message = reach_own_message(self._chats, request)
        if message.kind == "location":
            raise bad_request("message can't be edited")
        if message.album is not None and "document" in {message.kind, medium.file.kind} != {"document"}:
            raise bad_request("can't change the media type of an album")
        kind = medium.file.kind
        return self._edit(request, message, kind=kind, file=medium.file, has_spoiler=medium.has_spoiler, **medium.said)

    async def edit_reply_markup(self, request: BotRequest) -> Json:
        """Change the buttons only."""
        return self._edit(request, reach_own_message(self._chats, request))

    async def edit_live_location(self, request: BotRequest) -> Json:
        """Move a live location; without ``live_period`` it ends when it was to end."""
        new = composing.read_place(self._chats, request)
        message, old = self._reach_live(request)
        if new.live_until is None:
            new = replace(new, live_period=old.live_period, live_until=old.live_until)
        return self._edit(request, message, place=new)

    async def stop_live_location(self, request: BotRequest) -> Json:
        """End a live location before its time."""
        message, place = self._reach_live(request)
        return self._edit(request, message, place=replace(place, live_period=None, live_until=None))

    def _reach_live(self, request: BotRequest) -> tuple[Message, Place]:
        message = reach_own_message(self._chats, request)
        place = message.place
        if place is None or place.live_until is None or place.live_until < self._chats.now():
            raise bad_request("message can't be edited")
        return message, place

    def _edit(self, request: BotRequest, message: Message, **changes: Any) -> Json:
        chat = self._chats.chat(message.chat_id)
        changes["buttons"] = read_keyboard(request.structure("reply_markup"), chat, only_inline=True)
        if all(getattr(message, name) == value for name, value in changes.items()):
            raise bad_request(NOT_MODIFIED)
        return shapes.message(self._chats, self._chats.edit(message, **changes))
