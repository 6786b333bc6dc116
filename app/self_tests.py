"""Puts the self-test together, with its SMS apart from everybody's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from app.logs import report
from gateways.trial_phone import NetworkPhone
from showme.domain.organisations import SELF_TEST
from showme.domain.sms import SmsRules
from showme.services.closing import Closing
from showme.services.inviting import Inviting
from showme.services.self_testing import OUTBOX_COUNTRY, OUTBOX_NUMBER, SelfTesting
from showme.services.taking_back import TakingBack

if TYPE_CHECKING:
    from app.settings import Settings
    from showme.ports import Clock, MediaStore, SmsGateway
    from showme.records import Records
    from showme.services.sending import Sending


def with_self_test_apart(
    gateways_of: Callable[[int], Sequence[SmsGateway]], *, settings: Settings, outbox: SmsGateway
) -> Callable[[int], Sequence[SmsGateway]]:
    """Return who sends an organisation's SMS; the self-test's stay in the outbox unless a test number takes them."""

    def of(organisation: int) -> Sequence[SmsGateway]:
        stays = organisation == SELF_TEST and settings.self_test_number is None
        return (outbox,) if stays else gateways_of(organisation)

    return of


def self_testing(
    settings: Settings, *, records: Records, clock: Clock, media: MediaStore, sending: Sending, practice: bool = False
) -> SelfTesting:
    """Put it together; in practice it tests on request only, without SMS, as the outbox there is a phone on show."""
    number = settings.self_test_number or OUTBOX_NUMBER
    # Nobody else can invite in its name, so its own rhythm is its limit.
    often = 10_000
    rules = SmsRules(
        countries=settings.sms_countries | {OUTBOX_COUNTRY}, to_number=often, by_dispatcher=often, by_organisation=often
    )
    return SelfTesting(
        records=records,
        clock=clock,
        inviting=Inviting(records=records, clock=clock, sending=sending, rules=rules, public_url=settings.base_url),
        closing=Closing(records=records, clock=clock),
        taking_back=TakingBack(records=records, clock=clock, media=media),
        phone=NetworkPhone(verify=not practice),
        number=None if practice else number,
        is_kept=settings.self_test_number is None,
        every=timedelta(hours=settings.self_test_hours) if settings.self_test_hours and not practice else None,
        report=report,
    )
