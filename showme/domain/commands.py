"""What a dispatcher can have the citizen's page do, or say to the citizen."""

from __future__ import annotations

from typing import Final, Literal, get_args

from showme.errors import NotUnderstood

Command = Literal[
    "switch_camera",
    "torch_on",
    "torch_off",
    "ask_sound",
    "stop_sound",
    "take_photo",
    "move_closer",
    "move_back",
    "move_left",
    "move_right",
    "hold_still",
    "ask_live",
    "ask_photo",
    "ask_location",
]
COMMANDS: Final[tuple[Command, ...]] = get_args(Command)


def read_command(text: str) -> Command:
    """Read a command; raise NotUnderstood (``command_not_understood``)."""
    for command in COMMANDS:
        if text == command:
            return command
    raise NotUnderstood("command_not_understood")
