"""Read one request to the Bot API: only documented parameters, each of its documented kind."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from practice.telegram.documented import METHODS, Kind
from practice.telegram.rejected import bad_request, not_found

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from practice.telegram.records import Json


@dataclass(frozen=True, slots=True)
class Upload:
    """A file part of a multipart request."""

    name: str
    content: bytes
    mime: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class BotRequest:
    """A request whose parameters are documented and of the right kind; what was not sent is none."""

    method: str
    values: Mapping[str, Any]
    files: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str | None:
        """Return a string parameter."""
        value: str | None = self.values.get(name)
        return value

    def whole(self, name: str) -> int | None:
        """Return an integer parameter."""
        value: int | None = self.values.get(name)
        return value

    def number(self, name: str) -> float | None:
        """Return a number parameter."""
        value: float | None = self.values.get(name)
        return value

    def flag(self, name: str) -> bool:
        """Return a boolean parameter; false when it was not sent."""
        return bool(self.values.get(name, False))

    def structure(self, name: str) -> Json | None:
        """Return a JSON object."""
        value: Json | None = self.values.get(name)
        return value

    def items(self, name: str) -> list[Any] | None:
        """Return a JSON list."""
        value: list[Any] | None = self.values.get(name)
        return value

    @property
    def chat_id(self) -> int:
        """The chat; raise Rejected where none is named."""
        value: int | None = self.values.get("chat_id")
        if value is None:
            raise bad_request("chat_id is empty")
        return value


def read_request(method: str, params: Mapping[str, object], files: Mapping[str, Upload], *, strict: bool) -> BotRequest:
    """Read a request; method names count in any case, values as strings or as JSON.

    Raise Rejected: 404 for an unknown method, 400 for a parameter that is missing, of the wrong kind, or (``strict``)
    not documented.
    """
    name = _METHOD_NAMES.get(method.lower())
    if name is None:
        raise not_found()
    documented = METHODS[name]
    values: dict[str, Any] = {}
    for parameter, value in params.items():
        kind = documented.kind_of(parameter)
        if kind is None:
            if strict:
                raise bad_request(f'parameter "{parameter}" is not documented for {name}')
            continue
        values[parameter] = _read_value(parameter, kind, value)
    for parameter in documented.required:
        if parameter not in values and parameter not in files:
            raise bad_request(_MISSING.get(parameter, f'parameter "{parameter}" is required'))
    return BotRequest(method=name, values=values, files=files)


_METHOD_NAMES = {name.lower(): name for name in METHODS}

_MISSING = {"chat_id": "chat_id is empty", "text": "message text is empty", "message_id": "message_id is not specified"}


def _read_value(parameter: str, kind: Kind, value: object) -> Any:
    try:
        return _READERS[kind](value)
    except (ValueError, TypeError) as error:
        message = "chat not found" if kind is Kind.CHAT else f'parameter "{parameter}" must be {kind.name.lower()}'
        raise bad_request(message) from error


def _integer(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError
    return int(value)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError
    return float(value)


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    known = {"true": True, "false": False, "1": True, "0": False}
    written = _string(value).lower()
    if written not in known:
        raise ValueError(written)
    return known[written]


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _object(value: object) -> Json:
    read = json.loads(value) if isinstance(value, str) else value
    if not isinstance(read, dict):
        raise TypeError
    return read


def _list(value: object) -> list[Any]:
    read = json.loads(value) if isinstance(value, str) else value
    if not isinstance(read, list):
        raise TypeError
    return read


_READERS: Mapping[Kind, Callable[[object], Any]] = {
    Kind.INTEGER: _integer,
    Kind.NUMBER: _number,
    Kind.BOOLEAN: _boolean,
    Kind.STRING: _string,
    Kind.CHAT: _integer,
    Kind.FILE: _string,
    Kind.OBJECT: _object,
    Kind.LIST: _list,
}
