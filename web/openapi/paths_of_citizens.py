"""The addresses of the citizen's phone: the key in the address is all the proof there is."""

from __future__ import annotations

from typing import Final

from showme.domain.photos import SIZES
from showme.domain.pictures import MOST_BYTES
from showme.services.stills import MOST_STILL
from web.openapi.writing import KEY, Node, as_bytes, as_feed, as_json, empty, json_body, operation, parameter, ref

_KEYED: Final = (403, 404, 410, 429, 503)
_TAKEN: Final = (*_KEYED, 507)
_SENT: Final = (408, 413, 422)
_PICTURE: Final = (*_TAKEN, *_SENT, 409, 415)
_TUS: Final = (*_TAKEN, 412)
_PIECE: Final = (*_PICTURE, 400, 412, 460)

_KEY: Final = parameter("key", "path", "the citizen's key: the last part of the link")
_UPLOAD: Final = parameter("upload", "path", "the upload's name, as `Location` told it")
_PHOTO_ID: Final[Node] = {"type": "string", "minLength": 8, "maxLength": 64, "pattern": "^[0-9A-Za-z][0-9A-Za-z_-]*$"}
_SIZE: Final[Node] = {
    "enum": list(SIZES),
    "default": "original",
    "description": "what is sent under the photo's id: a fuller size takes the place of those that came before",
}
_COUNT: Final[Node] = {"type": "integer", "minimum": 0}
_VERSION: Final = parameter("Tus-Resumable", "header", "the version of tus", {"const": "1.0.0"}, required=True)
_OFFSET: Final = parameter("Upload-Offset", "header", "where the piece begins", _COUNT, required=True)
_CHECKSUM: Final = parameter("Upload-Checksum", "header", "algorithm, a space, and the piece's digest in Base64")
_BYTES: Final[Node] = {"content": {"application/offset+octet-stream": {}}}
_STANDING: Final = {
    "Tus_Resumable": "the version of tus",
    "Upload_Offset": "how many bytes are safe",
    "Upload_Expires": "when it is forgotten unless it goes on",
    "Upload_Photo": "the photo's id, once that is durable and acknowledged",
}
_ABILITIES: Final = operation(
    "", "What we can do of tus", answers={204: empty("see the headers", Tus_Version="the versions spoken",
    Tus_Extension="the extensions spoken", Tus_Max_Size="the most bytes of an upload",
    Tus_Checksum_Algorithm="the checksums understood")}, refuses=_KEYED, security=KEY,
)  # fmt: skip

