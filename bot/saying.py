"""Lets dispatchers write to a citizen's page, typed or chosen, and tells them whether the page has it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from telegram import InlineKeyboardMarkup, Message
from telegram.error import BadRequest, TelegramError

from bot.answering import Answering
from bot.asked import Asked
from bot.buttons import Deed, Press, write_press
from bot.cards import CardButton
from bot.followers import Followers
from bot.invitations_here import InvitationsHere
from bot.markup import card_buttons
from bot.origin import sentence_id
from bot.sentences import write_answer
from bot.services import Report, Services
from bot.voice import Voice
from showme.domain import talk
from showme.domain.chats import Errand, Posted, Urgency
from showme.domain.events import Kind
from showme.domain.invitations import Invitation
from showme.ports import Clock
from showme.records import Records, Work

_NUMBERED: Final = re.compile(r"(?:#|n[or°]\.?)\s*(?P<number>\d{1,9})[\s:,]+(?P<text>.+)", re.IGNORECASE | re.DOTALL)


class SayingHere:
    """``/say``, ``/ask``, the buttons of its questions, and replies to what we post about a citizen."""

    def __init__(
        self,
        *,
        services: Services,
        records: Records,
        clock: Clock,
        invitations: InvitationsHere,
        answering: Answering,
        followers: Followers,
        report: Report,
    ) -> None:
        """Ask the services, and wake the chat's line."""
        self._services = services
        self._records = records
        self._clock = clock
        self._invitations = invitations
        self._answering = answering
        self._followers = followers
        self._report = report

    async def say(self, asked: Asked) -> None:
        """Say what stands behind ``/say``, to the citizen of the invitation that is meant. Raise ShowmeError."""
        if not asked.arguments:
            await self._answer(asked, asked.voice.html("talk.how"))
            return
        numbered = _NUMBERED.fullmatch(asked.arguments)
        number, text = (numbered["number"], numbered["text"]) if numbered else ("", asked.arguments)
        invitation = await self._invitations.meant(replace(asked, arguments=number), "say")
        if invitation is not None:
            await self._say(asked, invitation, text=text)

    async def ask(self, asked: Asked) -> None:
        """Offer the ready-made questions for the invitation that is meant. Raise ShowmeError."""
        invitation = await self._invitations.meant(asked, "ask")
        if invitation is not None:
            await self._offer(asked, await self._services.viewing.invitation(asked.dispatcher, invitation))

    async def reply(self, asked: Asked) -> None:
        """Say what was written as a reply to our message to the citizen whom that is about. Raise ShowmeError."""
        replied = asked.message.reply_to_message
        about = await self._about(asked, replied) if replied is not None else None
        if about is None:
            await self._answer(asked, asked.voice.html("talk.about_nobody"))
        elif asked.message.text is None:
            await self._answer(asked, asked.voice.html("talk.only_text"))
        else:
            await self._say(asked, about.invitation, text=asked.message.text)

    async def press(self, asked: Asked, invitation: Invitation, press: Press) -> str | None:
        """Do what a button asks for, and return what to say to who pressed. Raise ShowmeError."""
        invitation.refuse_unless_open(self._clock.now())
        match press.deed:
            case Deed.ASK:
                await self._offer(asked, invitation)
            case Deed.QUESTION:
                await self._say(asked, invitation.id, ready=press.choice)
                return asked.voice.say("talk.asked")
            case _:
                await self._turn(asked, invitation, press.choice)
        return None

    async def _say(
        self, asked: Asked, invitation_id: str, *, text: str | None = None, ready: str | None = None
    ) -> None:
        said = await self._services.conversing.say(
            asked.dispatcher, invitation_id, text=text, ready=ready, id=sentence_id(asked.chat, asked.deed)
        )
        invitation = await self._services.viewing.invitation(asked.dispatcher, invitation_id)
        html = write_answer(said, invitation, is_shown=False, voice=asked.voice)
        answer = await self._answer(asked, html)
        if answer is not None:
            await self._note(asked, invitation_id, answer, note=str(said.number))
            await self._catch_up(asked, invitation_id, said.number)

    async def _catch_up(self, asked: Asked, invitation_id: str, number: int) -> None:
        """Tell at once of a page that was faster than our answer."""
        if not await self._services.conversing.is_shown(asked.dispatcher, invitation_id, number):
            return

        async def packing(work: Work) -> None:
            shown = await work.journal.of_invitation(asked.chat.organisation, invitation_id, {Kind.SENTENCE_SHOWN})
            if shown:
                await work.chats.pack(
                    asked.chat.id, urgency=Urgency.CARD, errand=Errand.SHOWN, invitation=invitation_id, photo=None,
                    event=shown[-1].number,
                )  # fmt: skip

        await self._records.write(packing)
        self._followers.wake(asked.chat.id)

    async def _offer(self, asked: Asked, invitation: Invitation) -> None:
        invitation.refuse_unless_open(self._clock.now())
        html = asked.voice.html("talk.choose", number=invitation.number)
        answer = await self._answer(asked, html, buttons=_groups(invitation, asked.voice))
        if answer is not None:
            await self._note(asked, invitation.id, answer, note=None)

    async def _turn(self, asked: Asked, invitation: Invitation, group: str) -> None:
        """Show the questions of a group in the place of the groups, or the groups again."""
        voice = asked.voice
        buttons = _questions(invitation, group, voice) if group in talk.GROUPS else _groups(invitation, voice)
        try:
            await asked.message.edit_reply_markup(buttons)
        except BadRequest:
            # A colleague turned it in this very moment.
            return
        except TelegramError as error:
            self._report("chat_answer_lost", error)

    async def _about(self, asked: Asked, replied: Message) -> Posted | None:
        async def looking(work: Work) -> Posted | None:
            return await work.chats.about(asked.chat.id, replied.message_id)

        return await self._records.read(looking)

    async def _answer(self, asked: Asked, html: str, *, buttons: InlineKeyboardMarkup | None = None) -> Message | None:
        return await self._answering.reply(asked.message, html, chat=asked.chat.id, buttons=buttons)

    async def _note(self, asked: Asked, invitation: str, answer: Message, *, note: str | None) -> None:
        posted = Posted(
            chat=asked.chat.id,
            message_id=answer.message_id,
            errand=Errand.TALK,
            invitation=invitation,
            photo=None,
            sent_at=self._clock.now(),
            note=note,
        )

        async def noting(work: Work) -> None:
            await work.chats.note_posted(posted)

        await self._records.write(noting)


def _groups(invitation: Invitation, voice: Voice) -> InlineKeyboardMarkup | None:
    return card_buttons(
        [
            [_button(Deed.GROUP, invitation, group, voice.from_catalogue(f"talk.groups.{group}"))]
            for group in talk.GROUPS
        ]
    )


def _questions(invitation: Invitation, group: str, voice: Voice) -> InlineKeyboardMarkup | None:
    questions = next(questions for name, questions in talk.GROUPS.items() if name == group)
    rows: list[Sequence[CardButton]] = [
        [_button(Deed.QUESTION, invitation, question, voice.from_catalogue(f"talk.questions.{question}"))]
        for question in questions
    ]
    return card_buttons([*rows, [_button(Deed.GROUPS, invitation, "", voice.say("buttons.groups"))]])


def _button(deed: Deed, invitation: Invitation, choice: str, text: str) -> CardButton:
    return CardButton(text=text, press=write_press(deed, invitation.id, choice))
