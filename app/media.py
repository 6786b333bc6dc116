"""Opens the media store that an installation is configured for: a folder of this machine, or an object store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from app.settings import Problems
from storage.attic import FolderAttic
from storage.media import FolderMedia
from storage.partials import FolderPartials
from storage.s3 import Bucket, ObjectStore
from storage.s3_attic import ObjectAttic
from storage.s3_media import ObjectMedia
from storage.s3_partials import ObjectPartials

if TYPE_CHECKING:
    from app.settings import Settings
    from showme.records import Records


@dataclass(frozen=True, kw_only=True)
class Media:
    """What keeps pictures, uploads under way, and what was put aside."""

    store: FolderMedia | ObjectMedia
    partials: FolderPartials | ObjectPartials
    attic: FolderAttic | ObjectAttic


@asynccontextmanager
async def open_media(settings: Settings, records: Records) -> AsyncIterator[Media]:
    """Open the media store; raise Problems (what it needs is not installed), Unavailable (it cannot be reached)."""
    folder = settings.data / "media"
    if settings.media_bucket is None:
        store = await FolderMedia.open(folder)
        yield Media(store=store, partials=await FolderPartials.open(folder), attic=FolderAttic(folder))
        return
    if find_spec("botocore") is None:
        raise Problems(["An object store needs the extra s3: see docs/several-machines.md."])
    objects = await ObjectStore.open(bucket_of(settings, settings.media_bucket))
    try:
        kept = await ObjectMedia.open(objects, settings.data / "at-work")
        yield Media(store=kept, partials=ObjectPartials(objects, kept, records), attic=ObjectAttic(objects))
    finally:
        objects.close()


def bucket_of(settings: Settings, name: str) -> Bucket:
    """Return where the media are kept."""
    secret = settings.media_secret_key
    return Bucket(
        name=name,
        endpoint=settings.media_endpoint,
        region=settings.media_region,
        access_key=settings.media_access_key,
        secret_key=secret.get_secret_value() if secret else None,
        prefix=settings.media_prefix,
    )
