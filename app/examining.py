"""Examines an installation: what is wrong, and what helps."""

from __future__ import annotations

import importlib.util
import os
import shutil
import stat
from typing import TYPE_CHECKING, Final

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from app.assembly import open_office
from app.examining_relays import look_at_relays
from app.findings import Finding
from app.settings import Problems, Settings, problems_of_serving, read_settings
from gateways.clips.ffmpeg import FfmpegClips
from showme.errors import ShowmeError

if TYPE_CHECKING:
    from collections.abc import Sequence

_LEAST_FREE: Final = 2 * 1024**3
"""Bytes; some forty thousand photos of a phone."""


async def examine() -> Sequence[Finding]:
    """Look at everything that can be looked at from here, and go on after each finding."""
    try:
        settings = read_settings()
    except Problems as problems:
        return [Finding(subject="settings", state="wrong", sentence=sentence) for sentence in problems.sentences]
    findings = [
        Finding(subject="settings", state="wrong", sentence=sentence) for sentence in problems_of_serving(settings)
    ] or [Finding(subject="settings", state="well", sentence="complete")]
    findings += [_privacy(settings), _disk(settings), _pictures(), await _clips()]
    findings += await _records(settings)
    findings.append(await _telegram(settings))
    findings += await look_at_relays(settings)
    return findings


def _privacy(settings: Settings) -> Finding:
    subject = "permissions"
    try:
        mode = stat.S_IMODE(settings.data.stat().st_mode)
    except FileNotFoundError:
        return Finding(subject=subject, state="warning", sentence=f"{settings.data} is made at the first start.")
    if mode & 0o077:
        return Finding(
            subject=subject, state="wrong", sentence=f"Others can read {settings.data}: chmod 700 {settings.data}"
        )
    if not os.access(settings.data, os.W_OK):
        return Finding(
            subject=subject, state="wrong", sentence=f"{settings.data} cannot be written by this user: chown it."
        )
    return Finding(subject=subject, state="well", sentence="only our own user reads the data")


def _disk(settings: Settings) -> Finding:
    place = settings.data if settings.data.exists() else settings.data.parent
    if not place.exists():
        return Finding(subject="disk", state="warning", sentence=f"{place} does not exist yet.")
    free = shutil.disk_usage(place).free
    if free < _LEAST_FREE:
        return Finding(
            subject="disk", state="wrong", sentence=f"only {free // 1024**2} MB are free: make room, or enlarge it."
        )
    return Finding(subject="disk", state="well", sentence=f"{free // 1024**3} GB are free")


def _pictures() -> Finding:
    if importlib.util.find_spec("pi_heif") is None:
        return Finding(
            subject="pictures", state="warning", sentence="iPhones' HEIC is refused: install the extra, showme[heic]."
        )
    return Finding(subject="pictures", state="well", sentence="JPEG, PNG, WebP and HEIC are read")


async def _clips() -> Finding:
    subject, clips = "clips", FfmpegClips.installed()
    if not clips.is_installed:
        sentence = "Clips are refused: install ffmpeg (apt install ffmpeg), and start showme again."
        return Finding(subject=subject, state="warning", sentence=sentence)
    if not await clips.can_encode():
        sentence = "iPhones' clips can be kept, but not played: this ffmpeg has no libx264. Install one that has."
        return Finding(subject=subject, state="warning", sentence=sentence)
    return Finding(subject=subject, state="well", sentence="MP4, MOV and WebM are taken, and made playable by ffmpeg")


async def _records(settings: Settings) -> list[Finding]:
    try:
        async with open_office(settings) as office:
            organisations = await office.administering.organisations()
            chats = sum([len(await office.enrolling.chats(organisation.id)) for organisation in organisations])
    except (ShowmeError, Problems):
        sentence = "It cannot be opened: see that its server runs, or that the data folder can be written."
        return [Finding(subject="database", state="wrong", sentence=sentence)]
    found = [Finding(subject="database", state="well", sentence="it opens, and its schema is up to date")]
    if not organisations:
        sentence = 'There is none: showme organisation add "112 Brussels" --region BE'
        return [*found, Finding(subject="organisations", state="wrong", sentence=sentence)]
    found.append(Finding(subject="organisations", state="well", sentence=f"{len(organisations)}"))
    if chats == 0 and not settings.without_telegram:
        sentence = "None is enrolled: showme organisation code 1, and type what it prints in the chat."
        found.append(Finding(subject="team chats", state="warning", sentence=sentence))
    return found


async def _telegram(settings: Settings) -> Finding:
    subject = "telegram"
    if settings.telegram_token is None:
        return Finding(subject=subject, state="well", sentence="not configured")
    try:
        async with Bot(settings.telegram_token.get_secret_value()) as bot:
            return Finding(subject=subject, state="well", sentence=f"the bot is @{bot.username}")
    except InvalidToken:
        sentence = "Telegram does not know this token: get a new one from @BotFather (/token)."
        return Finding(subject=subject, state="wrong", sentence=sentence)
    except TelegramError as error:
        sentence = f"Telegram cannot be reached ({type(error).__name__}): see that this server may reach the outside."
        return Finding(subject=subject, state="wrong", sentence=sentence)
