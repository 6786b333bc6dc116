"""The documented limits of the Bot API (https://core.telegram.org/bots/api, unless a line says otherwise)."""

from __future__ import annotations

from datetime import timedelta

TEXT = 4096
CAPTION = 1024
"""Characters, after the entities are parsed."""

PHOTO_BYTES = 10 * 1024 * 1024
PHOTO_WIDTH_AND_HEIGHT = 10_000
PHOTO_RATIO = 20
"""Of a photo: bytes; pixels of width and height together; how often the shorter side fits in the longer."""

UPLOAD_BYTES = 50 * 1024 * 1024
ALBUM = range(2, 11)
DELETED_AT_ONCE = range(1, 101)

CALLBACK_DATA_BYTES = range(1, 65)
COPY_TEXT = range(1, 257)
BUTTONS = 100
BUTTONS_IN_A_ROW = 8
"""Not in the Bot API's own pages: python-telegram-bot, ``telegram.constants.InlineKeyboardMarkupLimit``."""

PRESS_ANSWER = 200
TOPIC_NAME = range(1, 129)
COMMANDS = 100
COMMAND = range(1, 33)
COMMAND_DESCRIPTION = range(1, 257)

ACCURACY_METRES = 1500
HEADING = range(1, 361)
LIVE_SECONDS = range(60, 86_401)
LIVE_FOR_EVER = 0x7FFFFFFF

DELETABLE_FOR = timedelta(hours=48)

UPDATES_AT_ONCE = range(1, 101)
SECRET_TOKEN = range(1, 257)
WEBHOOK_PORTS = frozenset({80, 88, 443, 8443})
WEBHOOK_CONNECTIONS = range(1, 101)
