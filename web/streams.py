"""Answers with a stream of events, and reads from where a reader wants to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quart import Response, request

from showme.errors import NotUnderstood

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


def event_stream(feed: AsyncIterator[bytes]) -> Response:
    """Answer with a feed that stays open, unbuffered by proxies; to a look at the headers, with these alone."""
    answer = Response(b"" if request.method == "HEAD" else feed, content_type="text/event-stream; charset=utf-8")
    answer.timeout = None
    answer.headers["X-Accel-Buffering"] = "no"
    answer.headers["Cache-Control"] = "no-store, no-transform"
    return answer


def last_event() -> int | None:
    """Return after which event a reader goes on: ``Last-Event-ID`` first, as it is newer than the address.

    Return None when the reader does not say; raise NotUnderstood when it is no number.
    """
    told = request.headers.get("Last-Event-ID") or request.args.get("after")
    if told is None or told == "":
        return None
    if not (told.isascii() and told.isdigit()) or len(told) > 15:  # noqa: PLR2004 - far beyond any journal
        raise NotUnderstood("cursor_not_understood")
    return int(told)
