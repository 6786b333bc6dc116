"""Who acts: a dispatcher or supervisor of one organisation, a wall screen, or a program with a token."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from showme.errors import NotAllowed, NotUnderstood

Role = Literal["dispatcher", "supervisor", "wall_screen"]
"""A wall screen shows what dispatchers see, and does nothing."""

MOST_NAME: Final = 40
SINGLE_USE_LINK_LIFE: Final = timedelta(minutes=10)
SCREEN_LINK_LIFE: Final = timedelta(hours=24)
"""A wall screen is seldom within reach of who makes its link."""
ENROLMENT_CODE_LIFE: Final = timedelta(minutes=15)

_UNWRITABLE: Final = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")


_NOBODYS: Final = frozenset({"showme", "citizen"})
"""Under these the journal writes what no person did."""


@dataclass(frozen=True, kw_only=True)
class Dispatcher:
    """Somebody of an organisation who is known to us; ``name`` is what colleagues read beside what they did."""

    organisation: int
    name: str
    role: Role = "dispatcher"
    is_guest: bool = False
    """Whether nobody is signed in, and a link that was passed on is followed."""

    def refuse_unless_supervisor(self) -> None:
        """Raise NotAllowed unless this is a supervisor."""
        if self.role != "supervisor":
            raise NotAllowed("supervisors_only")


def read_name(text: str) -> str:
    """Read a person's name as typed; raise NotUnderstood when it is empty, long or nobody's."""
    name = " ".join(_UNWRITABLE.sub(" ", text).split())
    if not name or len(name) > MOST_NAME or name.casefold() in _NOBODYS:
        raise NotUnderstood("name_not_understood", most=MOST_NAME)
    return name
