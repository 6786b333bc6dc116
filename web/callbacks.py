"""What providers call: Telegram's webhook."""

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
