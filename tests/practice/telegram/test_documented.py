"""The table of documented parameters, held against what python-telegram-bot sends."""

from __future__ import annotations

import inspect
import re

import pytest
import telegram
from telegram import Bot

from practice.telegram.documented import METHODS

NEVER_SENT = {"self", "read_timeout", "write_timeout", "connect_timeout", "pool_timeout", "api_kwargs"}
CONVENIENCES = {
    # python-telegram-bot turns these into documented parameters before it sends them.
    "allow_sending_without_reply",
    "reply_to_message_id",
    "disable_web_page_preview",
    "filename",
    "location",
}
ALBUM_CONVENIENCES = {"caption", "parse_mode", "caption_entities"}


def sent_by_the_library(method: str) -> set[str]:
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", method).lower()
    parameters = set(inspect.signature(getattr(Bot, name)).parameters) - NEVER_SENT
    if method == "sendMediaGroup":
        parameters -= ALBUM_CONVENIENCES
    return parameters - CONVENIENCES


@pytest.mark.parametrize("method", METHODS)
def test_the_library_and_the_table_know_the_same_parameters(method: str) -> None:
    documented = {*METHODS[method].required, *METHODS[method].optional}
    assert sent_by_the_library(method) == documented


def test_the_table_is_of_the_library_s_version() -> None:
    assert telegram.__bot_api_version__ == "10.0"
