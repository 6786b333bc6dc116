"""Gives buttons the form that Telegram takes."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from bot.cards import CardButton


def card_buttons(rows: Sequence[Sequence[CardButton]]) -> InlineKeyboardMarkup | None:
    """Return the buttons of a card; None takes away what was there."""
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(each.text, callback_data=each.press, url=each.link) for each in row] for row in rows]
    )


def copy_button(text: str, *, what: str) -> InlineKeyboardMarkup:
    """Return one button that puts a text on the clipboard."""
    return InlineKeyboardMarkup([[InlineKeyboardButton(text, copy_text=CopyTextButton(what))]])


def link_button(text: str, *, to: str) -> InlineKeyboardMarkup:
    """Return one button that opens an address."""
    return InlineKeyboardMarkup([[InlineKeyboardButton(text, url=to)]])
