"""Copies a whole installation, and puts a copy back: the database first, then the files that it names, by hash."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from storage.files import NAME, OURS_ALONE, READ_AT_ONCE, sync
from storage.media import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_MANIFEST: Final = "manifest.json"
_DATABASE: Final = "showme.sqlite"
_VERSION: Final = 1
_AT_ONCE: Final = 512
"""Pages that are copied before somebody else may write again."""
_HASH_LENGTH: Final = 64


class NotACopy(Exception):
    """A folder is not a whole copy; says why."""


@dataclass(frozen=True, kw_only=True)
class Copy:
    """What a copy holds; ``gone`` files were forgotten while it was taken."""

    at: datetime
    files: int
    bytes: int
    gone: int = 0


def take(database: Path, media: Path, to: Path, *, beside: Sequence[Path], at: datetime) -> Copy:
    """Copy a database that may be in use, and then the media that its rows name; raise FileExistsError, OSError.

    The manifest comes last: a folder without it is no copy.
    """
    to.mkdir(mode=OURS_ALONE, parents=True)
    _copy_database(database, to / _DATABASE)
    (to / "media").mkdir(mode=OURS_ALONE)
    told: list[dict[str, object]] = []
    gone = whole = 0
    for kind, name, must_be in _named(to / _DATABASE):
        try:
            digest, size = _copy_by_hash(media / kind / name, to / "media")
        except FileNotFoundError:
            gone += must_be
            continue
        told.append({"kind": kind, "name": name, "sha256": digest, "bytes": size})
        whole += size
    for path in beside:
        _copy_file(path, to / path.name)
    head = {"version": _VERSION, "at": at.astimezone(UTC).isoformat(), "gone": gone}
    head |= {"database": _digest(to / _DATABASE), "beside": {path.name: _digest(to / path.name) for path in beside}}
    _write(to / _MANIFEST, json.dumps({**head, "files": told}, indent=1).encode())
    sync(to / "media")
    sync(to)
    return Copy(at=at, files=len(told), bytes=whole, gone=gone)


def put_back(source: Path, database: Path, media: Path) -> Copy:
    """Check every byte of a copy, and then put it where nothing is yet; raise NotACopy, OSError.

    The database comes last: an installation without one is empty.
    """
    manifest = _read_manifest(source)
    try:
        at = datetime.fromisoformat(manifest["at"])
        files = [(entry["kind"], entry["name"], entry["sha256"]) for entry in manifest["files"]]
        beside = {str(name): str(digest) for name, digest in manifest["beside"].items()}
        _check(source / _DATABASE, manifest["database"])
        gone = int(manifest["gone"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotACopy("its manifest is damaged") from error
    for kind, name, digest in files:
        if kind not in KINDS or not NAME.fullmatch(name) or not _is_digest(digest):
            raise NotACopy("its manifest names files that are none of ours")
        _check(source / "media" / digest, digest)
    for name, digest in beside.items():
        if os.sep in name or name.startswith("."):
            raise NotACopy("its manifest names files that are none of ours")
        _check(source / name, digest)
    whole = 0
    for folder in (media, *(media / kind for kind in KINDS)):
        folder.mkdir(mode=OURS_ALONE)
    for kind, name, digest in files:
        whole += _copy_file(source / "media" / digest, media / kind / name)
    for kind in KINDS:
        sync(media / kind)
    for name in beside:
        _copy_file(source / name, database.parent / name)
    arriving = database.with_suffix(".arriving")
    _copy_file(source / _DATABASE, arriving)
    arriving.rename(database)
    sync(database.parent)
    return Copy(at=at, files=len(files), bytes=whole, gone=gone)


def _copy_database(database: Path, to: Path) -> None:
    """Copy by SQLite's own online backup (its C interface, "Online Backup API"), and check what came out."""
    to.touch(mode=0o600)
    with closing(_read_only(database)) as live, closing(sqlite3.connect(to)) as copy:
        live.execute("PRAGMA busy_timeout=10000")
        live.backup(copy, pages=_AT_ONCE, sleep=0.01)
        copy.execute("PRAGMA journal_mode=DELETE")
        (verdict,) = copy.execute("PRAGMA quick_check").fetchone()
    if verdict != "ok":
        raise OSError(None, "the copy of the database is damaged")
    sync(to)


def _read_only(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)


def _named(database: Path) -> Iterator[tuple[str, str, bool]]:
    """Yield kind and name of every file that the rows name, and whether it has to be there."""
    with closing(_read_only(database)) as copy:
        rows = copy.execute("SELECT stored_as, fuller_as, state, clip FROM photos").fetchall()
        # What waits in quarantine is nobody's to lose: whoever decides about it may release it.
        for stored_as, fuller_as, row in copy.execute("SELECT stored_as, fuller_as, row FROM sealed_photos"):
            sealed = json.loads(row)
            rows.append((stored_as, fuller_as, sealed.get("state"), sealed.get("clip")))
    for stored_as, fuller_as, state, clip in rows:
        for name in filter(None, (stored_as, fuller_as)):
            for kind in KINDS:
                is_derived = kind != "original"
                is_made = state == "shown" and name == stored_as and (kind != "clip" or clip == "playable")
                yield kind, name, not is_derived or is_made


def _copy_by_hash(source: Path, folder: Path) -> tuple[str, int]:
    """Copy a file under the name of its hash; the same bytes are kept once."""
    arriving = folder / "arriving"
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as read, _opened(arriving) as write:
        while chunk := read.read(READ_AT_ONCE):
            digest.update(chunk)
            write.write(chunk)
            size += len(chunk)
        write.flush()
        os.fsync(write.fileno())
    arriving.rename(folder / digest.hexdigest())
    return digest.hexdigest(), size


def _copy_file(source: Path, to: Path) -> int:
    with source.open("rb") as read, _opened(to) as write:
        shutil.copyfileobj(read, write, READ_AT_ONCE)
        write.flush()
        os.fsync(write.fileno())
        return write.tell()


def _opened(path: Path) -> BinaryIO:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    return os.fdopen(descriptor, "wb")


def _write(path: Path, content: bytes) -> None:
    with _opened(path) as write:
        write.write(content)
        write.flush()
        os.fsync(write.fileno())


def _read_manifest(source: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((source / _MANIFEST).read_bytes())
    except (OSError, ValueError) as error:
        raise NotACopy("it has no manifest, so that it never became whole") from error
    if not isinstance(manifest, dict) or manifest.get("version") != _VERSION:
        raise NotACopy("another version of showme made it")
    return manifest


def _check(path: Path, digest: object) -> None:
    try:
        found = _digest(path)
    except OSError as error:
        raise NotACopy(f"{path.name} is missing") from error
    if found != digest:
        raise NotACopy(f"{path.name} is not what was copied")


def _digest(path: Path) -> str:
    with path.open("rb") as read:
        return hashlib.file_digest(read, "sha256").hexdigest()


def _is_digest(text: object) -> bool:
    return isinstance(text, str) and len(text) == _HASH_LENGTH and NAME.fullmatch(text) is not None
