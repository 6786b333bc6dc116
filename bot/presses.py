"""Does what the buttons below a card ask for."""

from __future__ import annotations

from html import unescape

from telegram import Bot, CallbackQuery, Message
from telegram.error import BadRequest, TelegramError

from bot.answering import Answering
from bot.asked import Asked
from bot.buttons import Deed, Press, read_press
from bot.cards import write_card
from bot.followers import Followers
from bot.invitations_here import InvitationsHere
from bot.markup import card_buttons
from bot.refusals import sentence_for, unforeseen
from bot.services import Report, Services
from bot.speakers import name_of
from bot.spoken import SpokenHere
from bot.voice import Voice
from showme.domain.chats import Chat
from showme.domain.invitations import Invitation
from showme.domain.people import Dispatcher
from showme.domain.words import FALLBACK, Catalogue
from showme.errors import ShowmeError
from showme.ports import Clock
from showme.records import Records, Work


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
        self._answering = answering
        self._followers = followers
        self._report = report

    async def hear(self, query: CallbackQuery) -> None:
        """Do what was pressed, if the chat still follows an organisation and the invitation is that one's."""
        message = query.message
        chat = await self._chat(message.chat.id) if message is not None else None
        voice = Voice(self._catalogue, chat.language if chat else FALLBACK)
        press = read_press(query.data)
        if chat is None or press is None or not isinstance(message, Message):
            await self._answering.toast(query, voice.say("button_not_valid"), must_be_read=True)
            return
        dispatcher = Dispatcher(organisation=chat.organisation, name=name_of(query.from_user), role=chat.role)
        asked = Asked(chat=chat, dispatcher=dispatcher, voice=voice, message=message, arguments="")
        try:
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
        following = self._followers.of(asked.chat.id)
        invitation = await self._services.viewing.invitation(asked.dispatcher, press.invitation)
        match press.deed:
            case Deed.CLOSE | Deed.WRONG:
                invitation.refuse_unless_open(self._clock.now())
                if following is not None:
                    following.reminders.ask(invitation.id, press.deed, self._clock.now())
                await self._show_buttons(asked, invitation, asks=press.deed)
                return asked.voice.say("wrong.really" if press.deed is Deed.WRONG else "close.really")
            case Deed.KEEP_OPEN:
                if following is not None:
                    following.reminders.take_back(invitation.id)
                await self._show_buttons(asked, invitation, asks=None)
                return None
            case Deed.REALLY_CLOSE | Deed.REALLY_WRONG:
                if following is not None:
                    following.reminders.take_back(invitation.id)
                is_wrong = press.deed is Deed.REALLY_WRONG
                return unescape(await self._invitations.end(asked, invitation.id, wrong_number=is_wrong))
            case Deed.RESEND:
                await self._services.inviting.resend(asked.dispatcher, invitation.id)
                return asked.voice.say("resent")
            case Deed.LINK:
                await self._invitations.post_link(asked, invitation.id)
                return None
            case Deed.CODE:
                await self._spoken.show(asked, invitation)
                return None

    async def _show_buttons(self, asked: Asked, invitation: Invitation, *, asks: Deed | None) -> None:
        card = write_card(invitation, now=self._clock.now(), voice=asked.voice, asks=asks)
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
