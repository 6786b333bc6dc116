"""What a bot may send: text, photos, videos, documents, albums, locations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from practice.telegram import composing, limits, shapes
from practice.telegram.access import reach_chat
from practice.telegram.keyboards import read_keyboard
from practice.telegram.rejected import bad_request

if TYPE_CHECKING:
    from practice.telegram.chats import Chats
    from practice.telegram.rates import Rates
    from practice.telegram.reading import BotRequest
    from practice.telegram.records import FileKind, Json, MessageKind

ACTIONS = frozenset(
    {"typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document"}
    | {"choose_sticker", "find_location", "record_video_note", "upload_video_note"}
)


class Sending:
    """The methods that make new messages; ``rates`` none sends without a limit."""

    def __init__(self, chats: Chats, *, rates: Rates | None) -> None:
        self._chats = chats
        self._rates = rates

    async def send_message(self, request: BotRequest) -> Json:
        """Send a text."""
        said = composing.read_text(request.text("text"), request.text("parse_mode"))
        return self._post(request, "text", **said)

    async def send_photo(self, request: BotRequest) -> Json:
        """Send a photo."""
        return await self._send_file(request, "photo")

    async def send_document(self, request: BotRequest) -> Json:
        """Send a file as it is."""
        return await self._send_file(request, "document")

    async def send_video(self, request: BotRequest) -> Json:
        """Send a video."""
        sizes = {name: request.whole(name) or 0 for name in ("width", "height", "duration")}
        return await self._send_file(request, "video", **sizes)

    async def send_location(self, request: BotRequest) -> Json:
        """Send a point on the map, perhaps a live one."""
        return self._post(request, "location", place=composing.read_place(self._chats, request))

    async def send_media_group(self, request: BotRequest) -> list[Json]:
        """Send an album of 2 to 10 photos, videos or documents: all of them or none."""
        listed = request.items("media") or []
        if len(listed) not in limits.ALBUM:
            raise bad_request("wrong number of media in the album: 2 to 10 are allowed")
        reach_chat(self._chats, request.chat_id)
        media = [await composing.read_medium(self._chats, medium, request.files) for medium in listed]
        kinds = {medium.file.kind for medium in media}
        if "document" in kinds and len(kinds) > 1:
            raise bad_request("document can't be mixed with other media types")
        chat = reach_chat(self._chats, request.chat_id)
        setting = composing.read_setting(self._chats, chat, request)
        self._spend(request, len(media))
        album = str(self._chats.new_number())
        messages = [
            self._chats.post(
                chat.id,
                self._chats.bot,
                medium.file.kind,
                file=medium.file,
                has_spoiler=medium.has_spoiler,
                album=album,
                **medium.said,
                **setting,
            )
            for medium in media
        ]
        return [shapes.message(self._chats, message) for message in messages]

    async def send_chat_action(self, request: BotRequest) -> bool:
        """Show that the bot is at work."""
        reach_chat(self._chats, request.chat_id)
        if request.text("action") not in ACTIONS:
            raise bad_request("wrong parameter action in request")
        return True

    async def _send_file(self, request: BotRequest, kind: FileKind, **sizes: int) -> Json:
        reach_chat(self._chats, request.chat_id)
        said = composing.read_caption(request.text("caption"), request.text("parse_mode"))
        value = request.text(kind)
        upload = request.files.get(kind) or composing.attached(value, request.files)
        file = await composing.read_file(self._chats, kind, value, upload, **sizes)
        return self._post(request, kind, file=file, has_spoiler=request.flag("has_spoiler"), **said)

    def _post(self, request: BotRequest, kind: MessageKind, **content: Any) -> Json:
        # Everything is checked and written without a pause in between: nobody can leave or delete meanwhile.
        chat = reach_chat(self._chats, request.chat_id)
        setting = composing.read_setting(self._chats, chat, request)
        buttons = read_keyboard(request.structure("reply_markup"), chat)
        self._spend(request, 1)
        message = self._chats.post(chat.id, self._chats.bot, kind, buttons=buttons, **content, **setting)
        return shapes.message(self._chats, message)

    def _spend(self, request: BotRequest, messages: int) -> None:
        if self._rates is not None:
            self._rates.spend(self._chats.chat(request.chat_id), messages, now=self._chats.now())
