"""Tells Prometheus how much is going on, and how our process is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from prometheus_client import CollectorRegistry, GCCollector, Metric, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from quart import Blueprint, Response, request

from showme.domain.measures import Measure
from web.guard import for_machines, limited
from web.needs import needs

blueprint = Blueprint("metrics", __name__)

SAYS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "open_feeds": ("Feeds of events that are open, of photowalls, programs and citizens' pages.", ()),
    "bytes_in_flight": ("Bytes of photos that are announced and have not all arrived.", ()),
    "photos_waiting": ("Photos that are safe and wait for an image worker.", ()),
    "uploads_total": ("Photos, clips and kept stills that were made durable and acknowledged.", ("kind",)),
    "upload_bytes_total": ("Bytes of all that was made durable and acknowledged.", ()),
    "refusals_total": ("Requests that were refused or failed, by their HTTP status and the door.", ("status", "door")),
    "live": ("Invitations whose phone shows live video.", ()),
    "pictures_seen_total": (
        "First pictures of live video before a viewer's eyes, by their way: direct, relay or stills.",
        ("path",),
    ),
    "telegram_up": ("Whether Telegram answers: 1, or 0 where it does not or no bot is configured.", ()),
    "telegram_429_total": ("Times that Telegram took nothing more in a chat for a while (429).", ()),
    "chat_waiting": ("Messages, and changes of messages, that wait for the team chats.", ()),
    "part_up": ("Whether a part that is in use here is well, as /readyz tells.", ("part",)),
    "database_up": ("Whether the records answer; while not, what is counted in them is missing.", ()),
    "retention_last_run_timestamp_seconds": ("When forgetting last left nothing that was due, in Unix time.", ()),
    "disk_free_bytes": ("Free bytes where the data folder is.", ()),
    "disk_total_bytes": ("All bytes where the data folder is.", ()),
    "invitations": ("Invitations made within the last hour or day.", ("span",)),
    "rung_possible": ("Of these, those whose ladder has this rung.", ("span", "rung")),
    "rung_reached": ("Of these, those that reached this rung or a higher one.", ("span", "rung")),
    "rung_seconds": ("Seconds that the rung took from what was reached below it.", ("span", "rung", "quantile")),
    "first_picture_seconds": ("Seconds from the invitation to its first picture.", ("span", "quantile")),
    "sms": ("What each provider did with the SMS of the last hour or day.", ("span", "provider", "result")),
    "organisations": ("Organisations of this installation.", ()),
    "credits_least": ("Credits of the organisation that has the fewest.", ()),
    "organisations_without_credits": ("Organisations that can send no SMS for want of credits.", ()),
}
"""Every figure of ours: what it is, and by what it is told apart."""


class Figures(Collector):
    """Gives out our own figures in Prometheus' terms."""

    def __init__(self, measures: Iterable[Measure]) -> None:
        """Give out these."""
        self._measures = measures

    def collect(self) -> Iterator[Metric]:
        """Yield a family for each name."""
        families: dict[str, CounterMetricFamily | GaugeMetricFamily] = {}
        for measure in self._measures:
            says, labels = SAYS[measure.name]
            if measure.name not in families:
                kind = CounterMetricFamily if measure.name.endswith("_total") else GaugeMetricFamily
                families[measure.name] = kind(f"showme_{measure.name}", says, labels=labels)
            families[measure.name].add_metric([measure.labels[label] for label in labels], measure.value)
        yield from families.values()


@blueprint.get("/metrics")
@limited(120, seconds=60)
@for_machines
async def metrics() -> Response:
    """Tell the figures as they are now, in the format that the asker prefers.

    The registry is made for this one answer: none of its collectors remembers anything.
    """
    registry = CollectorRegistry()
    for collector in (ProcessCollector, PlatformCollector, GCCollector):
        collector(registry=registry)
    refused = [
        Measure(name="refusals_total", value=count, labels={"status": str(status), "door": door})
        for (status, door), count in sorted(needs().refusals.items())
    ]
    registry.register(Figures([*(await needs().measures()), *refused]))
    write, content_type = choose_encoder(request.headers.get("Accept", ""))
    return Response(write(registry), content_type=content_type)