PATHS: Final[dict[str, Node]] = {
    "/s/{key}": {
        "parameters": [_KEY],
        "get": operation(
            "page",
            "The citizen's page; a look at it changes nothing",
            parameters=(parameter("lang", "query", "show it in another language"),),
            answers={200: as_bytes("the page", "text/html")},
            refuses=_KEYED,
            security=KEY,
        ),
    },
    "/s/{key}/words": {
        "parameters": [_KEY],
        "get": operation(
            "laterWords",
            "What the page says in its parts that come when they are needed: live video, conversation",
            parameters=(parameter("lang", "query", "in another language"),),
            answers={200: as_json({"type": "object"}, "sections of sentences")},
            refuses=_KEYED,
            security=KEY,
        ),
    },
    "/s/{key}/tapped": {
        "parameters": [_KEY],
        "post": operation(
            "tapped",
            "The first real tap; the answer has all that a call needs",
            body=json_body({"type": "object"}),
            answers={200: as_json(ref("Tapped"), "noted")},
            refuses=(*_TAKEN, *_SENT),
            security=KEY,
        ),
    },
    "/s/{key}/progress": {
        "parameters": [_KEY],
        "post": operation(
            "progress",
            "A step, the phone, the location, the page itself: at least one of them",
            body=json_body(ref("Progress"), required=True),
            answers={204: empty("noted")},
            refuses=(*_TAKEN, *_SENT),
            security=KEY,
        ),
    },
    "/s/{key}/events": {
        "parameters": [_KEY],
        "get": operation(
            "citizenEvents",
            "What becomes of the photos and of the invitation, who watches, and what they wish, as it happens",
            parameters=(
                parameter("after", "query", "the number after which to go on; now, when left out", _COUNT),
                parameter("Last-Event-ID", "header", "likewise; it counts first"),
            ),
            answers={200: as_feed("CitizenEvent", "Server-Sent Events; ends with the invitation")},
            refuses=(*_KEYED, 422),
            security=KEY,
        ),
    },
    "/s/{key}/still": {
        "parameters": [_KEY],
        "post": operation(
            "sendStill",
            "A still of the live video, while that finds no other way: kept in memory alone, and only the newest",
            body={
                "required": True,
                "content": {"image/jpeg": {"schema": {"type": "string", "maxLength": MOST_STILL}}},
            },
            answers={200: as_json(ref("NextStill"), "taken")},
            refuses=(*_TAKEN, *_SENT, 415),
            security=KEY,
        ),
    },
    "/s/{key}/messages": {
        "parameters": [_KEY],
        "get": operation(
            "conversation",
            "What the desk and the citizen wrote to each other, in the page's language",
            parameters=(parameter("lang", "query", "another language"),),
            answers={200: as_json(ref("CitizenMessages"), "oldest first")},
            refuses=_KEYED,
            security=KEY,
        ),
        "post": operation(
            "write",
            "Write to the desk, typed or ready-made: counts as a tap",
            parameters=(parameter("lang", "query", "the language of the page, where it was switched"),),
            body=json_body(ref("CitizenSentence"), required=True),
            answers={204: empty("safe")},
            refuses=(*_TAKEN, *_SENT, 409),
            security=KEY,
        ),
    },
    "/s/{key}/messages/seen": {
        "parameters": [_KEY],
        "post": operation(
            "sentencesSeen",
            "The page shows what the desk has said, up to this sentence; noted after the first tap only",
            body=json_body(ref("SentencesSeen"), required=True),
            answers={204: empty("heard")},
            refuses=(*_TAKEN, *_SENT),
            security=KEY,
        ),
    },
    "/s/{key}/photos": {
        "parameters": [_KEY],
        "post": operation(
            "sendPhoto",
            "Send a photo, or a size of it, in one piece; the same id again gives the same photo, once",
            parameters=(parameter("Idempotency-Key", "header", "the photo's id, where the form has none", _PHOTO_ID),),
            body={
                "required": True,
                "content": {
                    "multipart/form-data": {
                        "schema": {
                            "type": "object",
                            "properties": {
                                "id": _PHOTO_ID,
                                "size": _SIZE,
                                "photo": {
                                    "type": "string",
                                    "maxLength": MOST_BYTES,
                                    "contentMediaType": "image/*",
                                    "description": "or a clip: MP4, MOV, WebM, as large as the operator takes",
                                },
                            },
                            "required": ["photo"],
                        }
                    }
                },
            },
            answers={
                201: as_json(ref("Acknowledged"), "durable; a page, for a browser that asks for HTML", "text/html"),
            },
            refuses=_PICTURE,
            security=KEY,
        ),
    },
    "/s/{key}/photos/{photo}": {
        "parameters": [_KEY, parameter("photo", "path", "the photo's id")],
        "delete": operation(
            "takeBack",
            "Take back a photo that was sent by mistake",
            answers={204: empty("gone")},
            refuses=_TAKEN,
            security=KEY,
        ),
    },
    "/s/{key}/photos/{photo}/gone": {
        "parameters": [_KEY, parameter("photo", "path", "the photo's id")],
        "post": operation(
            "originalGone",
            "The phone has no more of the photo than it has sent",
            answers={204: empty("noted")},
            refuses=_TAKEN,
            security=KEY,
        ),
    },
    "/s/{key}/uploads": {
        "parameters": [_KEY],
        "options": _ABILITIES | {"operationId": "abilities"},
        "post": operation(
            "begin",
            "Begin a resumable upload (tus 1.0.0), with its first piece where one comes along",
            parameters=(
                _VERSION,
                parameter(
                    "Upload-Length", "header", "bytes of the photo", _COUNT | {"maximum": MOST_BYTES}, required=True
                ),
                parameter(
                    "Upload-Metadata", "header", "`id`, `size`, `filename`, `filetype`, all optional, as tus has it"
                ),
                _CHECKSUM,
            ),
            body=_BYTES,
            answers={201: empty("begun, or as far as it has come", Location="the upload's address", **_STANDING)},
            refuses=_PIECE,
            security=KEY,
        ),
    },
    "/s/{key}/uploads/{upload}": {
        "parameters": [_KEY, _UPLOAD],
        "options": _ABILITIES | {"operationId": "abilitiesOfUpload"},
        "head": operation(
            "look",
            "How far an upload has come",
            parameters=(_VERSION,),
            answers={
                200: empty(
                    "see the headers",
                    Upload_Length="bytes of the photo",
                    Upload_Metadata="as it was told, if it was",
                    **_STANDING,
                )
            },
            refuses=(*_TUS, 409, 415, 422),
            security=KEY,
        ),
        "patch": operation(
            "append",
            "Add a piece; the last one is answered once the photo is durable, and not before",
            parameters=(_VERSION, _OFFSET, _CHECKSUM),
            body=_BYTES | {"required": True},
            answers={204: empty("safe", **_STANDING)},
            refuses=_PIECE,
            security=KEY,
        ),
        "delete": operation(
            "end",
            "End an upload; a photo that was acknowledged stays",
            parameters=(_VERSION,),
            answers={204: empty("ended")},
            refuses=_TUS,
            security=KEY,
        ),
        "post": operation(
            "instead",
            "PATCH or DELETE, for a network that lets neither through",
            parameters=(
                _VERSION,
                parameter(
                    "X-HTTP-Method-Override",
                    "header",
                    "what is meant",
                    {"type": "string", "enum": ["PATCH", "DELETE"]},
                    required=True,
                ),
                _OFFSET | {"required": False},
                _CHECKSUM,
            ),
            body=_BYTES,
            answers={204: empty("done", **_STANDING)},
            refuses=(*_PIECE, 405),
            security=KEY,
        ),
    },
    "/c": {
        "get": operation(
            "askForCode",
            "The page on which a caller types the spoken code",
            answers={200: as_bytes("the page", "text/html")},
            refuses=(403, 429),
        ),
        "post": operation(
            "hearCode",
            "Take the spoken code, and lead to the invitation's page",
            body={
                "required": True,
                "content": {
                    "application/x-www-form-urlencoded": {
                        "schema": {"type": "object", "properties": {"code": {"type": "string"}}, "required": ["code"]}
                    }
                },
            },
            answers={303: empty("the code is right", Location="the citizen's page")},
            refuses=(403, 404, 408, 410, 413, 422, 429, 503, 507),
        ),
    },
}
