"""Who acts: a dispatcher or supervisor of one organisation, or a program with a token."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from showme.errors import NotAllowed, NotUnderstood

Role = Literal["dispatcher", "supervisor"]

MOST_NAME: Final = 40
SESSION_IDLE: Final = timedelta(hours=12)
SESSION_LIFE: Final = timedelta(days=7)
SINGLE_USE_LINK_LIFE: Final = timedelta(minutes=10)
ENROLMENT_CODE_LIFE: Final = timedelta(minutes=15)

_UNWRITABLE: Final = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")


@dataclass(frozen=True, kw_only=True)
class Dispatcher:
    """Somebody of an organisation who is known to us; ``name`` is what colleagues read beside what they did."""

    organisation: int
    name: str
    role: Role = "dispatcher"

    def refuse_unless_supervisor(self) -> None:
        """Raise NotAllowed unless this is a supervisor."""
        if self.role != "supervisor":
            raise NotAllowed("supervisors_only")


def read_name(text: str) -> str:
    """Read a person's name as typed; raise NotUnderstood when it is empty or longer than 40 characters."""
    name = " ".join(_UNWRITABLE.sub(" ", text).split())
    if not name or len(name) > MOST_NAME:
        raise NotUnderstood("name_not_understood", most=MOST_NAME)
    return name
