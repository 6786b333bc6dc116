"""What providers call: Telegram's webhook, and the receipts of SMS."""

from __future__ import annotations

import hmac
from xml.sax.saxutils import escape

from quart import Blueprint, Response, request

from showme.errors import NotAllowed, NotFound, NotUnderstood
from web.bodies import form_fields, json_object
from web.guard import for_callbacks, limited
from web.needs import needs

blueprint = Blueprint("callbacks", __name__)

_MOST_UPDATE = 1024 * 1024
_MOST_FORM = 16 * 1024


@blueprint.post("/callbacks/telegram")
@limited(6000, seconds=60)
@for_callbacks
async def telegram() -> tuple[str, int]:
    """Take an update; its secret (Bot API, setWebhook, ``secret_token``) is compared in constant time."""
    secret, update = needs().telegram_secret, needs().telegram_update
    if secret is None or update is None:
        raise NotFound
    told = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
    if not hmac.compare_digest(told.encode(), secret.encode()):
        raise NotAllowed
    await update(await json_object(most=_MOST_UPDATE))
    return "", 204


@blueprint.post("/callbacks/twilio/receipts")
@limited(6000, seconds=60)
@for_callbacks
async def twilio() -> tuple[str, int]:
    """Take a receipt whose signature is our account's; it covers the address that Twilio was told, behind any proxy."""
    read = needs().read_twilio_receipt
    if read is None:
        raise NotFound
    receipt = read(url=needs().twilio_callback, form=await _form(), signature=_signature())
    if receipt is not None:
        await needs().receipting.note(receipt)
    return "", 204


@blueprint.post("/callbacks/twilio/replies")
@limited(6000, seconds=60)
@for_callbacks
async def twilio_reply() -> Response:
    """Answer a citizen who answers the SMS, in TwiML; Twilio sends what stands in it."""
    read = needs().read_twilio_reply
    if read is None:
        raise NotFound
    url = needs().twilio_callback.replace("/receipts", "/replies")
    answer = await needs().replying.answer(read(url=url, form=await _form(), signature=_signature()))
    said = f"<Message>{escape(answer)}</Message>" if answer else ""
    return Response(f'<?xml version="1.0" encoding="UTF-8"?><Response>{said}</Response>', content_type="text/xml")


@blueprint.post("/callbacks/clickatell/<secret>")
@limited(6000, seconds=60)
@for_callbacks
async def clickatell(secret: str) -> tuple[str, int]:
    """Take receipts that come by the secret address; Clickatell signs nothing."""
    read = needs().read_clickatell_receipts
    if read is None:
        raise NotFound
    for receipt in read(secret=secret, body=await json_object(most=_MOST_UPDATE)):
        await needs().receipting.note(receipt)
    return "", 204


async def _form() -> dict[str, str]:
    """Read what Twilio posts; it says nothing twice, and what was said twice could be read in two ways."""
    try:
        return await form_fields(most=_MOST_FORM)
    except NotUnderstood as error:
        raise NotAllowed from error


def _signature() -> str:
    return request.headers.get("X-Twilio-Signature", "")
