from collections.abc import Sequence
from functools import partial

import pytest

from showme.domain.organisations import Secret
from showme.errors import NotUnderstood
from showme.records import Work
from tests.showme.services.conftest import House


async def _secrets(organisation: int, work: Work) -> Sequence[Secret]:
    return await work.organisations.secrets(organisation)


async def test_an_operator_adds_organisations_each_with_its_own_secret(house: House) -> None:
    third = await house.administering.add_organisation(name="St. Vith-Eupen 2", region="BE", language="de")
    assert (third.id, third.name, third.language) == (3, "St. Vith-Eupen 2", "de")
    assert [organisation.id for organisation in await house.administering.organisations()] == [1, 2, 3]
    secrets = []
    for place in (1, 2, 3):
        kept = await house.records.read(partial(_secrets, place))
        secrets += [secret.value for secret in kept]
    assert len(set(secrets)) == 3
    assert {len(secret) for secret in secrets} == {32}


@pytest.mark.parametrize(
    ("name", "region", "language", "cause"),
    [
        ("", "BE", "nl", "organisation_name_not_understood"),
        ("x" * 21, "BE", "nl", "organisation_name_not_understood"),
        ("Liège", "BE", "fr", "organisation_name_not_understood"),
        ("A{link}", "BE", "nl", "organisation_name_not_understood"),
        ("Antwerp\n", "BE", "nl", "organisation_name_not_understood"),
        ("Antwerp", "XX", "nl", "region_not_known"),
        ("Antwerp", "be", "nl", "region_not_known"),
        ("Antwerp", "BE", "es", "language_not_offered"),
    ],
)
async def test_what_no_sms_could_carry_is_refused(
    house: House, name: str, region: str, language: str, cause: str
) -> None:
    with pytest.raises(NotUnderstood, match=cause):
        await house.administering.add_organisation(name=name, region=region, language=language)
    assert len(await house.administering.organisations()) == 2


async def test_an_organisation_may_ask_for_sound_from_the_start(house: House) -> None:
    assert not house.ours.sound
    for sound in (True, False):
        await house.administering.set_sound(house.ours.id, sound=sound)
        assert [known.sound for known in await house.administering.organisations()] == [sound, False]


async def test_a_rotation_is_written_down_and_retires_one_secret(house: House) -> None:
    for _ in range(2):
        house.clock.move(minutes=1)
        await house.administering.rotate_secret(house.ours.id)
    secrets = await house.records.read(lambda work: work.organisations.secrets(house.ours.id))
    assert [secret.retired_at is None for secret in secrets] == [True, False, False]
    assert len({secret.retired_at for secret in secrets}) == 3
    assert await house.kinds() == ["SecretRotated"] * 2
    assert (await house.events())[0].actor == "operator"
    assert await house.kinds(house.bert) == []
