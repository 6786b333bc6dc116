"""The shapes of what is told and asked, as JSON Schema (2020-12, which OpenAPI 3.1 uses)."""

from __future__ import annotations

from typing import Final, get_args

from showme.domain.attendance import PageState, PageTrouble
from showme.domain.blurring import BLURRINGS
from showme.domain.clips import ClipFormat, ClipState
from showme.domain.commands import COMMANDS
from showme.domain.credits import MOST_TOP_UP, Entry
from showme.domain.events import Kind
from showme.domain.invitations import State
from showme.domain.ladder import CAMERA_REASONS, Purpose, Rung
from showme.domain.people import Role
from showme.domain.photos import SIZES, OriginalState, PhotoKind, PhotoState
from showme.domain.pictures import PictureFormat
from showme.domain.takings import AgeKind
from showme.domain.talk import ANSWERS, LONGEST_WAIT, MOST_TEXT, QUESTIONS, Answers, Group
from showme.domain.words import LANGUAGES, TEAM_LANGUAGES
from showme.services.calling import Cause, How
from showme.services.opening import LiveStepName, StepName
from web.openapi.schemas_of_photos import OF_PHOTO
from web.openapi.schemas_of_sharing import OF_EVENT, OF_INVITATION
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
    "language_chosen": _FLAG | {"description": "false: the page speaks the phone's own language, where we have it"},
    "incident": _TEXT_OR_NULL | {"description": "the reference of the incident in the CAD"},
    "to": _TEXT_OR_NULL | {"description": "the number, masked; null for a link without an SMS"},
    "by": _TEXT,
    **OF_INVITATION,
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
    "page": or_null(
        record(
            state=_one_of(get_args(PageState)),
            unsent=_COUNT | {"description": "photos that are chosen and have not arrived"},
            trouble=_TEXT_OR_NULL,
            at=_MOMENT,
        )
    )
    | {"description": "how the citizen's page stands, once somebody has tapped on it"},
    "photos": _COUNT,
    "live": record(is_live=_FLAG, began_at=_MOMENT_OR_NULL, ended_at=_MOMENT_OR_NULL)
    | {"description": "the newest live video"},
    "live_viewers": _COUNT | {"description": "who is on the line to watch it"},
    "location": or_null(record(latitude=_LATITUDE, longitude=_LONGITUDE, accuracy=_NUMBER, at=_MOMENT)),
}

