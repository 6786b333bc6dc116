import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from showme.domain.invitations import Invitation
from showme.domain.passes import PASS_LENGTH, check_pass, make_pass, read_pass
from showme.errors import WrongKey

SECRET = b"0123456789abcdef0123456789abcdef"
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
OURS = Invitation(
    id="3kTq9ZbA01xYzw", organisation=7, number=1, purpose="live", language="en", incident=None, masked_number=None,
    by="Anna", created_at=datetime(2026, 11, 20, 10, 11, 12, tzinfo=UTC), nonce=bytes(8), secret=1,
)  # fmt: skip


def accepts(text: str, invitation: str = OURS.id, *secrets: bytes) -> bool:
    """Say whether a text lets its holder watch an invitation of organisation 7."""
    try:
        claim = read_pass(text)
        check_pass(claim, invitation, secrets or [SECRET])
    except WrongKey:
        return False
    return claim.organisation == OURS.organisation


def test_a_pass_is_letters_and_digits_and_shows_its_own_invitation() -> None:
    made = make_pass(OURS, SECRET)
    assert len(made) == PASS_LENGTH
    assert set(made) <= set(LETTERS)
    assert made == make_pass(OURS, SECRET)
    assert accepts(made)
    assert read_pass(made).organisation == OURS.organisation


def test_a_pass_shows_nothing_else() -> None:
    made = make_pass(OURS, SECRET)
    assert not accepts(made, "3kTq9ZbA01xYzx")
    assert not accepts(made, "")
    assert not accepts(made, f"{OURS.id}-1")
    assert not accepts(made, "\ud800")
    assert not accepts(make_pass(replace(OURS, organisation=8), SECRET))
    assert not accepts(made, OURS.id, b"another secret of an organisation")


def test_a_pass_of_a_former_secret_counts_while_that_secret_checks() -> None:
    assert accepts(make_pass(OURS, SECRET), OURS.id, b"the new secret" * 2, SECRET)
    assert not accepts(make_pass(OURS, SECRET), OURS.id, b"the new secret" * 2)


@pytest.mark.parametrize("text", ["", "0", "z" * PASS_LENGTH, "-" * PASS_LENGTH, "é" * PASS_LENGTH, "0" * 22, "0" * 24])
def test_what_is_no_pass_is_not_read(text: str) -> None:
    with pytest.raises(WrongKey):
        read_pass(text)


def test_of_ten_thousand_forged_passes_none_is_accepted() -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    made = make_pass(OURS, SECRET)
    foreign = [make_pass(replace(OURS, id=f"other{place}"), SECRET) for place in range(50)]
    foreign += [make_pass(OURS, chance.randbytes(32)) for _ in range(50)]

    def forged() -> str:
        kind = chance.randrange(6)
        if kind == 0:  # one letter is another
            place = chance.randrange(PASS_LENGTH)
            return made[:place] + chance.choice(LETTERS.replace(made[place], "")) + made[place + 1 :]
        if kind == 1:  # a letter more, a letter less, something odd before or after
            return chance.choice([made[1:], made[:-1], "0" + made, made + "0", made + "\n", " " + made, made + "\0"])
        if kind == 2:  # half of ours, half of another's
            place, other = chance.randrange(1, PASS_LENGTH), chance.choice(foreign)
            return made[:place] + other[place:]
        if kind == 3:  # another's
            return chance.choice(foreign)
        if kind == 4:  # anything that looks like one
            return "".join(chance.choices(LETTERS, k=PASS_LENGTH))
        place = chance.randrange(PASS_LENGTH)  # a character that is no letter or digit
        return made[:place] + chr(chance.randrange(0x110000)) + made[place + 1 :]

    tried = [forged() for _ in range(10_000)]
    assert [text for text in tried if text != made and accepts(text)] == []
    assert sum(text != made for text in tried) > 9_900
    assert accepts(made)
