"""Writes the card of an invitation: its text, its buttons. Nothing here reaches out; time is passed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Final

from bot.buttons import SURELY, Deed, write_press
from bot.voice import Voice
from showme.domain.credits import LOW
from showme.domain.invitations import Invitation
from showme.domain.ladder import Rung

REACHED: Final = "✓"
AWAITED: Final = "…"
PASSED: Final = "–"  # noqa: RUF001 - an en dash is meant
"""Passed without a report: some operators never say that an SMS was delivered."""
AHEAD: Final = "·"

_NO_PROVIDER: Final = "outbox"
"""The embedded outbox sends to nobody, so that its name tells a dispatcher nothing."""
_FAILED: Final = {"refused": "card.sms_refused", "unknown": "card.sms_unknown"}
_WHILE_LIVE: Final = (
    (Deed.CAMERA, Deed.TAKE),
    (Deed.TORCH_ON, Deed.TORCH_OFF),
    (Deed.SOUND, Deed.ASK_LOCATION),
    (Deed.ASK,),
)
_WHILE_OPEN: Final = ((Deed.ASK_LIVE, Deed.ASK_PHOTO), (Deed.ASK_LOCATION, Deed.LINK), (Deed.ASK,))
"""Once the citizen has tapped, so that the page is there to be asked."""


@dataclass(frozen=True, kw_only=True)
class CardButton:
    """A button: ``press`` is what it carries when it is pressed, ``link`` what it opens instead."""

    text: str
    press: str | None = None
    link: str | None = None


@dataclass(frozen=True, kw_only=True)
class Watch:
    """What a card tells of live video: the link that watches it, and the path on which somebody sees it."""

    link: str | None = None
    path: str | None = None
    """``direct``, ``relay`` or ``stills``; None before anybody has seen a picture."""


@dataclass(frozen=True, kw_only=True)
class CardText:
    """A card as Telegram takes it: HTML, and rows of buttons (none once the invitation has ended)."""

    html: str
    buttons: tuple[tuple[CardButton, ...], ...] = ()


def write_card(
    invitation: Invitation,
    *,
    now: datetime,
    voice: Voice,
    credits_left: int | None = None,
    asks: Deed | None = None,
    watch: Watch | None = None,
    removed: int = 0,
    perhaps_repeat: bool = False,
) -> CardText:
    """Write the card as the invitation stands at ``now``.

    ``credits_left`` is told when it is low. ``asks`` puts the question whether this deed is really meant in the place
    of the buttons; ``watch`` tells of live video what the invitation does not; ``removed`` is how many of its photos
    are gone; ``perhaps_repeat`` says that the same card may stand there already.
    """
    state = invitation.state(now)
    lines = [
        _title(invitation, voice),
        _facts(invitation),
        *_ladder(invitation, voice),
        _live(invitation, watch, voice, is_open=state == "open"),
        _phone(invitation, voice),
        _page(invitation, voice) if state == "open" else "",
        _location(invitation, voice),
        _photos(invitation, voice, removed=removed),
        _sms_trouble(invitation, voice) if state == "open" else "",
        _hint(invitation, now, voice),
        _credits(invitation, credits_left, voice) if state == "open" else "",
        f"<b>{voice.html(f'card.{state}')}</b>" if state != "open" else "",
        voice.html("perhaps_repeat") if perhaps_repeat else "",
    ]
    buttons = _buttons(invitation, voice, asks=asks, watch=watch) if state == "open" else ()
    return CardText(html="\n".join(line for line in lines if line), buttons=buttons)


def hint_falls_due(invitation: Invitation, now: datetime) -> datetime | None:
    """Return when the card will have to say something new without anything happening; None when it will not."""
    hint = invitation.hint(now)
    return hint.due_at if hint is not None and hint.due_at > now else None


def _title(invitation: Invitation, voice: Voice) -> str:
    purpose = voice.say(f"purposes.{invitation.purpose}")
    title = voice.html("card.title", number=invitation.number, purpose=purpose)
    to = escape(invitation.masked_number, quote=False) if invitation.masked_number else voice.html("card.by_link")
    return f"<b>{title}</b> · {to}"


def _facts(invitation: Invitation) -> str:
    incident = f"#{invitation.incident}" if invitation.incident else None
    who = invitation.by if invitation.responsible == invitation.by else f"{invitation.by} → {invitation.responsible}"
    return escape(" · ".join(fact for fact in (who, incident, invitation.language) if fact), quote=False)


def _ladder(invitation: Invitation, voice: Voice) -> list[str]:
    steps = invitation.ladder.steps
    highest = max(place for place, step in enumerate(steps) if step.at is not None or place == 0)
    lines = []
    for place, step in enumerate(steps):
        name = voice.from_section(f"ladder.rungs.{step.rung}") or escape(step.rung)
        if step.at is not None:
            after = voice.seconds((step.at - invitation.created_at).total_seconds())
            line = f"{REACHED} {name} · {after}" if step.rung is not Rung.CREATED else f"{REACHED} {name}"
        else:
            mark = PASSED if place < highest else AWAITED if place == highest + 1 else AHEAD
            line = f"{mark} {name}"
        if step.rung is Rung.SMS_ACCEPTED and step.at is not None:
            line += _by_provider(invitation)
        if step.rung is Rung.PAGE_LOADED and invitation.perhaps_a_scanner:
            line += f" ({voice.html('card.perhaps_a_preview')})"
        lines.append(line)
    return lines


def _by_provider(invitation: Invitation) -> str:
    provider = invitation.sms_provider
    return f" · {escape(provider, quote=False)}" if provider and provider != _NO_PROVIDER else ""


def _live(invitation: Invitation, watch: Watch | None, voice: Voice, *, is_open: bool) -> str:
    if invitation.is_live and is_open:
        path = voice.say(f"card.paths.{watch.path}") if watch is not None and watch.path else None
        return escape(" · ".join(fact for fact in (voice.say("card.live"), path) if fact), quote=False)
    if invitation.live_began_at is None or invitation.live_ended_at is None:
        return ""
    lasted = (invitation.live_ended_at - invitation.live_began_at).total_seconds()
    return voice.html("card.live_ended", time=voice.clock(lasted))


def _phone(invitation: Invitation, voice: Voice) -> str:
    phone = invitation.phone
    battery = voice.say("card.battery", percent=round(phone.battery * 100)) if phone.battery is not None else None
    return escape(" · ".join(fact for fact in (phone.kind, phone.browser, battery, phone.network) if fact), quote=False)


def _page(invitation: Invitation, voice: Voice) -> str:
    """Say where the page is, unless it is in sight and all has arrived: then there is nothing to say."""
    page = invitation.page
    if page is None or (page.state == "shown" and not page.unsent):
        return ""
    facts = [voice.from_section(f"ladder.page.{page.state}")]
    if page.unsent:
        facts.append(voice.from_section("ladder.page.unsent", count=page.unsent))
    return " · ".join(fact for fact in facts if fact)


def _location(invitation: Invitation, voice: Voice) -> str:
    place = invitation.location
    if place is None:
        return ""
    # Digits only, no map service: a citizen's place goes to no third party unasked.
    where = f"<code>{place.latitude:.5f}, {place.longitude:.5f}</code>"
    return f"{where} ({voice.html('card.accuracy', metres=round(place.accuracy))})"


def _photos(invitation: Invitation, voice: Voice, *, removed: int) -> str:
    if not invitation.photos:
        return ""
    came = voice.html("card.one_photo" if invitation.photos == 1 else "card.photos", count=invitation.photos)
    if not removed:
        return came
    gone = "card.all_removed" if removed >= invitation.photos else "card.some_removed"
    return f"{came} · {voice.html(gone, count=removed)}"


def _sms_trouble(invitation: Invitation, voice: Voice) -> str:
    failed = _FAILED.get(invitation.sms_state)
    if failed is None:
        return ""
    why = voice.from_section(f"refusals.{invitation.sms_cause}") if invitation.sms_cause else None
    return f"⚠ {why or voice.html(failed)}"


def _credits(invitation: Invitation, credits_left: int | None, voice: Voice) -> str:
    if not invitation.by_sms or credits_left is None or credits_left > LOW:
        return ""
    return voice.html("credits.left", credits=credits_left)


def _hint(invitation: Invitation, now: datetime, voice: Voice) -> str:
    hint = invitation.hint(now)
    if hint is None or hint.due_at > now:
        return ""
    sentence = voice.from_section(f"ladder.hints.{hint.cause}")
    return f"\n<b>{voice.html('card.say')}</b> {sentence}" if sentence else ""


def _buttons(
    invitation: Invitation, voice: Voice, *, asks: Deed | None, watch: Watch | None
) -> tuple[tuple[CardButton, ...], ...]:
    def button(deed: Deed) -> CardButton:
        return CardButton(text=voice.say(f"buttons.{deed}"), press=write_press(deed, invitation.id))

    if asks is not None:
        return ((button(SURELY[asks]), button(Deed.KEEP_OPEN)),)
    wrong = (button(Deed.WRONG),) if invitation.by_sms else ()
    last = (*wrong, button(Deed.CLOSE))
    if invitation.is_live:
        link = watch.link if watch is not None else None
        first = ((CardButton(text=voice.say("buttons.watch"), link=link),),) if link else ()
        commands = tuple(tuple(button(deed) for deed in row) for row in _WHILE_LIVE)
        return (*first, *commands, (button(Deed.LINK), *last))
    if Rung.TAPPED in invitation.reached:
        return (*(tuple(button(deed) for deed in row) for row in _WHILE_OPEN), last)
    again = (button(Deed.RESEND),) if _may_help_to_resend(invitation) else ()
    return ((*again, button(Deed.LINK), button(Deed.CODE)), last)


def _may_help_to_resend(invitation: Invitation) -> bool:
    """Whether another SMS can still help: one was sent, none is on its way, nobody has tapped."""
    return (
        invitation.by_sms
        and invitation.sms_state not in {"queued", "sending"}
        and Rung.TAPPED not in invitation.reached
    )
