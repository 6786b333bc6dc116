"""Writes what a dispatcher and a citizen say to each other, as the chat reads it. Nothing here reaches out."""

from __future__ import annotations

from html import escape
from typing import Final

from bot.voice import Voice
from showme.domain.invitations import Invitation
from showme.domain.talk import Message

_LONG: Final = 60
"""Seconds after which it matters that a sentence lay on the phone."""


def write_heard(message: Message, invitation: Invitation, *, question: Message | None, voice: Voice) -> str:
    """Write what the citizen says, in HTML, below the question that it answers."""
    language = message.language if message.text is not None and message.language != voice.language else None
    waited = voice.html("talk.waited", time=voice.seconds(message.waited)) if message.waited >= _LONG else ""
    head = [voice.html("talk.heard", number=invitation.number), language, waited]
    asked = f"<i>{_words(question, voice)}</i>" if question is not None else ""
    said = f"<b>{_words(message, voice)}</b>"
    return "\n".join(line for line in (" · ".join(part for part in head if part), asked, said) if line)


def write_said(message: Message, invitation: Invitation, *, voice: Voice) -> str:
    """Write what a dispatcher said to the citizen elsewhere, in HTML."""
    head = voice.html("talk.said", by=message.actor, number=invitation.number)
    return f"{head}\n{_words(message, voice)}"


def write_answer(message: Message, invitation: Invitation, *, is_shown: bool, voice: Voice) -> str:
    """Write our answer to a dispatcher who has said something, in HTML: whether the citizen's page has it."""
    path = "talk.shown" if is_shown else "talk.sent"
    state = voice.html(path, number=invitation.number)
    # Of a question that was chosen, the chat sees nothing but a pressed button.
    return f"{_words(message, voice)}\n{state}" if message.ready is not None else state


def _words(message: Message, voice: Voice) -> str:
    if message.words is not None:
        return voice.from_section(message.words) or "?"
    return escape(message.text or "", quote=False)
