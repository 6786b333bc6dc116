"""Makes claims that nobody may be let in with: each looks like a good one, and one thing about it is not."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from app.assembly import open_office
from app.settings import Settings
from showme.domain.keys import write_key
from showme.domain.people import Dispatcher
from showme.errors import NotSignedIn
from showme.services.signing_in import SigningIn
from tests.web.conftest import HOST, House
from tests.web.signalling.callers import needs_of, watch_pass
from web.admission import PeerClaim
from web.callers import Proof

LETTERS = string.ascii_letters + string.digits


@dataclass(frozen=True, kw_only=True)
class Forged:
    """A claim with what came with it: a session's cookie or a bearer token, or neither."""

    family: str
    peer: str
    token: str
    session: str | None = None
    bearer: str | None = None

    @property
    def claim(self) -> PeerClaim:
        """The claim as the door hands it on."""
        return PeerClaim(peer=self.peer, token=self.token, proof=_proof(self.session, self.bearer))

    @property
    def headers(self) -> dict[str, str]:
        """The headers it would come with from a page of ours."""
        headers = {"Host": HOST, "Origin": f"https://{HOST}"}
        if self.session is not None:
            headers["Cookie"] = f"__Host-showme-session={self.session}"
        if self.bearer is not None:
            headers["Authorization"] = f"Bearer {self.bearer}"
        return headers


