"""The shapes of marks, photos kept longer, quarantine and blurring, as JSON Schema."""

from __future__ import annotations

from typing import Final

from showme.domain.blurring import BLURRINGS
from showme.domain.keeping_longer import LONGEST_REASON, SHORTEST_REASON
from web.openapi.writing import Node, or_null, record

_TEXT: Final[Node] = {"type": "string"}
_FLAG: Final[Node] = {"type": "boolean"}
_COUNT: Final[Node] = {"type": "integer", "minimum": 0}
_MOMENT: Final[Node] = {
    "type": "string",
    "format": "date-time",
    "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$",
    "description": "UTC, with milliseconds",
}
_BLURRING: Final[Node] = {
    "type": "string",
    "enum": list(BLURRINGS),
    "description": "the most open first; `always` reveals only while a picture is looked at alone",
}
_MARK: Final = record(by=_TEXT, at=_MOMENT)

OF_PHOTO: Final[dict[str, Node]] = {
    "kept": or_null(record(by=_TEXT, at=_MOMENT, reason=_TEXT, due_at=_MOMENT))
    | {"description": "that a supervisor keeps it until `expires_at`, and when it would have gone by itself"},
    "seen": {"type": "array", "items": _MARK, "description": "everybody who has looked at it large, the first first"},
    "important": or_null(_MARK) | {"description": "who marked it for all"},
}

SCHEMAS: Final[dict[str, Node]] = {
    "RevealedNow": record(revealed=_COUNT),
    "Importance": record(important=_FLAG),
    "Printed": record(by=_TEXT, at=_MOMENT),
    "Keep": record(
        reason={"type": "string", "minLength": SHORTEST_REASON, "maxLength": LONGEST_REASON},
        until={
            "type": "string",
            "format": "date-time",
            "description": "with its zone; later than the photo's own end, and within ten years",
        },
    ),
    "Quarantine": record(
        sealed={
            "type": "array",
            "items": record(
                id=_TEXT,
                invitation=_TEXT,
                number=_COUNT | {"description": "counts within the invitation"},
                kind={"type": "string", "enum": ["photo", "still", "clip"]},
                bytes=_COUNT,
                sha256={"type": "string", "pattern": "^[0-9a-f]{64}$"},
                received_at=_MOMENT,
                sealed_at=_MOMENT,
                by=_TEXT,
                ends_at=_MOMENT | {"description": "when it is deleted for ever, unless somebody decides before"},
                is_kept=_FLAG | {"description": "whether a supervisor keeps it beyond its time"},
            ),
        }
    ),
    "Blurred": record(
        organisation=_BLURRING,
        own=or_null(_BLURRING),
        holds=_BLURRING | {"description": "the stricter of the two"},
        revealed=_COUNT | {"description": "by this person, in this shift; told to nobody else"},
    ),
    "OwnBlurring": record(own=or_null(_BLURRING) | {"description": "null: as the organisation wants it"}),
    "BlurringOfAll": record(blurring=_BLURRING),
    "Reveals": record(
        since=_MOMENT,
        until=_MOMENT,
        total=_COUNT,
        days={
            "type": "array",
            "items": record(day={"type": "string", "format": "date"}, revealed=_COUNT),
            "description": "days (UTC) on which there were any",
        },
        of_day={
            "type": "array",
            "items": _COUNT,
            "minItems": 24,
            "maxItems": 24,
            "description": "by the hour of the day (UTC)",
        },
    ),
}
