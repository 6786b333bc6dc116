"""Lets the build of the Python package build the browser's files first (tools/build_browser.py does the work)."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# An isolated build does not look into the checkout by itself.
sys.path.insert(0, str(Path(__file__).resolve().parent))

from tools import build_browser


class BrowserBuild(BuildHookInterface):  # type: ignore[type-arg]  # hatchling leaves its configuration's type open
    """Runs for wheels and editable installs; a source distribution carries the sources only."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for Node from the package index, only where the machine has none."""
        if self.target_name == "wheel" and build_browser.needs_node_wheel():
            return [build_browser.NODE_WHEEL]
        return []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Fetch the pinned libraries and build `vendor/`."""
        if self.target_name == "wheel":
            root = Path(self.root)
            build_browser.build(root)
