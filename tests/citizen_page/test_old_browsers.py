"""Phones that are never updated: Safari 15, Chrome 90, Firefox 91."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.citizen_page.door import Bundle
from tools.build_browser import CITIZEN_OPTIONS, PHONES

TOO_NEW = {
    "crypto.randomUUID": r"\.randomUUID\b",
    "structuredClone": r"\bstructuredClone\b",
    "AbortSignal.timeout": r"AbortSignal\.(timeout|any)\b",
    "Array.prototype.at": r"\.at\(-?\d",
    "Array.prototype.findLast": r"\.findLast(Index)?\(",
    "Array.prototype.toSorted": r"\.to(Sorted|Reversed|Spliced)\(",
    "Object.hasOwn": r"Object\.hasOwn\(",
    "Object.groupBy": r"\.groupBy\(",
    "Promise.withResolvers": r"\.withResolvers\(",
    "Element.checkVisibility": r"\.checkVisibility\(",
    "constructable style sheets": r"adoptedStyleSheets|new CSSStyleSheet",
    "Error.cause": r"\{cause:",
}
"""What these browsers do not have, and a page that uses it dies of; by how it is written."""


def scripts(bundle: Bundle) -> dict[str, str]:
    return {"page": bundle.script, **{name: text for name, (_, text) in bundle.parts.items()}}


@pytest.mark.parametrize("name", ["page", "later", "live", "talk"])
def test_old_browsers_can_read_the_script(bundle: Bundle, node_modules: Path, name: str) -> None:
    esbuild = next((node_modules / "@esbuild").glob("*/bin/esbuild"))

    def written_for(browsers: str, script: str) -> str:
        options = ["--minify", "--charset=utf8", f"--target={browsers}", *CITIZEN_OPTIONS]
        return subprocess.run([esbuild, *options], input=script, capture_output=True, text=True, check=True).stdout

    script = scripts(bundle)[name]
    assert written_for(PHONES, script) == written_for("esnext", script)
    # What these browsers cannot read would be put in other words, as this is.
    newer = script + ";globalThis.Newer=class{static{globalThis.x=1}}"
    assert written_for(PHONES, newer) != written_for("esnext", newer)


@pytest.mark.parametrize("name", ["page", "later", "live", "talk"])
def test_old_browsers_have_all_that_the_script_uses(bundle: Bundle, name: str) -> None:
    script = scripts(bundle)[name]
    assert [what for what, written in TOO_NEW.items() if re.search(written, script)] == []
