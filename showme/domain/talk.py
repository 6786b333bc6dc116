"""What a dispatcher and a citizen write to each other: the sentences, typed or ready-made, and their conversation."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal

from showme.domain.events import Event, Kind
from showme.errors import NotUnderstood

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Answers = Literal["yes_no", "number", "breathing", "place_on_body"]
"""The kinds of answer that a question offers; the page draws each in its own way."""
Group = Literal["safety", "health", "surroundings", "talking", "advice"]

GROUPS: Final[Mapping[Group, Mapping[str, Answers | None]]] = {
    "safety": {
        "safe": "yes_no",
        "danger_near": "yes_no",
        "weapon": "yes_no",
        "fire": "yes_no",
        "gas": "yes_no",
        "water": "yes_no",
        "trapped": "yes_no",
    },
    "health": {
        "hurt": "yes_no",
        "how_many_hurt": "number",
        "breathing": "breathing",
        "awake": "yes_no",
        "bleeding": "yes_no",
        "where_hurts": "place_on_body",
    },
    "surroundings": {
        "where": None,
        "how_many_people": "number",
        "children": "yes_no",
        "vehicle": "yes_no",
    },
    "talking": {
        "can_speak": "yes_no",
        "overheard": "yes_no",
        "understood": None,
        "one_moment": None,
        "stay_silent": None,
        "phone_silent": None,
    },
    "advice": {
        "help_coming": None,
        "stay_there": None,
        "go_outside": None,
        "lock_door": None,
        "press_wound": None,
        "push_chest": None,
    },
}
"""What a dispatcher can say without typing, as it is grouped and ordered, each with the answers that it offers.

The words are ``talk.questions.*`` of the catalogue, so that each reader reads them in their own language.
"""
QUESTIONS: Final[Mapping[str, Answers | None]] = {
    question: answers for questions in GROUPS.values() for question, answers in questions.items()
}
OFFERED: Final[Mapping[Answers, Sequence[str]]] = {
    "yes_no": ("yes", "no", "not_known"),
    "number": ("zero", "one", "two", "three", "four", "five", "more_than_five", "not_known"),
    "breathing": ("breathes", "does_not_breathe", "not_known"),
    "place_on_body": (
        "head", "neck", "chest", "back", "belly", "arm", "hand", "leg", "foot", "everywhere", "not_known",
    ),
}  # fmt: skip
SAYINGS: Final = (
    "cannot_speak", "cannot_hear", "hiding", "overheard", "come_quickly", "not_understood", "yes", "no", "not_known",
)  # fmt: skip
"""What a citizen can say at any time without typing."""
ANSWERS: Final = frozenset(SAYINGS).union(*OFFERED.values())
"""Everything that a citizen can say without typing; the words are ``talk.answers.*``."""
SENTENCES: Final = frozenset({Kind.SENTENCE_SAID, Kind.SENTENCE_SHOWN, Kind.SENTENCE_HEARD})
"""The kinds of event that a conversation consists of."""

MOST_TEXT: Final = 500
LONGEST_WAIT: Final = 6 * 60 * 60
_CLIENT_ID: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{7,63}", re.ASCII)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_UNSEEN: Final = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""What nobody sees and what turns around the text beside it: among them all of Unicode's Bidi_Control (UAX #9, 2)."""
_JOINERS: Final = "\u200c\u200d"
"""Unseen as well, and kept: Persian, Hindi and many emoji are misspelt without them."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """A sentence of a conversation: ``text`` as it was typed, or ``ready``, the key of a ready-made one."""

    number: int
    """The number of its event."""
    at: datetime
    by_citizen: bool
    actor: str
    text: str | None = field(repr=False)
    ready: str | None
    language: str | None
    """The language of the citizen's page, for what the citizen says."""
    reply_to: int | None = None
    """The number of the dispatcher's sentence that the citizen answers."""
    waited: int = 0
    """For how many seconds it lay on the phone before it could be sent."""
    shown_at: datetime | None = None
    """When the citizen's page had shown what the dispatcher says."""
    id: str | None = None
    """Made by the citizen's page, for what the citizen says."""

    @property
    def answers(self) -> Answers | None:
        """The kind of answer that it asks for."""
        return QUESTIONS.get(self.ready) if self.ready is not None and not self.by_citizen else None

    @property
    def words(self) -> str | None:
        """The catalogue's key of a ready-made sentence."""
        if self.ready is None:
            return None
        return f"talk.{'answers' if self.by_citizen else 'questions'}.{self.ready}"


def read_text(text: str) -> str:
    """Read a sentence as typed, on one line and without what is not seen; raise NotUnderstood unless 1 to 500 long."""
    read = " ".join(_UNSEEN.sub("", _CONTROL.sub(" ", text)).split())
    if not read.strip(_JOINERS + " ") or len(read) > MOST_TEXT:
        raise NotUnderstood("text_not_understood", most=MOST_TEXT)
    return read


def read_sentence(*, text: str | None, ready: str | None, by_citizen: bool) -> dict[str, object]:
    """Read a sentence that is either typed or ready-made, as its event tells it; raise NotUnderstood."""
    if ready is None:
        return {"text": read_text(text or "")}
    if text is not None or ready not in (ANSWERS if by_citizen else QUESTIONS):
        raise NotUnderstood("sentence_not_known")
    return {"ready": ready}


def read_sentence_id(text: str) -> str:
    """Read an id made by whoever sends: 8 to 64 letters, digits, ``-`` or ``_``; raise NotUnderstood."""
    if not _CLIENT_ID.fullmatch(text):
        raise NotUnderstood("sentence_id_not_understood")
    return text


def message_of(event: Event) -> Message | None:
    """Return what an event says; None where it is no sentence, or one that has been forgotten."""
    if event.kind not in {Kind.SENTENCE_SAID, Kind.SENTENCE_HEARD}:
        return None
    by_citizen = event.kind is Kind.SENTENCE_HEARD
    text, ready, language = (_text(event, name) for name in ("text", "ready", "language"))
    if ready not in (ANSWERS if by_citizen else QUESTIONS):  # also: another version's, which we cannot say
        ready = None
    if text is None and ready is None:
        return None
    return Message(
        number=event.number,
        at=event.at,
        by_citizen=by_citizen,
        actor=event.actor,
        text=text,
        ready=ready,
        language=language,
        reply_to=_whole(event, "reply_to") or None,
        waited=_whole(event, "waited"),
        id=_text(event, "id") if by_citizen else None,
    )


def shown_up_to(event: Event) -> int:
    """Return up to which number a ``SentenceShown`` says that the page has shown what was said; 0 for another kind."""
    return _whole(event, "up_to") if event.kind is Kind.SENTENCE_SHOWN else 0


def conversation(events: Iterable[Event]) -> list[Message]:
    """Return the conversation that an invitation's ``SENTENCES``, oldest first, make."""
    messages: list[Message] = []
    for event in events:
        message = message_of(event)
        if message is not None:
            messages.append(message)
        elif shown := shown_up_to(event):
            for place, each in enumerate(messages):
                if each.number <= shown and not each.by_citizen and each.shown_at is None:
                    messages[place] = replace(each, shown_at=event.at)
    return messages


def _text(event: Event, name: str) -> str | None:
    told = event.detail.get(name)
    return told if isinstance(told, str) else None


def _whole(event: Event, name: str) -> int:
    told = event.detail.get(name)
    return told if isinstance(told, int) else 0
