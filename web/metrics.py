"""Tells Prometheus how much is going on, and how our process is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from quart import Blueprint, Response, request

from web.guard import for_machines, limited
from web.needs import needs

blueprint = Blueprint("metrics", __name__)

_SAYS: Final = {
    "open_feeds": "Feeds of events that are open, of photowalls, programs and citizens' pages.",
    "bytes_in_flight": "Bytes of photos that are announced and have not all arrived.",
    "photos_waiting": "Photos that are safe and wait for an image worker.",
    "telegram_up": "Whether Telegram answers: 1, or 0 where it does not or no bot is configured.",
}


class Gauges(Collector):
    """Reads our own figures at the moment they are asked for."""

    def __init__(self, read: Callable[[], Mapping[str, float]]) -> None:
        """Read them by ``read``."""
        self._read = read

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield a gauge for each figure."""
        for name, value in self._read().items():
            yield GaugeMetricFamily(f"showme_{name}", _SAYS[name], value=value)


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
    registry.register(Gauges(needs().gauges))
    write, content_type = choose_encoder(request.headers.get("Accept", ""))
    return Response(write(registry), content_type=content_type)
