"""The addresses by which photos are revealed, marked, kept longer and taken into quarantine."""

from __future__ import annotations

from typing import Final

from web.openapi.writing import PROGRAMS, Node, as_json, empty, json_body, operation, parameter, ref

_READS: Final = (401, 403, 429, 503, 507)
_OURS: Final = (*_READS, 404)
_SENT: Final = (408, 413, 422)
_PHOTO: Final = parameter("photo", "path", "the photo's id")
_AS_IT_IS: Final = as_json(ref("Photo"), "the photo as it stands now")


def _on_photo(name: str, summary: str, answers: dict[int, Node], *, body: Node | None = None) -> Node:
    refuses = (*_OURS, *_SENT) if body else _OURS
    return {
        "parameters": [_PHOTO],
        "post": operation(name, summary, answers=answers, body=body, refuses=refuses, security=PROGRAMS),
    }


PATHS: Final[dict[str, Node]] = {
    "/api/photos/{photo}/reveal": _on_photo(
        "reveal",
        "Note that the blur is taken off a picture; counted for the person alone, and in the sums of all",
        {200: as_json(ref("RevealedNow"), "how many that makes in this person's shift")},
    ),
    "/api/photos/{photo}/seen": _on_photo(
        "markPhotoSeen",
        "Note that somebody has looked at it large; every wall tells who, and when",
        {204: empty("noted")},
    ),
    "/api/photos/{photo}/important": _on_photo(
        "important",
        "Mark it as important for all, or take that off",
        {204: empty("it is so now")},
        body=json_body(ref("Importance"), required=True),
    ),
    "/api/photos/{photo}/print": _on_photo(
        "print",
        "Note that it is printed",
        {200: as_json(ref("Printed"), "what stands on the sheet besides: by whom, and when")},
    ),
    "/api/photos/{photo}/copy": _on_photo("copy", "Note that its picture is copied", {204: empty("noted")}),
    "/api/photos/{photo}/keep": _on_photo(
        "keep",
        "Keep it beyond its time, as a supervisor, for a reason; it leaves the chats all the same",
        {200: _AS_IT_IS},
        body=json_body(ref("Keep"), required=True),
    ),
    "/api/photos/{photo}/keep/end": _on_photo(
        "keepNoLonger", "Let it go when it would have gone by itself, as a supervisor", {200: _AS_IT_IS}
    ),
    "/api/photos/{photo}/quarantine": _on_photo(
        "quarantine",
        "Take it out of every view and every chat at once: it may be unlawful, and waits sealed for a supervisor",
        {204: empty("sealed")},
    ),
    "/api/quarantine": {
        "get": operation(
            "sealed",
            "What waits in quarantine for a supervisor's decision; no address hands out a sealed picture",
            answers={200: as_json(ref("Quarantine"), "newest first")},
            refuses=_READS,
            security=PROGRAMS,
        )
    },
    "/api/quarantine/{photo}/release": _on_photo(
        "release", "Put it back where it was, as a supervisor", {200: _AS_IT_IS}
    ),
    "/api/quarantine/{photo}/delete": _on_photo(
        "deleteForEver", "Delete it for ever, as a supervisor", {204: empty("deleted")}
    ),
    "/api/blurring": {
        "get": operation(
            "blurring",
            "How far pictures are blurred for who asks, and how many that person has revealed in this shift",
            answers={200: as_json(ref("Blurred"), "what holds")},
            refuses=_OURS,
            security=PROGRAMS,
        ),
        "post": operation(
            "chooseBlurring",
            "Hide more than the organisation wants, for oneself",
            body=json_body(ref("OwnBlurring"), required=True),
            answers={200: as_json(ref("Blurred"), "what holds now")},
            refuses=(*_OURS, *_SENT),
            security=PROGRAMS,
        ),
    },
    "/api/organisation/blurring": {
        "post": operation(
            "chooseBlurringForAll",
            "Choose what holds at least for everyone, as a supervisor",
            body=json_body(ref("BlurringOfAll"), required=True),
            answers={200: as_json(ref("Blurred"), "what holds now for who asks")},
            refuses=(*_OURS, *_SENT),
            security=PROGRAMS,
        )
    },
    "/api/reports/reveals": {
        "get": operation(
            "reveals",
            "How many pictures were revealed, for supervisors: by all together, and by nobody in particular",
            parameters=(
                parameter("days", "query", "how far to look back", {"type": "integer", "minimum": 1, "maximum": 31}),
            ),
            answers={200: as_json(ref("Reveals"), "sums")},
            refuses=(*_READS, 422),
            security=PROGRAMS,
        )
    },
}
