"""The shapes of what is told and asked, as JSON Schema (2020-12, which OpenAPI 3.1 uses)."""

from __future__ import annotations

from typing import Final, get_args

from showme.domain.credits import MOST_TOP_UP, Entry
from showme.domain.events import Kind
from showme.domain.invitations import State
from showme.domain.ladder import Purpose, Rung
from showme.domain.people import Role
from showme.domain.photos import PhotoState
from showme.domain.pictures import PictureFormat
from showme.domain.takings import AgeKind
from showme.domain.words import LANGUAGES
from showme.services.opening import StepName
from web.openapi.writing import Node, or_null, record, ref, wishes

_TEXT: Final[Node] = {"type": "string"}
_TEXT_OR_NULL: Final[Node] = {"type": ["string", "null"]}
_FLAG: Final[Node] = {"type": "boolean"}
_COUNT: Final[Node] = {"type": "integer", "minimum": 0}
_COUNT_OR_NULL: Final[Node] = {"type": ["integer", "null"], "minimum": 0}
_NUMBER: Final[Node] = {"type": "number"}
_MOMENT: Final[Node] = {
    "type": "string",
    "format": "date-time",
    "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$",
    "description": "UTC, with milliseconds",
}
_MOMENT_OR_NULL: Final[Node] = or_null(_MOMENT)
_LATITUDE: Final[Node] = {"type": "number", "minimum": -90, "maximum": 90, "description": "degrees, WGS 84"}
_LONGITUDE: Final[Node] = {"type": "number", "minimum": -180, "maximum": 180, "description": "degrees, WGS 84"}
_BATTERY: Final[Node] = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
_SMS_STATES: Final = ("none", "queued", "accepted", "delivered", "refused", "unknown")


def _one_of(values: object, **more: object) -> Node:
    return {"type": "string", "enum": [str(value) for value in values], **more}  # type: ignore[attr-defined]


_INVITATION: Final = {
    "id": _TEXT,
    "number": _COUNT | {"description": "counts within the organisation, for people to say"},
    "purpose": _one_of(get_args(Purpose)),
    "language": _one_of(LANGUAGES),
    "incident": _TEXT_OR_NULL | {"description": "the reference of the incident in the CAD"},
    "to": _TEXT_OR_NULL | {"description": "the number, masked; null for a link without an SMS"},
    "by": _TEXT,
    "created_at": _MOMENT,
    "expires_at": _MOMENT,
    "state": _one_of(get_args(State)),
    "ended_at": _MOMENT_OR_NULL,
    "ladder": {
        "type": "array",
        "description": "the rungs of this purpose in order; null where one is not reached",
        "items": record(
            rung=_one_of(Rung),
            at=_MOMENT_OR_NULL,
            seconds={"type": ["number", "null"], "description": "since the invitation was created"},
        ),
    },
    "rung": _one_of(Rung, description="the highest rung reached"),
    "perhaps_a_scanner": _FLAG | {"description": "the page was loaded and nobody has tapped yet"},
    "hint": or_null(
        record(
            cause=_TEXT, sentence=_TEXT | {"description": "to say to the caller once due_at has passed"}, due_at=_MOMENT
        )
    ),
    "sms": record(state=_one_of(_SMS_STATES), provider=_TEXT_OR_NULL, sentence=_TEXT_OR_NULL),
    "phone": record(kind=_TEXT_OR_NULL, browser=_TEXT_OR_NULL, battery=_BATTERY, network=_TEXT_OR_NULL),
    "photos": _COUNT,
    "location": or_null(record(latitude=_LATITUDE, longitude=_LONGITUDE, accuracy=_NUMBER, at=_MOMENT)),
}

