"""The values that a practised chat is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from datetime import datetime

Json = dict[str, Any]
ChatType = Literal["private", "group", "supergroup"]
MessageKind = Literal["text", "photo", "location", "document", "video", "contact", "service"]
FileKind = Literal["photo", "document", "video"]
ButtonKind = Literal["url", "callback", "login_url", "copy_text", "web_app"]
Standing = Literal["creator", "administrator", "member", "left", "kicked"]

PRESENT: frozenset[Standing] = frozenset({"creator", "administrator", "member"})


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a Telegram account; the bot is one too."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    is_bot: bool = False
    language: str | None = None

    @property
    def name(self) -> str:
        """The name as chats show it."""
        return f"{self.first_name} {self.last_name}" if self.last_name else self.first_name


@dataclass(frozen=True, slots=True)
class Chat:
    """A private chat (its id is the person's), a basic group or a supergroup."""

    id: int
    type: ChatType
    title: str | None = None
    person: Person | None = None
    is_forum: bool = False
    migrated_to: int | None = None

    @property
    def is_group(self) -> bool:
        """Whether several people share it."""
        return self.type != "private"


@dataclass(frozen=True, slots=True)
class Membership:
    """How somebody stands in a chat; rights only matter for administrators."""

    person: Person
    standing: Standing = "member"
    rights: frozenset[str] = frozenset()

    @property
    def is_present(self) -> bool:
        """Whether the person is in the chat now."""
        return self.standing in PRESENT

    def may(self, right: str) -> bool:
        """Whether the person has this administrator's right, spelled as the Bot API spells it."""
        return self.standing == "creator" or (self.standing == "administrator" and right in self.rights)


@dataclass(frozen=True, slots=True)
class Button:
    """A button below a message; ``value`` is its address, callback data or text to copy."""

    text: str
    kind: ButtonKind
    value: str


Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the map; a live one can be moved until ``live_until``. Metres, degrees, seconds."""

    latitude: float
    longitude: float
    accuracy: float | None = None
    heading: int | None = None
    live_period: int | None = None
    live_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Bytes that a message shows; width and height in pixels, for photos always, else as the sender told."""

    id: str
    kind: FileKind
    name: str
    mime: str
    content: bytes
    width: int = 0
    height: int = 0
    duration: int = 0


@dataclass(frozen=True, slots=True)
class Contact:
    """A phone number that somebody shared; ``person_id`` when it is an account's own."""

    phone_number: str
    first_name: str
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """What a service message announces: the Bot API's field and its value."""

    field: str
    value: object


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it is now; ``text`` is plain (the caption of a photo), ``html`` what the bot sent."""

    id: int
    chat_id: int
    sender: Person
    at: datetime
    kind: MessageKind = "text"
    text: str = ""
    html: str = ""
    reply_to: int | None = None
    thread: int | None = None
    is_silent: bool = False
    has_spoiler: bool = False
    buttons: Keyboard = ()
    album: str | None = None
    file: StoredFile | None = None
    place: Place | None = None
    contact: Contact | None = None
    service: Service | None = None
    edits: int = 0
    edited_at: datetime | None = None
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class PressAnswer:
    """What the bot showed to somebody who pressed a button."""

    text: str = ""
    is_alert: bool = False
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Press:
    """Somebody pressed a callback button; ``answer`` is none until the bot has answered."""

    id: str
    chat_id: int
    message_id: int
    person: Person
    value: str
    answer: PressAnswer | None = None
