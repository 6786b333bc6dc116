"""How pictures that may hurt are met: how far an organisation, and each person, wants them blurred."""

from __future__ import annotations

from typing import Final, Literal, get_args

from showme.errors import NotUnderstood

Blurring = Literal["shown", "until_revealed", "always"]
"""``always`` lets a picture be revealed only while it is looked at alone, and blurs it again behind whoever leaves."""
BLURRINGS: Final[tuple[Blurring, ...]] = get_args(Blurring)
"""The most open first."""


def stricter(organisations: Blurring, own: Blurring | None) -> Blurring:
    """Return what holds for a person: one may hide more than the organisation wants, and never less."""
    return max(organisations, own or BLURRINGS[0], key=BLURRINGS.index)


def read_blurring(text: str) -> Blurring:
    """Read a choice; raise NotUnderstood."""
    for blurring in BLURRINGS:
        if text == blurring:
            return blurring
    raise NotUnderstood("blurring_not_understood")
