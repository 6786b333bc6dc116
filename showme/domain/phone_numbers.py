"""Phone numbers as people type them, read in the organisation's region."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from showme.errors import NotInvitable

_MOST_TYPED: Final = 64
_SLASHES: Final = re.compile(r"[/\\|]")
_SCHEME: Final = re.compile(r"^\s*(?:tel|sms):", re.IGNORECASE)
_LETTERS: Final = re.compile(r"[^\W\d_]")
"""The library skips or dials letters; here one is a mistyped word, and nothing may be sent on a guess."""
_MOBILE: Final = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


@dataclass(frozen=True, kw_only=True)
class PhoneNumber:
    """A number that an SMS can reach: ``e164`` to dial, ``masked`` for everyone's eyes."""

    e164: str
    masked: str
    country: str

    def __repr__(self) -> str:
        """Show the masked number only, so that no log ever holds the real one."""
        return f"PhoneNumber({self.masked})"


def read_number(typed: str, *, region: str) -> PhoneNumber:
    """Read what was typed or pasted; raise NotInvitable with the cause when no SMS can be sent there."""
    text = _SLASHES.sub(" ", _SCHEME.sub("", typed)).strip()
    if not text or len(text) > _MOST_TYPED or _LETTERS.search(text):
        raise NotInvitable("number_not_understood")
    parsed = _parse(text, region)
    if not phonenumbers.is_valid_number(parsed):
        raise NotInvitable("number_not_valid")
    if phonenumbers.number_type(parsed) not in _MOBILE:
        raise NotInvitable("number_not_mobile")
    return PhoneNumber(
        e164=phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164),
        masked=_mask(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)),
        country=phonenumbers.region_code_for_number(parsed) or region,
    )


def _parse(text: str, region: str) -> phonenumbers.PhoneNumber:
    """Parse in the region; a number typed as ``32470…``, with its country's code and no plus, is read as meant."""
    try:
        parsed = phonenumbers.parse(text, region)
    except NumberParseException as error:
        raise NotInvitable("number_not_understood") from error
    if _can_be_texted(parsed) or not text[:1].isdigit() or text[:1] == "0":
        return parsed
    try:
        with_plus = phonenumbers.parse("+" + text, None)
    except NumberParseException:
        return parsed
    if phonenumbers.is_valid_number(parsed):
        # "49151…" is a German mobile, and could be a landline without its zero; a landline is never read as abroad.
        is_meant = with_plus.country_code == parsed.country_code and _can_be_texted(with_plus)
    else:
        is_meant = phonenumbers.is_valid_number(with_plus)
    return with_plus if is_meant else parsed


def _can_be_texted(number: phonenumbers.PhoneNumber) -> bool:
    return phonenumbers.is_valid_number(number) and phonenumbers.number_type(number) in _MOBILE


def _mask(international: str) -> str:
    """Hide the middle of ``+32 470 12 34 56``: country code, first digit and last two stay."""
    country, _, rest = international.partition(" ")
    digits = sum(character.isdigit() for character in rest)
    seen = 0
    shown = []
    for character in rest:
        if not character.isdigit():
            shown.append(" ")
            continue
        seen += 1
        shown.append(character if seen == 1 or seen > digits - 2 else "•")
    return f"{country} {''.join(shown)}"
