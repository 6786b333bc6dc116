"""Writes bytes as letters and digits only, which every phone's link detection and every peer id keep whole."""

from __future__ import annotations

from typing import Final

DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_VALUES: Final = {digit: value for value, digit in enumerate(DIGITS)}


def write_base62(raw: bytes, *, digits: int) -> str:
    """Return ``raw`` as so many digits, padded on the left; they must be enough for every value of its length."""
    number = int.from_bytes(raw)
    written = []
    for _ in range(digits):
        number, digit = divmod(number, len(DIGITS))
        written.append(DIGITS[digit])
    return "".join(reversed(written))


def read_base62(text: str, *, size: int) -> bytes | None:
    """Return the ``size`` bytes that were written as this text; None for a foreign letter or a value too high."""
    number = 0
    for digit in text:
        value = _VALUES.get(digit)
        if value is None:
            return None
        number = number * len(DIGITS) + value
    return number.to_bytes(size) if number < 1 << (8 * size) else None
