"""Check the buttons below a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from practice.telegram import limits
from practice.telegram.records import Button
from practice.telegram.rejected import bad_request

if TYPE_CHECKING:
    from practice.telegram.records import ButtonKind, Chat, Json, Keyboard

_OTHER_MARKUPS = ("keyboard", "remove_keyboard", "force_reply")
_DRESS = frozenset({"text", "style", "icon_custom_emoji_id"})
"""What a button may have beside the one field that says what it does."""

_KINDS: dict[str, ButtonKind] = {
    "url": "url",
    "callback_data": "callback",
    "login_url": "login_url",
    "copy_text": "copy_text",
    "web_app": "web_app",
}
_ONLY_IN_PRIVATE = frozenset({"web_app"})
_SCHEMES = frozenset({"http", "https", "tg"})


def read_keyboard(markup: Json | None, chat: Chat, *, only_inline: bool = False) -> Keyboard:
    """Return the rows of an inline keyboard; no rows for none and for a custom keyboard.

    Raise Rejected (400) for what the Bot API does not take in this chat.
    """
    if markup is None:
        return ()
    if "inline_keyboard" not in markup:
        if only_inline or not any(name in markup for name in _OTHER_MARKUPS):
            raise bad_request("object expected as reply markup")
        return ()
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    if sum(len(row) for row in rows) > limits.BUTTONS or any(len(row) > limits.BUTTONS_IN_A_ROW for row in rows):
        raise bad_request("reply markup is too long")
    return tuple(tuple(_read_button(button, chat) for button in row) for row in rows if row)


def _read_button(button: Any, chat: Chat) -> Button:
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise bad_request('can\'t parse inline keyboard button: field "text" must be a String')
    if not button["text"].strip():
        raise bad_request("text buttons are unallowed in the inline keyboard")
    deeds = [name for name in button if name not in _DRESS]
    if len(deeds) != 1:
        raise bad_request("exactly one of the button's fields beside text must be used")
    kind = _KINDS.get(deeds[0])
    if kind is None or (chat.is_group and deeds[0] in _ONLY_IN_PRIVATE):
        raise bad_request("BUTTON_TYPE_INVALID")
    return Button(text=button["text"], kind=kind, value=_read_value(kind, button[deeds[0]]))


def _read_value(kind: ButtonKind, value: Any) -> str:
    if kind in {"login_url", "web_app"}:
        value = value.get("url") if isinstance(value, dict) else None
    if kind == "copy_text":
        value = value.get("text") if isinstance(value, dict) else None
    if not isinstance(value, str):
        raise bad_request(f"can't parse inline keyboard button: {kind}")
    if kind == "callback" and len(value.encode()) not in limits.CALLBACK_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if kind == "copy_text" and len(value) not in limits.COPY_TEXT:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    if kind in {"url", "login_url", "web_app"}:
        _check_address(value)
    return value


def _check_address(address: str) -> None:
    try:
        parts = urlsplit(address)
    except ValueError:
        raise bad_request("BUTTON_URL_INVALID") from None
    if parts.scheme not in _SCHEMES or not parts.netloc:
        raise bad_request("BUTTON_URL_INVALID")