SCHEMAS: Final[dict[str, Node]] = {
    "Invitation": record(**_INVITATION),
    "Invited": record(
        **_INVITATION, key=_TEXT | {"description": "the citizen's secret: keep it out of logs"}, link=_TEXT
    ),
    "Invitations": record(invitations={"type": "array", "items": ref("Invitation")}, cursor=_COUNT),
    "Wish": wishes(
        to=_TEXT_OR_NULL | {"description": "the number as people type it; without it: a link, no SMS and no credit"},
        purpose=or_null(_one_of(get_args(Purpose), default="photo")),
        language=or_null(_one_of(LANGUAGES, description="the organisation's when it is left out")),
        incident=_TEXT_OR_NULL | {"maxLength": 40},
    ),
    "Link": record(link=_TEXT),
    "SpokenCode": record(code=_TEXT, expires_at=_MOMENT, address=_TEXT | {"description": "where it is typed"}),
    "EnrolmentCode": record(code=_TEXT, expires_at=_MOMENT),
    "Photo": record(
        id=_TEXT,
        invitation=_TEXT,
        number=_COUNT | {"description": "counts within the invitation"},
        state=_one_of(get_args(PhotoState)),
        kind={"const": "photo"},
        format=_one_of(get_args(PictureFormat)),
        bytes=_COUNT,
        sha256={"type": "string", "pattern": "^[0-9a-f]{64}$"},
        width=_COUNT_OR_NULL,
        height=_COUNT_OR_NULL,
        received_at=_MOMENT,
        shown_at=_MOMENT_OR_NULL,
        expires_at=_MOMENT,
        taken=record(
            age=_one_of(get_args(AgeKind)),
            number=_COUNT,
            sentence=_TEXT,
            place=or_null(record(latitude=_LATITUDE, longitude=_LONGITUDE)),
            camera=_TEXT_OR_NULL | {"description": "as the file claims: escape it"},
        )
        | {"description": "what the file claims of its taking, as of the moment it arrived"},
    ),
    "Photos": record(photos={"type": "array", "items": ref("Photo")}, cursor=_COUNT),
    "Acknowledged": record(id=_TEXT),
    "Event": record(
        number=_COUNT | {"description": "counts within the organisation without gaps; the next cursor"},
        kind=_one_of(Kind),
        at=_MOMENT,
        actor=_TEXT,
        invitation=or_null(ref("Invitation")) | {"description": "whole, as it stands now"},
        photo=or_null(ref("Photo")) | {"description": "whole, as it stands now; null once it is forgotten"},
        photo_id=_TEXT_OR_NULL,
        credits=_COUNT_OR_NULL | {"description": "what is left, where the event has changed it"},
    ),
    "CitizenEvent": record(
        number=_COUNT,
        kind=_one_of(
            (
                Kind.PHOTO_SHOWN,
                Kind.PHOTO_UNREADABLE,
                Kind.PHOTO_FORGOTTEN,
                Kind.INVITATION_CLOSED,
                Kind.INVITATION_EXPIRED,
            )
        ),
        photo=_TEXT_OR_NULL,
        sentence=_TEXT_OR_NULL,
    ),
    "Progress": wishes(
        step=_one_of(get_args(StepName)),
        phone=wishes(
            battery=_BATTERY,
            network=_TEXT_OR_NULL,
            clock={"type": ["integer", "null"], "description": "minutes by which the phone's clock is ahead of UTC"},
        ),
        location=wishes(latitude=_LATITUDE, longitude=_LONGITUDE, accuracy=_NUMBER | {"description": "metres"})
        | {"required": ["latitude", "longitude"]},
    ),
    "Tapped": record(ice_servers={"type": "array", "items": {"type": "object"}}),
    "Credits": record(credits=_COUNT),
    "TopUp": record(amount={"type": "integer", "minimum": 1, "maximum": MOST_TOP_UP}),
    "LedgerLine": record(
        number=_COUNT,
        at=_MOMENT,
        entry=_one_of(Entry),
        amount={"type": "integer", "description": "negative for a charge"},
        balance={"type": "integer", "description": "what is left after it"},
        actor=_TEXT,
        invitation=_TEXT_OR_NULL,
    ),
    "Ledger": record(ledger={"type": "array", "items": ref("LedgerLine")}),
    "Chat": record(id=_COUNT, title=_TEXT, role=_one_of(get_args(Role)), enrolled_at=_MOMENT),
    "Chats": record(chats={"type": "array", "items": ref("Chat")}),
    "Me": record(
        organisation=record(
            id=_COUNT,
            name=_TEXT,
            region=_TEXT | {"description": "ISO 3166"},
            blur=_FLAG,
            retention_hours=_COUNT,
        ),
        dispatcher=_TEXT,
        role=_one_of(get_args(Role)),
        languages={"type": "array", "items": _one_of(LANGUAGES)},
        now=_MOMENT,
    ),
    "Alive": record(state={"const": "alive"}),
    "Ready": record(
        state=_one_of(("ready", "degraded")),
        parts={"type": "object", "additionalProperties": _TEXT},
    ),
    "Refusal": record(
        type={"const": "about:blank"},
        title=_TEXT,
        status={"type": "integer", "minimum": 400, "maximum": 599},
        cause=_TEXT | {"description": "a stable word for programs"},
        detail=_TEXT | {"description": "a sentence in the reader's language: the cause and the next step"},
    ),
}
