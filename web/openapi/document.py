"""Puts the description together."""

from __future__ import annotations

from typing import Final

from web.openapi import (
    paths_of_citizens,
    paths_of_machines,
    paths_of_people,
    paths_of_photos,
    paths_of_programs,
    paths_of_sharing,
    schemas_of_people,
    schemas_of_photos,
    schemas_of_sharing,
)
from web.openapi.schemas import SCHEMAS
from web.openapi.writing import Node, ref

_REFUSALS: Final[dict[int, str]] = {
    400: "a header of tus is missing or malformed",
    401: "no session or token, or it was revoked",
    403: "known, and still not yours to do; also: another site's page asks, or the host name is not ours",
    404: "no invitation answers to this key, or nothing of yours has this id",
    405: "another method is needed",
    408: "nothing came for half a minute",
    409: "this id was used for something else, or the piece does not begin where the upload ends",
    410: "the invitation is closed or expired",
    412: "another version of tus is needed",
    413: "more bytes than we take",
    415: "not a picture or clip that we read, or a body of another kind",
    422: "a field is missing or malformed, this number cannot be invited, or the picture is damaged",
    429: "too often",
    460: "the piece does not come to its checksum",
    503: "we, or something outside, failed: trying again may help",
    507: "the disk is full; what was acknowledged is safe",
}
_CARRIES_PATIENCE: Final = {429, 503, 507}


def document() -> Node:
    """Return the whole description, an OpenAPI 3.1 document: https://spec.openapis.org/oas/v3.1.1.html."""
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "showme",
            "version": "1",
            "summary": "See what the caller sees.",
            "description": (
                "Every refusal is problem+json (RFC 9457) with a `cause` for programs and a sentence for people; "
                "a browser that asks for HTML outside of /api gets a page with the same status. Something unforeseen "
                "is answered 500 in the same form. Any unknown member of an object is to be ignored: more may come."
            ),
        },
        "paths": {
            **paths_of_programs.PATHS,
            **paths_of_photos.PATHS,
            **paths_of_people.PATHS,
            **paths_of_sharing.PATHS,
            **paths_of_citizens.PATHS,
            **paths_of_machines.PATHS,
        },
        "components": {
            "schemas": {
                **SCHEMAS,
                **schemas_of_photos.SCHEMAS,
                **schemas_of_people.SCHEMAS,
                **schemas_of_sharing.SCHEMAS,
            },
            "responses": {str(status): _refusal(status) for status in _REFUSALS},
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "a program's token: `showme organisation token NUMBER`",
                },
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "__Host-showme-session",
                    "description": "a dispatcher's session, for our own pages in a browser only",
                },
            },
        },
    }


def _refusal(status: int) -> Node:
    described: Node = {
        "description": _REFUSALS[status],
        "content": {"application/problem+json": {"schema": ref("Refusal")}},
    }
    headers: Node = {}
    if status in _CARRIES_PATIENCE:
        headers["Retry-After"] = {"description": "seconds to wait, where known", "schema": {"type": "integer"}}
    if status == 401:  # noqa: PLR2004 - RFC 9110, 11.6.1 asks for the header with this status alone
        headers["WWW-Authenticate"] = {"description": "`Bearer`", "schema": {"type": "string"}}
    return described | ({"headers": headers} if headers else {})
