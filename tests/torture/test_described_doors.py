"""Whatever anybody sends to the described addresses, the answer is described, and none is an error of ours."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from tests.torture.measuring import seeded, sizes
from tests.web.conftest import House, form
from tests.web.test_openapi import METHODS, check, resolved
from web.openapi.document import document

STREAMS: Final = {"/api/events", "/s/{key}/events"}
"""Answers without an end; they have trials of their own."""
ODD: Final[tuple[Any, ...]] = (
    None, True, 0, -1, 1e308, 2**63, "", "x" * 5000, "\x00", "\u202e\ufffe", "😀" * 50, "' OR 1=1 --", [], {},
    [[[[[]]]]], {"a": {"b": None}}, "../../etc/passwd", "%00", "{{7*7}}", "<script>", "2026-13-45", "+32470123456",
)  # fmt: skip
ODD_PARTS: Final = ("x", "%00", "..%2f..", "a" * 300, "é", "0", "-1", "%ff", "null", "1;2")


def _value(schema: dict[str, Any], chance: random.Random) -> Any:  # noqa: PLR0911 - one answer for each kind
    """Make a value that is as described most of the time, and anything at all otherwise."""
    if chance.random() < 0.25:
        return chance.choice(ODD)
    schema = resolved(schema)
    if "anyOf" in schema:
        return _value(chance.choice(schema["anyOf"]), chance)
    if "const" in schema or "enum" in schema:
        return schema.get("const", chance.choice(schema.get("enum", [None])))
    kinds = schema.get("type", "string")
    match kinds if isinstance(kinds, str) else chance.choice(kinds):
        case "object":
            named = {name: _value(inner, chance) for name, inner in schema.get("properties", {}).items()}
            kept = {name: value for name, value in named.items() if chance.random() < 0.8}
            return kept | ({"surprise": chance.choice(ODD)} if chance.random() < 0.1 else {})
        case "array":
            return [_value(schema.get("items", {}), chance) for _ in range(chance.randrange(4))]
        case "integer":
            return chance.randrange(schema.get("minimum", -10), schema.get("maximum", 1000) + 1)
        case "number":
            return chance.uniform(-200, 200)
        case "boolean":
            return chance.random() < 0.5
        case "null":
            return None
        case _:
            return chance.choice(("photo", "live", "nl", "Hello", "0470 12 34 56", "2026-7", "sentence-1", "front"))


def _body(operation: dict[str, Any], chance: random.Random, photo: bytes) -> tuple[bytes, str]:
    content = operation.get("requestBody", {}).get("content", {})
    kind = chance.choice(sorted(content)) if content else "application/json"
    if chance.random() < 0.1:
        return chance.randbytes(chance.randrange(200)), chance.choice(
            (kind, "text/plain", "application/json; charset=x")
        )
    if kind == "multipart/form-data":
        content = chance.choice((photo, b"", chance.randbytes(300), photo[:200]))
        return form([(chance.choice(("photo", "id", "other")), chance.choice((None, "a.jpg")), content)])
    if kind.endswith("json"):
        return json.dumps(_value(content.get(kind, {}).get("schema", {}), chance)).encode(), kind
    if kind == "application/x-www-form-urlencoded":
        return f"code={chance.choice(('000000', '', 'x' * 90))}".encode(), kind
    return chance.choice((photo, b"\xff\xd8", b"")), kind


class _Somebody:
    """Asks anything of anyone, with things that are there and things that are not."""

    def __init__(self, house: House, chance: random.Random) -> None:
        self.house = house
        self.chance = chance
        self.there: dict[str, list[str]] = {"invitation": [], "key": [], "photo": [], "upload": []}

    async def prepare(self) -> None:
        """Have something there; what was closed meanwhile is made anew."""
        invited = await self.house.invite(to=None)
        self.there["invitation"].append(invited["id"])
        self.there["key"].append(invited["key"])
        answer = await self.house.send_photo(invited["key"])
        self.there["photo"].append((await answer.get_json())["id"])

    async def ask(self, path: str, method: str) -> int:
        """Ask once; raise AssertionError where the answer is not described."""
        operation = document()["paths"][path][method]
        shared = document()["paths"][path].get("parameters", [])
        filled, query = path, dict[str, str]()
        headers = {"Accept": self.chance.choice(("application/json", "*/*"))}
        for parameter in (*shared, *operation.get("parameters", [])):
            name, where = parameter["name"], parameter["in"]
            known = self.there.get(name, [])
            value = (
                self.chance.choice(known) if known and self.chance.random() < 0.85 else self.chance.choice(ODD_PARTS)
            )
            if where == "path":
                filled = filled.replace(f"{{{name}}}", value)
            elif self.chance.random() < 0.6:
                told = str(_value(parameter.get("schema", {}), self.chance)).encode("ascii", "ignore").decode()
                (query if where == "query" else headers)[name] = "".join(filter(str.isprintable, told))[:200]
        body, kind = _body(operation, self.chance, self.house.photo)
        if path.startswith("/api/") and self.chance.random() < 0.95:
            headers["Authorization"] = f"Bearer {self.house.token}"
        if method in {"post", "patch"}:
            headers["Content-Type"] = kind
        asked: dict[str, Any] = {"method": method.upper(), "headers": headers, "query_string": query or None}
        if method in {"post", "patch"}:
            asked["data"] = body
        answer = await self.house.client.open(filled, **asked)
        if path.startswith("/s/") and (upload := answer.headers.get("Location", "").rpartition("/uploads/")[2]):
            self.there["upload"].append(upload)
        known_path = "/".join(filled.split("/"))
        status: int = answer.status_code
        assert status < 500 or status in {503, 507}, (method, filled, status, await answer.get_data())
        assert str(status) in operation["responses"], (method, filled, status, known_path)
        await check(method.upper(), filled, answer)
        return status


@sizes(6, 600)
async def test_no_answer_is_an_error_of_ours_and_none_is_undocumented(
    count: int, house: House, measured: Callable[..., None]
) -> None:
    """Ask for so many seconds."""
    seed, chance = seeded()
    somebody = _Somebody(house, chance)
    operations = [
        (path, method)
        for path, item in document()["paths"].items()
        for method in METHODS & set(item)
        if path not in STREAMS
    ]
    operations.sort()
    statuses: Counter[int] = Counter()
    faults: Counter[str] = Counter()
    until = time.monotonic() + count
    asked = 0
    while time.monotonic() < until:
        if asked % 200 == 0:
            await somebody.prepare()
        asked += 1
        path, method = chance.choice(operations)
        try:
            async with asyncio.timeout(60):
                statuses[await somebody.ask(path, method)] += 1
        except AssertionError as error:
            faults[str(error)[:300]] += 1
    measured(
        "fuzzing of the described API",
        goal="10 minutes: 0 server errors, 0 undocumented answers",
        measured=f"{count} s, {asked} requests to {len(operations)} operations: {sum(faults.values())} server errors "
        f"or undocumented answers; {dict(sorted(statuses.items()))}",
        seed=seed,
    )
    assert not faults, "\n".join(f"{times} times {fault}" for fault, times in faults.most_common(20))
