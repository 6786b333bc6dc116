"""The operator's own view of how the service does: figures, and the self-test."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from app.assembly import open_office
from app.clock import SystemClock
from app.logs import report as report_trouble
from app.media import open_media
from app.providers import sms_providers
from app.self_tests import self_testing, with_self_test_apart
from app.settings import Problems, Settings, read_settings
from gateways.drawing import ReportPainter
from gateways.sms.outbox import EmbeddedOutbox
from showme.domain.reports import MOST_DAYS
from showme.domain.words import Catalogue
from showme.services.reporting import Reporting
from showme.services.sending import Sending
from words import read_words

if TYPE_CHECKING:
    import argparse
    from collections.abc import AsyncIterator

    from showme.records import Records
    from showme.services.self_testing import SelfTesting

_ENGLISH: Final = "en"


async def report(chosen: argparse.Namespace) -> None:
    """Print an organisation's figures, and draw them where asked."""
    if not 1 <= chosen.days <= MOST_DAYS:
        raise Problems([f"A report looks back from 1 to {MOST_DAYS} days."])
    async with open_office(read_settings()) as office:
        known = {each.id: each for each in await office.administering.organisations()}
        if chosen.organisation not in known:
            raise Problems([f"There is no organisation {chosen.organisation}; see: showme organisation list"])
        language = chosen.language or known[chosen.organisation].language
        reporting = Reporting(
            records=office.records,
            clock=SystemClock(),
            words=Catalogue(read_words()),
            drawing=ReportPainter(),
            report=report_trouble,
        )
        figures = await reporting.lately(chosen.organisation, days=chosen.days)
        print(reporting.text(figures, language=language))
        if chosen.picture is not None:
            picture = await reporting.picture(figures, organisation=chosen.organisation, language=language)
            if picture is None:
                raise Problems(["The picture cannot be drawn; the log above says why."])
            try:
                chosen.picture.write_bytes(picture)
            except OSError as error:
                raise Problems([f"{chosen.picture} cannot be written ({error.strerror})."]) from None


async def selftest(_: argparse.Namespace) -> None:
    """Test the server that runs at base_url, with the records of this configuration; raise Problems when it breaks."""
    settings = read_settings()
    words = Catalogue(read_words())
    async with open_office(settings) as office, _self_testing(settings, office.records, words) as testing:
        tested = await testing.test()
    for trial, seconds in tested.climbed:
        print(f"✓ {words.say(_ENGLISH, f'report.selftest.rungs.{trial}')} {seconds:.1f} s")
    if tested.left_out:
        names = [words.say(_ENGLISH, f"report.selftest.rungs.{trial}") for trial in tested.left_out]
        print(words.say(_ENGLISH, "report.selftest.left_out", rungs=", ".join(names)))
    if tested.broken is not None:
        rung = words.say(_ENGLISH, f"report.selftest.rungs.{tested.broken}")
        raise Problems([f"The self-test broke at {settings.base_url}: {rung} ({tested.reason})."])


@asynccontextmanager
async def _self_testing(settings: Settings, records: Records, words: Catalogue) -> AsyncIterator[SelfTesting]:
    """Lend a self-test beside the running server: it has the doors, and we have its records."""
    clock = SystemClock()
    outbox = EmbeddedOutbox(records=records, clock=clock)
    gateways_of = sms_providers(settings, records=records, clock=clock).of
    sending = Sending(
        records=records,
        clock=clock,
        gateways_of=with_self_test_apart(gateways_of, settings=settings, outbox=outbox),
        words=words,
        public_url=settings.base_url,
    )
    async with open_media(settings, records) as media:
        try:
            yield self_testing(settings, records=records, clock=clock, media=media.store, sending=sending)
        finally:
            await sending.stop()
