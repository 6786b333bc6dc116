import hashlib
import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from showme.domain.events import Kind, chain_of, digest_of

AT = datetime(2026, 11, 20, 10, 11, 12, 345_000, tzinfo=UTC)


def chain(
    previous: str = "",
    *,
    organisation: int = 1,
    number: int = 1,
    at: datetime = AT,
    kind: str = Kind.TAPPED,
    actor: str = "citizen",
    invitation: str | None = "k3V9",
    photo: str | None = None,
    digest: str = "d",
) -> str:
    return chain_of(
        previous, organisation=organisation, number=number, at=at, kind=kind, actor=actor,
        invitation=invitation, photo=photo, digest=digest,
    )  # fmt: skip


def test_a_digest_proves_a_detail_to_who_has_its_salt() -> None:
    detail = {"to": "+32 4•• •• •• 56", "bytes": 3}
    by_the_book = hashlib.sha256(b"salt" + '{"bytes":3,"to":"+32 4•• •• •• 56"}'.encode()).hexdigest()
    assert digest_of(detail, b"salt") == by_the_book
    assert digest_of(dict(reversed(detail.items())), b"salt") == by_the_book
    assert digest_of(detail, b"pepper") != by_the_book
    assert digest_of({**detail, "bytes": 4}, b"salt") != by_the_book


def test_the_chain_is_computed_as_written_down_in_the_audit() -> None:
    envelope = [1, 1, "2026-11-20T10:11:12.345000+00:00", "Tapped", "citizen", "k3V9", None, "d"]
    written = json.dumps(envelope, separators=(",", ":"), ensure_ascii=False)
    assert chain("before") == hashlib.sha256(b"before" + written.encode()).hexdigest()


def test_every_part_of_an_envelope_holds_the_chain_together() -> None:
    links = {
        chain(),
        chain("before"),
        chain(organisation=2),
        chain(number=2),
        chain(at=AT.replace(microsecond=345_001)),
        chain(kind=Kind.PAGE_LOADED),
        chain(actor="Citizen"),
        chain(invitation=None),
        chain(invitation=None, photo="k3V9"),
        chain(digest="e"),
    }
    assert len(links) == 10


def test_the_chain_is_the_same_in_every_time_zone() -> None:
    assert chain(at=AT.astimezone(ZoneInfo("Europe/Brussels"))) == chain()


def test_every_kind_is_named_once_and_in_the_past_tense() -> None:
    assert len({str(kind) for kind in Kind}) == len(Kind)
    assert all(str(kind).isalpha() and str(kind)[0].isupper() for kind in Kind)
