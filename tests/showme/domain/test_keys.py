import hashlib
import hmac
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from showme.domain.invitations import Invitation
from showme.domain.keys import LIFE, check_key, read_key, write_key
from showme.domain.organisations import Secret
from showme.errors import LinkEnded, WrongKey

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SECRET = bytes(range(32))
OTHER_SECRET = bytes(range(1, 33))
NONCE = bytes.fromhex("a1b2c3d4e5f60718")
MADE_AT = datetime(2026, 11, 20, 10, 11, 12, 345_678, tzinfo=UTC)
BRUSSELS = ZoneInfo("Europe/Brussels")


def base62(number: int) -> str:
    """Write a number by the book, most significant digit first, without the code under test."""
    digits = ""
    while number:
        digits = BASE62[number % 62] + digits
        number //= 62
    return digits.rjust(39, "0")


def by_the_book(organisation: int, made_at: datetime, nonce: bytes, secret: bytes) -> str:
    minute = int((made_at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() // 60)
    signed = bytes([organisation >> 8, organisation & 255]) + minute.to_bytes(4, "big") + nonce
    mac = hmac.digest(secret, b"key1" + signed, hashlib.sha256)[:15]
    return "1" + base62(int.from_bytes(signed + mac, "big"))


def key(*, organisation: int = 7, made_at: datetime = MADE_AT, secret: bytes = SECRET) -> str:
    return write_key(organisation=organisation, made_at=made_at, nonce=NONCE, secret=secret)


def is_let_in(text: str, *, now: datetime = MADE_AT, secrets: tuple[bytes, ...] = (SECRET,)) -> bool:
    try:
        check_key(read_key(text), secrets=secrets, now=now)
    except (WrongKey, LinkEnded):
        return False
    return True


def invitation(made_at: datetime) -> Invitation:
    return Invitation(
        id="k3V9", organisation=7, number=1, purpose="photo", language="en", incident=None, masked_number=None,
        by="Anna", created_at=made_at, nonce=NONCE, secret=1,
    )  # fmt: skip


def may_enter(made_at: datetime, now: datetime) -> bool:
    """Say whether both the key and its invitation let somebody in, as at the door."""
    try:
        check_key(read_key(key(made_at=made_at)), secrets=[SECRET], now=now)
        invitation(made_at).refuse_unless_open(now)
    except (WrongKey, LinkEnded):
        return False
    return True


@pytest.mark.parametrize(
    ("organisation", "made_at", "nonce", "secret"),
    [
        (7, MADE_AT, NONCE, SECRET),
        (0, datetime(1970, 1, 1, tzinfo=UTC), bytes(8), bytes(32)),
        (1, datetime(2026, 1, 1, tzinfo=UTC), b"\xff" * 8, OTHER_SECRET),
        (65_535, datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC), NONCE[::-1], b"\xff" * 32),
    ],
)
def test_a_key_is_laid_out_as_the_architecture_says(
    organisation: int, made_at: datetime, nonce: bytes, secret: bytes
) -> None:
    written = write_key(organisation=organisation, made_at=made_at, nonce=nonce, secret=secret)
    assert written == by_the_book(organisation, made_at, nonce, secret)
    assert len(written) == 40
    assert written[0] == "1"
    assert written.isalnum()
    assert written.isascii()


def test_a_key_once_sent_is_read_the_same_for_ever() -> None:
    assert write_key(organisation=1, made_at=MADE_AT, nonce=bytes(8), secret=bytes(32)) == KNOWN_ANSWER


KNOWN_ANSWER = "10039motPrrc0HmPkvnzWIBltwQVOP0rKu9XxwME"
"""Computed apart from all code here: the MAC by ``openssl dgst -mac HMAC``, the digits by long division."""


def test_a_key_says_whose_it_is_and_from_when_before_anyone_looks_it_up() -> None:
    claim = read_key(key())
    assert (claim.organisation, claim.nonce) == (7, NONCE)
    assert claim.made_at == MADE_AT.replace(second=0, microsecond=0)


def test_every_character_counts() -> None:
    good = key()
    for place in range(len(good)):
        for character in BASE62:
            if character != good[place]:
                assert not is_let_in(good[:place] + character + good[place + 1 :])
    assert is_let_in(good)


@pytest.mark.parametrize("change", ["", "1", "0", " ", "\n", "-", "é", "\uff11", "%00", "/"])
def test_nothing_may_stand_before_or_behind_a_key(change: str) -> None:
    good = key()
    assert is_let_in(good)
    if change:
        assert not is_let_in(good + change)
        assert not is_let_in(change + good)
        assert not is_let_in(good[: -len(change)] + change) or change in {"0", "1"}
    assert not is_let_in(good[:-1])
    assert not is_let_in("")


def test_a_value_above_29_bytes_is_refused_even_when_it_would_fold_into_a_good_one() -> None:
    good = key()
    value = 0
    for digit in good[1:]:
        value = value * 62 + BASE62.index(digit)
    assert base62(value) == good[1:]
    beyond = 1 << 232
    folded = value + beyond
    assert len(base62(folded)) == 39
    with pytest.raises(WrongKey):
        read_key("1" + base62(folded))
    with pytest.raises(WrongKey):
        read_key("1" + base62(beyond))
    assert read_key("1" + base62(beyond - 1)).organisation == 65_535
    with pytest.raises(WrongKey):
        read_key("1" + "z" * 39)


@given(
    organisation=st.integers(0, 65_535),
    minute=st.integers(0, 2**31),
    nonce=st.binary(min_size=8, max_size=8),
    secret=st.binary(min_size=32, max_size=32),
)
@settings(max_examples=200, deadline=None)
def test_whatever_is_written_can_be_read(organisation: int, minute: int, nonce: bytes, secret: bytes) -> None:
    made_at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    claim = read_key(write_key(organisation=organisation, made_at=made_at, nonce=nonce, secret=secret))
    assert (claim.organisation, claim.made_at, claim.nonce) == (organisation, made_at, nonce)
    check_key(claim, secrets=[secret], now=made_at)


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_whatever_is_typed_is_refused_calmly(text: str) -> None:
    assert not is_let_in(text)


def test_two_thousand_forgeries_are_refused() -> None:
    seed = 2018
    print(f"seed {seed}")
    chance = random.Random(seed)
    good = key()
    for _ in range(1000):
        assert not is_let_in("1" + base62(chance.getrandbits(232)))
    for _ in range(1000):
        # Everything but the MAC is that of a real key.
        value = sum(BASE62.index(digit) * 62**place for place, digit in enumerate(reversed(good[1:])))
        forged = (value >> 120 << 120) | chance.getrandbits(120)
        assert not is_let_in("1" + base62(forged)) or forged == value


@pytest.mark.parametrize("second", [0, 1, 12, 59])
def test_six_hours_are_six_hours_to_the_second(second: int) -> None:
    made_at = MADE_AT.replace(second=second, microsecond=0)
    assert may_enter(made_at, made_at + timedelta(hours=5, minutes=59, seconds=59))
    assert not may_enter(made_at, made_at + timedelta(hours=6))
    assert not may_enter(made_at, made_at + timedelta(hours=6, seconds=1))


def test_a_key_alone_is_dead_a_minute_after_six_hours_whatever_the_database_says() -> None:
    claim = read_key(key(made_at=MADE_AT.replace(second=59)))
    end = MADE_AT.replace(second=0, microsecond=0) + LIFE + timedelta(minutes=1)
    check_key(claim, secrets=[SECRET], now=end - timedelta(seconds=1))
    with pytest.raises(LinkEnded) as refusal:
        check_key(claim, secrets=[SECRET], now=end)
    assert refusal.value.cause == "link_expired"


def test_a_clock_that_runs_a_minute_ahead_is_forgiven_and_more_is_not() -> None:
    minute = MADE_AT.replace(second=0, microsecond=0)
    assert is_let_in(key(made_at=minute), now=minute - timedelta(minutes=1))
    assert not is_let_in(key(made_at=minute), now=minute - timedelta(minutes=1, seconds=1))
    assert not is_let_in(key(made_at=minute + timedelta(days=400)), now=minute)


@pytest.fixture
def _in_brussels(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the machine itself stand in Brussels, so that a slip into local time shows."""
    monkeypatch.setenv("TZ", "Europe/Brussels")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("_in_brussels")
@pytest.mark.parametrize(
    "evening", [datetime(2026, 3, 28, 23, 30, tzinfo=BRUSSELS), datetime(2026, 10, 24, 23, 30, tzinfo=BRUSSELS)]
)
def test_in_the_nights_when_the_clocks_change_six_hours_are_six_hours(evening: datetime) -> None:
    made_at = evening.astimezone(UTC)
    in_time = made_at + timedelta(hours=5, minutes=59, seconds=59)
    assert in_time.astimezone(BRUSSELS).utcoffset() != evening.utcoffset()
    assert may_enter(made_at, made_at)
    assert may_enter(made_at, in_time)
    assert not may_enter(made_at, made_at + timedelta(hours=6, seconds=1))
    assert key(made_at=evening) == key(made_at=made_at)


def test_the_hour_that_comes_twice_makes_two_different_minutes() -> None:
    first = datetime(2026, 10, 25, 2, 30, tzinfo=BRUSSELS, fold=0)
    second = datetime(2026, 10, 25, 2, 30, tzinfo=BRUSSELS, fold=1)
    assert read_key(key(made_at=second)).minute - read_key(key(made_at=first)).minute == 60


def test_a_link_sent_before_a_rotation_works_its_six_hours_and_its_secret_dies_with_it() -> None:
    retired_at = MADE_AT + timedelta(minutes=1)
    retired = Secret(id=1, organisation=7, value=SECRET, made_at=MADE_AT - timedelta(days=30), retired_at=retired_at)
    current = Secret(id=2, organisation=7, value=OTHER_SECRET, made_at=retired_at)

    def secrets(now: datetime) -> tuple[bytes, ...]:
        return tuple(secret.value for secret in (current, retired) if secret.checks(now))

    last = MADE_AT + timedelta(hours=5, minutes=59, seconds=59)
    assert is_let_in(key(), now=last, secrets=secrets(last))
    dead = retired_at + LIFE + timedelta(minutes=1)
    assert secrets(dead - timedelta(seconds=1)) == (OTHER_SECRET, SECRET)
    assert secrets(dead) == (OTHER_SECRET,)
    stolen = key(made_at=dead)
    assert not is_let_in(stolen, now=dead, secrets=secrets(dead))
    assert is_let_in(key(made_at=dead, secret=OTHER_SECRET), now=dead, secrets=secrets(dead))


def test_another_organisations_secret_opens_nothing() -> None:
    assert is_let_in(key(secret=OTHER_SECRET), secrets=(OTHER_SECRET,))
    assert not is_let_in(key(secret=OTHER_SECRET))
    assert not is_let_in(key(), secrets=())


@pytest.mark.parametrize("version", "23456789")
def test_a_link_of_a_newer_server_is_told_as_such(version: str) -> None:
    with pytest.raises(WrongKey) as refusal:
        read_key(version + key()[1:])
    assert refusal.value.cause == "future_version"


@pytest.mark.parametrize("version", "0Az")
def test_a_link_of_no_version_is_simply_wrong(version: str) -> None:
    with pytest.raises(WrongKey) as refusal:
        read_key(version + key()[1:])
    assert refusal.value.cause == "wrong_key"


def test_what_is_signed_twice_is_signed_the_same_and_every_part_of_it_counts() -> None:
    keys = {
        key(),
        key(organisation=8),
        key(made_at=MADE_AT + timedelta(minutes=1)),
        key(secret=OTHER_SECRET),
        write_key(organisation=7, made_at=MADE_AT, nonce=bytes(8), secret=SECRET),
    }
    assert len(keys) == 5
    assert key() == key(made_at=MADE_AT.replace(second=59))
