"""The shapes of sessions, passkeys and wall screens, as JSON Schema."""

from __future__ import annotations

from typing import Final, get_args

from showme.domain.passkeys import MOST_LABEL
from showme.domain.people import MOST_NAME, Role
from showme.domain.sessions import Way
from showme.domain.words import TEAM_LANGUAGES
from web.openapi.writing import Node, or_null, record, ref, wishes

_TEXT: Final[Node] = {"type": "string"}
_FLAG: Final[Node] = {"type": "boolean"}
_MOMENT: Final[Node] = {
    "type": "string",
    "format": "date-time",
    "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$",
    "description": "UTC, with milliseconds",
}
_ROLE: Final[Node] = {"type": "string", "enum": list(get_args(Role))}
_WAY: Final[Node] = {
    "type": "string",
    "enum": list(get_args(Way)),
    "description": "the organisation's link, a link for one use, or a passkey",
}
_LABEL: Final[Node] = {"type": "string", "description": f"at most {MOST_LABEL} characters"}

SCHEMAS: Final[dict[str, Node]] = {
    "Session": record(
        id=_TEXT | {"description": "names it, and proves nothing"},
        name=_TEXT,
        role=_ROLE,
        way=_WAY,
        browser=_TEXT | {"description": "as `Firefox, Linux`; empty where it cannot be told"},
        address=_TEXT | {"description": "the network only, as `192.0.2.*`; empty where it cannot be told"},
        made_at=_MOMENT,
        seen_at=_MOMENT | {"description": "to within five minutes"},
        ends_at=_MOMENT | {"description": "if nobody uses it any more"},
        this=_FLAG | {"description": "whether it is the one that asks"},
    ),
    "Sessions": record(sessions={"type": "array", "items": ref("Session")}),
    "Ended": record(ended={"type": "integer", "minimum": 0}),
    "Whose": wishes(name=_TEXT | {"description": "whose sessions end; without it everybody's"}),
    "LanguageChoice": wishes(
        language=or_null({"type": "string", "enum": list(TEAM_LANGUAGES)})
        | {"description": "null: as the browser wishes"}
    ),
    "Screen": record(name=_TEXT | {"description": f"at most {MOST_NAME} characters"}),
    "ScreenLink": record(link=_TEXT | {"description": "works once, for a day"}),
    "Passkey": record(id=_TEXT, name=_TEXT, role=_ROLE, label=_LABEL, made_at=_MOMENT, used_at=or_null(_MOMENT)),
    "Passkeys": record(passkeys={"type": "array", "items": ref("Passkey")}),
    "OwnPasskeys": record(
        passkeys={"type": "array", "items": ref("Passkey")},
        possible=_FLAG | {"description": "whether browsers make passkeys at this address: never where it is a number"},
    ),
    "PasskeyOptions": {
        "type": "object",
        "description": "PublicKeyCredentialCreationOptionsJSON (WebAuthn Level 3, 5.1.8)",
    },
    "MadePasskey": record(
        answer={"type": "object", "description": "RegistrationResponseJSON (WebAuthn Level 3, 5.1)"}, label=_LABEL
    ),
    "Label": record(label=_LABEL),
}
