"""What the citizen's page tells while it climbs the ladder, and what it hears."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

from quart import Blueprint, Response, request

from showme.domain.events import Kind
from showme.domain.invitations import Phone
from showme.domain.phones import kind_of_phone
from showme.errors import NotUnderstood
from showme.services.opening import Opened, StepName
from web.bodies import json_object, number_field, text_field
from web.feed import messages
from web.guard import for_key, limited
from web.needs import needs
from web.reader import language_of_reader
from web.streams import event_stream, last_event

if TYPE_CHECKING:
    from showme.services.viewing import Happening

blueprint = Blueprint("citizen_progress", __name__)

_HEARD: Final[dict[Kind, str | None]] = {
    Kind.PHOTO_SHOWN: None,
    Kind.PHOTO_UNREADABLE: "picture_damaged",
    Kind.PHOTO_FORGOTTEN: None,
    Kind.INVITATION_CLOSED: "link_closed",
    Kind.INVITATION_EXPIRED: "link_expired",
}
_LAST: Final = {Kind.INVITATION_CLOSED, Kind.INVITATION_EXPIRED}
_MOST_NETWORK: Final = 20
_FARTHEST_CLOCK: Final = 14 * 60
"""Minutes; no place on earth is farther from UTC."""


@blueprint.post("/s/<key>/tapped")
@limited(60, seconds=60)
@for_key
async def tapped(opened: Opened) -> dict[str, Any]:
    """Note the first real tap; the page sends it for trusted events only."""
    await json_object()
    await needs().opening.tap(opened)
    return {"ice_servers": []}


@blueprint.post("/s/<key>/progress")
@limited(240, seconds=60)
@for_key
async def progress(opened: Opened) -> tuple[str, int]:
    """Note a step, the phone, the location."""
    body = await json_object()
    step, phone, location = text_field(body, "step"), body.get("phone"), body.get("location")
    if step is None and phone is None and location is None:
        raise NotUnderstood("json_not_understood")
    if step is not None:
        await needs().opening.step(opened, cast("StepName", step))
    if step is not None or phone is not None:
        await needs().opening.describe_phone(opened, _phone(phone or {}))
    if location is not None:
        await _locate(opened, location)
    return "", 204


@blueprint.get("/s/<key>/events")
@limited(60, seconds=60)
@for_key
async def events(opened: Opened) -> Response:
    """Tell the page what becomes of its photos and of the invitation, as it happens."""
    tail = needs().tails.of(opened.organisation.id)
    after = last_event()
    if after is None:
        after = await needs().viewing.head(opened.organisation.id)
    words, language = needs().words, language_of_reader()

    def render(happening: Happening) -> bytes | None:
        event = happening.event
        if event.invitation != opened.invitation.id or event.kind not in _HEARD:
            return None
        cause = _HEARD[event.kind]
        sentence = words.say(language, f"citizen_refusals.{cause}") if cause else None
        told = {"number": event.number, "kind": event.kind, "photo": event.photo, "sentence": sentence}
        return f"id: {event.number}\ndata: {json.dumps(told, ensure_ascii=False)}\n\n".encode()

    async def may_go_on(batch: Sequence[Happening]) -> bool:
        return not any(
            happening.event.invitation == opened.invitation.id and happening.event.kind in _LAST for happening in batch
        )

    feed: AsyncIterator[bytes] = messages(tail, after, render=render, may_go_on=may_go_on)
    return event_stream(feed)


def _phone(told: object) -> Phone:
    if not isinstance(told, dict):
        raise NotUnderstood("json_not_understood")
    battery = number_field(told, "battery")
    network = text_field(told, "network")
    clock = number_field(told, "clock")
    kind, browser = kind_of_phone(request.headers.get("User-Agent", ""))
    return Phone(
        kind=kind,
        browser=browser,
        battery=battery if battery is not None and 0 <= battery <= 1 else None,
        clock=int(clock) if clock is not None and abs(clock) <= _FARTHEST_CLOCK else None,
        network=network if network is not None and network.isalnum() and len(network) <= _MOST_NETWORK else None,
    )


async def _locate(opened: Opened, told: object) -> None:
    if not isinstance(told, dict):
        raise NotUnderstood("location_not_understood")
    latitude, longitude, accuracy = (number_field(told, name) for name in ("latitude", "longitude", "accuracy"))
    if latitude is None or longitude is None:
        raise NotUnderstood("location_not_understood")
    await needs().opening.locate(opened, latitude=latitude, longitude=longitude, accuracy=accuracy or 0.0)
