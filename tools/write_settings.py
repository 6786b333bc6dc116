"""Writes docs/settings.md from the settings' own model, so that the page cannot lag behind."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from app.settings import EUROPE, Settings

PAGE = Path(__file__).resolve().parent.parent / "docs" / "settings.md"

_HEAD = """# Settings

Made from the model by `python -m tools.write_settings`; do not edit by hand.

A setting is looked for in a secret file `/run/secrets/showme_<name>` (another folder: `SHOWME_SECRETS`), then in the
variable `SHOWME_<NAME>`, then under its name in the TOML file `/etc/showme/showme.toml` (another one: `SHOWME_CONFIG`).
Lists are written with commas in a variable, as lists in TOML. Secrets are best kept in secret files.

| setting | what it is | unless set |
|---|---|---|
"""


def page() -> str:
    """Return the page."""
    return _HEAD + "".join(_row(name, field) for name, field in Settings.model_fields.items())


def _row(name: str, field: FieldInfo) -> str:
    return f"| `{name}`{' (secret)' if _is_secret(field) else ''} | {field.description} | {_default(name, field)} |\n"


def _is_secret(field: FieldInfo) -> bool:
    return SecretStr.__name__ in str(field.annotation)


def _default(name: str, field: FieldInfo) -> str:
    if field.is_required():
        return "must be set"
    default: Any = field.default
    if name == "image_workers":
        return "one per core"
    if default == EUROPE:
        return "the EEA, CH and GB"
    if default in (None, [], {}):
        return "nothing"
    if isinstance(default, bool):
        return "no" if not default else "yes"
    return f"`{', '.join(default) if isinstance(default, list) else default}`"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    sys.stdout.write(f"{PAGE.name} is written\n")
