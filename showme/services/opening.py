"""Opening: a citizen follows the link, and the ladder is climbed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from showme.domain.events import Kind
from showme.domain.invitations import Invitation, Location, Phone
from showme.domain.keys import check_key, read_key
from showme.domain.ladder import CAMERA_REASONS, CameraReason, Rung
from showme.domain.organisations import Organisation
from showme.errors import NotUnderstood, WrongKey

if TYPE_CHECKING:
    from datetime import datetime

    from showme.ports import Clock
    from showme.records import Records, Work

CITIZEN: Final = "citizen"

StepName = Literal[
    "loaded", "camera_asked", "camera_allowed", "camera_refused", "sound_allowed", "sound_refused", "torch_on",
    "torch_off", "torch_missing", "left",
]  # fmt: skip
LiveStepName = Literal["live", "live_ended"]
"""The page's steps that are ``Calling.begin`` and ``Calling.end``."""
STEPS: Final[dict[StepName, tuple[Kind, Rung | None]]] = {
    "loaded": (Kind.PAGE_LOADED, Rung.PAGE_LOADED),
    "camera_asked": (Kind.CAMERA_ASKED, None),
    "camera_allowed": (Kind.CAMERA_ALLOWED, Rung.CAMERA_ALLOWED),
    "camera_refused": (Kind.CAMERA_REFUSED, None),
    "sound_allowed": (Kind.SOUND_ALLOWED, None),
    "sound_refused": (Kind.SOUND_REFUSED, None),
    "torch_on": (Kind.TORCH_SWITCHED_ON, None),
    "torch_off": (Kind.TORCH_SWITCHED_OFF, None),
    "torch_missing": (Kind.TORCH_REFUSED, None),
    "left": (Kind.PAGE_LEFT, None),
}
_HIGHEST_LATITUDE: Final = 90
_HIGHEST_LONGITUDE: Final = 180
_HIGHEST_ACCURACY: Final = 100_000


@dataclass(frozen=True, kw_only=True)
class Opened:
    """An invitation that a key has opened, and whose it is."""

    invitation: Invitation
    organisation: Organisation


