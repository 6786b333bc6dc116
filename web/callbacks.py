"""What providers call: Telegram's webhook, and the receipts of SMS."""

from __future__ import annotations

import hmac

from quart import Blueprint, request

from showme.errors import NotAllowed, NotFound
from web.bodies import json_object
from web.guard import for_callbacks, limited
from web.needs import needs

blueprint = Blueprint("callbacks", __name__)

_MOST_UPDATE = 1024 * 1024


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
    posted = list((await request.form).items(multi=True))
    form = dict(posted)
    if len(form) < len(posted):  # Twilio says nothing twice, and what was said twice could be read in two ways
        raise NotAllowed
    receipt = read(url=needs().twilio_callback, form=form, signature=request.headers.get("X-Twilio-Signature", ""))
    if receipt is not None:
        await needs().receipting.note(receipt)
    return "", 204


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
