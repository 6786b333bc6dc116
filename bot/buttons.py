"""Writes and reads what the buttons below our messages carry.

A button carries what to do and with which invitation: far below the 64 bytes that the Bot API allows, and worthless to
anybody whose chat does not follow the invitation's organisation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_WRITTEN: Final = re.compile(r"(?P<deed>[a-z]+):(?P<invitation>[0-9A-Za-z]{1,40})")


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


SURELY: Final = {Deed.CLOSE: Deed.REALLY_CLOSE, Deed.WRONG: Deed.REALLY_WRONG}
"""What asks once more, and the button that answers with yes."""


@dataclass(frozen=True, kw_only=True)
class Press:
    """A pressed button."""

    deed: Deed
    invitation: str


def write_press(deed: Deed, invitation: str) -> str:
    """Write what a button carries."""
    return f"{deed}:{invitation}"


def read_press(written: str | None) -> Press | None:
    """Read what a pressed button carried; None when we never wrote such a thing."""
    found = _WRITTEN.fullmatch(written or "")
    if found is None or found["deed"] not in set(Deed):
        return None
    return Press(deed=Deed(found["deed"]), invitation=found["invitation"])
