"""Invitations, as the photowall and other programs make and follow them."""

from __future__ import annotations

import io
from typing import Any

import segno
from quart import Blueprint, Response

from showme.domain.invitations import Invitation
from showme.domain.people import Dispatcher
from showme.domain.words import LANGUAGES, TEAM_LANGUAGES
from web.bodies import json_object, text_field
from web.guard import for_dispatchers, for_screens, limited
from web.needs import needs
from web.reader import language_of_reader
from web.shapes import Shape, chat_shape, invitation_shape, moment, organisation_shape

blueprint = Blueprint("invitations", __name__)


@blueprint.get("/api/me")
@limited(120, seconds=60)
@for_screens
async def me(dispatcher: Dispatcher) -> Shape:
    """Tell who is signed in, for which organisation."""
    return {
        "organisation": organisation_shape(await needs().viewing.organisation(dispatcher.organisation)),
        "dispatcher": dispatcher.name,
        "role": dispatcher.role,
        "languages": list(LANGUAGES),
        "team_languages": list(TEAM_LANGUAGES),
        "now": moment(needs().clock.now()),
    }


@blueprint.post("/api/invitations")
@limited(60, seconds=60, closes=True)
@for_dispatchers
async def invite(dispatcher: Dispatcher) -> tuple[Shape, int]:
    """Invite a citizen: with ``to`` by SMS, without it by a link to hand over another way."""
    body = await json_object()
    invited = await needs().inviting.invite(
        dispatcher,
        to=text_field(body, "to"),
        purpose=text_field(body, "purpose"),
        language=text_field(body, "language"),
        incident=text_field(body, "incident"),
    )
    return {**_shape(invited.invitation), "key": invited.key, "link": invited.link}, 201


@blueprint.get("/api/invitations")
@limited(240, seconds=60)
@for_screens
async def invitations(dispatcher: Dispatcher) -> dict[str, Any]:
    """List the newest invitations, and the cursor from which a feed goes on."""
    found, cursor = await needs().viewing.invitations(dispatcher)
    return {"invitations": [_shape(invitation) for invitation in found], "cursor": cursor}


@blueprint.get("/api/invitations/<invitation>")
@limited(600, seconds=60)
@for_screens
async def invitation(dispatcher: Dispatcher, invitation: str) -> Shape:
    """Show an invitation with its rungs."""
    return _shape(await needs().viewing.invitation(dispatcher, invitation))


@blueprint.post("/api/invitations/<invitation>/close")
@limited(120, seconds=60)
@for_dispatchers
async def close(dispatcher: Dispatcher, invitation: str) -> Shape:
    """Close an invitation; its link stops working at once."""
    return _shape(await needs().closing.close(dispatcher, invitation))


@blueprint.post("/api/invitations/<invitation>/resend")
@limited(30, seconds=60, closes=True)
@for_dispatchers
async def resend(dispatcher: Dispatcher, invitation: str) -> Shape:
    """Send the same link again."""
    return _shape(await needs().inviting.resend(dispatcher, invitation))


@blueprint.post("/api/invitations/<invitation>/wrong-number")
@limited(120, seconds=60)
@for_dispatchers
async def wrong_number(dispatcher: Dispatcher, invitation: str) -> Shape:
    """Close an invitation that went to the wrong person, and forget the number, also as colleagues saw it."""
    return _shape(await needs().closing.close(dispatcher, invitation, wrong_number=True))


@blueprint.post("/api/invitations/<invitation>/code")
@limited(60, seconds=60)
@for_dispatchers
async def code(dispatcher: Dispatcher, invitation: str) -> dict[str, str]:
    """Make the code to read to the caller, and tell where it is typed; it ends the one before."""
    spoken, expires_at = await needs().speaking.show(dispatcher, invitation)
    return {"code": spoken, "expires_at": moment(expires_at), "address": needs().code_address}


@blueprint.post("/api/invitations/<invitation>/link")
@limited(120, seconds=60)
@for_dispatchers
async def link(dispatcher: Dispatcher, invitation: str) -> dict[str, str]:
    """Hand out the link, to send it another way; the journal notes who took it."""
    return {"link": await needs().inviting.link(dispatcher, invitation)}


@blueprint.get("/api/invitations/<invitation>/qr.svg")
@limited(120, seconds=60)
@for_dispatchers
async def qr(dispatcher: Dispatcher, invitation: str) -> Response:
    """Draw the link as a QR code."""
    drawn = io.BytesIO()
    segno.make(await needs().inviting.link_to_draw(dispatcher, invitation), error="m", micro=False).save(
        drawn, kind="svg", scale=6, border=3, dark="#000", light="#fff", xmldecl=False
    )
    return Response(drawn.getvalue(), content_type="image/svg+xml")


@blueprint.post("/api/chats/code")
@limited(20, seconds=60)
@for_dispatchers
async def chat_code(dispatcher: Dispatcher) -> dict[str, str]:
    """Make the single-use code that enrols a team chat."""
    code, expires_at = await needs().enrolling.make_code(dispatcher.organisation)
    return {"code": code, "expires_at": moment(expires_at)}


@blueprint.get("/api/chats")
@limited(120, seconds=60)
@for_dispatchers
async def chats(dispatcher: Dispatcher) -> dict[str, list[Shape]]:
    """List the chats that follow the organisation."""
    return {"chats": [chat_shape(chat) for chat in await needs().enrolling.chats(dispatcher.organisation)]}


def _shape(found: Invitation) -> Shape:
    return invitation_shape(
        found,
        now=needs().clock.now(),
        words=needs().words,
        language=language_of_reader(),
        viewers=needs().switchboard.viewers_of,
    )
