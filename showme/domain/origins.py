"""From where somebody acts: noted at a door, and written beside the deed in the journal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

MOST: Final = 60
COMMAND_LINE: Final = "command line"
_NOT_NOTED: Final = frozenset({"showme", "citizen"})
"""What we do by ourselves comes from nowhere; where a citizen's phone is in the network is nobody's business."""

_origin: Final[ContextVar[str | None]] = ContextVar("origin", default=None)


@contextmanager
def acting_from(origin: str | None) -> Iterator[None]:
    """Let what is done within come from there: an address, a chat, the command line."""
    token = _origin.set(origin[:MOST] if origin else None)
    try:
        yield
    finally:
        _origin.reset(token)


def note_origin(origin: str | None) -> None:
    """Let everything that this task does from now on come from there."""
    _origin.set(origin[:MOST] if origin else None)


def origin_noted() -> str | None:
    """Return from where this task acts, for a deed of it that is written down by another one."""
    return _origin.get()


def origin_of(actor: str) -> str | None:
    """Return from where somebody acts at this moment; None where nobody has noted it, or nobody should."""
    return None if actor in _NOT_NOTED else _origin.get()