class Opening:
    """What the citizen's page tells us on its way up the ladder."""

    def __init__(self, *, records: Records, clock: Clock) -> None:
        """Work on these records, by this clock."""
        self._records = records
        self._clock = clock

    async def open(self, key: str) -> Opened:
        """Return what a key opens, changing nothing; raise WrongKey or LinkEnded."""
        claim = read_key(key)
        now = self._clock.now()

        async def looking(work: Work) -> Opened:
            organisation = await work.organisations.get(claim.organisation)
            if organisation is None:
                raise WrongKey
            secrets = await work.organisations.secrets(organisation.id)
            check_key(claim, secrets=[secret.value for secret in secrets if secret.checks(now)], now=now)
            invitation = await work.invitations.by_nonce(organisation.id, claim.nonce)
            if invitation is None:
                raise WrongKey
            invitation.refuse_unless_open(now)
            return Opened(invitation=invitation, organisation=organisation)

        return await self._records.read(looking)

    async def tap(self, opened: Opened) -> None:
        """Note the first real tap; later ones change nothing."""
        now = self._clock.now()

        async def tapping(work: Work) -> None:
            if await _is_open(work, opened.invitation, now=now):
                await note_tap(work, opened.invitation, now=now)

        if Rung.TAPPED not in opened.invitation.reached:
            await self._records.write(tapping)

    async def step(self, opened: Opened, step: StepName, *, reason: str | None = None) -> None:
        """Note a step of the page; ``reason`` says why it has no camera (``refused`` when it says nothing).

        Raise NotUnderstood when there is no such step, or reason. ``live`` and ``live_ended`` are for ``Calling``.
        """
        if step not in STEPS:
            raise NotUnderstood("step_not_understood")
        kind, rung = STEPS[step]
        why = _read_reason(reason) if kind is Kind.CAMERA_REFUSED else None
        invitation, now = opened.invitation, self._clock.now()
        if step == "loaded" and Rung.PAGE_LOADED in invitation.reached:
            return

        async def stepping(work: Work) -> None:
            known = await work.invitations.get(invitation.organisation, invitation.id)
            if known is None or known.state(now) != "open":
                return
            # The camera may be allowed a second time, after it was refused in between: that too is news.
            allows_again = kind is Kind.CAMERA_ALLOWED and known.troubles.camera_refused_at is not None
            is_first = rung is None or await work.invitations.reach(invitation.id, rung, now)
            if why is not None:
                await work.invitations.note_camera_refused(invitation.id, now, reason=why)
            elif kind is Kind.CAMERA_ALLOWED:
                await work.invitations.note_camera_refused(invitation.id, None)
            if is_first or allows_again:
                await work.journal.append(
                    kind,
                    organisation=invitation.organisation,
                    at=now,
                    actor=CITIZEN,
                    invitation=invitation.id,
                    detail={"reason": why} if why is not None else None,
                )

        await self._records.write(stepping)

    async def describe_phone(self, opened: Opened, phone: Phone) -> None:
        """Note what the phone tells of itself; what it leaves out stays as known."""
        told = {name: value for name, value in vars(phone).items() if value is not None}
        invitation, now = opened.invitation, self._clock.now()
        if replace(invitation.phone, **told) == invitation.phone:
            return

        async def describing(work: Work) -> None:
            # A page tells several things at a time: what it told meanwhile stays.
            known = await work.invitations.hold(invitation.organisation, invitation.id)
            if known is None or known.state(now) != "open":
                return
            described = replace(known.phone, **told)
            if described == known.phone:
                return
            await work.invitations.describe_phone(invitation.id, described)
            await work.journal.append(
                Kind.PHONE_DESCRIBED,
                organisation=invitation.organisation,
                at=now,
                actor=CITIZEN,
                invitation=invitation.id,
                detail=vars(described),
            )

        await self._records.write(describing)

    async def locate(self, opened: Opened, *, latitude: float, longitude: float, accuracy: float) -> None:
        """Note where the citizen says to be: degrees (WGS 84), accuracy in metres; raise NotUnderstood."""
        if not (
            abs(latitude) <= _HIGHEST_LATITUDE
            and abs(longitude) <= _HIGHEST_LONGITUDE
            and 0 <= accuracy <= _HIGHEST_ACCURACY
        ):
            raise NotUnderstood("location_not_understood")
        invitation, now = opened.invitation, self._clock.now()
        location = Location(latitude=latitude, longitude=longitude, accuracy=accuracy, at=now)

        async def locating(work: Work) -> None:
            if not await _is_open(work, invitation, now=now):
                return
            await note_tap(work, invitation, now=now)
            await work.invitations.reach(invitation.id, Rung.LOCATED, now)
            await work.invitations.locate(invitation.id, location)
            await work.journal.append(
                Kind.LOCATION_REPORTED,
                organisation=invitation.organisation,
                at=now,
                actor=CITIZEN,
                invitation=invitation.id,
                detail={"latitude": latitude, "longitude": longitude, "accuracy": accuracy},
            )

        await self._records.write(locating)


def _read_reason(text: str | None) -> CameraReason:
    if text is None:
        return "refused"
    for reason in CAMERA_REASONS:
        if text == reason:
            return reason
    raise NotUnderstood("step_not_understood")


async def _is_open(work: Work, invitation: Invitation, *, now: datetime) -> bool:
    """Say whether it is still open within this transaction: what came too late must not outlive the forgetting."""
    found = await work.invitations.get(invitation.organisation, invitation.id)
    return found is not None and found.state(now) == "open"


async def note_tap(work: Work, invitation: Invitation, *, now: datetime) -> None:
    """Reach ``tapped``, and ``page_loaded`` below it, within a transaction; a person did it, whatever the page told."""
    await work.invitations.reach(invitation.id, Rung.PAGE_LOADED, now)
    if await work.invitations.reach(invitation.id, Rung.TAPPED, now):
        await work.journal.append(
            Kind.TAPPED, organisation=invitation.organisation, at=now, actor=CITIZEN, invitation=invitation.id
        )
