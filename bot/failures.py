"""Tells what an error of Telegram's means for the one who asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError

_NEVER_SENT: Final = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout", "UnsupportedProtocol"})
"""What httpx raises before the first byte of a request has left (https://www.python-httpx.org/exceptions/)."""


def may_have_arrived(error: TelegramError) -> bool:
    """Whether Telegram may have done what we asked for before its answer was lost.

    python-telegram-bot gives time-outs and broken connections one class each; what lies behind it says whether the
    request had left.
    """
    if isinstance(error, BadRequest) or not isinstance(error, NetworkError):
        return False
    return type(error.__cause__).__name__ not in _NEVER_SENT


def seconds_to_wait(error: RetryAfter) -> float:
    """Return for how many seconds Telegram wants to be left alone."""
    wanted = error.retry_after
    return wanted.total_seconds() if isinstance(wanted, timedelta) else float(wanted)


def is_as_it_was(error: BadRequest) -> bool:
    """Whether an edit changed nothing, so that it is done."""
    said = error.message.lower()
    return "message is not modified" in said or "topic_not_modified" in said


def is_gone(error: BadRequest) -> bool:
    """Whether the message that we wanted to change or delete is not there, or not ours to change any more."""
    said = error.message.lower()
    return any(
        words in said
        for words in ("message to edit not found", "message to delete not found", "message can't be edited",
                      "message_id_invalid", "message to be replied not found")
    )  # fmt: skip


def is_too_old_to_delete(error: BadRequest) -> bool:
    """Whether a message stands, and the bot may not delete it (any more)."""
    return "message can't be deleted" in error.message.lower()


def is_unreachable(error: TelegramError) -> bool:
    """Whether Telegram refuses because the bot knows no such chat: a person who never pressed Start."""
    return isinstance(error, BadRequest) and "chat not found" in error.message.lower()


def is_bad_address(error: BadRequest) -> bool:
    """Whether Telegram takes no such address below a message: it knows of no ``localhost``, and of no bare name."""
    said = error.message.lower()
    return "button_url_invalid" in said or "wrong http url" in said


def is_no_topic(error: BadRequest) -> bool:
    """Whether a topic takes no message: people have closed or deleted it, or it never was."""
    said = error.message.lower()
    return any(
        words in said for words in ("message thread not found", "topic_closed", "topic_deleted", "topic_id_invalid")
    )
