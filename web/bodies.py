"""Reads the bodies of requests, bounded in bytes and in patience."""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from quart import request
from werkzeug.exceptions import RequestTimeout

from showme.errors import NotUnderstood, TooLarge

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

MOST_JSON: Final = 16 * 1024
_MOST_FORM: Final = 4 * 1024
_MOST_FIELDS: Final = 100
_HALF_OF_A_PAIR: Final = re.compile("[\ud800-\udfff]")
_IDLE: Final = 30.0
"""Seconds without a byte after which a body is given up; a slow one that progresses may take its time."""
_MOST_NUMBER: Final = 2**53
"""As far as a browser counts exactly (ECMA-262, Number.MAX_SAFE_INTEGER); its clock in milliseconds is well below."""


async def chunks(*, idle: float = _IDLE) -> AsyncIterator[bytes]:
    """Yield the request's body as it arrives; raise RequestTimeout when nothing comes for ``idle`` seconds."""
    body = request.body
    while True:
        try:
            async with asyncio.timeout(idle):
                chunk = await anext(body, None)
        except TimeoutError as error:
            raise RequestTimeout from error
        if chunk is None:
            return
        if chunk:
            yield chunk


async def body_of_at_most(most: int, *, idle: float = _IDLE) -> bytes:
    """Read the request's body whole; raise TooLarge as soon as it is seen to be longer than ``most`` bytes."""
    if (request.content_length or 0) > most:
        raise TooLarge("body_too_large")
    read = bytearray()
    async for chunk in chunks(idle=idle):
        read += chunk
        if len(read) > most:
            raise TooLarge("body_too_large")
    return bytes(read)


async def form_fields(*, most: int = _MOST_FORM) -> dict[str, str]:
    """Read a form of a few short fields, URL-encoded; raise NotUnderstood, also for a field told twice, TooLarge."""
    if request.mimetype != "application/x-www-form-urlencoded":
        raise NotUnderstood("form_not_understood")
    read = await body_of_at_most(most)
    try:
        told = parse_qsl(read.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise NotUnderstood("form_not_understood") from error
    if len(dict(told)) < len(told):
        raise NotUnderstood("form_not_understood")
    return dict(told)


async def json_object(*, most: int = MOST_JSON) -> dict[str, Any]:
    """Read a JSON object; nothing at all reads as an empty one. Raise NotUnderstood, TooLarge."""
    read = await body_of_at_most(most)
    if not read:
        return {}
    try:
        found = json.loads(read)
    except (ValueError, RecursionError) as error:
        raise NotUnderstood("json_not_understood") from error
    if not isinstance(found, dict):
        raise NotUnderstood("json_not_understood")
    return found


def text_field(body: dict[str, Any], name: str) -> str | None:
    """Return a text of a JSON object; None where it is missing or null. Raise NotUnderstood for anything else.

    JSON can spell half of a UTF-16 pair, which no UTF-8 can carry on: to a database, a chat or a feed.
    """
    value = body.get(name)
    if value is not None and (not isinstance(value, str) or _HALF_OF_A_PAIR.search(value)):
        raise NotUnderstood("json_not_understood")
    return value


def number_field(body: dict[str, Any], name: str) -> float | None:
    """Return a finite number of a JSON object; None where it is missing or null. Raise NotUnderstood."""
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= _MOST_NUMBER:
        raise NotUnderstood("json_not_understood")
    return float(value)
