"""What makes a configuration weak: secrets that can be guessed, and files that others can read."""

from __future__ import annotations

import json
import stat
import tomllib
from typing import TYPE_CHECKING, Any, Final

from pydantic import SecretStr

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from app.settings import Settings

_SHORTEST_SECRET: Final = 24
_LEAST_LETTERS: Final = 8
"""Different characters that a random text of that length has all but surely."""
_OURS_TO_CHOOSE: Final = ("telegram_webhook_secret", "clickatell_receipt_secret", "turn_secret")
_SAMPLES: Final = ("changeme", "change-me", "secret", "password", "example", "your-", "default", "12345678", "abcdefgh")


def keys_from_json(value: object) -> object:
    """Return what a variable says in JSON; raise ValueError where it is no object of organisations' numbers."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise ValueError('an object in JSON is needed, such as {"1": "the key of organisation 1"}') from None
    if not isinstance(value, dict) or not all(str(number).isdecimal() for number in value):
        raise ValueError('an object of organisations\' numbers is needed, such as {"1": "the key of organisation 1"}')
    return value


def problems_of_secrets(settings: Settings) -> list[str]:
    """Say which of the secrets that an operator makes up could be guessed."""
    problems = []
    for name in _OURS_TO_CHOOSE:
        secret: SecretStr | None = getattr(settings, name)
        if secret is None:
            continue
        value = secret.get_secret_value()
        if len(value) < _SHORTEST_SECRET:
            problems.append(f"{name} is too short: use {_SHORTEST_SECRET} or more random letters and digits.")
        elif len(set(value)) < _LEAST_LETTERS or any(sample in value.lower() for sample in _SAMPLES):
            problems.append(f"{name} can be guessed: use {_SHORTEST_SECRET} or more random letters and digits.")
    return problems


def problems_of_files(file: Path, secret_names: Mapping[str, bool]) -> list[str]:
    """Say when others can read a configuration file that holds secrets; ``secret_names`` says which settings are."""
    try:
        told: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
        mode = stat.S_IMODE(file.stat().st_mode)
    except (OSError, ValueError):
        return []  # what cannot be read at all was told of already
    held = sorted(name for name in told if secret_names.get(name, False))
    if not held or not mode & 0o077:
        return []
    return [f"{file} holds {', '.join(held)} and can be read by others: chmod 600 {file}"]
