"""Says what was refused or failed, as a sentence for dispatchers."""

from __future__ import annotations

from html import escape

from bot.voice import Voice
from showme.errors import ShowmeError


def sentence_for(error: ShowmeError, voice: Voice) -> str:
    """Return, in HTML, the cause and the next step, and when to try again where that is known."""
    said = voice.from_section(f"refusals.{error.cause}", **error.facts) or unforeseen(voice)
    if error.retry_after is None:
        return said
    return f"{said} {voice.html('again_in', time=voice.seconds(error.retry_after))}"


def unforeseen(voice: Voice) -> str:
    """Return what is said when something went wrong that nobody foresaw."""
    return voice.from_section("refusals.unexpected") or escape(voice.say("unforeseen"), quote=False)
