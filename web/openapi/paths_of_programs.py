"""The addresses below /api, for the photowall and for other programs."""

from __future__ import annotations

from typing import Final

from showme.domain.pictures import MOST_BYTES
from web.openapi.writing import (
    PROGRAMS,
    Node,
    as_bytes,
    as_feed,
    as_json,
    empty,
    json_body,
    operation,
    parameter,
    ref,
)

_READS: Final = (401, 403, 429, 503, 507)
_WRITES: Final = _READS
_ONE_OF_OURS: Final = (*_READS, 404)
_SENT: Final = (408, 413, 422)
_OPEN: Final = (*_ONE_OF_OURS, 410)

_INVITATION: Final = parameter("invitation", "path", "the invitation's id")
_PHOTO: Final = parameter("photo", "path", "the photo's id")
_AFTER: Final = (
    parameter(
        "after", "query", "the cursor from which to go on; now, when left out", {"type": "integer", "minimum": 0}
    ),
    parameter("Last-Event-ID", "header", "likewise; newer than the address, so it counts first"),
)


def _on_invitation(name: str, summary: str, answer: Node, refuses: tuple[int, ...]) -> Node:
    return operation(name, summary, answers={200: answer}, refuses=refuses, security=PROGRAMS)


def _picture(name: str, summary: str) -> Node:
    answers = {
        200: as_bytes("the picture, without any of its metadata", "image/jpeg", ETag="names it, once it is whole"),
        304: empty("it is the one that you have, and you still may"),
    }
    return {"parameters": [_PHOTO], "get": operation(name, summary, answers=answers, refuses=_ONE_OF_OURS,
                                                     security=PROGRAMS)}  # fmt: skip


_FILM: Final = {"ETag": "names this very file", "Accept_Ranges": "`bytes`"}
_NOW: Final = as_json(ref("Invitation"), "the invitation as it stands now")

