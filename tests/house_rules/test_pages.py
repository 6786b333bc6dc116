"""What the pages tell people to type exists: commands of the chat and of the command line, settings, files, targets."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

import pytest

from app import cli
from app.settings import Settings
from bot import commands
from tests.house_rules.house import ROOT

PAGES = sorted(
    [
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / name for name in ("README.md", "SECURITY.md", "CONTRIBUTING.md")),
    ]
)
NO_SETTINGS = {
    "SHOWME_CONFIG",
    "SHOWME_SECRETS",
    "SHOWME_GALLERY",
    "SHOWME_TEST_DATABASE",
}
"""Variables that say where settings are, and those of the tests."""
CHAT_PAGES = ("dispatcher.md", "supervisor.md", "operating.md", "install.md", "README.md")
ADDRESSES = {"healthz", "readyz", "metrics", "callbacks", "api", "s", "c", "watch", "peerjs", "wall", "openapi"}
"""What a path may begin with, so that nobody takes an address for a command."""


def pages() -> list[Any]:
    return [pytest.param(page, id=page.name) for page in PAGES]


def code_in(page: Path) -> list[str]:
    """Return what a page sets as code: its blocks, line by line, and its spans."""
    text = page.read_text("utf-8")
    blocks = re.findall(r"^```[a-z]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    rest = re.sub(r"^```[a-z]*\n.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return [*(line.strip() for block in blocks for line in block.splitlines()), *re.findall(r"`([^`\n]+)`", rest)]


def choices(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Return the commands that a parser knows."""
    known: dict[str, argparse.ArgumentParser] = {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            known |= action.choices
    return known


def refused(words: list[str]) -> str | None:
    """Say what of a command line of ours does not exist; None where all does."""
    parser, options = cli._parser(), list(words)
    name = "showme"
    while (known := choices(parser)) and options and not options[0].startswith("-"):
        word = options.pop(0)
        if word not in known:
            return f"{name} {word}"
        parser, name = known[word], f"{name} {word}"
    there = {option for action in parser._actions for option in action.option_strings}
    wrong = [word for word in options if word.startswith("--") and word.partition("=")[0] not in there]
    return f"{name} {wrong[0]}" if wrong else None


@pytest.mark.parametrize("page", pages())
def test_every_command_of_the_command_line_exists(page: Path) -> None:
    for line in code_in(page):
        for told in re.findall(r"(?:^|[\s/])showme ((?:[a-z-]+|\"[^\"]*\"|[\w./:-]+)(?: [^|#;)]*)?)", line):
            # A container's name may stand before the command.
            words = re.findall(r'"[^"]*"|\S+', told.removeprefix("showme "))
            if not re.fullmatch(r"[a-z]+", words[0]):  # a user or folder of that name
                continue
            assert refused(words) is None, f"{page.name}: {line}"


def test_a_command_that_is_gone_would_be_noticed() -> None:
    assert refused(["topup", "1", "500"]) is None
    assert refused(["conquer"]) == "showme conquer"
    assert refused(["audit", "burn"]) == "showme audit burn"
    assert refused(["backup", "--twice", "there"]) == "showme backup --twice"


@pytest.mark.parametrize("page", pages())
def test_every_setting_that_is_named_exists(page: Path) -> None:
    text = page.read_text("utf-8")
    known = {f"SHOWME_{name.upper()}" for name in Settings.model_fields} | NO_SETTINGS
    named = {name for name in re.findall(r"\bSHOWME_[A-Z_]*[A-Z]\b", text) if not name.endswith("_")}
    assert named - known == set()
    files = set(re.findall(r"\bshowme_([a-z_]+)\b", " ".join(re.findall(r"secrets/\S+", text))))
    assert files <= set(Settings.model_fields)
    for block in re.findall(r"^```toml\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        assert set(re.findall(r"^([a-z_]+) =", block, re.MULTILINE)) <= set(Settings.model_fields)
    assigned = {name for line in code_in(page) for name in re.findall(r"^([a-z]+(?:_[a-z]+)+) ?= ?", line)}
    assert assigned <= set(Settings.model_fields)


@pytest.mark.parametrize("name", CHAT_PAGES)
def test_every_command_of_the_chat_exists(name: str) -> None:
    page = ROOT / "docs" / name if (ROOT / "docs" / name).exists() else ROOT / name
    source = Path(commands.__file__).read_text("utf-8")
    known = set(re.findall(r'^ {12}"([a-z]+)": \w', source, re.MULTILINE)) | {"enrol"}
    assert {"invite", "resend", "report", "enrol"} <= known
    named = {
        match[1]
        for line in code_in(page)
        for match in re.finditer(r"(?<![\w/.:~>}*-])/([a-z]+)(?=$|[\s,])", line)
        if match[1] not in ADDRESSES - {"wall"}
    }
    assert named - known == set()


@pytest.mark.parametrize("page", pages())
def test_every_link_within_the_project_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for page in PAGES:
        named = {name for line in code_in(page) for name in re.findall(r"^make ([a-z]+)", line)}
        assert named <= targets, page.name


def test_the_pictures_of_the_pages_are_small() -> None:
    for picture in (ROOT / "docs" / "pictures").glob("*.png"):
        assert picture.stat().st_size < 400_000, picture.name
