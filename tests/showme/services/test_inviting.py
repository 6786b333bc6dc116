import pytest

from showme.domain.keys import read_key
from showme.errors import LinkEnded, NotFound, NotInvitable
from tests.showme.services.conftest import E164, NUMBER, URL, House


async def test_a_citizen_is_invited_by_sms(house: House) -> None:
    invited = await house.inviting.invite(house.anna, to=NUMBER, purpose="photo", language="fr", incident="#2026-123")
    invitation = invited.invitation
    assert (invitation.number, invitation.purpose, invitation.language) == (1, "photo", "fr")
    assert (invitation.incident, invitation.by, invitation.masked_number) == ("2026-123", "Anna", "+32 4•• •• •• 56")
    assert invitation.sms_state == "accepted"
    assert invited.link == f"{URL}/s/{invited.key}"
    ((to, text),) = house.gateway.sent
    assert to == E164
    assert text.endswith(invited.link)
    assert "Antwerp" in text
    assert len(text) <= 160
    assert await house.kinds() == ["InvitationCreated", "SmsAccepted"]
    assert (await house.opening.open(invited.key)).invitation.id == invitation.id


async def test_a_link_can_be_had_without_any_sms(house: House) -> None:
    invited = await house.invite()
    assert (invited.invitation.sms_state, invited.invitation.masked_number) == ("none", None)
    assert house.gateway.sent == []
    assert read_key(invited.key).organisation == house.ours.id


@pytest.mark.parametrize(
    ("wishes", "cause"),
    [
        ({"to": "112"}, "number_not_valid"),
        ({"to": "02 213 99 11"}, "number_not_mobile"),
        ({"to": "Anna"}, "number_not_understood"),
        ({"to": NUMBER, "purpose": "video"}, "purpose_not_known"),
        ({"to": NUMBER, "language": "xx"}, "language_not_offered"),
        ({"to": NUMBER, "incident": "<b>"}, "incident_not_understood"),
    ],
)
async def test_a_refused_invitation_sends_and_stores_nothing(house: House, wishes: dict[str, str], cause: str) -> None:
    with pytest.raises(NotInvitable) as refusal:
        await house.inviting.invite(house.anna, **{"to": None, **wishes})  # type: ignore[arg-type]
    assert refusal.value.cause == cause
    assert house.gateway.sent == []
    assert await house.kinds() == []
    assert (await house.viewing.invitations(house.anna)) == ([], 0)
    assert (await house.invite()).invitation.number == 1


async def test_nobodys_number_or_key_stands_in_the_journal(house: House) -> None:
    invited = await house.invite(to=NUMBER)
    told = repr(await house.events())
    assert "470123456" not in told
    assert invited.key not in told
    assert invited.key not in repr(invited)
    assert invited.link not in repr(invited)


async def test_the_same_link_is_sent_again(house: House) -> None:
    invited = await house.invite(to=NUMBER)
    again = await house.inviting.resend(house.anna, invited.invitation.id)
    assert again.sms_state == "accepted"
    assert [text.split()[-1] for _, text in house.gateway.sent] == [invited.link] * 2
    assert (await house.kinds())[2:] == ["InvitationResent", "SmsAccepted"]


async def test_what_cannot_be_sent_again_is_refused(house: House) -> None:
    by_link = await house.invite()
    with pytest.raises(NotInvitable, match="no_number_to_resend"):
        await house.inviting.resend(house.anna, by_link.invitation.id)

    by_sms = await house.invite(to=NUMBER)
    with pytest.raises(NotFound):
        await house.inviting.resend(house.bert, by_sms.invitation.id)
    await house.closing.close(house.anna, by_sms.invitation.id)
    with pytest.raises(LinkEnded, match="link_closed"):
        await house.inviting.resend(house.anna, by_sms.invitation.id)
    assert len(house.gateway.sent) == 1


async def test_an_sms_on_its_way_is_not_sent_beside_itself(house: House) -> None:
    house.gateway.hang()
    invited = await house.invite(to=NUMBER)
    with pytest.raises(NotInvitable, match="sms_on_its_way"):
        await house.inviting.resend(house.anna, invited.invitation.id)
    assert len(house.gateway.sent) == 1


async def test_a_link_is_written_anew_for_its_own_organisation_while_it_lives(house: House) -> None:
    invited = await house.invite()
    assert await house.inviting.link(house.anna, invited.invitation.id) == invited.link
    assert await house.inviting.link_to_draw(house.anna, invited.invitation.id) == invited.link
    assert (await house.kinds()).count("LinkCopied") == 1
    for asking in (house.inviting.link, house.inviting.link_to_draw):
        with pytest.raises(NotFound):
            await asking(house.bert, invited.invitation.id)
    house.clock.move(hours=6)
    for asking in (house.inviting.link, house.inviting.link_to_draw):
        with pytest.raises(LinkEnded):
            await asking(house.anna, invited.invitation.id)


async def test_a_link_of_before_a_rotation_stays_the_same(house: House) -> None:
    invited = await house.invite()
    await house.administering.rotate_secret(house.ours.id)
    assert await house.inviting.link(house.anna, invited.invitation.id) == invited.link
    fresh = await house.invite()
    assert (await house.opening.open(fresh.key)).invitation.id == fresh.invitation.id
