"""Reads a multipart form while it arrives (RFC 7578), so that a photo never waits in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from quart import request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Field, File, MultipartDecoder, NeedData

from showme.errors import NotUnderstood

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_MOST_WAITING: Final = 128 * 1024
_AT_ONCE: Final = 64 * 1024
_MOST_PARTS: Final = 20


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Some bytes of a part of the form."""

    name: str
    is_file: bool
    bytes: bytes


async def pieces(body: AsyncIterator[bytes]) -> AsyncIterator[Piece]:
    """Yield the form's parts piece by piece, in their order; raise NotUnderstood when it is no form or ends early."""
    kind, options = parse_options_header(request.headers.get("Content-Type", ""))
    boundary = options.get("boundary")
    if kind != "multipart/form-data" or not boundary or not boundary.isascii():
        raise NotUnderstood("form_not_understood")
    decoder = MultipartDecoder(boundary.encode(), max_form_memory_size=_MOST_WAITING, max_parts=_MOST_PARTS)
    part: Field | File | None = None
    try:
        async for slice_ in _slices(body):
            decoder.receive_data(slice_)
            while not isinstance(event := decoder.next_event(), NeedData):
                if isinstance(event, (Field, File)):
                    part = event
                elif isinstance(event, Data) and part is not None:
                    yield Piece(name=part.name or "", is_file=isinstance(part, File), bytes=event.data)
    except (ValueError, RequestEntityTooLarge) as error:
        raise NotUnderstood("form_not_understood") from error
    try:
        decoder.receive_data(None)
        decoder.next_event()
    except ValueError as error:
        raise NotUnderstood("upload_cut") from error


async def _slices(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield the body in slices that the decoder can hold, however much has piled up."""
    async for chunk in body:
        for start in range(0, len(chunk), _AT_ONCE):
            yield chunk[start : start + _AT_ONCE]
