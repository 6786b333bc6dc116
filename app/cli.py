"""The command line: what an operator types, and how it is read."""

from __future__ import annotations

import argparse
import asyncio
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from showme.domain.origins import COMMAND_LINE, acting_from
from showme.domain.words import TEAM_LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse has no other name for it

_SERVERS: Final = {"practice", "serve"}
_PRACTICE_DATA: Final = Path("practice-data")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0, or 2 with every problem on standard error."""
    chosen = _parser().parse_args(arguments)
    # The command's parts are imported only now: image workers start from this module too, and need none of them.
    from app.commands import COMMANDS  # noqa: PLC0415
    from app.logs import start_logging  # noqa: PLC0415
    from app.settings import Problems, prepare_libraries  # noqa: PLC0415
    from showme.errors import ShowmeError  # noqa: PLC0415

    start_logging()
    prepare_libraries()
    command: Callable[[argparse.Namespace], Coroutine[None, None, None]] = COMMANDS[chosen.command]
    try:
        with acting_from(None if chosen.command in _SERVERS else COMMAND_LINE):
            asyncio.run(command(chosen))
    except Problems as problems:
        for sentence in problems.sentences:
            print(f"showme: {sentence}", file=sys.stderr)
        return 2
    except ShowmeError as error:
        from app.commands import sentence_of  # noqa: PLC0415

        print(f"showme: {sentence_of(error)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="showme", description="See what the caller sees.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    practice = commands.add_parser("practice", help="play all three people on this computer, with no account at all")
    practice.add_argument("--port", type=_port, default=8080)
    practice.add_argument("--data", type=Path, default=_PRACTICE_DATA, help="folder of the practice data")
    practice.add_argument(
        "--lan",
        nargs="?",
        const="",
        metavar="ADDRESS",
        help="let a real phone of the same network be the citizen, by HTTPS at this computer's address there",
    )

    commands.add_parser("serve", help="serve real emergencies, as configured")

    organisation = commands.add_parser("organisation", help="add and list organisations, their links and codes")
    deeds = organisation.add_subparsers(dest="deed", required=True, metavar="DEED")
    add = deeds.add_parser("add", help="add an organisation; prints its sign-in link once")
    add.add_argument("name")
    add.add_argument("--region", required=True, help="the country's two letters, such as BE")
    add.add_argument("--language", default="en")
    deeds.add_parser("list", help="list the organisations")
    for deed, help_text in (
        ("link", "make a new sign-in link; the one before ends"),
        ("code", "make a code that enrols a team chat: type /enrol CODE there"),
        ("token", "make a token for a program"),
    ):
        made = deeds.add_parser(deed, help=help_text)
        made.add_argument("organisation", type=int, help="the organisation's number")
        made.add_argument(
            "--supervisor",
            dest="role",
            action="store_const",
            const="supervisor",
            default="dispatcher",
            help="for supervisors",
        )

    sound = deeds.add_parser("sound", help="ask for sound at the start of live video, or only when a dispatcher asks")
    sound.add_argument("organisation", type=int, help="the organisation's number")
    sound.add_argument("sound", choices=("on", "off"))

    unanswered = deeds.add_parser("unanswered", help="tell the chats of invitations without an answer after minutes")
    unanswered.add_argument("organisation", type=int, help="the organisation's number")
    unanswered.add_argument("minutes", type=int, help="0 for never")

    supervisor = commands.add_parser("supervisor", help="make persons of Telegram supervisors, in every team chat")
    whose = supervisor.add_subparsers(dest="deed", required=True, metavar="DEED")
    for deed, help_text in (
        ("add", "make a person a supervisor"),
        ("remove", "end that"),
        ("list", "list who is one by person; whoever is in a supervisors' chat is one as well"),
    ):
        about = whose.add_parser(deed, help=help_text)
        about.add_argument("organisation", type=int, help="the organisation's number")
        if deed != "list":
            about.add_argument("telegram_id", type=int, help="the person's number at Telegram, as /whoami tells it")
        if deed == "add":
            about.add_argument("name", help="how colleagues read it")

    topup = commands.add_parser("topup", help="add credits to an organisation; every SMS costs one")
    topup.add_argument("organisation", type=int, help="the organisation's number")
    topup.add_argument("amount", type=int)

    report = commands.add_parser("report", help="print an organisation's figures, and draw them")
    report.add_argument("organisation", type=int, help="the organisation's number")
    report.add_argument("--days", type=int, default=1, help="how far to look back")
    report.add_argument("--picture", type=Path, metavar="FILE", help="draw the figures into this file (PNG)")
    report.add_argument("--language", choices=tuple(TEAM_LANGUAGES), help="the organisation's own by default")

    commands.add_parser("selftest", help="invite ourselves and climb the whole ladder at the server that runs")

    doctor = commands.add_parser("doctor", help="look for what is wrong, and say the remedy")
    doctor.add_argument("--json", action="store_true", help="for programs")
    _add_upkeep(commands, doctor)

    commands.add_parser("openapi", help="print the description of the API, for other programs (OpenAPI 3.1)")

    move = commands.add_parser("move", help="copy everything to PostgreSQL and an object store, or home")
    move.add_argument(
        "where",
        choices=("out", "home"),
        help="out: from the data folder to database_url and media_bucket; home: the other way",
    )

    secret = commands.add_parser("secret", help="rotate an organisation's secret; links already sent go on working")
    secret.add_argument("organisation", type=int, help="the organisation's number")
    return parser


def _add_upkeep(commands: _Commands, doctor: argparse.ArgumentParser) -> None:
    """Add what looks after the records: the audit, the comparison with the files, copies."""
    doctor.add_argument("--audit", action="store_true", help="verify that no line of the journal was touched")
    doctor.add_argument("--check", action="store_true", help="compare the records with the files, and count what waits")
    doctor.add_argument(
        "--repair", action="store_true", help="with --check: put right what can be; what is put aside is told"
    )

    audit = commands.add_parser("audit", help="export or condense an organisation's journal")
    of_audit = audit.add_subparsers(dest="deed", required=True, metavar="DEED")
    export = of_audit.add_parser("export", help="write the journal as CSV or JSON")
    export.add_argument("--organisation", type=int, required=True, help="the organisation's number")
    export.add_argument("--since", type=date.fromisoformat, metavar="YYYY-MM-DD", help="from this day on (UTC)")
    export.add_argument("--until", type=date.fromisoformat, metavar="YYYY-MM-DD", help="before this day (UTC)")
    export.add_argument("--format", dest="form", choices=("csv", "json"), default="csv")
    export.add_argument("--to", type=Path, metavar="FILE", help="into a new file; standard output by default")
    condense = of_audit.add_parser("condense", help="put a signed checkpoint in the place of old lines")
    condense.add_argument("--organisation", type=int, required=True, help="the organisation's number")
    condense.add_argument("--before", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")

    backup = commands.add_parser("backup", help="copy database and media into a new folder; the server may run")
    backup.add_argument("to", type=Path, metavar="TO")
    restore = commands.add_parser("restore", help="put a backup into the empty data folder")
    restore.add_argument("source", type=Path, metavar="FROM")


def _port(text: str) -> int:
    port = int(text)
    if not 0 < port < 65_536:  # noqa: PLR2004 - the last port there is
        raise argparse.ArgumentTypeError(f"{port} is no port")
    return port


if __name__ == "__main__":
    sys.exit(main())
