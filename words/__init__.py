"""Reads the catalogue: one folder per language, one JSON file per section."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any


def read_words() -> dict[str, dict[str, Any]]:
    """Return ``{language: {section: words}}`` for every folder of words."""
    return {
        folder.name: {
            section.name.removesuffix(".json"): json.loads(section.read_text("utf-8"))
            for section in folder.iterdir()
            if section.name.endswith(".json")
        }
        for folder in files(__name__).iterdir()
        if folder.is_dir() and not folder.name.startswith("_")
    }
