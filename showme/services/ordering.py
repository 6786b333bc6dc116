"""Ordering: an SMS is allowed, paid for and queued, or none of the three."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from typing import TYPE_CHECKING

from showme.domain.credits import Entry
from showme.domain.sms import WITHIN_SECONDS
from showme.errors import NotInvitable

if TYPE_CHECKING:
    from datetime import datetime

    from showme.domain.invitations import Invitation
    from showme.domain.people import Dispatcher
    from showme.domain.sms import SmsRules
    from showme.records import Work


async def order_sms(
    work: Work, invitation: Invitation, *, e164: str, dispatcher: Dispatcher, rules: SmsRules, now: datetime
) -> tuple[str, int]:
    """Queue an SMS within a transaction; return its id and the credits that are left.

    The limits are counted where the orders are: when the database is out of order, no SMS leaves. Raise TooMany,
    NotInvitable (``no_credit``).
    """
    by = dispatcher.name
    secret = (await work.organisations.secrets(invitation.organisation))[0].value
    number_digest = hmac.new(secret, b"number" + e164.encode(), hashlib.sha256).hexdigest()
    left = await work.ledger.write(
        Entry.CHARGE, -1, organisation=invitation.organisation, actor=by, at=now, invitation=invitation.id
    )
    if left is None:
        raise NotInvitable("no_credit")
    recently = await work.sms.recently(
        invitation.organisation, by=by, number_digest=number_digest, since=now - timedelta(seconds=WITHIN_SECONDS)
    )
    rules.refuse_unless_within(recently)
    sms = await work.sms.queue(
        organisation=invitation.organisation, invitation=invitation.id, by=by, number_digest=number_digest, at=now
    )
    return sms, left