PATHS: Final[dict[str, Node]] = {
    "/api/me": {
        "get": operation(
            "me",
            "Who the token or session stands for",
            answers={200: as_json(ref("Me"), "who is signed in")},
            refuses=_ONE_OF_OURS,
            security=PROGRAMS,
        )
    },
    "/api/invitations": {
        "get": operation(
            "invitations",
            "The newest invitations, and the cursor from which the feed goes on",
            answers={200: as_json(ref("Invitations"), "newest first")},
            refuses=_READS,
            security=PROGRAMS,
        ),
        "post": operation(
            "invite",
            "Invite a citizen: by SMS with `to`, without it by a link to hand over another way",
            body=json_body(ref("Wish")),
            answers={201: as_json(ref("Invited"), "invited; an SMS is on its way where one was asked for")},
            refuses=(*_WRITES, *_SENT),
            security=PROGRAMS,
        ),
    },
    "/api/invitations/{invitation}": {
        "parameters": [_INVITATION],
        "get": _on_invitation("invitation", "An invitation with its rungs", _NOW, _ONE_OF_OURS),
    },
    "/api/invitations/{invitation}/close": {
        "parameters": [_INVITATION],
        "post": _on_invitation("close", "Close it; the link stops working at once", _NOW, _ONE_OF_OURS),
    },
    "/api/invitations/{invitation}/wrong-number": {
        "parameters": [_INVITATION],
        "post": _on_invitation(
            "wrongNumber", "Close it, and forget the number also as colleagues saw it", _NOW, _ONE_OF_OURS
        ),
    },
    "/api/invitations/{invitation}/resend": {
        "parameters": [_INVITATION],
        "post": _on_invitation("resend", "Send the same link again, for a credit of its own", _NOW, (*_OPEN, 422)),
    },
    "/api/invitations/{invitation}/code": {
        "parameters": [_INVITATION],
        "post": _on_invitation(
            "code",
            "Make the code to read to the caller; it ends the one before",
            as_json(ref("SpokenCode"), "the code, valid for ten minutes and once"),
            _OPEN,
        ),
    },
    "/api/invitations/{invitation}/link": {
        "parameters": [_INVITATION],
        "post": _on_invitation(
            "link", "The link, to send it another way; who took it is noted", as_json(ref("Link"), "the link"), _OPEN
        ),
    },
    "/api/invitations/{invitation}/qr.svg": {
        "parameters": [_INVITATION],
        "get": _on_invitation("qr", "The link as a QR code", as_bytes("the drawing", "image/svg+xml"), _OPEN),
    },
    "/api/invitations/{invitation}/viewers": {
        "parameters": [_INVITATION],
        "post": operation(
            "joinAsViewer",
            "A place on the line to watch the live video; it is kept for a minute until the line opens, and where the "
            "PeerServer is another one, for 90 s from each time that it is asked for",
            body=json_body(ref("Place"), required=False),
            answers={201: as_json(ref("Viewer"), "the place"), 204: empty("it is given up")},
            refuses=(*_OPEN, *_SENT),
            security=PROGRAMS,
        ),
    },
    "/api/invitations/{invitation}/seen": {
        "parameters": [_INVITATION],
        "post": operation(
            "seen",
            "A picture of the live video was seen, and which way it had come",
            body=json_body(ref("Seen"), required=True),
            answers={204: empty("noted")},
            refuses=(*_OPEN, *_SENT),
            security=PROGRAMS,
        ),
    },
    "/api/invitations/{invitation}/still": {
        "parameters": [_INVITATION],
        "get": operation(
            "still",
            "The next still of the live video, as soon as there is one: the answer may take 20 seconds",
            parameters=(
                parameter("after", "query", "the number of the one before", {"type": "integer", "minimum": 0}),
            ),
            answers={
                200: as_bytes(
                    "the still",
                    "image/jpeg",
                    Showme_Still="its number",
                    Showme_Age="seconds since it arrived",
                ),
                204: empty("none came: ask again"),
            },
            refuses=(*_OPEN, 422),
            security=PROGRAMS,
        ),
    },
    "/api/invitations/{invitation}/command": {
        "parameters": [_INVITATION],
        "post": operation(
            "command",
            "Ask something of the phone, or of who holds it",
            body=json_body(ref("Command"), required=True),
            answers={204: empty("on its way; the journal tells whether it was done")},
            refuses=(*_OPEN, *_SENT),
            security=PROGRAMS,
        ),
    },
    "/api/invitations/{invitation}/stills": {
        "parameters": [_INVITATION],
        "post": operation(
            "keepStill",
            "Keep a frame of the live video: from here on it goes the way of a photo",
            body={
                "required": True,
                "content": {
                    "multipart/form-data": {
                        "schema": {
                            "type": "object",
                            "properties": {
                                "photo": {"type": "string", "maxLength": MOST_BYTES, "contentMediaType": "image/jpeg"}
                            },
                            "required": ["photo"],
                        }
                    }
                },
            },
            answers={201: as_json(ref("Photo"), "durable")},
            refuses=(*_OPEN, *_SENT, 415),
            security=PROGRAMS,
        ),
    },
    "/api/invitations/{invitation}/watch-link": {
        "parameters": [_INVITATION],
        "post": _on_invitation(
            "watchLink",
            "The link with which a team chat watches this one invitation, while it is open; for people",
            as_json(ref("Link"), "the link"),
            _OPEN,
        ),
    },
    "/api/invitations/{invitation}/messages": {
        "parameters": [_INVITATION],
        "get": _on_invitation(
            "messages",
            "What dispatchers and the citizen wrote to each other, oldest first, until it is forgotten",
            as_json(ref("Messages"), "the conversation"),
            _ONE_OF_OURS,
        ),
        "post": operation(
            "say",
            "Say something to the citizen: typed, or ready-made and then read in the citizen's language",
            body=json_body(ref("Said"), required=True),
            answers={201: as_json(ref("Message"), "said; `shown_at`, or SentenceShown, tells when the page shows it")},
            refuses=(*_OPEN, *_SENT, 409),
            security=PROGRAMS,
        ),
    },
    "/api/sentences": {
        "get": operation(
            "sentences",
            "What can be said without typing, in the reader's language",
            answers={200: as_json(ref("Sentences"), "in groups")},
            refuses=_READS,
            security=PROGRAMS,
        )
    },
    "/api/photos": {
        "get": operation(
            "photos",
            "The newest 500 photos, or all of one invitation, and the cursor from which the feed goes on",
            parameters=(parameter("invitation", "query", "only this invitation's"),),
            answers={200: as_json(ref("Photos"), "newest first; every acknowledged photo that is not yet forgotten")},
            refuses=_READS,
            security=PROGRAMS,
        )
    },
    "/api/photos/{photo}/wall": _picture("wall", "A photo at the size of a screen; 404 until it is shown"),
    "/api/photos/{photo}/thumbnail": _picture("thumbnail", "A photo at the size of a tile; 404 until it is shown"),
    "/api/photos/{photo}/clip": {
        "parameters": [_PHOTO],
        "get": operation(
            "clip",
            "A clip as every browser plays it, without any of its metadata; 404 until its state is playable",
            parameters=(
                parameter("Range", "header", "one part of it: `bytes=0-1023`"),
                parameter("If-Range", "header", "the ETag that the part is to be of"),
            ),
            answers={
                200: as_bytes("all of it", "video/mp4", **_FILM),
                206: as_bytes("the part", "video/mp4", Content_Range="which part", **_FILM),
                304: empty("it is the one that you have, and you still may", **_FILM),
                416: empty("it has no such part", Content_Range="how many bytes it has"),
            },
            refuses=_ONE_OF_OURS,
            security=PROGRAMS,
        ),
    },
    "/api/photos/{photo}/original": {
        "parameters": [_PHOTO],
        "get": operation(
            "original",
            "The received bytes, which may tell place and time; who took them is noted",
            answers={
                200: as_bytes(
                    "the file, as an attachment",
                    "image/jpeg",
                    "image/png",
                    "image/webp",
                    "image/heic",
                    "video/mp4",
                    "video/quicktime",
                    "video/webm",
                    Content_Disposition="a name for the file",
                )
            },
            refuses=_ONE_OF_OURS,
            security=PROGRAMS,
        ),
    },
    "/api/photos/{photo}/ask": {
        "parameters": [_PHOTO],
        "post": operation(
            "askForOriginal",
            "Ask the phone for the original, where it has sent less: a preview, or what was shrunk for a slow line",
            answers={204: empty("asked, or it is here already")},
            refuses=(*_ONE_OF_OURS, 410),
            security=PROGRAMS,
        ),
    },
    "/api/events": {
        "get": operation(
            "events",
            "Everything that happens in the organisation, as it happens",
            parameters=_AFTER,
            answers={
                200: as_feed(
                    "Event",
                    "Server-Sent Events. Unnamed messages carry an Event; `event: reset` means that the cursor is too "
                    "far back: load the lists again. A comment every 15 seconds keeps the line awake.",
                )
            },
            refuses=(*_READS, 422),
            security=PROGRAMS,
        )
    },
    "/api/credits": {
        "get": operation(
            "credits",
            "How many credits are left; every SMS costs one",
            answers={200: as_json(ref("Credits"), "the balance")},
            refuses=_ONE_OF_OURS,
            security=PROGRAMS,
        )
    },
    "/api/credits/ledger": {
        "get": operation(
            "ledger",
            "The newest lines of the ledger, for supervisors",
            answers={200: as_json(ref("Ledger"), "newest first")},
            refuses=_READS,
            security=PROGRAMS,
        )
    },
    "/api/credits/top-up": {
        "post": operation(
            "topUp",
            "Add credits, as a supervisor",
            body=json_body(ref("TopUp"), required=True),
            answers={200: as_json(ref("Credits"), "the balance")},
            refuses=(*_ONE_OF_OURS, *_SENT),
            security=PROGRAMS,
        )
    },
    "/api/chats": {
        "get": operation(
            "chats",
            "The chats that follow the organisation",
            answers={200: as_json(ref("Chats"), "the chats")},
            refuses=_READS,
            security=PROGRAMS,
        )
    },
    "/api/chats/code": {
        "post": operation(
            "chatCode",
            "Make the single-use code that enrols a team chat: `/enrol <code>` typed there",
            answers={200: as_json(ref("EnrolmentCode"), "the code")},
            refuses=_WRITES,
            security=PROGRAMS,
        )
    },
}
