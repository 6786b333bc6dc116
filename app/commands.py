"""What each command of the command line does."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from app.assembly import Office, open_office
from app.auditing import audit, verify
from app.checking import check
from app.examining import examine
from app.keeping_copies import backup, restore
from app.lan import lan_address, lan_certificate
from app.moving import move
from app.reserve import is_full
from app.serving import has_ipv6_loopback, run
from app.settings import Problems, Settings, problems_of_serving, read_settings, real_accounts_in_environment
from app.supervising import report, selftest
from showme.domain.people import Dispatcher, read_name
from showme.domain.words import Catalogue
from showme.errors import Unavailable
from showme.services.administering import OPERATOR
from web.openapi.document import document
from words import read_words

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Coroutine

    from showme.domain.organisations import Organisation
    from showme.errors import ShowmeError


async def practice(chosen: argparse.Namespace) -> None:
    """Play everything on this computer."""
    real = real_accounts_in_environment()
    if real:
        raise Problems([f"Practice mode uses no account and keeps away from real ones: unset {', '.join(real)} first."])
    here = [f"127.0.0.1:{chosen.port}", *([f"[::1]:{chosen.port}"] if has_ipv6_loopback() else [])]
    names = [f"{name}:{chosen.port}" for name in ("localhost", "127.0.0.1", "[::1]")]
    page = f"http://localhost:{chosen.port}"
    if chosen.lan is None:
        settings = Settings(base_url=page, data=chosen.data.resolve(), bind=here, also_hosts=names)
        await run(settings, practice=True, ready=f"\n  showme practice: {page}\n")
        return
    address, secure_port = chosen.lan or lan_address(), chosen.port + 363
    outside = f"https://{address}:{secure_port}"
    everywhere = [f"0.0.0.0:{secure_port}"]
    settings = Settings(base_url=outside, data=chosen.data.resolve(), bind=everywhere, also_hosts=names)
    await run(
        settings,
        practice=True,
        certificate=lan_certificate(settings.data, address),
        plain_bind=here,
        ready=f"\n  showme practice: {page}\n  phones of this network follow the links of the SMS to {outside};\n"
        "  their browser warns once, because the certificate was made here.\n",
    )


async def serve(_: argparse.Namespace) -> None:
    """Serve real emergencies; refuse to start half-configured."""
    settings = read_settings()
    problems = problems_of_serving(settings)
    if problems:
        raise Problems(problems)
    try:
        async with open_office(settings) as office:
            if not await office.administering.organisations():
                raise Problems(['There is no organisation yet: showme organisation add "112 Brussels" --region BE'])
    except Unavailable:
        if not is_full(settings.data):
            raise
        # Whoever serves on a full disk tells everybody, and goes on by itself once there is room.
    await run(settings)


async def organisation(chosen: argparse.Namespace) -> None:
    """Add and list organisations; make their links, codes and tokens."""
    async with open_office(read_settings()) as office:
        await _DEEDS[chosen.deed](office, chosen)


async def secret(chosen: argparse.Namespace) -> None:
    """Rotate an organisation's secret."""
    async with open_office(read_settings()) as office:
        found = await _organisation(office, chosen.organisation)
        await office.administering.rotate_secret(found.id)
        print(f"{found.name} has a new secret. Links already sent work until they expire.")


async def supervisor(chosen: argparse.Namespace) -> None:
    """Make persons supervisors, end that, and list them."""
    async with open_office(read_settings()) as office:
        found = await _organisation(office, chosen.organisation)
        operator = Dispatcher(organisation=found.id, name=OPERATOR, role="supervisor")
        match chosen.deed:
            case "add":
                is_new = await office.appointing.appoint(
                    operator, telegram_id=chosen.telegram_id, name=read_name(chosen.name)
                )
                print(f"{chosen.name} is a supervisor of {found.name}{'' if is_new else ' already'}.")
            case "remove":
                gone = await office.appointing.dismiss(operator, telegram_id=chosen.telegram_id)
                if gone is None:
                    raise Problems([f"{chosen.telegram_id} is no supervisor of {found.name} by person."])
                print(f"{gone} is a supervisor of {found.name} no longer.")
            case _:
                for telegram_id, name in await office.appointing.people(found.id):
                    print(f"{telegram_id}  {name}")


