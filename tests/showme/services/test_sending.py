import asyncio
from datetime import timedelta

import pytest

from showme.domain.invitations import Invitation
from showme.domain.ladder import Rung
from showme.errors import NumberRefused, ProviderRefused, Unavailable, Unreachable
from tests.showme.services.conftest import NUMBER, House


async def crash(house: House) -> None:
    """Let the process die with whatever it was at, and put the parts together again."""
    for task in tuple(house.sending._under_way):
        task.cancel()
    await asyncio.gather(*house.sending._under_way, return_exceptions=True)
    await house.records.finish()
    house.put_together()
    house.gateway.answer = None


async def queue_only(house: House, monkeypatch: pytest.MonkeyPatch) -> Invitation:
    """Invite, and die between the commit and the first thought of sending."""

    async def dying(_: str) -> None: ...

    monkeypatch.setattr(house.sending, "send", dying)
    invited = await house.invite(to=NUMBER)
    return invited.invitation


async def test_an_accepted_sms_climbs_the_ladder(house: House) -> None:
    invited = await house.invite(to=NUMBER)
    invitation = invited.invitation
    assert (invitation.sms_state, invitation.sms_provider, invitation.sms_cause) == ("accepted", "scripted", None)
    assert invitation.reached[Rung.SMS_ACCEPTED] == house.clock.now()
    assert invitation.troubles.sms_failed_at is None


@pytest.mark.parametrize(
    ("error", "state", "kinds"),
    [
        (NumberRefused(), "refused", ["SmsRefused"]),
        (ProviderRefused(), "refused", ["SmsProviderFailed", "SmsRefused"]),
        (Unreachable(), "refused", ["SmsProviderFailed", "SmsRefused"]),
        (Unavailable(), "unknown", ["SmsProviderFailed", "SmsUnknown"]),
    ],
)
async def test_the_dispatcher_is_told_what_the_provider_answered(
    house: House, error: Exception, state: str, kinds: list[str]
) -> None:
    house.gateway.refuse(error)
    invitation = (await house.invite(to=NUMBER)).invitation
    assert (invitation.sms_state, invitation.sms_cause) == (state, str(error))
    assert Rung.SMS_ACCEPTED not in invitation.reached
    assert invitation.troubles.sms_failed_at == house.clock.now()
    assert await house.kinds() == ["InvitationCreated", *kinds]
    hint = invitation.hint(house.clock.now())
    assert hint is not None
    assert hint.cause == "sms_refused"


async def test_a_provider_that_breaks_in_a_new_way_leaves_no_sms_hanging(house: House) -> None:
    house.gateway.refuse(KeyError("surprise"))
    invitation = (await house.invite(to=NUMBER)).invitation
    assert invitation.sms_state == "unknown"
    house.gateway.answer = None
    assert (await house.inviting.resend(house.anna, invitation.id)).sms_state == "accepted"


async def test_a_slow_provider_holds_nobody_up_and_its_answer_climbs_later(house: House) -> None:
    answered = asyncio.Event()

    async def slow() -> None:
        await answered.wait()

    house.gateway.answer = slow
    async with asyncio.timeout(30):
        invitation = (await house.invite(to=NUMBER)).invitation
    assert invitation.sms_state == "queued"
    assert Rung.SMS_ACCEPTED not in invitation.reached
    house.clock.move(seconds=7)
    answered.set()
    await house.wait_for("SmsAccepted")
    later = await house.see(invitation)
    assert later.sms_state == "accepted"
    assert later.reached[Rung.SMS_ACCEPTED] == house.clock.now()


async def test_a_provider_that_hangs_keeps_nobody_else_waiting(house: House) -> None:
    house.gateway.hang()
    await house.invite(to=NUMBER)
    house.gateway.answer = None
    assert (await house.invite(to=NUMBER)).invitation.sms_state == "accepted"


async def test_an_sms_that_perhaps_left_before_a_crash_is_never_sent_twice(house: House) -> None:
    house.gateway.hang()
    invitation = (await house.invite(to=NUMBER)).invitation
    assert len(house.gateway.sent) == 1
    await crash(house)
    for _ in range(2):
        await house.sending.resume()
        await house.sending.stop()
    assert len(house.gateway.sent) == 1
    told = await house.see(invitation)
    assert (told.sms_state, told.sms_cause) == ("unknown", "sms_unknown")
    assert (await house.kinds()).count("SmsUnknown") == 1


async def test_an_sms_that_had_not_left_before_a_crash_is_sent_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    invitation = await queue_only(house, monkeypatch)
    await crash(house)
    assert house.gateway.sent == []
    await asyncio.gather(house.sending.resume(), house.sending.resume())
    await house.sending.stop()
    assert len(house.gateway.sent) == 1
    assert (await house.see(invitation)).sms_state == "accepted"


async def test_a_provider_that_hangs_does_not_keep_us_from_starting(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        await queue_only(house, monkeypatch)
    await crash(house)
    monkeypatch.setattr("showme.services.sending._PATIENCE", 3600.0)
    monkeypatch.setattr("showme.services.sending._LAST_PATIENCE", 0.0)
    house.gateway.hang()
    async with asyncio.timeout(60):
        await house.sending.resume()
        while len(house.gateway.sent) < 3:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.01)
        await house.sending.stop()
    assert not house.sending._under_way


async def test_nothing_is_sent_to_a_number_that_was_forgotten_meanwhile(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    invitation = await queue_only(house, monkeypatch)
    await house.closing.close(house.anna, invitation.id)
    await crash(house)
    await house.sending.resume()
    await house.sending.stop()
    assert house.gateway.sent == []
    assert await house.records.read(lambda work: work.sms.unfinished()) == ([], [])


async def test_after_a_minute_of_silence_other_ways_are_offered(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("showme.services.sending.SILENCE", timedelta(seconds=0))
    invited = await house.invite(to=NUMBER)
    house.clock.move(seconds=30)
    hint = (await house.viewing.invitation(house.anna, invited.invitation.id)).hint(house.clock.now())
    assert hint is not None
    assert hint.cause == "sms_not_delivered"
    house.clock.move(seconds=31)
    await house.wait_for("SmsSilent")
    hint = (await house.viewing.invitation(house.anna, invited.invitation.id)).hint(house.clock.now())
    assert hint is not None
    assert hint.cause == "sms_silent"
