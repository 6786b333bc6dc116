"""Copies an installation, and puts a copy back: ``showme backup`` and ``showme restore``."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from app.assembly import only_user_of, open_office
from app.audit_key import AUDIT_KEY, audit_key
from app.clock import SystemClock
from app.logs import report
from app.settings import Problems, Settings, read_settings
from showme.services.administering import OPERATOR
from showme.services.forgetting import Forgetting
from showme.services.resetting import Resetting
from storage.attic import FolderAttic
from storage.copies import Copy, NotACopy, put_back, take
from storage.media import FolderMedia
from storage.partials import FolderPartials

if TYPE_CHECKING:
    import argparse
    from pathlib import Path


async def backup(chosen: argparse.Namespace) -> None:
    """Copy everything of an installation into a new folder, while its server may go on."""
    settings = read_settings()
    database = _embedded(settings)
    if not database.exists():
        raise Problems([f"There is no database in {settings.data}."])
    audit_key(settings.data)  # made now where nothing was ever signed: a restored journal is verified with it
    try:
        copy = await asyncio.to_thread(
            take,
            database,
            settings.data / "media",
            chosen.to,
            beside=[settings.data / AUDIT_KEY],
            at=SystemClock().now(),
        )
    except FileExistsError:
        raise Problems([f"{chosen.to} is there already: each backup has a folder of its own."]) from None
    except OSError as error:
        raise Problems(
            [f"The backup failed ({error.strerror or error}); nothing at {chosen.to} is to be used."]
        ) from None
    print(_told(copy))
    print("It holds photos and numbers of citizens: keep it encrypted, and remove it once the next one is there.")


async def restore(chosen: argparse.Namespace) -> None:
    """Put a copy into the data folder, and forget what has had its time, before anybody can be served from it."""
    settings = read_settings()
    database = _embedded(settings)
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with only_user_of(settings.data):
        if database.exists() or (settings.data / "media").exists():
            raise Problems([f"{settings.data} holds an installation: move it away first; nothing is overwritten."])
        try:
            copy = await asyncio.to_thread(put_back, chosen.source, database, settings.data / "media")
        except NotACopy as error:
            raise Problems([f"{chosen.source} cannot be restored: {error}. Nothing was changed."]) from None
        except OSError as error:
            raise Problems([f"The restoration failed ({error.strerror or error})."]) from None
        async with open_office(settings) as office:
            clock = SystemClock()
            resetting = Resetting(records=office.records, clock=clock)
            await resetting.after_restoration(taken_at=copy.at, by=OPERATOR)
            media = await FolderMedia.open(settings.data / "media")
            forgetting = Forgetting(
                records=office.records,
                clock=clock,
                media=media,
                partials=await FolderPartials.open(settings.data / "media"),
                report=report,
                attic=FolderAttic(settings.data / "media"),
            )
            await forgetting.forget_what_is_due()
    print(_told(copy))
    print("What has had its time is forgotten. Everybody signs in anew, and shares ended. A token, a passkey or an")
    print("organisation's link that was revoked after the backup is valid again: look through them.")
    print("Then: showme doctor --check --audit")


def _embedded(settings: Settings) -> Path:
    """Return the embedded database's file; raise Problems where another one is configured."""
    if settings.database_url is not None:
        raise Problems(["database_url names a database of its own: copy it by its own tools. See docs/backup.md."])
    if settings.media_bucket is not None:
        raise Problems(["media_bucket names an object store: copy it by its own tools. See docs/several-machines.md."])
    return settings.data / "showme.sqlite"


def _told(copy: Copy) -> str:
    told = f"{copy.files} files, {copy.bytes // 1024**2} MB, as of {copy.at:%Y-%m-%d %H:%M:%S} UTC."
    return told + (f" {copy.gone} were forgotten meanwhile." if copy.gone else "")
