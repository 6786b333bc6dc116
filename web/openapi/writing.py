"""The few phrases in which the description is written, so that each address reads as one short piece."""

from __future__ import annotations

from typing import Any, Final

Node = dict[str, Any]

PROGRAMS: Final[tuple[Node, ...]] = ({"bearer": []}, {"session": []})
"""A program's token, or a dispatcher's session in a browser."""
PEOPLE: Final[tuple[Node, ...]] = ({"session": []},)
"""A person signed in on a browser, and no program."""
KEY: Final[tuple[Node, ...]] = ()
"""Nothing beyond the key that stands in the address."""


def ref(schema: str) -> Node:
    """Point to a schema."""
    return {"$ref": f"#/components/schemas/{schema}"}


def or_null(schema: Node) -> Node:
    """Allow null beside a schema."""
    return {"anyOf": [schema, {"type": "null"}]}


def record(**properties: Node) -> Node:
    """Describe an object of which every member is always there."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def wishes(**properties: Node) -> Node:
    """Describe an object of which every member may be left out."""
    return {"type": "object", "properties": properties}


def as_json(schema: Node, description: str, *others: str) -> Node:
    """Describe an answer that is JSON, or for those who ask for it of one of the ``others`` by media type."""
    content: Node = {"application/json": {"schema": schema}}
    return {"description": description, "content": content | {kind: {} for kind in others}}


def as_bytes(description: str, *media_types: str, **headers: str) -> Node:
    """Describe an answer that is a file; ``headers`` by name, with ``_`` for ``-``."""
    return {"description": description, "content": {kind: {} for kind in media_types}} | _headers(headers)


def as_feed(schema: str, description: str) -> Node:
    """Describe a stream of Server-Sent Events whose data each are JSON of a schema."""
    return {
        "description": description,
        "content": {"text/event-stream": {"schema": {"type": "string"}, "x-data": ref(schema)}},
    }


def empty(description: str, **headers: str) -> Node:
    """Describe an answer without a body; ``headers`` by name, with ``_`` for ``-``."""
    return {"description": description} | _headers(headers)


def json_body(schema: Node, *, required: bool = False) -> Node:
    """Describe a request's JSON."""
    return {"required": required, "content": {"application/json": {"schema": schema}}}


def parameter(name: str, place: str, description: str, schema: Node | None = None, *, required: bool = False) -> Node:
    """Describe a parameter; one in the path is always required."""
    return {
        "name": name,
        "in": place,
        "description": description,
        "required": required or place == "path",
        "schema": schema or {"type": "string"},
    }


def operation(
    name: str,
    summary: str,
    *,
    answers: dict[int, Node],
    refuses: tuple[int, ...],
    security: tuple[Node, ...] = (),
    parameters: tuple[Node, ...] = (),
    body: Node | None = None,
) -> Node:
    """Describe what a method does at an address: its answers, and the statuses with which it refuses."""
    refusals = {str(status): {"$ref": f"#/components/responses/{status}"} for status in refuses}
    described: Node = {
        "operationId": name,
        "summary": summary,
        "security": list(security),
        "responses": {str(status): answer for status, answer in answers.items()} | refusals,
    }
    if parameters:
        described["parameters"] = list(parameters)
    if body is not None:
        described["requestBody"] = body
    return described


def _headers(headers: dict[str, str]) -> Node:
    if not headers:
        return {}
    return {
        "headers": {
            name.replace("_", "-"): {"description": description, "schema": {"type": "string"}}
            for name, description in headers.items()
        }
    }
