"""The description of the API says what the API does: the same addresses, the same statuses, the same shapes."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest

from app.cli import main
from tests.fakes.authenticator import SoftKey
from tests.web.conftest import House, form, rest_of
from tests.web.live import frame
from tests.web.people import at_desk
from tests.web.test_citizen_door import shown_photo
from web.openapi.document import document

Node = dict[str, Any]

DESCRIBED: Final = ("/api/", "/s/", "/c")
OTHERS: Final = {"/healthz", "/readyz", "/metrics", "/openapi.json"}
METHODS: Final = {"get", "head", "options", "post", "patch", "delete"}
TYPES: Final[dict[str, tuple[type, ...]]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
UNDERSTOOD: Final = {
    *("$ref", "anyOf", "const", "type", "enum", "pattern", "minimum", "maximum", "items", "properties", "required"),
    *("additionalProperties", "description", "format", "default", "maxLength"),
    *("minItems", "maxItems"),
}


def resolved(node: Node) -> Node:
    """Follow a reference."""
    while "$ref" in node:
        found: Any = document()
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


def faults(value: Any, schema: Node, place: str = "") -> Iterator[str]:  # noqa: C901, PLR0912 - one branch for each keyword
    """Yield where a value is not what its schema says; members that are not described are faults, too."""
    schema = resolved(schema)
    assert set(schema) <= UNDERSTOOD, f"{place}: a keyword that nobody checks"
    if "anyOf" in schema:
        if all(any(faults(value, choice)) for choice in schema["anyOf"]):
            yield f"{place}: {value!r} is none of these"
        return
    kinds = schema.get("type", list(TYPES))
    allowed = [kind for name in ([kinds] if isinstance(kinds, str) else kinds) for kind in TYPES[name]]
    if type(value) not in allowed:
        yield f"{place}: {value!r} is no {kinds}"
        return
    if "const" in schema and value != schema["const"]:
        yield f"{place}: {value!r} is not {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place}: {value!r} is not in {schema['enum']}"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{place}: {value!r} does not look like {schema['pattern']}"
    if isinstance(value, int | float) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        yield f"{place}: {value!r} is out of bounds"
    if isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            yield f"{place}: {len(value)} are too few or too many"
        for number, item in enumerate(value):
            yield from faults(item, schema.get("items", {}), f"{place}[{number}]")
    if isinstance(value, dict):
        known, others = schema.get("properties", {}), schema.get("additionalProperties")
        yield from (f"{place}.{name} is missing" for name in schema.get("required", ()) if name not in value)
        if "properties" in schema or others is not None:
            for name, member in value.items():
                if name in known or others is not None:
                    yield from faults(member, known.get(name, others), f"{place}.{name}")
                else:
                    yield f"{place}.{name} is not described"


def described(method: str, path: str) -> Node:
    """Return what is said of a method at the address that a path belongs to."""
    for template, item in document()["paths"].items():
        if re.fullmatch(re.sub(r"\{[a-z]+\}", "[^/]+", template), path.partition("?")[0]) and method.lower() in item:
            found: Node = item[method.lower()]
            return found
    raise AssertionError(f"{method} {path} is not described")


async def check(method: str, path: str, answer: Any) -> Any:
    """Assert that an answer is one of those described, and return its JSON."""
    answers = described(method, path)["responses"]
    assert str(answer.status_code) in answers, (method, path, answer.status_code)
    said = resolved(answers[str(answer.status_code)])
    body = await answer.get_data(as_text=False)
    if "content" not in said:
        assert body == b"", (method, path)
        return None
    assert answer.mimetype in said["content"], (method, path, answer.mimetype)
    schema = said["content"][answer.mimetype].get("schema")
    if schema is None or not answer.mimetype.endswith("json"):
        return None
    told = json.loads(body)
    assert list(faults(told, schema)) == [], (method, path)
    return told


async def ask(house: House, method: str, path: str, **request: Any) -> Any:
    """Ask as a program, and check the answer against its description."""
    return await check(method, path, await house.api(method, path, **request))


def walk(node: Any) -> Iterator[Node]:
    """Yield every object in a document."""
    if isinstance(node, dict):
        yield node
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from walk(inner)


async def test_every_address_for_programs_is_described_with_its_methods_and_no_other(house: House) -> None:
    there: dict[str, set[str]] = {}
    for rule in house.installation.app.url_map.iter_rules():
        path = rule.rule.replace("<", "{").replace(">", "}")
        if not (path.startswith(DESCRIBED[:2]) or path == DESCRIBED[2] or path in OTHERS):
            continue
        methods = {method.lower() for method in rule.methods or ()}
        if "get" in methods:
            methods -= {"head"}  # HTTP gives it along
        if getattr(rule, "provide_automatic_options", False):
            methods -= {"options"}
        there.setdefault(path, set()).update(methods)
    assert len(there) > 25
    assert {path: METHODS & set(item) for path, item in document()["paths"].items()} == there


def test_every_reference_leads_somewhere_and_nothing_lies_unused() -> None:
    whole = document()
    references = {node["$ref"] for node in walk(whole) if "$ref" in node}
    assert references
    for reference in references:
        assert resolved({"$ref": reference})
    there = {f"#/components/{kind}/{name}" for kind in ("schemas", "responses") for name in whole["components"][kind]}
    assert references == there


def test_every_blank_of_an_address_is_a_parameter_and_every_operation_has_a_name_of_its_own() -> None:
    names = []
    for path, item in document()["paths"].items():
        blanks = set(re.findall(r"\{([a-z]+)\}", path))
        assert {one["name"] for one in item.get("parameters", ()) if one["in"] == "path"} == blanks, path
        names += [item[method]["operationId"] for method in METHODS & set(item)]
    assert len(names) == len(set(names))
    assert all(names)


async def test_a_played_session_gets_the_answers_that_are_described(house: House) -> None:
    await ask(house, "GET", "/api/me")
    invited = await ask(house, "POST", "/api/invitations", json={"to": "0470 12 34 56", "incident": "2026-7"})
    here, key = f"/api/invitations/{invited['id']}", f"/s/{invited['key']}"
    await check("GET", key, await house.client.get(key, headers={"Accept": "text/html"}))
    phone = {"battery": 0.5, "network": "4g", "clock": 60}
    place = {"latitude": 50.8, "longitude": 4.3, "accuracy": 9}
    for path, body in (("tapped", {}), ("progress", {"step": "loaded", "phone": phone, "location": place})):
        await check("POST", f"{key}/{path}", await house.client.post(f"{key}/{path}", json=body))
    await check("POST", f"{key}/photos", await house.send_photo(invited["key"], photo_id="photo-of-the-day"))
    await check("POST", f"{key}/photos", await house.send_photo(invited["key"], headers={"Accept": "text/html"}))
    await check("POST", f"{key}/photos", await house.send_photo(invited["key"], photo=b"no picture"))
    await shown_photo(house, invited["id"])
    seen = await ask(house, "GET", here)
    assert seen["location"] is not None
    assert seen["hint"] is not None or seen["rung"] == "first_picture"
    assert (await ask(house, "GET", f"/api/photos?invitation={invited['id']}"))["photos"]
    for kind in ("wall", "thumbnail", "original"):
        await ask(house, "GET", f"/api/photos/photo-of-the-day/{kind}")
    assert (await ask(house, "GET", "/api/invitations"))["invitations"]
    await play_live(house, here, key)
    await talk(house, here, key)
    for path in ("code", "link", "resend"):
        await ask(house, "POST", f"{here}/{path}")
    await ask(house, "GET", f"{here}/qr.svg")
    await check("DELETE", f"{key}/photos/photo-of-the-day", await house.client.delete(f"{key}/photos/photo-of-the-day"))
    await ask(house, "POST", f"{here}/close")
    await ask(house, "POST", f"{here}/wrong-number")
    await ask(house, "POST", f"{here}/resend")
    await check("GET", key, await house.client.get(key))
    assert (await ask(house, "GET", "/api/chats"))["chats"]
    for method, path in (("POST", "/api/chats/code"), ("GET", "/api/credits"), ("GET", "/api/credits/ledger")):
        await ask(house, method, path)
    await ask(house, "POST", "/api/credits/top-up", json={"amount": 5})
    for path in ("/healthz", "/readyz", "/metrics", "/openapi.json"):
        await check("GET", path, await house.client.get(path))
    inside = {"client": ("127.0.0.1", 5000)}
    await check("GET", "/metrics", await house.client.get("/metrics", scope_base=inside))
    await check("GET", "/c", await house.client.get("/c"))
    await check("POST", "/c", await house.client.post("/c", form={"code": "000000"}))


async def play_live(house: House, here: str, key: str) -> None:
    """Let a phone show live video, and a program watch it."""
    await check("POST", f"{key}/progress", await house.client.post(f"{key}/progress", json={"step": "live"}))
    assert (await ask(house, "POST", f"{here}/viewers"))["direct"] is True
    for picture, status in ((frame(), 200), (b"no picture", 415), (b"x" * 300_000, 413)):
        taken = await house.client.post(f"{key}/still", data=picture, headers={"Content-Type": "image/jpeg"})
        await check("POST", f"{key}/still", taken)
        assert taken.status_code == status
    await ask(house, "GET", f"{here}/still")
    await ask(house, "GET", f"{here}/still?after=x")
    for path, body in (("seen", {"how": "stills"}), ("command", {"command": "hold_still"})):
        await ask(house, "POST", f"{here}/{path}", json=body)
        await ask(house, "POST", f"{here}/{path}", json={})
    for content in (frame(), b"no picture"):
        parts, kind = form([("photo", "still.jpg", content)])
        await ask(house, "POST", f"{here}/stills", data=parts, headers={"Content-Type": kind})
    await ask(house, "POST", f"{here}/watch-link")
    assert (await ask(house, "GET", here))["live"]["is_live"] is True


async def talk(house: House, here: str, key: str) -> None:
    """Let a dispatcher and a citizen write to each other."""
    said = await ask(house, "POST", f"{here}/messages", json={"ready": "how_many_hurt"})
    for body in ({"text": "Anybody else?", "id": "sentence-1"}, {"ready": "help_coming"}, {"text": ""}):
        await ask(house, "POST", f"{here}/messages", json=body)
    for sentence in ({"ready": "two", "reply_to": said["number"]}, {"text": "Hurry", "waited": 3}, {"text": "Other"}):
        written = {"id": f"sentence-{sentence.get('ready')}", **sentence}
        await check("POST", f"{key}/messages", await house.client.post(f"{key}/messages", json=written))
    for shown in ({"number": said["number"]}, {}):
        await check("POST", f"{key}/messages/seen", await house.client.post(f"{key}/messages/seen", json=shown))
    told = await check("GET", f"{key}/messages", await house.client.get(f"{key}/messages?lang=fr"))
    assert [each["by"] for each in told["messages"]] == ["desk", "desk", "desk", "you", "you"]
    assert len((await ask(house, "GET", f"{here}/messages"))["messages"]) == 5
    assert (await ask(house, "GET", "/api/sentences"))["groups"]


async def test_people_see_to_their_sign_in_as_described(house: House) -> None:
    chief, key = await at_desk(house, "Chris", "supervisor"), SoftKey()
    await at_desk(house)

    async def asks(method: str, path: str, body: object = None) -> Any:
        return await check(method, path, await chief.ask(method, path, body))

    options = await asks("POST", "/api/passkeys/options", {})
    for answer in (key.make(options), {}):
        made = await asks("POST", "/api/passkeys", {"answer": answer, "label": "Phone"})
        passkey = made.get("id", "x")
        for path, body in (("name", {"label": "Old phone"}), ("name", {}), ("remove", {}), ("remove", {})):
            await asks("POST", f"/api/passkeys/{passkey}/{path}", body)
    await asks(
        "POST", "/api/passkeys", {"answer": SoftKey().make(await asks("POST", "/api/passkeys/options")), "label": "Key"}
    )
    assert (await asks("GET", "/api/passkeys"))["possible"] is True
    await asks("POST", "/api/organisation/screens", {"name": "Big wall"})
    await asks("POST", "/api/organisation/screens", {"name": ""})
    for language in ("fr", None, "xx"):
        await asks("POST", "/api/sessions/language", {"language": language})
    assert len((await asks("GET", "/api/sessions"))["sessions"]) == 1
    listed = (await ask(house, "GET", "/api/organisation/sessions"))["sessions"]
    [annas] = [each["id"] for each in listed if each["name"] == "Anna"]
    for session in (annas, annas):
        await asks("POST", f"/api/organisation/sessions/{session}/end")
        await asks("POST", f"/api/sessions/{session}/end")
    await asks("POST", "/api/sessions/end-others")
    for passkey in [each["id"] for each in (await ask(house, "GET", "/api/organisation/passkeys"))["passkeys"]] * 2:
        await asks("POST", f"/api/organisation/passkeys/{passkey}/remove")
    await ask(house, "POST", "/api/organisation/sessions/end-all", json={"name": "Nobody"})
    await asks("POST", "/api/organisation/sessions/end-all")


async def test_every_event_is_as_described(house: House) -> None:
    invited = await house.invite()
    await house.client.post(f"/s/{invited['key']}/progress", json={"step": "camera_refused", "reason": "in_app"})
    await play_live(house, f"/api/invitations/{invited['id']}", f"/s/{invited['key']}")
    await talk(house, f"/api/invitations/{invited['id']}", f"/s/{invited['key']}")
    await house.client.post(f"/s/{invited['key']}/progress", json={"step": "live_ended"})
    await shown_photo(house, invited["id"])
    await house.send_photo(invited["key"], photo_id="photo-of-the-day")
    await shown_photo(house, invited["id"])
    for path, headers in (
        ("/api/events", {"Authorization": f"Bearer {house.token}"}),
        (f"/s/{invited['key']}/events", {}),
    ):
        said = described("GET", path)["responses"]["200"]["content"]["text/event-stream"]["x-data"]
        async with asyncio.timeout(20), house.client.request(f"{path}?after=0", headers=headers) as connection:
            heard = await connection.receive()
            while b"PhotoShown" not in heard:
                heard += await connection.receive()
            await connection.disconnect()
        heard += rest_of(connection)
        told = [json.loads(line.removeprefix(b"data: ")) for line in heard.splitlines() if line.startswith(b"data: ")]
        assert told
        for one in told:
            assert list(faults(one, said)) == [], one["kind"]


async def test_a_resumed_upload_gets_the_answers_that_are_described(house: House) -> None:
    path = f"/s/{(await house.invite())['key']}/uploads"
    version = {"Tus-Resumable": "1.0.0"}
    piece = {**version, "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
    await check("OPTIONS", path, await house.client.options(path))
    await check("POST", path, await house.client.post(path))
    begun = await house.client.post(path, headers={**version, "Upload-Length": str(len(house.photo))})
    await check("POST", path, begun)
    upload = begun.headers["Location"]
    await check("OPTIONS", upload, await house.client.options(upload))
    await check("POST", upload, await house.client.post(upload, headers=version))
    damaged = {**piece, "Upload-Checksum": "sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA="}
    await check("PATCH", upload, await house.client.patch(upload, headers=damaged, data=house.photo))
    last = await house.client.patch(upload, headers=piece, data=house.photo)
    await check("PATCH", upload, last)
    assert last.headers["Upload-Photo"]
    await check("HEAD", upload, await house.client.head(upload, headers=version))
    await check("DELETE", upload, await house.client.delete(upload, headers=version))
    for method, address, answer in (("POST", path, begun), ("PATCH", upload, last)):
        told = {name.title() for name, _ in answer.headers.items() if name.lower().startswith("upload-")}
        assert told
        assert told <= set(described(method, address)["responses"][str(answer.status_code)]["headers"])


def test_a_wrong_shape_would_be_noticed() -> None:
    schema = {"$ref": "#/components/schemas/Credits"}
    assert list(faults({"credits": 3}, schema)) == []
    wrongs: list[Any] = [{}, {"credits": None}, {"credits": True}, {"credits": -1}, {"credits": 3, "more": 1}, []]
    for wrong in wrongs:
        assert list(faults(wrong, schema)), wrong


def test_an_operator_prints_the_description(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["openapi"]) == 0
    assert json.loads(capsys.readouterr().out) == document()
