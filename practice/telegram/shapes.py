"""Give what is so the shape of the Bot API's objects: Message, Chat, User, ChatMember."""

from __future__ import annotations

from typing import TYPE_CHECKING

from practice.telegram.commands import command_entities
from showme.errors import NotFound

if TYPE_CHECKING:
    from datetime import datetime

    from practice.telegram.chats import Chats
    from practice.telegram.records import Button, Chat, Contact, Json, Membership, Message, Person, Place, StoredFile

PHOTO_EDGES = (("s", 90), ("m", 320), ("x", 800), ("y", 1280))
"""The boxes that Telegram fits photos into, in pixels."""

ADMINISTRATOR_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
)


def timestamp(moment: datetime) -> int:
    """Return Unix time in seconds."""
    return int(moment.timestamp())


def user(person: Person) -> Json:
    """Return a User."""
    shape: Json = {"id": person.id, "is_bot": person.is_bot, "first_name": person.first_name}
    optional = {"last_name": person.last_name, "username": person.username, "language_code": person.language}
    return shape | _given(optional)


def bot_user(bot: Person, *, hears_all: bool) -> Json:
    """Return the User of ``getMe``."""
    return user(bot) | {
        "can_join_groups": True,
        "can_read_all_group_messages": hears_all,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def chat(about: Chat) -> Json:
    """Return a Chat."""
    shape: Json = {"id": about.id, "type": about.type}
    if about.person:
        person = about.person
        names = {"first_name": person.first_name, "last_name": person.last_name, "username": person.username}
        return shape | _given(names)
    return shape | {"title": about.title} | ({"is_forum": True} if about.is_forum else {})


def full_chat(about: Chat) -> Json:
    """Return a ChatFullInfo."""
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    return chat(about) | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }


def member(membership: Membership) -> Json:
    """Return a ChatMember of the kind that the standing makes."""
    shape: Json = {"status": membership.standing, "user": user(membership.person)}
    if membership.standing == "creator":
        shape["is_anonymous"] = False
    elif membership.standing == "administrator":
        rights = {right: right in membership.rights or right == "can_manage_chat" for right in ADMINISTRATOR_RIGHTS}
        shape |= {"can_be_edited": False, "is_anonymous": False} | rights
    elif membership.standing == "kicked":
        shape["until_date"] = 0
    return shape


def member_updated(chats: Chats, about: Chat, by: Person, *, old: Membership, new: Membership) -> Json:
    """Return a ChatMemberUpdated."""
    return {
        "chat": chat(about),
        "from": user(by),
        "date": timestamp(chats.now()),
        "old_chat_member": member(old),
        "new_chat_member": member(new),
    }


def file(stored: StoredFile) -> Json:
    """Return a File, as ``getFile`` does."""
    return _file_ids(stored) | {"file_path": f"{stored.kind}s/{stored.id}/{stored.name}"}


def message(chats: Chats, about: Message, *, with_reply: bool = True) -> Json:
    """Return a Message; the message it replies to is in it, without its own."""
    home = chats.chat(about.chat_id)
    shape: Json = {
        "message_id": about.id,
        "from": user(about.sender),
        "chat": chat(home),
        "date": timestamp(about.at),
    }
    if about.thread is not None:
        shape |= {"message_thread_id": about.thread, "is_topic_message": True}
    if about.reply_to is not None and with_reply:
        shape |= _reply(chats, about.chat_id, about.reply_to)
    if about.edited_at is not None:
        shape["edit_date"] = timestamp(about.edited_at)
    if about.album is not None:
        shape["media_group_id"] = about.album
    if about.buttons:
        shape["reply_markup"] = {"inline_keyboard": [[_button(button) for button in row] for row in about.buttons]}
    return shape | _content(about)


def _reply(chats: Chats, chat_id: int, message_id: int) -> Json:
    try:
        replied = chats.message(chat_id, message_id)
    except NotFound:
        return {}
    return {"reply_to_message": message(chats, replied, with_reply=False)}


def _content(about: Message) -> Json:
    if about.service:
        return {about.service.field: about.service.value}
    if about.place:
        return {"location": _location(about.place)}
    if about.contact:
        return {"contact": _contact(about.contact)}
    if about.file:
        return _media(about, about.file)
    entities = [] if about.sender.is_bot else command_entities(about.text)
    return {"text": about.text} | ({"entities": entities} if entities else {})


def _media(about: Message, stored: StoredFile) -> Json:
    shape: Json = {stored.kind: _photo_sizes(stored) if stored.kind == "photo" else _other_file(stored)}
    if about.text:
        shape["caption"] = about.text
    if about.has_spoiler:
        shape["has_media_spoiler"] = True
    return shape


def _photo_sizes(stored: StoredFile) -> list[Json]:
    longest = max(stored.width, stored.height)
    edges = [(letter, edge) for letter, edge in PHOTO_EDGES if edge < longest]
    last = next((letter for letter, edge in PHOTO_EDGES if edge >= longest), "y")
    sizes = [*edges, (last, longest)] if longest <= PHOTO_EDGES[-1][1] else edges
    return [
        {
            "file_id": stored.id,
            "file_unique_id": f"{stored.id}-{letter}",
            "width": max(1, round(stored.width * edge / longest)),
            "height": max(1, round(stored.height * edge / longest)),
            "file_size": len(stored.content),
        }
        for letter, edge in sizes
    ]


def _other_file(stored: StoredFile) -> Json:
    shape = _file_ids(stored) | {"file_name": stored.name, "mime_type": stored.mime}
    if stored.kind == "video":
        shape |= {"width": stored.width, "height": stored.height, "duration": stored.duration}
    return shape


def _file_ids(stored: StoredFile) -> Json:
    return {"file_id": stored.id, "file_unique_id": f"{stored.id}-u", "file_size": len(stored.content)}


def _location(place: Place) -> Json:
    optional = {
        "horizontal_accuracy": place.accuracy,
        "heading": place.heading,
        "live_period": place.live_period if place.live_until else None,
    }
    return {"latitude": place.latitude, "longitude": place.longitude} | _given(optional)


def _contact(contact: Contact) -> Json:
    optional = {"user_id": contact.person_id}
    return {"phone_number": contact.phone_number, "first_name": contact.first_name} | _given(optional)


def _button(button: Button) -> Json:
    values: dict[str, Json] = {
        "url": {"url": button.value},
        "callback": {"callback_data": button.value},
        "login_url": {"login_url": {"url": button.value}},
        "copy_text": {"copy_text": {"text": button.value}},
        "web_app": {"web_app": {"url": button.value}},
    }
    return {"text": button.text} | values[button.kind]


def _given(optional: Json) -> Json:
    return {name: value for name, value in optional.items() if value is not None}
