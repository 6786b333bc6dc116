"""Does what the buttons below a card ask for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from html import unescape

from telegram import Bot, CallbackQuery, Message
from telegram.error import BadRequest, TelegramError

from bot.answering import Answering
from bot.asked import Asked
from bot.buttons import ANSWERS, COMMANDS, FOR_DISPATCHERS, OF_THE_CAMERA, TALKING, Deed, Press, read_press
from bot.cards import Watch, write_card
from bot.followers import Followers
from bot.invitations_here import InvitationsHere
from bot.markup import card_buttons
from bot.refusals import sentence_for, unforeseen
from bot.saying import SayingHere
from bot.services import Report, Services
from bot.speakers import name_of
from bot.spoken import SpokenHere
from bot.voice import Voice
from showme.domain.chats import Chat
from showme.domain.invitations import Invitation
from showme.domain.words import FALLBACK, Catalogue
from showme.errors import ShowmeError
from showme.ports import Clock
from showme.records import Records, Work
from showme.services.appointing import Appointing


class Presses:
    """Every press is checked anew and answered, whatever became of it."""

    def __init__(
        self,
        *,
        bot: Bot,
        records: Records,
        clock: Clock,
        catalogue: Catalogue,
        services: Services,
        invitations: InvitationsHere,
        spoken: SpokenHere,
        saying: SayingHere,
        appointing: Appointing,
        answering: Answering,
        followers: Followers,
        report: Report,
    ) -> None:
        """Ask the services."""
        self._bot = bot
        self._records = records
        self._clock = clock
        self._catalogue = catalogue
        self._services = services
        self._invitations = invitations
        self._spoken = spoken
        self._saying = saying
        self._appointing = appointing
        self._answering = answering
        self._followers = followers
        self._report = report
        self._deeds: Mapping[Deed, Callable[[Asked, Invitation, Deed], Awaitable[str | None]]] = {
            Deed.CLOSE: self._ask,
            Deed.WRONG: self._ask,
            Deed.KEEP_OPEN: self._keep,
            Deed.REALLY_CLOSE: self._end,
            Deed.REALLY_WRONG: self._end,
            Deed.RESEND: self._resend,
            Deed.LINK: self._link,
            Deed.CODE: self._code,
            **dict.fromkeys(COMMANDS, self._command),
        }

    async def hear(self, query: CallbackQuery) -> None:
        """Do what was pressed, if the chat still follows an organisation and the invitation is that one's."""
        message = query.message
        chat = await self._chat(message.chat.id) if message is not None else None
        voice = Voice(self._catalogue, chat.language if chat else FALLBACK)
        press = read_press(query.data)
        if chat is None or press is None or not isinstance(message, Message):
            await self._answering.toast(query, voice.say("button_not_valid"), must_be_read=True)
            return
        try:
            person = query.from_user
            dispatcher = await self._appointing.dispatcher(
                organisation=chat.organisation, role=chat.role, name=name_of(person), telegram_id=person.id
            )
            asked = Asked(
                chat=chat, dispatcher=dispatcher, voice=voice, message=message, arguments="", deed=f"press{query.id}"
            )
            said = await self._do(asked, press)
        except ShowmeError as error:
            await self._answering.toast(query, unescape(sentence_for(error, voice)), must_be_read=True)
        except Exception as error:  # noqa: BLE001 - a dispatcher is never left in silence
            self._report("chat_button_failed", error)
            await self._answering.toast(query, unescape(unforeseen(voice)), must_be_read=True)
        else:
            await self._answering.toast(query, said)

    async def _do(self, asked: Asked, press: Press) -> str | None:
        """Do it, and return what to say to who pressed; raise ShowmeError."""
        if asked.chat.role == "supervisor" and press.deed in FOR_DISPATCHERS:
            return asked.voice.say("supervisors_only_follow")
        if press.deed in ANSWERS:
            return await self._invitations.answer(asked, press)
        invitation = await self._services.viewing.invitation(asked.dispatcher, press.invitation)
        if press.deed in TALKING:
            return await self._saying.press(asked, invitation, press)
        return await self._deeds[press.deed](asked, invitation, press.deed)

    async def _ask(self, asked: Asked, invitation: Invitation, deed: Deed) -> str:
        """Ask once more whether a deed is really meant. Raise LinkEnded."""
        now = self._clock.now()
        invitation.refuse_unless_open(now)
        following = self._followers.of(asked.chat.id)
        if following is not None:
            following.reminders.ask(invitation.id, deed, now)
        await self._show_buttons(asked, invitation, asks=deed)
        return asked.voice.say("wrong.really" if deed is Deed.WRONG else "close.really")

    async def _keep(self, asked: Asked, invitation: Invitation, _: Deed) -> None:
        self._take_back(asked, invitation)
        await self._show_buttons(asked, invitation, asks=None)

    async def _end(self, asked: Asked, invitation: Invitation, deed: Deed) -> str:
        self._take_back(asked, invitation)
        is_wrong = deed is Deed.REALLY_WRONG
        return unescape(await self._invitations.end(asked, invitation.id, wrong_number=is_wrong))

    async def _resend(self, asked: Asked, invitation: Invitation, _: Deed) -> str:
        await self._services.inviting.resend(asked.dispatcher, invitation.id, waits=False)
        return asked.voice.say("resent")

    async def _link(self, asked: Asked, invitation: Invitation, _: Deed) -> None:
        await self._invitations.post_link(asked, invitation.id)

    async def _code(self, asked: Asked, invitation: Invitation, _: Deed) -> None:
        await self._spoken.show(asked, invitation)

    async def _command(self, asked: Asked, invitation: Invitation, deed: Deed) -> str:
        """Ask something of the citizen's page. Raise LinkEnded."""
        if deed in OF_THE_CAMERA and not invitation.is_live:
            invitation.refuse_unless_open(self._clock.now())
            return asked.voice.say("commanded.not_live")
        await self._services.commanding.command(asked.dispatcher, invitation.id, COMMANDS[deed])
        return asked.voice.say(f"commanded.{deed}")

    def _take_back(self, asked: Asked, invitation: Invitation) -> None:
        following = self._followers.of(asked.chat.id)
        if following is not None:
            following.reminders.take_back(invitation.id)

    async def _show_buttons(self, asked: Asked, invitation: Invitation, *, asks: Deed | None) -> None:
        is_watched = invitation.is_live and invitation.state(self._clock.now()) == "open"
        link = await self._services.passing.link(asked.dispatcher, invitation.id) if is_watched else None
        card = write_card(invitation, now=self._clock.now(), voice=asked.voice, asks=asks, watch=Watch(link=link))
        try:
            await self._bot.edit_message_reply_markup(
                asked.chat.telegram_id, asked.message.message_id, reply_markup=card_buttons(card.buttons)
            )
        except BadRequest:
            # The card was written anew, or taken away, in this very moment; its next edit shows how things stand.
            return
        except TelegramError as error:
            self._report("chat_answer_lost", error)

    async def _chat(self, telegram_id: int) -> Chat | None:
        async def looking(work: Work) -> Chat | None:
            return await work.chats.enrolled(telegram_id)

        return await self._records.read(looking)
