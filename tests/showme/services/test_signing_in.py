import asyncio

import pytest

from showme.domain.people import Dispatcher
from showme.errors import NotSignedIn, NotUnderstood
from showme.services.signing_in import Entrance
from tests.showme.services.conftest import URL, House


def secret_of(link: str) -> str:
    assert link.startswith(f"{URL}/sign-in/")
    return link.rpartition("/")[2]


async def organisation_secret(house: House, *, replace: bool = True) -> str:
    return secret_of(await house.signing_in.organisation_link(house.ours.id, replace=replace))


async def test_the_organisations_link_signs_everybody_in_by_name(house: House) -> None:
    secret = await organisation_secret(house)
    assert (await house.signing_in.look_at_link(secret)).name == ""
    for name in ("Anna", "  Chris  Maes "):
        token = (await house.signing_in.sign_in(secret, name)).token
        who = await house.signing_in.who(token)
        assert who == Dispatcher(organisation=house.ours.id, name=" ".join(name.split()))
    assert [(str(event.kind), event.actor) for event in await house.events()] == [
        ("SignedIn", "Anna"), ("SignedIn", "Chris Maes"),
    ]  # fmt: skip


async def test_looking_at_a_single_use_link_spends_nothing(house: House) -> None:
    secret = secret_of(await house.signing_in.single_use_link(house.anna))
    for _ in range(3):
        assert await house.signing_in.look_at_link(secret) == house.anna
    assert (await house.signing_in.sign_in(secret, "")).session.dispatcher == house.anna


async def test_a_single_use_link_lets_one_in(house: House) -> None:
    secret = secret_of(await house.signing_in.single_use_link(house.anna))
    tried = await asyncio.gather(*(house.signing_in.sign_in(secret, "") for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(each, Entrance) for each in tried) == 1
    assert sum(isinstance(each, NotSignedIn) for each in tried) == 4
    assert await house.kinds() == ["SignedIn"]
    with pytest.raises(NotSignedIn, match="sign_in_link_not_valid"):
        await house.signing_in.look_at_link(secret)


async def test_a_link_made_for_anna_signs_in_nobody_else(house: House) -> None:
    secret = secret_of(await house.signing_in.single_use_link(house.anna))
    token = (await house.signing_in.sign_in(secret, "Supervisor")).token
    assert await house.signing_in.who(token) == house.anna


async def test_a_single_use_link_lives_ten_minutes(house: House) -> None:
    secret = secret_of(await house.signing_in.single_use_link(house.anna))
    house.clock.move(minutes=10)
    with pytest.raises(NotSignedIn):
        await house.signing_in.sign_in(secret, "")
    house.clock.move(seconds=-1)
    await house.signing_in.sign_in(secret, "")


async def test_a_missing_name_spends_no_link(house: House) -> None:
    secret = await organisation_secret(house)
    for name in ("", " ", "x" * 41):
        with pytest.raises(NotUnderstood, match="name_not_understood"):
            await house.signing_in.sign_in(secret, name)
    assert await house.kinds() == []
    await house.signing_in.sign_in(secret, "Anna")


async def test_a_new_organisation_link_ends_the_one_before_unless_both_are_wanted(house: House) -> None:
    first = await organisation_secret(house)
    second = await organisation_secret(house, replace=False)
    for secret in (first, second):
        await house.signing_in.look_at_link(secret)
    personal = secret_of(await house.signing_in.single_use_link(house.anna))
    foreign = secret_of(await house.signing_in.organisation_link(house.bert.organisation))
    third = await organisation_secret(house)
    for secret in (first, second):
        with pytest.raises(NotSignedIn):
            await house.signing_in.sign_in(secret, "Anna")
    for secret in (third, personal, foreign):
        await house.signing_in.look_at_link(secret)


async def test_a_session_that_is_used_lives_seven_days_and_no_longer(house: House) -> None:
    token = (await house.signing_in.sign_in(await organisation_secret(house), "Anna")).token
    for _ in range(7 * 24 - 1):
        house.clock.move(hours=1)
        await house.signing_in.who(token)
    house.clock.move(hours=1)
    with pytest.raises(NotSignedIn, match="session_too_old"):
        await house.signing_in.who(token)


async def test_a_session_that_nobody_uses_ends_after_twelve_hours(house: House) -> None:
    token = (await house.signing_in.sign_in(await organisation_secret(house), "Anna")).token
    house.clock.move(hours=11, minutes=59)
    await house.signing_in.who(token)
    house.clock.move(hours=11, minutes=59)
    await house.signing_in.who(token)
    house.clock.move(hours=12)
    with pytest.raises(NotSignedIn, match="session_idle"):
        await house.signing_in.who(token)


async def test_who_signs_out_is_out_at_once(house: House) -> None:
    secret = await organisation_secret(house)
    token, other = [(await house.signing_in.sign_in(secret, name)).token for name in ("Anna", "Chris")]
    for _ in range(2):
        await house.signing_in.sign_out(token)
    with pytest.raises(NotSignedIn, match="signed_out"):
        await house.signing_in.who(token)
    assert (await house.signing_in.who(other)).name == "Chris"
    assert (await house.kinds()).count("SignedOut") == 1


@pytest.mark.parametrize("token", ["", "x", "é", "' OR 1=1"])
async def test_a_guess_is_nobody(house: House, token: str) -> None:
    await house.signing_in.sign_in(await organisation_secret(house), "Anna")
    for asking in (house.signing_in.who, house.signing_in.whose_token, house.signing_in.look_at_link):
        with pytest.raises(NotSignedIn):
            await asking(token)


async def test_a_session_is_no_token_and_a_token_no_session(house: House) -> None:
    session = (await house.signing_in.sign_in(await organisation_secret(house), "Anna")).token
    token = await house.signing_in.make_token(house.anna)
    assert await house.signing_in.whose_token(token) == house.anna
    with pytest.raises(NotSignedIn):
        await house.signing_in.whose_token(session)
    with pytest.raises(NotSignedIn):
        await house.signing_in.who(token)


async def test_no_secret_rests_in_the_database(house: House) -> None:
    secret = await organisation_secret(house)
    session = (await house.signing_in.sign_in(secret, "Anna")).token
    token = await house.signing_in.make_token(house.anna)
    invited = await house.invite()
    content = b"".join(path.read_bytes() for path in house.folder._folder.parent.glob("showme.db*"))
    assert b"SignedIn" in content
    for canary in (secret, session, token, invited.key):
        assert canary.encode() not in content
