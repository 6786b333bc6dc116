"""Which methods the stand-in knows, and the parameters that the Bot API documents for each (version 10.0)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Kind(Enum):
    """What a parameter holds."""

    INTEGER = auto()
    NUMBER = auto()
    BOOLEAN = auto()
    STRING = auto()
    CHAT = auto()  # an id; user names are not modelled
    FILE = auto()  # an uploaded part, attach://…, or a file_id
    OBJECT = auto()  # JSON
    LIST = auto()  # JSON


@dataclass(frozen=True, slots=True)
class Method:
    """The parameters of one method."""

    required: Mapping[str, Kind] = field(default_factory=dict)
    optional: Mapping[str, Kind] = field(default_factory=dict)

    def kind_of(self, name: str) -> Kind | None:
        """Return the kind of a documented parameter, or none."""
        return self.required.get(name) or self.optional.get(name)


_CHAT = {"chat_id": Kind.CHAT}

_ALBUM = {
    "business_connection_id": Kind.STRING,
    "message_thread_id": Kind.INTEGER,
    "direct_messages_topic_id": Kind.INTEGER,
    "disable_notification": Kind.BOOLEAN,
    "protect_content": Kind.BOOLEAN,
    "allow_paid_broadcast": Kind.BOOLEAN,
    "message_effect_id": Kind.STRING,
    "reply_parameters": Kind.OBJECT,
}

_SENDING = _ALBUM | {"suggested_post_parameters": Kind.OBJECT, "reply_markup": Kind.OBJECT}

_CAPTION = {"caption": Kind.STRING, "parse_mode": Kind.STRING, "caption_entities": Kind.LIST}

_PICTURED = _CAPTION | {"show_caption_above_media": Kind.BOOLEAN, "has_spoiler": Kind.BOOLEAN}

_EDITING = {
    "business_connection_id": Kind.STRING,
    "chat_id": Kind.CHAT,
    "message_id": Kind.INTEGER,
    "inline_message_id": Kind.STRING,
    "reply_markup": Kind.OBJECT,
}

_POINT = {"latitude": Kind.NUMBER, "longitude": Kind.NUMBER}

_MOVING = {
    "live_period": Kind.INTEGER,
    "horizontal_accuracy": Kind.NUMBER,
    "heading": Kind.INTEGER,
    "proximity_alert_radius": Kind.INTEGER,
}

_COMMAND_SCOPE = {"scope": Kind.OBJECT, "language_code": Kind.STRING}

METHODS: Mapping[str, Method] = {
    # hearing
    "getUpdates": Method(
        optional={
            "offset": Kind.INTEGER,
            "limit": Kind.INTEGER,
            "timeout": Kind.INTEGER,
            "allowed_updates": Kind.LIST,
        }
    ),
    "setWebhook": Method(
        {"url": Kind.STRING},
        {
            "certificate": Kind.FILE,
            "ip_address": Kind.STRING,
            "max_connections": Kind.INTEGER,
            "allowed_updates": Kind.LIST,
            "drop_pending_updates": Kind.BOOLEAN,
            "secret_token": Kind.STRING,
        },
    ),
    "deleteWebhook": Method(optional={"drop_pending_updates": Kind.BOOLEAN}),
    "getWebhookInfo": Method(),
    # sending
    "sendMessage": Method(
        _CHAT | {"text": Kind.STRING},
        _SENDING | {"parse_mode": Kind.STRING, "entities": Kind.LIST, "link_preview_options": Kind.OBJECT},
    ),
    "sendPhoto": Method(_CHAT | {"photo": Kind.FILE}, _SENDING | _PICTURED),
    "sendDocument": Method(
        _CHAT | {"document": Kind.FILE},
        _SENDING | _CAPTION | {"thumbnail": Kind.FILE, "disable_content_type_detection": Kind.BOOLEAN},
    ),
    "sendVideo": Method(
        _CHAT | {"video": Kind.FILE},
        _SENDING
        | _PICTURED
        | {
            "duration": Kind.INTEGER,
            "width": Kind.INTEGER,
            "height": Kind.INTEGER,
            "thumbnail": Kind.FILE,
            "cover": Kind.FILE,
            "start_timestamp": Kind.INTEGER,
            "supports_streaming": Kind.BOOLEAN,
        },
    ),
    "sendMediaGroup": Method(_CHAT | {"media": Kind.LIST}, _ALBUM),
    "sendLocation": Method(_CHAT | _POINT, _SENDING | _MOVING),
    "sendChatAction": Method(
        _CHAT | {"action": Kind.STRING},
        {"business_connection_id": Kind.STRING, "message_thread_id": Kind.INTEGER},
    ),
    # editing
    "editMessageText": Method(
        {"text": Kind.STRING},
        _EDITING | {"parse_mode": Kind.STRING, "entities": Kind.LIST, "link_preview_options": Kind.OBJECT},
    ),
    "editMessageCaption": Method(optional=_EDITING | _CAPTION | {"show_caption_above_media": Kind.BOOLEAN}),
    "editMessageMedia": Method({"media": Kind.OBJECT}, _EDITING),
    "editMessageReplyMarkup": Method(optional=_EDITING),
    "editMessageLiveLocation": Method(_POINT, _EDITING | _MOVING),
    "stopMessageLiveLocation": Method(optional=_EDITING),
    # deleting
    "deleteMessage": Method(_CHAT | {"message_id": Kind.INTEGER}),
    "deleteMessages": Method(_CHAT | {"message_ids": Kind.LIST}),
    # asking
    "getMe": Method(),
    "getChat": Method(_CHAT),
    "getChatMember": Method(_CHAT | {"user_id": Kind.INTEGER}),
    "getChatMemberCount": Method(_CHAT),
    "getChatAdministrators": Method(_CHAT, {"return_bots": Kind.BOOLEAN}),
    "getFile": Method({"file_id": Kind.STRING}),
    "getMyCommands": Method(optional=_COMMAND_SCOPE),
    # settling
    "setMyCommands": Method({"commands": Kind.LIST}, _COMMAND_SCOPE),
    "deleteMyCommands": Method(optional=_COMMAND_SCOPE),
    "answerCallbackQuery": Method(
        {"callback_query_id": Kind.STRING},
        {"text": Kind.STRING, "show_alert": Kind.BOOLEAN, "url": Kind.STRING, "cache_time": Kind.INTEGER},
    ),
    "leaveChat": Method(_CHAT),
    "createForumTopic": Method(
        _CHAT | {"name": Kind.STRING}, {"icon_color": Kind.INTEGER, "icon_custom_emoji_id": Kind.STRING}
    ),
    "closeForumTopic": Method(_CHAT | {"message_thread_id": Kind.INTEGER}),
    "reopenForumTopic": Method(_CHAT | {"message_thread_id": Kind.INTEGER}),
}