_CALL: Final = {
    "peer": _TEXT | {"description": "the id on the line"},
    "ice_servers": {
        "type": "array",
        "description": "as RTCPeerConnection takes them; the credentials are short-lived",
        "items": {
            "type": "object",
            "properties": {"urls": {"type": "array", "items": _TEXT}, "username": _TEXT, "credential": _TEXT},
            "required": ["urls"],
        },
    },
    "ice_policy": _one_of(("all", "relay")),
    "signalling": _TEXT_OR_NULL | {"description": "the PeerServer's address; null for /peerjs of this server"},
}
_SENTENCE: Final[Node] = {"type": ["string", "null"], "minLength": 1, "maxLength": MOST_TEXT}
_SENTENCE_ID: Final[Node] = {
    "type": "string", "minLength": 8, "maxLength": 64, "pattern": "^[0-9A-Za-z][0-9A-Za-z_-]*$",
    "description": "made by whoever sends: the same id again is the same sentence, once",
}  # fmt: skip
_TO_CITIZEN: Final = {
    "number": _COUNT,
    "at": _MOMENT,
    "by": _one_of(("desk", "you")),
    "id": _TEXT_OR_NULL | {"description": "made by the page, of what the citizen says"},
    "sentence": _TEXT | {"description": "as it was typed, or ready-made in the page's language: render it as text"},
    "answers": or_null(_one_of(get_args(Answers))) | {"description": "the kind of answer that is asked for"},
    "offers": {"type": "array", "items": ref("ReadyAnswer"), "description": "the answers, in their order"},
    "reply_to": _COUNT_OR_NULL | {"description": "the number of the sentence that is answered"},
}
_HEARD: Final = (
    Kind.PHOTO_SHOWN,
    Kind.PHOTO_UNREADABLE,
    Kind.PHOTO_FORGOTTEN,
    Kind.ORIGINAL_ASKED,
    Kind.INVITATION_CLOSED,
    Kind.INVITATION_EXPIRED,
)

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
        kind=_one_of(
            get_args(PhotoKind), description="a still is a frame of the live video; a clip's pictures are its poster"
        ),
        size=_one_of(SIZES, description="what wall and thumbnail are made of: a preview comes first, and is replaced"),
        reached=_one_of(SIZES, description="the fullest size that has arrived; format, bytes and sha256 are its own"),
        original=or_null(
            _one_of(get_args(OriginalState), description="asked for, or gone from the phone, where less was sent")
        ),
        format=_one_of((*get_args(PictureFormat), *get_args(ClipFormat))),
        clip=or_null(
            record(
                state=_one_of(get_args(ClipState), description="whether there is something to play, at …/clip"),
                seconds=or_null({"type": "number", "minimum": 0}),
            )
        )
        | {"description": "null for pictures, and for a clip until its poster is shown"},
        bytes=_COUNT,
        sha256={"type": "string", "pattern": "^[0-9a-f]{64}$"},
        width=_COUNT_OR_NULL,
        height=_COUNT_OR_NULL,
        received_at=_MOMENT,
        shown_at=_MOMENT_OR_NULL,
        expires_at=_MOMENT,
        **OF_PHOTO,
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
        detail=or_null(
            wishes(
                command=_one_of(COMMANDS),
                cause=_one_of(get_args(Cause)),
                seconds=_NUMBER,
                how=_one_of(get_args(How)),
                reason=_one_of(CAMERA_REASONS),
                up_to=_COUNT | {"description": "the number of the last sentence that the page has shown"},
                **OF_EVENT,
            )
        )
        | {"description": "more of a few kinds: commands, ends, causes, hand-overs, links"},
        message=or_null(ref("Message")) | {"description": "what SentenceSaid and SentenceHeard say, until forgotten"},
    ),
    "CitizenEvent": {
        "anyOf": [
            record(number=_COUNT, kind=_one_of(_HEARD), photo=_TEXT_OR_NULL, sentence=_TEXT_OR_NULL),
            record(number=_COUNT, kind={"const": str(Kind.PHONE_COMMANDED)}, command=_one_of(COMMANDS))
            | {"description": "a dispatcher's wish; one older than 15 seconds is no longer told"},
            record(kind={"const": str(Kind.SENTENCE_SAID)}, **_TO_CITIZEN),
            record(
                kind={"const": "Viewers"},
                viewers={
                    "type": "array",
                    "items": record(
                        peer=_TEXT, direct=_FLAG | {"description": "whether the phone itself sends to this one"}
                    ),
                },
                stills=_FLAG | {"description": "whether somebody waits for stills"},
            )
            | {"description": "who watches now: at the start and at every change, without a number"},
        ]
    },
    "Progress": wishes(
        step=_one_of((*get_args(StepName), *get_args(LiveStepName))),
        reason=_TEXT_OR_NULL | {"description": f"with `camera_refused`: {', '.join(CAMERA_REASONS)}"},
        phone=wishes(
            battery=_BATTERY,
            network=_TEXT_OR_NULL,
            clock={"type": ["integer", "null"], "description": "minutes by which the phone's clock is ahead of UTC"},
        ),
        location=wishes(latitude=_LATITUDE, longitude=_LONGITUDE, accuracy=_NUMBER | {"description": "metres"})
        | {"required": ["latitude", "longitude"]},
        page=wishes(
            state=_one_of(("shown", "hidden", "left")),
            unsent=_COUNT | {"description": "photos that are chosen and have not arrived"},
            trouble={"enum": [*get_args(PageTrouble), None], "type": ["string", "null"]},
            told=_COUNT | {"description": "milliseconds of the phone's clock: what is older than known is left out"},
        )
        | {"required": ["state"]},
    ),
    "Tapped": record(**_CALL),
    "Place": wishes(
        peer=_TEXT_OR_NULL | {"description": "where the PeerServer is another one: whom to keep for 90 s more"},
        leaves=_FLAG | {"description": "or to be given up"},
    ),
    "Viewer": record(
        **_CALL,
        citizen=_TEXT | {"description": "the id from which the phone calls"},
        direct=_FLAG | {"description": "whether the phone will send to this viewer itself, as it stands now"},
    ),
    "Seen": record(how=_one_of(get_args(How))),
    "Command": record(command=_one_of(COMMANDS)),
    "Message": record(
        number=_COUNT | {"description": "the number of its event"},
        at=_MOMENT,
        by_citizen=_FLAG,
        actor=_TEXT,
        sentence=_TEXT | {"description": "as it was typed, or ready-made in the reader's language: render it as text"},
        ready=_TEXT_OR_NULL | {"description": "the key of a ready-made one"},
        language=_TEXT_OR_NULL | {"description": "the language of the citizen's page, for what the citizen says"},
        reply_to=_COUNT_OR_NULL | {"description": "the number of the sentence that is answered"},
        waited={
            "type": "integer",
            "minimum": 0,
            "maximum": LONGEST_WAIT,
            "description": "seconds for which it lay on the phone before it could be sent",
        },
        shown_at=_MOMENT_OR_NULL
        | {"description": "when the page had shown it; in a feed SentenceShown tells it later"},
    ),
    "Messages": record(messages={"type": "array", "items": ref("Message")}),
    "Said": wishes(
        id=or_null(_SENTENCE_ID), text=_SENTENCE, ready=or_null(_one_of(QUESTIONS, description="instead of `text`"))
    ),
    "Sentences": record(
        groups={
            "type": "array",
            "items": record(
                group=_one_of(get_args(Group)),
                name=_TEXT,
                sentences={
                    "type": "array",
                    "items": record(
                        ready=_one_of(QUESTIONS), sentence=_TEXT, answers=or_null(_one_of(get_args(Answers)))
                    ),
                },
            ),
        }
    ),
    "ReadyAnswer": record(ready=_one_of(sorted(ANSWERS)), sentence=_TEXT),
    "CitizenMessages": record(
        messages={"type": "array", "items": record(**_TO_CITIZEN)},
        sayings={
            "type": "array",
            "items": ref("ReadyAnswer"),
            "description": "what can be said at any time without typing",
        },
    ),
    "CitizenSentence": wishes(
        id=_SENTENCE_ID,
        text=_SENTENCE,
        ready=or_null(_one_of(sorted(ANSWERS), description="instead of `text`")),
        reply_to=_COUNT_OR_NULL | {"description": "the number of the sentence that is answered"},
        waited={"type": ["number", "null"], "description": "seconds for which it lay on the phone"},
    )
    | {"required": ["id"]},
    "SentencesSeen": record(number=_COUNT | {"description": "of the newest sentence that the page shows"}),
    "NextStill": record(next=_NUMBER | {"minimum": 0, "description": "seconds until the next one is wanted"}),
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
            blur=_FLAG | {"description": "whether pictures are blurred at first"},
            blurring=_one_of(BLURRINGS, description="how far pictures are blurred for everyone at least"),
            sound=_FLAG | {"description": "whether live video asks for sound from its start"},
            retention_hours=_COUNT,
        ),
        dispatcher=_TEXT,
        role=_one_of(get_args(Role)),
        languages={"type": "array", "items": _one_of(LANGUAGES), "description": "in which citizens are spoken to"},
        team_languages={"type": "array", "items": _one_of(TEAM_LANGUAGES), "description": "in which we speak to you"},
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
