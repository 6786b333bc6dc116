"""The addresses of positions, of links that are shared, and of who looks after an invitation."""

from __future__ import annotations

from typing import Final

from web.openapi.writing import PROGRAMS, Node, as_json, json_body, operation, parameter, ref

_READS: Final = (401, 403, 429, 503, 507)
_OURS: Final = (*_READS, 404)
_SENT: Final = (408, 413, 422)
_INVITATION: Final = parameter("invitation", "path", "the invitation's id")
_SHARE: Final = parameter("share", "path", "the link's id")

PATHS: Final[dict[str, Node]] = {
    "/api/positions": {
        "get": operation(
            "positions",
            "The newest positions that citizens have sent, or all of one invitation, until they are forgotten",
            parameters=(parameter("invitation", "query", "only this invitation's"),),
            answers={200: as_json(ref("Positions"), "oldest first; LocationReported tells of new ones")},
            refuses=_READS,
            security=PROGRAMS,
        )
    },
    "/api/invitations/{invitation}/hand-over": {
        "parameters": [_INVITATION],
        "post": operation(
            "handOver",
            "Make a colleague responsible for it, or oneself",
            body=json_body(ref("HandOver")),
            answers={200: as_json(ref("Invitation"), "the invitation as it stands now")},
            refuses=(*_OURS, *_SENT, 410),
            security=PROGRAMS,
        ),
    },
    "/api/invitations/{invitation}/watching": {
        "parameters": [_INVITATION],
        "get": operation(
            "watching",
            "Who watches its live video now, by name; who does by a link is named `… (link)`",
            answers={200: as_json(ref("Watching"), "in the order in which they came")},
            refuses=_OURS,
            security=PROGRAMS,
        ),
    },
    "/api/colleagues": {
        "get": operation(
            "colleagues",
            "Who was seen within a shift, signed in or inviting from a chat",
            answers={200: as_json(ref("Colleagues"), "in alphabetical order")},
            refuses=_READS,
            security=PROGRAMS,
        )
    },
    "/api/shares": {
        "get": operation(
            "shares",
            "The links whose time is not over, also those that were revoked",
            answers={200: as_json(ref("Shares"), "newest first")},
            refuses=_READS,
            security=PROGRAMS,
        ),
        "post": operation(
            "share",
            "Make a link by which a crew or another centre looks on: live video, photos, places; no number, no command",
            body=json_body(ref("ShareWish"), required=True),
            answers={201: as_json(ref("Share"), "the link works from now on")},
            refuses=(*_OURS, *_SENT),
            security=PROGRAMS,
        ),
    },
    "/api/shares/{share}/end": {
        "parameters": [_SHARE],
        "post": operation(
            "endShare",
            "Revoke a link; what is looked at by it stops at once",
            answers={200: as_json(ref("Share"), "the link as it stands now")},
            refuses=_OURS,
            security=PROGRAMS,
        ),
    },
    "/api/shares/{share}/visits": {
        "parameters": [_SHARE],
        "get": operation(
            "shareVisits",
            "Where and when a link was opened",
            answers={200: as_json(ref("ShareVisits"), "newest first")},
            refuses=_OURS,
            security=PROGRAMS,
        ),
    },
}