def _proof(session: str | None, bearer: str | None) -> Proof | None:
    async def prove(signing_in: SigningIn) -> Dispatcher:
        if bearer is not None:
            return await signing_in.whose_token(bearer)
        if session is None:
            raise NotSignedIn
        return await signing_in.who(session)

    return None if session is None and bearer is None else prove


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What forgers may know: every secret but the right one."""

    id: str
    key: str
    session: str
    revoked: str
    foreign_session: str
    foreign_bearer: str
    foreign_id: str
    foreign_key: str
    foreign_pass: str
    neighbour_id: str
    neighbour_key: str
    neighbour_pass: str
    watch_pass: str
    expired_id: str
    expired_key: str
    expired_pass: str
    closed_id: str
    closed_key: str
    closed_pass: str
    house: House


async def scene_of(house: House, folder: Path) -> Scene:
    """Set the scene: two organisations, invitations open, closed and expired, sessions that hold and that do not."""
    expired = await house.invite(to=None)
    expired_pass = await watch_pass(house, expired["id"])
    house.clock.move(hours=6, seconds=1)
    closed, mine, neighbour = [await house.invite(to=None) for _ in range(3)]
    closed_pass = await watch_pass(house, closed["id"])
    await house.api("POST", f"/api/invitations/{closed['id']}/close")
    async with open_office(Settings(base_url=f"https://{HOST}", data=folder), clock=house.clock) as office:
        other = await office.administering.add_organisation(name="Fire brigade", region="FR", language="fr")
        stranger = Dispatcher(organisation=other.id, name="Other", role="supervisor")
        foreign_bearer = await office.signing_in.make_token(stranger)
        link = await office.signing_in.organisation_link(other.id, role="supervisor")
        foreign_session = (await office.signing_in.sign_in(link.rpartition("/")[2], "Other")).token
    signing_in, secret = needs_of(house).signing_in, house.sign_in_link.rpartition("/")[2]
    session, revoked = [(await signing_in.sign_in(secret, name)).token for name in ("Anna", "Bert")]
    await signing_in.sign_out(revoked)
    answer = await house.api("POST", "/api/invitations", json={"to": None}, token=foreign_bearer)
    foreign = await answer.get_json()
    link = await needs_of(house).passing.link(stranger, foreign["id"])
    return Scene(
        id=mine["id"],
        key=mine["key"],
        session=session,
        revoked=revoked,
        foreign_session=foreign_session,
        foreign_bearer=foreign_bearer,
        foreign_id=foreign["id"],
        foreign_key=foreign["key"],
        foreign_pass=link.rpartition("/")[2],
        neighbour_id=neighbour["id"],
        neighbour_key=neighbour["key"],
        neighbour_pass=await watch_pass(house, neighbour["id"]),
        watch_pass=await watch_pass(house, mine["id"]),
        expired_id=expired["id"],
        expired_key=expired["key"],
        expired_pass=expired_pass,
        closed_id=closed["id"],
        closed_key=closed["key"],
        closed_pass=closed_pass,
        house=house,
    )


def good_claims(scene: Scene) -> list[Forged]:
    """Return the claims that are let in, of which the others are forgeries."""
    return [
        Forged(family="citizen", peer=f"{scene.id}-1", token=scene.key),
        Forged(family="session", peer=f"{scene.id}-0-2", token="r4nd0m", session=scene.session),
        Forged(family="bearer", peer=f"{scene.id}-0-3", token="r4nd0m", bearer=scene.house.token),
        Forged(family="pass", peer=f"{scene.id}-0-4", token=f"{scene.watch_pass}.r4nd0m"),
        Forged(family="neighbour", peer=f"{scene.neighbour_id}-1", token=scene.neighbour_key),
        Forged(family="foreign", peer=f"{scene.foreign_id}-0", token="r4nd0m", session=scene.foreign_session),
    ]


def forged_claims(scene: Scene, chance: random.Random) -> Iterator[Forged]:
    """Yield forgeries without end, every family in turn."""
    families: list[Callable[[Scene, random.Random], Forged]] = [
        _altered_key, _key_of_another, _key_of_own_making, _session_for_key, _without_session, _session_of_another,
        _altered_pass, _pass_of_another, _malformed_id, _ended,
    ]  # fmt: skip
    while True:
        for family in families:
            yield family(scene, chance)


def _viewer(scene: Scene, chance: random.Random) -> str:
    return scene.id + chance.choice(["-0", "-0-2", "-0-3", f"-0-{chance.randrange(2, 1000)}"])


def _word(chance: random.Random, length: int) -> str:
    return "".join(chance.choices(LETTERS, k=length))


def _altered(text: str, chance: random.Random) -> str:
    """Change a text in one place, so that it is another one."""
    place = chance.randrange(len(text))
    match chance.randrange(5):
        case 0:
            return text[:place] + text[place + 1 :]
        case 1:
            return text[:place] + chance.choice(LETTERS) + text[place:]
        case 2:
            return text + chance.choice([" ", "\n", "\x00", "=", "%00", "\u0661"])
        case _:
            return _mistyped(text, chance)


def _mistyped(text: str, chance: random.Random) -> str:
    """Change one letter of a text; unlike what else may be altered, that survives a cookie."""
    place = chance.randrange(len(text))
    other = chance.choice([letter for letter in LETTERS if letter != text[place]])
    return text[:place] + other + text[place + 1 :]


def _altered_key(scene: Scene, chance: random.Random) -> Forged:
    token = chance.choice([_altered(scene.key, chance), scene.key.swapcase(), "1" + _word(chance, 39), scene.key * 2])
    return Forged(family="altered key", peer=f"{scene.id}-1", token=token)


def _key_of_another(scene: Scene, chance: random.Random) -> Forged:
    pairs = [
        (scene.id, scene.neighbour_key), (scene.neighbour_id, scene.key), (scene.id, scene.foreign_key),
        (scene.foreign_id, scene.key), (_word(chance, len(scene.id)), scene.key), (scene.id.swapcase(), scene.key),
    ]  # fmt: skip
    invitation, key = chance.choice([pair for pair in pairs if pair != (scene.id, scene.key)])
    return Forged(family="key of another", peer=f"{invitation}-1", token=key)


def _key_of_own_making(scene: Scene, chance: random.Random) -> Forged:
    made_at = scene.house.clock.now()
    key = write_key(
        organisation=chance.choice([0, 1, 2, 3, 65_535]),
        made_at=made_at,
        nonce=chance.randbytes(8),
        secret=chance.choice([b"", bytes(32), b"secret", chance.randbytes(32)]),
    )
    return Forged(family="key of own making", peer=f"{scene.id}-1", token=key)


def _session_for_key(scene: Scene, chance: random.Random) -> Forged:
    token = chance.choice(
        [_word(chance, 20), scene.session, scene.house.token, f"{scene.watch_pass}.{_word(chance, 16)}"]
    )
    proof = {"session": scene.session} if chance.random() < 0.5 else {"bearer": scene.house.token}
    return Forged(family="session for a key", peer=f"{scene.id}-1", token=token, **proof)


def _without_session(scene: Scene, chance: random.Random) -> Forged:
    token = chance.choice(
        [_word(chance, 20), scene.key, scene.session, scene.house.token, scene.watch_pass, "undefined"]
    )
    return Forged(family="without session", peer=_viewer(scene, chance), token=token)


def _session_of_another(scene: Scene, chance: random.Random) -> Forged:
    proof = chance.choice(
        [
            {"session": scene.foreign_session},
            {"bearer": scene.foreign_bearer},
            {"session": scene.revoked},
            {"session": _mistyped(scene.session, chance)},
            {"session": scene.house.token},
            {"bearer": scene.session},
            {"bearer": scene.key},
            {"bearer": _word(chance, 32)},
            {"session": ""},
        ]
    )
    return Forged(family="session of another", peer=_viewer(scene, chance), token=_word(chance, 20), **proof)


def _altered_pass(scene: Scene, chance: random.Random) -> Forged:
    changed = _altered(scene.watch_pass, chance)
    token = chance.choice([changed, _word(chance, 23), scene.watch_pass.swapcase()]) + "." + _word(chance, 16)
    return Forged(family="altered pass", peer=_viewer(scene, chance), token=token)


def _pass_of_another(scene: Scene, chance: random.Random) -> Forged:
    invitation, text = chance.choice(
        [(scene.id, scene.neighbour_pass), (scene.id, scene.foreign_pass), (scene.foreign_id, scene.watch_pass)]
    )
    proof = chance.choice([{}, {"session": scene.session}]) if invitation == scene.id else {}
    return Forged(family="pass of another", peer=f"{invitation}-0", token=f"{text}.{_word(chance, 16)}", **proof)


def _malformed_id(scene: Scene, chance: random.Random) -> Forged:
    good = scene.id
    peer = chance.choice(
        [
            good, f"{good}-", f"-{good}-1", f"{good}-2", f"{good}-01", f"{good}-0-0", f"{good}-0-1", f"{good}-0-01",
            f"{good}-0-1000", f"{good}-0-{chance.randrange(1000, 10**9)}", f"{good}-1-2", f"{good} -1", f"{good}-1 ",
            f" {good}-1", f"{good}-1\n", f"{good}-0\x00", f"{good}_1", f"{good}-\u0661", f"{good}-\uff10", f"{good}--1",
            f"{good}-1.0", f"{good}-1/../{good}-0", f"{good}-0,{good}-1", "-1", "-0", "__proto__", "x" * 5_000,
            good + _word(chance, 30) + "-1", f"{good}-{_word(chance, 3)}x", f"{good}\u200b-1", f"{good}-1%00",
        ]
    )  # fmt: skip
    proof = chance.choice([{}, {"session": scene.session}, {"bearer": scene.house.token}])
    tokens = [_word(chance, 20), f"{scene.watch_pass}.{_word(chance, 16)}"]
    if peer != "-1":  # so a citizen's own page calls itself, whose key says the rest
        tokens.append(scene.key)
    token = chance.choice(tokens)
    return Forged(family="malformed id", peer=peer, token=token, **proof)


def _ended(scene: Scene, chance: random.Random) -> Forged:
    invitation, key, text = chance.choice(
        [
            (scene.expired_id, scene.expired_key, scene.expired_pass),
            (scene.closed_id, scene.closed_key, scene.closed_pass),
        ]
    )
    match chance.randrange(4):
        case 0:
            return Forged(family="ended", peer=f"{invitation}-1", token=key)
        case 1:
            return Forged(family="ended", peer=f"{invitation}-0", token=f"{text}.{_word(chance, 16)}")
        case 2:
            return Forged(family="ended", peer=f"{scene.id}-1", token=key)
        case _:
            return Forged(family="ended", peer=f"{invitation}-0", token=_word(chance, 20), session=scene.session)
