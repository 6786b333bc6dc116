"""Answers with a file of which a browser may ask for a part (RFC 9110, 14), so that a film can be wound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from quart import Response, request
from werkzeug.http import parse_range_header

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

UNITS: Final = "bytes"


def answer_in_part(
    read: Callable[[int, int], AsyncIterator[bytes]], *, size: int, content_type: str, tag: str
) -> Response:
    """Answer with the whole of ``size`` bytes, or the one part that is asked for, or 416 where there is none, or 304.

    ``read`` is given the first byte and their count; ``tag`` names this very file for ever (a strong entity tag). What
    is no range of bytes, or more than one, is answered with the whole, as the standard allows.
    """
    headers = {"Accept-Ranges": UNITS, "ETag": f'"{tag}"'}
    if request.if_none_match.contains(tag):
        return Response("", status=304, headers=headers)
    wanted = _wanted(size, tag=tag)
    if wanted is None:
        answer = Response(read(0, size), content_type=content_type, headers=headers)
        answer.content_length = size
        return answer
    first, end = wanted
    if first >= end:
        return Response("", status=416, headers=headers | {"Content-Range": f"{UNITS} */{size}"})
    headers["Content-Range"] = f"{UNITS} {first}-{end - 1}/{size}"
    answer = Response(read(first, end - first), status=206, content_type=content_type, headers=headers)
    answer.content_length = end - first
    return answer


def _wanted(size: int, *, tag: str) -> tuple[int, int] | None:
    """Return the first byte that is asked for and the one after the last; None when all of them are."""
    condition = request.headers.get("If-Range")
    if request.method != "GET" or (condition is not None and condition.strip() != f'"{tag}"'):
        return None
    asked = parse_range_header(request.headers.get("Range"))
    if asked is None or asked.units != UNITS or len(asked.ranges) != 1:
        return None
    first, end = asked.ranges[0]
    if first < 0:  # the last so many bytes
        return max(0, size + first), size
    return first, min(size, end) if end is not None else size
