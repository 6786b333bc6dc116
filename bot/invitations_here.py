"""Makes, lists, resends and closes invitations by command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape
from typing import Final

from telegram import Message

from bot.answering import Answering
from bot.asked import Asked
from bot.buttons import Deed, Press, write_press
from bot.cards import CardButton
from bot.followers import Followers
from bot.markup import card_buttons
from bot.reading import Wish, find_number, read_number_of_invitation, read_vocabulary, read_wish
from bot.refusals import sentence_for
from bot.services import Services
from bot.unusual import Questions, Unusual, find_unusual
from bot.voice import Voice
from showme.domain.chats import Errand, Urgency
from showme.domain.invitations import Invitation
from showme.domain.words import Catalogue
from showme.errors import ShowmeError
from showme.ports import Clock
from showme.records import Records, Work

_MOST_LINES: Final = 15


class InvitationsHere:
    """``/invite``, ``/link``, ``/list``, ``/resend``, ``/close`` and ``/wrong``."""

    def __init__(
        self,
        *,
        services: Services,
        records: Records,
        clock: Clock,
        catalogue: Catalogue,
        answering: Answering,
        followers: Followers,
        repeats_matter: bool,
    ) -> None:
        """Ask the services, and wake the chat's line.

        ``repeats_matter`` says to ask before a number is invited twice within minutes.
        """
        self._services = services
        self._records = records
        self._clock = clock
        self._vocabulary = read_vocabulary(catalogue)
        self._questions = Questions()
        self._repeats_matter = repeats_matter
        self._answering = answering
        self._followers = followers

    async def invite(self, asked: Asked) -> None:
        """Invite whose number was typed, or stands in the message replied to; the card is the answer.

        What is unusual is asked about first. Raise ShowmeError.
        """
        wish = read_wish(asked.arguments, self._vocabulary)
        to = wish.to or _number_replied_to(asked.message)
        if to is None:
            await self._say(asked, asked.voice.html("invite.how"))
            return
        wish = replace(wish, to=to)
        unusual = await self._unusual(asked, to)
        if unusual is None:
            await self._make(asked, wish)
        else:
            await self._ask(asked, wish, unusual)

    async def answer(self, asked: Asked, press: Press) -> str | None:
        """Do what was answered to a question of ours, once, and return what to say to who pressed.

        ``asked.message`` is the question. Raise what inviting raises.
        """
        wish = self._questions.take(press.invitation, asked.chat.id, self._clock.now())
        if wish is None:
            # Perhaps a colleague was faster: what the message says now is his answer, and stays.
            await self._answering.take_buttons(asked.message)
            return asked.voice.say("unusual.too_late")
        by = asked.dispatcher.name
        if press.deed is Deed.DONT:
            await self._answering.change(asked.message, asked.voice.html("unusual.not_sent", by=by))
            return None
        try:
            await self._make(asked, wish)
        except ShowmeError as error:
            await self._answering.change(asked.message, sentence_for(error, asked.voice))
            raise
        await self._answering.change(asked.message, asked.voice.html("unusual.sent", by=by))
        return None

    async def link(self, asked: Asked) -> None:
        """Make an invitation without SMS and post its link; as a reply to a card, post that one's.

        Raise ShowmeError.
        """
        wish = read_wish(asked.arguments, self._vocabulary)
        if wish.to is not None:
            await self._say(asked, asked.voice.html("link.how"))
            return
        replied_to = None if asked.arguments else await self._replied_to(asked)
        if replied_to is None:
            replied_to = await self._make(asked, wish)
        await self.post_link(asked, replied_to)

    async def post_link(self, asked: Asked, invitation: str) -> None:
        """Post the link of an invitation, and note who took it; raise NotFound, LinkEnded."""
        await self._services.inviting.link(asked.dispatcher, invitation)

        async def packing(work: Work) -> None:
            await work.chats.pack(
                asked.chat.id, urgency=Urgency.CARD, errand=Errand.LINK, invitation=invitation, photo=None, event=0
            )

        await self._records.write(packing)
        self._followers.wake(asked.chat.id)

    async def tell_open(self, asked: Asked) -> None:
        """Tell the open invitations, a line each."""
        opened = await self._open(asked)
        if not opened:
            await self._say(asked, asked.voice.html("list.none"))
            return
        await self._say(asked, "\n".join([asked.voice.html("list.head"), *self._lines(opened, asked.voice)]))

    async def close(self, asked: Asked) -> None:
        """Close the invitation that is meant: replied to, numbered, or the only open one. Raise ShowmeError."""
        invitation = await self.meant(asked, "close")
        if invitation is None:
            return
        await self._say(asked, await self.end(asked, invitation))

    async def wrong_number(self, asked: Asked) -> None:
        """Close the invitation that is meant, and forget whose number it was. Raise ShowmeError."""
        invitation = await self.meant(asked, "wrong")
        if invitation is not None:
            await self._say(asked, await self.end(asked, invitation, wrong_number=True))

    async def resend(self, asked: Asked) -> None:
        """Send the SMS of the invitation that is meant again. Raise ShowmeError."""
        invitation = await self.meant(asked, "resend")
        if invitation is not None:
            await self._services.inviting.resend(asked.dispatcher, invitation, waits=False)
            await self._say(asked, asked.voice.html("resent"))

    async def end(self, asked: Asked, invitation: str, *, wrong_number: bool = False) -> str:
        """Close an invitation, and return what to say of it, in HTML; raise NotFound."""
        closed = await self._services.closing.close(asked.dispatcher, invitation, wrong_number=wrong_number)
        state = closed.state(self._clock.now())
        path = "wrong.closed" if wrong_number and state == "closed" else f"close.{state}"
        return asked.voice.html(path, number=closed.number)

    async def meant(self, asked: Asked, command: str) -> str | None:
        """Return which invitation a command is about: numbered, replied to, or the only open one.

        None when that was asked back, or there is none.
        """
        if asked.arguments:
            number = read_number_of_invitation(asked.arguments)
            newest, _ = await self._services.viewing.invitations(asked.dispatcher)
            found = next((invitation.id for invitation in newest if invitation.number == number), None)
            if found is None:
                await self._say(asked, asked.voice.html("close.unknown"))
            return found
        replied_to = await self._replied_to(asked)
        if replied_to is not None:
            return replied_to
        opened = await self._open(asked)
        if len(opened) == 1:
            return opened[0].id
        if not opened:
            await self._say(asked, asked.voice.html("list.none"))
        else:
            await self._say(
                asked, "\n".join([asked.voice.html("close.which", command=command), *self._lines(opened, asked.voice)])
            )
        return None

    async def _unusual(self, asked: Asked, to: str) -> Unusual | None:
        async def looking(work: Work) -> Unusual | None:
            return await find_unusual(
                work, asked.chat.organisation, to, now=self._clock.now(), repeats_matter=self._repeats_matter
            )

        return await self._records.read(looking)

    async def _ask(self, asked: Asked, wish: Wish, unusual: Unusual) -> None:
        now = self._clock.now()
        token = self._questions.ask(asked.chat.id, wish, now)
        row = tuple(
            CardButton(text=asked.voice.say(f"buttons.{deed}"), press=write_press(deed, token))
            for deed in (Deed.SEND, Deed.DONT)
        )
        question = unusual.question(asked.voice, now)
        await self._answering.reply(asked.message, question, chat=asked.chat.id, buttons=card_buttons([row]))

    async def _make(self, asked: Asked, wish: Wish) -> str:
        invited = await self._services.inviting.invite(
            asked.dispatcher,
            to=wish.to,
            purpose=wish.purpose,
            language=wish.language,
            incident=wish.incident,
            # The card is the answer, and climbs: a provider that hangs keeps no chat waiting.
            waits=False,
        )
        return invited.invitation.id

    async def _replied_to(self, asked: Asked) -> str | None:
        replied = asked.message.reply_to_message
        if replied is None:
            return None
        message_id = replied.message_id

        async def looking(work: Work) -> str | None:
            about = await work.chats.about(asked.chat.id, message_id)
            return about.invitation if about else None

        return await self._records.read(looking)

    async def _open(self, asked: Asked) -> Sequence[Invitation]:
        newest, _ = await self._services.viewing.invitations(asked.dispatcher)
        now = self._clock.now()
        return [invitation for invitation in newest if invitation.state(now) == "open"]

    def _lines(self, invitations: Sequence[Invitation], voice: Voice) -> list[str]:
        now = self._clock.now()
        lines = []
        for invitation in invitations[:_MOST_LINES]:
            highest = invitation.ladder.highest
            facts = (
                escape(invitation.masked_number or "", quote=False) or voice.html("card.by_link"),
                voice.html(f"purposes.{invitation.purpose}"),
                voice.from_section(f"ladder.rungs.{highest}") or escape(highest),
                voice.seconds((now - invitation.created_at).total_seconds()),
            )
            lines.append(f"{voice.html('list.number', number=invitation.number)} · {' · '.join(facts)}")
        if len(invitations) > _MOST_LINES:
            lines.append(voice.html("list.more", count=len(invitations) - _MOST_LINES))
        return lines

    async def _say(self, asked: Asked, html: str) -> None:
        await self._answering.reply(asked.message, html, chat=asked.chat.id)


def _number_replied_to(message: Message) -> str | None:
    """Return the number in the message that the command replies to: a contact, or the only one in its text."""
    replied = message.reply_to_message
    if replied is None:
        return None
    if replied.contact is not None:
        return replied.contact.phone_number
    if replied.from_user is not None and replied.from_user.is_bot:
        return None
    return find_number(replied.text or replied.caption)
