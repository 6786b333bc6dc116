"""The shapes of positions, of links that are shared, and of who looks after an invitation, as JSON Schema."""

from __future__ import annotations

from typing import Final, get_args

from showme.domain.people import MOST_NAME
from showme.domain.shares import LONGEST, SHORTEST, State
from web.openapi.writing import Node, or_null, record, ref, wishes

_TEXT: Final[Node] = {"type": "string"}
_TEXT_OR_NULL: Final[Node] = {"type": ["string", "null"]}
_COUNT: Final[Node] = {"type": "integer", "minimum": 0}
_MOMENT: Final[Node] = {
    "type": "string",
    "format": "date-time",
    "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$",
    "description": "UTC, with milliseconds",
}
_NAME: Final[Node] = {"type": "string", "minLength": 1, "maxLength": MOST_NAME}
_NAMES: Final[Node] = {"type": "array", "items": _TEXT}
_LATITUDE: Final[Node] = {"type": "number", "minimum": -90, "maximum": 90, "description": "degrees, WGS 84"}
_LONGITUDE: Final[Node] = {"type": "number", "minimum": -180, "maximum": 180, "description": "degrees, WGS 84"}

OF_INVITATION: Final[dict[str, Node]] = {
    "responsible": _TEXT | {"description": "who looks after it: whoever invited, until it is handed over"},
    "handed": or_null(record(by=_TEXT, at=_MOMENT)) | {"description": "who has handed it over last, and when"},
}
OF_EVENT: Final[dict[str, Node]] = {
    "from": _TEXT,
    "to": _TEXT,
    "share": _TEXT,
    "recipient": _TEXT,
    "incident": _TEXT_OR_NULL,
    "expires_at": _TEXT,
    "browser": _TEXT,
    "opened": _COUNT | {"description": "how often a link was opened so far"},
}

SCHEMAS: Final[dict[str, Node]] = {
    "Position": record(
        number=_COUNT | {"description": "its event's in the journal"},
        invitation=_TEXT,
        latitude=_LATITUDE,
        longitude=_LONGITUDE,
        accuracy={"type": "number", "minimum": 0, "description": "metres"},
        at=_MOMENT,
    ),
    "Positions": record(positions={"type": "array", "items": ref("Position")}, cursor=_COUNT),
    "HandOver": wishes(to=_NAME | {"description": "a colleague; oneself when left out"}),
    "Colleagues": record(colleagues=_NAMES),
    "Watching": record(watching=_NAMES),
    "ShareWish": {
        "type": "object",
        "properties": {
            "recipient": _NAME | {"description": "for whom the link is"},
            "invitation": _TEXT | {"description": "either this …"},
            "incident": _TEXT | {"description": "… or this: all invitations of it, also later ones"},
            "minutes": {
                "type": "number",
                "minimum": SHORTEST.total_seconds() // 60,
                "maximum": LONGEST.total_seconds() // 60,
                "default": 120,
            },
        },
        "required": ["recipient"],
    },
    "Share": record(
        id=_TEXT,
        recipient=_TEXT,
        invitation=_TEXT_OR_NULL,
        incident=_TEXT_OR_NULL,
        state={"type": "string", "enum": list(get_args(State))},
        link=_TEXT_OR_NULL | {"description": "for people; in the list and when it is made, while it works"},
        made_by=_TEXT,
        made_at=_MOMENT,
        expires_at=_MOMENT,
        ended_at=or_null(_MOMENT),
        ended_by=_TEXT_OR_NULL,
        opened=_COUNT | {"description": "how often"},
        opened_at=or_null(_MOMENT) | {"description": "the last time"},
        watching=_COUNT | {"description": "how many browsers look by it now"},
    ),
    "Shares": record(shares={"type": "array", "items": ref("Share")}),
    "ShareVisits": record(
        share=ref("Share"),
        visits={
            "type": "array",
            "items": record(
                address=_TEXT | {"description": "the network, no more exactly"},
                browser=_TEXT,
                opened_at=_MOMENT,
                seen_at=_MOMENT,
            ),
        },
    ),
}
