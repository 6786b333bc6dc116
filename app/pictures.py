"""Opens what takes photos and clips in, makes them fit to be shown, seals them and forgets them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.logs import report
from app.media import Media, open_media
from gateways.clips.ffmpeg import FfmpegClips
from gateways.imaging.workers import ImagingWorkers
from showme.services.clipping import Clipping
from showme.services.forgetting import Forgetting
from showme.services.quarantining import Quarantining
from showme.services.receiving import Receiving
from showme.services.showing import Showing

if TYPE_CHECKING:
    from app.settings import Settings
    from showme.ports import Clock, Turns
    from showme.records import Records


@dataclass(frozen=True, kw_only=True)
class Pictures:
    """What happens to a photo or a clip, from its first byte to its last trace."""

    media: Media
    receiving: Receiving
    showing: Showing
    clipping: Clipping
    quarantining: Quarantining
    forgetting: Forgetting


@asynccontextmanager
async def open_pictures(
    settings: Settings, *, records: Records, clock: Clock, turns: Turns | None
) -> AsyncIterator[Pictures]:
    """Open the media store and the image workers; nothing begins to work yet. Raise Unavailable (the store)."""
    async with open_media(settings, records) as media, ImagingWorkers(workers=settings.image_workers) as imaging:
        clips = FfmpegClips.installed()
        clipping = Clipping(
            records=records, clock=clock, media=media.store, imaging=imaging, clips=clips, report=report, turns=turns
        )
        showing = Showing(
            records=records,
            clock=clock,
            media=media.store,
            imaging=imaging,
            at_once=settings.image_workers,
            report=report,
            clipping=clipping,
            turns=turns,
        )
        yield Pictures(
            media=media,
            receiving=Receiving(
                records=records,
                clock=clock,
                media=media.store,
                imaging=imaging,
                showing=showing,
                most_bytes_in_flight=settings.most_megabytes_in_flight * 1024 * 1024,
                clips=clips,
                most_clip_bytes=settings.most_clip_megabytes * 1024 * 1024,
            ),
            showing=showing,
            clipping=clipping,
            quarantining=Quarantining(
                records=records,
                clock=clock,
                media=media.store,
                showing=showing,
                days=settings.quarantine_days,
                report=report,
            ),
            forgetting=Forgetting(
                records=records,
                clock=clock,
                media=media.store,
                partials=media.partials,
                report=report,
                attic=media.attic,
            ),
        )
