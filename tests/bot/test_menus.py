"""Every chat is offered the commands that are of use in it, in the language that it speaks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from bot.menus import ELSEWHERE, FOR_ROLE, IN_PRIVATE
from practice.telegram.faults import Break, Refuse
from practice.telegram.records import Membership
from showme.domain.people import Role
from showme.domain.words import Catalogue
from tests.bot.conftest import Station

Menu = list[tuple[str, str]]


def read(value: object) -> Any:
    """Read a parameter as it was sent: as JSON, or as what JSON stands for."""
    return json.loads(value) if isinstance(value, str) else value


def menus(station: Station) -> dict[tuple[object, object, object], Menu]:
    """Return the menus that stand: by scope, chat and language of the reader."""
    standing: dict[tuple[object, object, object], Menu] = {}
    for call in station.api.calls:
        if call.method not in {"setMyCommands", "deleteMyCommands"} or call.status != 200:
            continue
        scope: Mapping[str, object] = read(call.params.get("scope")) or {"type": "default"}
        where = (scope["type"], scope.get("chat_id"), call.params.get("language_code"))
        if call.method == "deleteMyCommands":
            standing.pop(where, None)
            continue
        standing[where] = [(each["command"], each["description"]) for each in read(call.params["commands"])]
    return standing


def described(catalogue: Catalogue, language: str, names: tuple[str, ...]) -> Menu:
    return [(name, catalogue.say(language, f"chat.commands.{name}")) for name in names]


@pytest.mark.parametrize("language", ["en", "fr", "nl", "de"])
async def test_people_find_in_their_own_language_what_they_need_first(
    station: Station, catalogue: Catalogue, language: str
) -> None:
    standing = menus(station)
    assert standing["default", None, language] == described(catalogue, language, ELSEWHERE)
    assert standing["all_private_chats", None, language] == described(catalogue, language, IN_PRIVATE)
    assert standing["default", None, None] == described(catalogue, "en", ELSEWHERE)


@pytest.mark.parametrize("role", ["dispatcher", "supervisor"])
async def test_a_chat_is_offered_what_its_role_may_do(station: Station, catalogue: Catalogue, role: Role) -> None:
    chat = station.chats.open_group("Another", station.anna, bot=Membership(station.chats.bot)).id
    await station.enrol(chat, role=role)
    await station.until(lambda: ("chat", chat, None) in menus(station))
    assert menus(station)["chat", chat, None] == described(catalogue, "en", FOR_ROLE[role])


async def test_a_menu_follows_the_language_of_its_chat(station: Station, catalogue: Catalogue) -> None:
    await station.until(lambda: ("chat", station.group, None) in menus(station))
    await station.answer_to(station.say("/lang nl"))
    dutch = described(catalogue, "nl", FOR_ROLE["dispatcher"])
    await station.until(lambda: menus(station)["chat", station.group, None] == dutch)


async def test_a_chat_that_changes_its_role_is_offered_other_commands(station: Station, catalogue: Catalogue) -> None:
    await station.until(lambda: ("chat", station.group, None) in menus(station))
    code, _ = await station.desk.enrolling.make_code(station.desk.organisation.id, role="supervisor")
    await station.answer_to(station.say(f"/enrol {code}"))
    theirs = described(catalogue, "en", FOR_ROLE["supervisor"])
    await station.until(lambda: menus(station)["chat", station.group, None] == theirs)


async def test_a_group_that_grows_takes_its_menu_along(station: Station, catalogue: Catalogue) -> None:
    basic = station.chats.open_group("Small", station.anna, bot=Membership(station.chats.bot), is_super=False)
    await station.enrol(basic.id)
    grown = station.people.upgrade_to_supergroup(basic.id, station.anna)
    await station.until(lambda: ("chat", grown.id, None) in menus(station), passing=0.5)
    assert menus(station)["chat", grown.id, None] == described(catalogue, "en", FOR_ROLE["dispatcher"])


async def test_a_chat_that_left_is_offered_nothing_of_its_own(station: Station) -> None:
    await station.until(lambda: ("chat", station.group, None) in menus(station))
    await station.desk.enrolling.leave(station.group, by="supervisor")
    await station.until(lambda: ("chat", station.group, None) not in menus(station), passing=0.5)


async def test_a_menu_that_did_not_arrive_is_offered_again(station: Station) -> None:
    chat = station.chats.open_group("Another", station.anna, bot=Membership(station.chats.bot)).id
    station.api.faults.next("setMyCommands", Break(status=502))
    await station.enrol(chat)
    await station.until(lambda: station.api.faults.are_used_up)
    await station.until(lambda: ("chat", chat, None) in menus(station), passing=1)


async def test_a_menu_that_telegram_refuses_holds_nothing_up(station: Station) -> None:
    chat = station.chats.open_group("Another", station.anna, bot=Membership(station.chats.bot)).id
    station.api.faults.next("setMyCommands", Refuse("BOT_COMMAND_INVALID"))
    await station.enrol(chat)
    await station.until(lambda: "telegram_commands_not_offered" in [event for event, _ in station.desk.reports])
    assert (await station.answer_to(station.people.say(chat, station.anna, "/list"))).text == "No invitation is open."
