"""Receipting: what a provider says later of an SMS climbs the ladder, in whatever order it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from showme.domain.sms import outcome_of
from showme.services.sending import note_outcome

if TYPE_CHECKING:
    from showme.domain.invitations import SmsState
    from showme.domain.sms import Receipt
    from showme.ports import Clock
    from showme.records import Records, Work


class Receipting:
    """Takes the providers' delivery receipts, whose origin the door has checked."""

    def __init__(self, *, records: Records, clock: Clock) -> None:
        """Work on these records, by this clock."""
        self._records = records
        self._clock = clock

    async def note(self, receipt: Receipt) -> None:
        """Note a receipt; one that is repeated, late or for nothing of ours changes nothing.

        That an SMS failed matters while no other was ordered after it; that it was delivered always does.
        """
        now = self._clock.now()

        async def noting(work: Work) -> None:
            sms = await work.sms.note_receipt(receipt, now)
            if sms is None:
                return
            invitation = await work.invitations.get(sms.organisation, sms.invitation)
            outcome = outcome_of(await work.sms.attempts(sms.id))
            state: SmsState = "refused" if outcome.state == "failed" else "delivered"
            if invitation is None or outcome.state not in {"failed", "delivered"} or invitation.sms_state == state:
                return
            if state == "refused" and not await work.sms.is_newest(sms):
                return
            await note_outcome(work, sms, outcome, state=state, credits_left=None, now=now)

        await self._records.write(noting)
