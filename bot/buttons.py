"""Writes and reads what the buttons below our messages carry.

A button carries what to do and with which invitation: far below the 64 bytes that the Bot API allows, and worthless to
anybody whose chat does not follow the invitation's organisation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from showme.domain.commands import Command

_WRITTEN: Final = re.compile(r"(?P<deed>[a-z]+):(?P<invitation>[0-9A-Za-z]{1,40})(?::(?P<choice>[a-z_]{1,20}))?")


class Deed(StrEnum):
    """What a button asks for."""

    CLOSE = "close"
    """Close the invitation; asks once more before it does."""
    REALLY_CLOSE = "really"
    KEEP_OPEN = "keep"
    WRONG = "wrong"
    """Close the invitation and forget whose number it was; asks once more before it does."""
    REALLY_WRONG = "reallywrong"
    RESEND = "resend"
    LINK = "link"
    CODE = "code"
    """Show the spoken code."""
    CAMERA = "camera"
    """Command the citizen's page, as the others below do: switch to the phone's other camera."""
    TAKE = "take"
    TORCH_ON = "torchon"
    TORCH_OFF = "torchoff"
    SOUND = "sound"
    ASK_LIVE = "asklive"
    ASK_PHOTO = "askphoto"
    ASK_LOCATION = "asklocation"
    ASK = "ask"
    """Offer the ready-made questions."""
    GROUP = "group"
    """Offer those of one group, which the button names."""
    GROUPS = "groups"
    QUESTION = "question"
    """Put a question, which the button names, to the citizen."""
    SEND = "send"
    """Send an SMS that was asked about; stands below a question, and names that instead of an invitation."""
    DONT = "dont"
    """Do not send it."""


COMMANDS: Final[Mapping[Deed, Command]] = {
    Deed.CAMERA: "switch_camera",
    Deed.TAKE: "take_photo",
    Deed.TORCH_ON: "torch_on",
    Deed.TORCH_OFF: "torch_off",
    Deed.SOUND: "ask_sound",
    Deed.ASK_LIVE: "ask_live",
    Deed.ASK_PHOTO: "ask_photo",
    Deed.ASK_LOCATION: "ask_location",
}
"""What asks the citizen's page for something."""
OF_THE_CAMERA: Final = frozenset({Deed.CAMERA, Deed.TAKE, Deed.TORCH_ON, Deed.TORCH_OFF, Deed.SOUND})
"""What means something only while the video is live."""
TALKING: Final = frozenset({Deed.ASK, Deed.GROUP, Deed.GROUPS, Deed.QUESTION})
"""What writes to the citizen."""
FOR_DISPATCHERS: Final = frozenset({Deed.RESEND, Deed.LINK, Deed.CODE, Deed.SEND, *COMMANDS, *TALKING})
"""What is not done from a supervisors' chat, where no citizen's link belongs."""
ANSWERS: Final = frozenset({Deed.SEND, Deed.DONT})
"""What stands below a question before an invitation."""
SURELY: Final = {Deed.CLOSE: Deed.REALLY_CLOSE, Deed.WRONG: Deed.REALLY_WRONG}
"""What asks once more, and the button that answers with yes."""


@dataclass(frozen=True, kw_only=True)
class Press:
    """A pressed button; below a question of ours, ``invitation`` is the question's token."""

    deed: Deed
    invitation: str
    choice: str = ""
    """The group or the ready-made question that the button names."""


def write_press(deed: Deed, invitation: str, choice: str = "") -> str:
    """Write what a button carries."""
    return f"{deed}:{invitation}:{choice}" if choice else f"{deed}:{invitation}"


def read_press(written: str | None) -> Press | None:
    """Read what a pressed button carried; None when we never wrote such a thing."""
    found = _WRITTEN.fullmatch(written or "")
    if found is None or found["deed"] not in set(Deed):
        return None
    return Press(deed=Deed(found["deed"]), invitation=found["invitation"], choice=found["choice"] or "")
