"""The key that signs the audit's checkpoints, in a file of its own: who can write to the database cannot sign."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from app.settings import Problems

if TYPE_CHECKING:
    from pathlib import Path

AUDIT_KEY: Final = "audit-key"
_BYTES: Final = 32


def audit_key(folder: Path) -> bytes:
    """Return the key from the data folder, where it is made at first use; raise Problems where it is no key of ours."""
    path = folder / AUDIT_KEY
    with suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            os.write(descriptor, secrets.token_hex(_BYTES).encode())
            os.fsync(descriptor)
        except OSError:
            path.unlink()  # half a key would be one that nobody notices
            raise
        finally:
            os.close(descriptor)
    try:
        key = bytes.fromhex(path.read_text("ascii"))
    except ValueError:
        key = b""
    if len(key) != _BYTES:
        raise Problems([f"{path} is damaged: put it back from a backup. Without it no checkpoint can be verified."])
    return key
