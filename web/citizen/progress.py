"""What the citizen's page tells while it climbs the ladder, and what it hears."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final, cast

from quart import Blueprint, Response, request

from showme.domain.attendance import read_attendance
from showme.domain.events import Kind
from showme.domain.invitations import Phone
from showme.domain.peers import citizen_of
from showme.domain.phones import kind_of_phone
from showme.domain.talk import message_of
from showme.errors import NotUnderstood
from showme.services.opening import Opened, StepName
from web.bodies import json_object, number_field, text_field
from web.calls import call_shape
from web.citizen.live import who_watches
from web.feed import messages
from web.guard import for_key, limited
from web.needs import needs
from web.reader import language_of_reader
from web.shapes import Shape, message_to_citizen_shape
from web.streams import event_stream, last_event

if TYPE_CHECKING:
    from showme.services.viewing import Happening

blueprint = Blueprint("citizen_progress", __name__)

_HEARD: Final[dict[Kind, str | None]] = {
    Kind.PHOTO_SHOWN: None,
    Kind.PHOTO_UNREADABLE: "picture_damaged",
    Kind.PHOTO_FORGOTTEN: None,
    Kind.ORIGINAL_ASKED: None,
    Kind.INVITATION_CLOSED: "link_closed",
    Kind.INVITATION_EXPIRED: "link_expired",
}
_LAST: Final = {Kind.INVITATION_CLOSED, Kind.INVITATION_EXPIRED}
_STALE: Final = timedelta(seconds=15)
"""After this long a dispatcher's wish is no longer told: "hold still" is of no use to who has moved on."""
_MOST_NETWORK: Final = 20
_FARTHEST_CLOCK: Final = 14 * 60
"""Minutes; no place on earth is farther from UTC."""


@blueprint.post("/s/<key>/tapped")
@limited(60, seconds=60)
@for_key
async def tapped(opened: Opened) -> Shape:
    """Note the first real tap, and hand over what a call needs; the page sends it for trusted events only."""
    await json_object()
    await needs().opening.tap(opened)
    return call_shape(citizen_of(opened.invitation.id))


@blueprint.post("/s/<key>/progress")
@limited(240, seconds=60)
@for_key
async def progress(opened: Opened) -> tuple[str, int]:
    """Note a step, the phone, the location, how the page itself stands."""
    body = await json_object()
    step, phone, location = text_field(body, "step"), body.get("phone"), body.get("location")
    page = body.get("page")
    if step is None and phone is None and location is None and page is None:
        raise NotUnderstood("json_not_understood")
    if step is not None:
        await _step(opened, step, reason=text_field(body, "reason"))
    if step is not None or phone is not None:
        await needs().opening.describe_phone(opened, _phone(phone or {}))
    if location is not None:
        await _locate(opened, location)
    if page is not None:
        await _attend(opened, page)
    return "", 204


@blueprint.get("/s/<key>/events")
@limited(60, seconds=60)
@for_key
async def events(opened: Opened) -> Response:
    """Tell the page what becomes of its photos and of the invitation, who watches, and what they wish."""
    tail = needs().tails.of(opened.organisation.id)
    needs().tails.refuse_crowd(opened.invitation.id)
    after = last_event()
    if after is None:
        after = await needs().viewing.head(opened.organisation.id)
    needed, language = needs(), language_of_reader()
    words, clock = needed.words, needed.clock

    def render(happening: Happening) -> bytes | None:
        event = happening.event
        if event.invitation != opened.invitation.id:
            return None
        if event.kind == Kind.PHONE_COMMANDED:
            is_fresh = clock.now() - event.at < _STALE
            wish = {"number": event.number, "kind": event.kind, "command": event.detail.get("command")}
            return f"id: {event.number}\ndata: {json.dumps(wish)}\n\n".encode() if is_fresh else None
        message = message_of(event) if event.kind == Kind.SENTENCE_SAID else None
        if message is not None:
            said = {"kind": event.kind, **message_to_citizen_shape(message, words=words, language=language)}
            return f"id: {event.number}\ndata: {json.dumps(said, ensure_ascii=False)}\n\n".encode()
        is_kept_still = happening.photo is not None and happening.photo.kind == "still"
        if event.kind not in _HEARD or is_kept_still:
            return None
        cause = _HEARD[event.kind]
        sentence = words.say(language, f"citizen_refusals.{cause}") if cause else None
        told = {"number": event.number, "kind": event.kind, "photo": event.photo, "sentence": sentence}
        return f"id: {event.number}\ndata: {json.dumps(told, ensure_ascii=False)}\n\n".encode()

    async def may_go_on(batch: Sequence[Happening]) -> bool:
        return not any(
            happening.event.invitation == opened.invitation.id and happening.event.kind in _LAST for happening in batch
        )

    async def feed() -> AsyncIterator[bytes]:
        with (
            needed.tails.feed_of(opened.invitation.id),
            needed.attending.feed_of(opened.invitation),
            who_watches(needed, opened.invitation) as beside,
        ):
            async for message in messages(tail, after, render=render, may_go_on=may_go_on, beside=beside):
                yield message

    return event_stream(feed())


async def _step(opened: Opened, step: str, *, reason: str | None) -> None:
    if step == "live":
        await needs().calling.begin(opened)
    elif step == "live_ended":
        await needs().calling.end(opened)
    else:
        await needs().opening.step(opened, cast("StepName", step), reason=reason)


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


async def _attend(opened: Opened, told: object) -> None:
    if not isinstance(told, dict):
        raise NotUnderstood("json_not_understood")
    attendance = read_attendance(
        state=text_field(told, "state"),
        unsent=number_field(told, "unsent"),
        trouble=text_field(told, "trouble"),
        told=number_field(told, "told"),
        at=needs().clock.now(),
    )
    await needs().attending.note(opened, attendance)


async def _locate(opened: Opened, told: object) -> None:
    if not isinstance(told, dict):
        raise NotUnderstood("location_not_understood")
    latitude, longitude, accuracy = (number_field(told, name) for name in ("latitude", "longitude", "accuracy"))
    if latitude is None or longitude is None:
        raise NotUnderstood("location_not_understood")
    await needs().opening.locate(opened, latitude=latitude, longitude=longitude, accuracy=accuracy or 0.0)