async def topup(chosen: argparse.Namespace) -> None:
    """Add credits."""
    async with open_office(read_settings()) as office:
        found = await _organisation(office, chosen.organisation)
        operator = Dispatcher(organisation=found.id, name=OPERATOR, role="supervisor")
        left = await office.topping_up.top_up(operator, chosen.amount)
        print(f"{found.name} has {left} credits.")


async def doctor(chosen: argparse.Namespace) -> None:
    """Say what is wrong and what helps; exit with 2 when something is."""
    if chosen.repair and not chosen.check:
        raise Problems(["--repair goes with --check."])
    if chosen.audit or chosen.check:
        settings = read_settings()
        findings = [*(await verify(settings) if chosen.audit else ())]
        findings += await check(settings, repair=chosen.repair) if chosen.check else ()
    else:
        findings = [*await examine()]
    if chosen.json:
        print(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        for finding in findings:
            print(f"{_MARKS[finding.state]} {finding.subject}: {finding.sentence}")
    if any(finding.state == "wrong" for finding in findings):
        raise Problems([])


async def openapi(_: argparse.Namespace) -> None:
    """Print the description of the API."""
    print(json.dumps(document(), indent=2, ensure_ascii=False))


async def _add(office: Office, chosen: argparse.Namespace) -> None:
    added = await office.administering.add_organisation(
        name=chosen.name, region=chosen.region.upper(), language=chosen.language
    )
    print(f"{added.id}  {added.name}")
    print(await office.signing_in.organisation_link(added.id))


async def _list(office: Office, _: argparse.Namespace) -> None:
    for found in await office.administering.organisations():
        print(f"{found.id}  {found.name}  {found.region}  {found.language}")


async def _link(office: Office, chosen: argparse.Namespace) -> None:
    found = await _organisation(office, chosen.organisation)
    print(await office.signing_in.organisation_link(found.id, role=chosen.role, replace=chosen.role == "dispatcher"))


async def _code(office: Office, chosen: argparse.Namespace) -> None:
    found = await _organisation(office, chosen.organisation)
    code, expires_at = await office.enrolling.make_code(found.id, role=chosen.role)
    print(f"/enrol {code}\nType this in the team chat before {expires_at:%H:%M} UTC.")


async def _token(office: Office, chosen: argparse.Namespace) -> None:
    found = await _organisation(office, chosen.organisation)
    print(await office.signing_in.make_token(Dispatcher(organisation=found.id, name="program", role=chosen.role)))


async def _sound(office: Office, chosen: argparse.Namespace) -> None:
    found = await _organisation(office, chosen.organisation)
    is_on = chosen.sound == "on"
    await office.administering.set_sound(found.id, sound=is_on)
    print(
        f"{found.name}: live video asks for sound "
        + ("from its start. It may interrupt the caller's phone call." if is_on else "only when a dispatcher asks.")
    )


async def _unanswered(office: Office, chosen: argparse.Namespace) -> None:
    found = await _organisation(office, chosen.organisation)
    operator = Dispatcher(organisation=found.id, name=OPERATOR, role="supervisor")
    await office.awaiting.choose(operator, minutes=chosen.minutes)
    after = f"after {chosen.minutes} minutes" if chosen.minutes else "never"
    print(f"{found.name}: invitations without an answer are told {after}.")


async def _organisation(office: Office, number: int) -> Organisation:
    found = next((known for known in await office.administering.organisations() if known.id == number), None)
    if found is None:
        raise Problems([f"There is no organisation {number}; see: showme organisation list"])
    return found


def sentence_of(error: ShowmeError) -> str:
    """Say an error in English, for a terminal."""
    return Catalogue(read_words()).say("en", f"refusals.{error.cause}", **error.facts)


_MARKS: Final = {"well": "✓", "warning": "!", "wrong": "✗"}

_DEEDS: Final[dict[str, Callable[[Office, argparse.Namespace], Coroutine[None, None, None]]]] = {
    "add": _add,
    "list": _list,
    "link": _link,
    "code": _code,
    "token": _token,
    "sound": _sound,
    "unanswered": _unanswered,
}

COMMANDS: Final[dict[str, Callable[[argparse.Namespace], Coroutine[None, None, None]]]] = {
    "practice": practice,
    "serve": serve,
    "organisation": organisation,
    "supervisor": supervisor,
    "secret": secret,
    "topup": topup,
    "report": report,
    "selftest": selftest,
    "doctor": doctor,
    "audit": audit,
    "backup": backup,
    "restore": restore,
    "move": move,
    "openapi": openapi,
}
