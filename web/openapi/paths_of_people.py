"""The addresses where people see to their sign-in, and supervisors to everybody's."""

from __future__ import annotations

from typing import Final

from web.openapi.writing import PEOPLE, PROGRAMS, Node, as_json, empty, json_body, operation, parameter, ref

_READS: Final = (401, 403, 429, 503, 507)
_ONE_OF_OURS: Final = (*_READS, 404)
_SENT: Final = (408, 413, 422)
_SESSION: Final = parameter("session", "path", "the session's id")
_PASSKEY: Final = parameter("passkey", "path", "the passkey's id")
_ENDED: Final = {200: as_json(ref("Ended"), "how many have ended")}

PATHS: Final[dict[str, Node]] = {
    "/api/sessions": {
        "get": operation(
            "sessions",
            "Where you are signed in, the session used last first",
            answers={200: as_json(ref("Sessions"), "your sessions")},
            refuses=_READS,
            security=PEOPLE,
        )
    },
    "/api/sessions/{session}/end": {
        "parameters": [_SESSION],
        "post": operation(
            "endSession",
            "End one of your sessions, its feeds and lines at once",
            answers={204: empty("it has ended")},
            refuses=_ONE_OF_OURS,
            security=PEOPLE,
        ),
    },
    "/api/sessions/end-others": {
        "post": operation(
            "endOtherSessions", "End all of your sessions but this one", answers=_ENDED, refuses=_READS, security=PEOPLE
        )
    },
    "/api/sessions/language": {
        "post": operation(
            "chooseLanguage",
            "Read the team's pages in a language from now on",
            body=json_body(ref("LanguageChoice")),
            answers={204: empty("it is kept")},
            refuses=(*_READS, *_SENT),
            security=PEOPLE,
        )
    },
    "/api/passkeys": {
        "get": operation(
            "passkeys",
            "Your passkeys, the oldest first",
            answers={200: as_json(ref("OwnPasskeys"), "your passkeys")},
            refuses=_READS,
            security=PEOPLE,
        ),
        "post": operation(
            "addPasskey",
            "Keep a passkey that the browser has made",
            body=json_body(ref("MadePasskey"), required=True),
            answers={201: as_json(ref("Passkey"), "the passkey, which signs you in from now on")},
            refuses=(*_READS, *_SENT, 409),
            security=PEOPLE,
        ),
    },
    "/api/passkeys/options": {
        "post": operation(
            "askForPasskey",
            "What the browser needs to make a passkey, within five minutes",
            answers={200: as_json(ref("PasskeyOptions"), "for `navigator.credentials.create`")},
            refuses=_ONE_OF_OURS,
            security=PEOPLE,
        )
    },
    "/api/passkeys/{passkey}/name": {
        "parameters": [_PASSKEY],
        "post": operation(
            "namePasskey",
            "Give a passkey of yours another name",
            body=json_body(ref("Label"), required=True),
            answers={204: empty("it has the name")},
            refuses=(*_ONE_OF_OURS, *_SENT),
            security=PEOPLE,
        ),
    },
    "/api/passkeys/{passkey}/remove": {
        "parameters": [_PASSKEY],
        "post": operation(
            "removePasskey",
            "Remove a passkey of yours, and end what it has signed in, but for this session",
            answers={204: empty("it is gone")},
            refuses=_ONE_OF_OURS,
            security=PEOPLE,
        ),
    },
    "/api/organisation/sessions": {
        "get": operation(
            "everybodysSessions",
            "Who is signed in, and every wall screen, as a supervisor",
            answers={200: as_json(ref("Sessions"), "everybody's sessions")},
            refuses=_READS,
            security=PROGRAMS,
        )
    },
    "/api/organisation/sessions/{session}/end": {
        "parameters": [_SESSION],
        "post": operation(
            "endAnybodysSession",
            "End somebody's session or a wall screen's, as a supervisor",
            answers={204: empty("it has ended")},
            refuses=_ONE_OF_OURS,
            security=PROGRAMS,
        ),
    },
    "/api/organisation/sessions/end-all": {
        "post": operation(
            "endEverybodysSessions",
            "End all sessions of one name or of everybody, but the one that asks, as a supervisor",
            body=json_body(ref("Whose")),
            answers=_ENDED,
            refuses=(*_READS, *_SENT),
            security=PROGRAMS,
        )
    },
    "/api/organisation/passkeys": {
        "get": operation(
            "everybodysPasskeys",
            "Everybody's passkeys, as a supervisor",
            answers={200: as_json(ref("Passkeys"), "the passkeys, the oldest first")},
            refuses=_READS,
            security=PROGRAMS,
        )
    },
    "/api/organisation/passkeys/{passkey}/remove": {
        "parameters": [_PASSKEY],
        "post": operation(
            "removeAnybodysPasskey",
            "Remove somebody's passkey, and end what it has signed in, as a supervisor",
            answers={204: empty("it is gone")},
            refuses=_ONE_OF_OURS,
            security=PROGRAMS,
        ),
    },
    "/api/organisation/screens": {
        "post": operation(
            "inviteScreen",
            "Make the link that turns one browser into a wall screen, as a supervisor",
            body=json_body(ref("Screen"), required=True),
            answers={201: as_json(ref("ScreenLink"), "the link")},
            refuses=(*_READS, *_SENT),
            security=PROGRAMS,
        )
    },
}
