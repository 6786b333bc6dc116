"""Moves an embedded installation to PostgreSQL and an object store, or home: ``showme move``."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from app.assembly import make_private, only_user_of
from app.logs import report
from app.media import Media, open_media
from app.settings import Problems, read_settings
from storage.database import open_database
from storage.membership import Membership
from storage.moving import NotMoved, move_partials, move_pictures, move_rows, refuse_unless_empty

if TYPE_CHECKING:
    import argparse

    from app.settings import Settings


async def move(chosen: argparse.Namespace) -> None:
    """Copy rows and media between this machine's data folder and what the settings name, and verify each."""
    settings = read_settings()
    if settings.database_url is None:
        raise Problems(["database_url is missing: move needs to know the database of the servers."])
    print(await moved(settings, home=chosen.where == "home"))


async def moved(settings: Settings, *, home: bool) -> str:
    """Move out, or ``home``; return what to tell. What was there before stays as it is.

    Raise Problems (somebody is at work, or something is there already, or what was copied differs), Unavailable.
    """
    make_private(settings.data)
    embedded = settings.model_copy(update={"database_url": None, "media_bucket": None})
    async with AsyncExitStack() as stack:
        stack.enter_context(only_user_of(settings.data))
        await _refuse_nodes(settings, stack)
        here = await stack.enter_async_context(open_database(embedded.database))
        there = await stack.enter_async_context(open_database(settings.database))
        media_here = await stack.enter_async_context(open_media(embedded, here))
        media_there = await stack.enter_async_context(open_media(settings, there))
        source, to, from_media, to_media = (
            (there, here, media_there, media_here) if home else (here, there, media_here, media_there)
        )
        shares_media = settings.media_bucket is None
        try:
            await refuse_unless_empty(to, None if shares_media else to_media.store)
            pictures = uploads = 0
            if not shares_media:
                pictures, uploads = await _move_media(settings, from_media, to_media)
            heaps = await move_rows(source, to)
        except NotMoved as error:
            raise Problems(
                [f"Nothing is to be used of what was copied: {error}. What was there stays as it is."]
            ) from None
    rows = sum(heap.count for heap in heaps.values())
    told = f"{rows} rows of {len(heaps)} tables, {pictures} files of photos and clips, {uploads} uploads under way: "
    return told + "all there, and the same. What was there before is untouched; remove it once you are sure."


async def _move_media(settings: Settings, source: Media, to: Media) -> tuple[int, int]:
    scratch = settings.data / "moving"
    make_private(scratch)
    try:
        return await move_pictures(source.store, to.store, scratch), await move_partials(source.partials, to.partials)
    finally:
        for left in scratch.iterdir():
            left.unlink()
        scratch.rmdir()


async def _refuse_nodes(settings: Settings, stack: AsyncExitStack) -> None:
    """Raise Problems while a node of the database runs: what it wrote meanwhile would be missing."""
    async with open_database(settings.database):
        membership = Membership(settings.database, report=report)
        await membership.start()
        stack.push_async_callback(membership.stop)
        if await membership.nodes() != {membership.node}:
            raise Problems(["A node of this database runs: stop all of them first."])
