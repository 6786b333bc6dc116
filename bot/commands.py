"""Hears commands, and leads each to who does it; tells strangers nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from html import escape
from typing import Final

from telegram import Bot, Message
from telegram.constants import ChatType

from bot.answering import Answering
from bot.asked import Asked
from bot.followers import Followers
from bot.invitations_here import InvitationsHere
from bot.reading import Command, read_command
from bot.refusals import sentence_for, unforeseen
from bot.reporting import Reports
from bot.saying import SayingHere
from bot.self_testing import SelfTests
from bot.services import Report, Services
from bot.speakers import speaker_of
from bot.spoken import SpokenHere
from bot.standing import Standing
from bot.supervisors_here import SupervisorsHere
from bot.this_chat import ThisChat
from bot.voice import Voice
from bot.wall_links import START, WallLinks
from showme.domain.chats import Chat
from showme.domain.people import Role
from showme.domain.words import FALLBACK, TEAM_LANGUAGES, Catalogue
from showme.errors import ShowmeError
from showme.ports import Clock
from showme.records import Records, Work
from showme.services.appointing import Appointing

_MOST_TITLE = 255
_FOR_DISPATCHERS: Final = frozenset({"invite", "i", "link", "resend", "code", "say", "ask"})
"""What is not done from a supervisors' chat, where no citizen's link belongs."""


class Commands:
    """What people type."""

    def __init__(
        self,
        *,
        bot: Bot,
        records: Records,
        clock: Clock,
        catalogue: Catalogue,
        services: Services,
        invitations: InvitationsHere,
        walls: WallLinks,
        spoken: SpokenHere,
        standing: Standing,
        reports: Reports,
        self_tests: SelfTests,
        this_chat: ThisChat,
        saying: SayingHere,
        supervisors: SupervisorsHere,
        appointing: Appointing,
        answering: Answering,
        followers: Followers,
        report: Report,
    ) -> None:
        """Lead commands to those who do them."""
        self._bot = bot
        self._records = records
        self._clock = clock
        self._catalogue = catalogue
        self._services = services
        self._walls = walls
        self._saying = saying
        self._supervisors = supervisors
        self._appointing = appointing
        self._answering = answering
        self._followers = followers
        self._report = report
        self._deeds: dict[str, Callable[[Asked], Awaitable[None]]] = {
            "invite": invitations.invite,
            "i": invitations.invite,
            "link": invitations.link,
            "list": invitations.tell_open,
            "resend": invitations.resend,
            "code": spoken.tell,
            "say": saying.say,
            "ask": saying.ask,
            "close": invitations.close,
            "wrong": invitations.wrong_number,
            "wall": walls.from_chat,
            "status": standing.status,
            "credits": standing.credits,
            "topup": standing.top_up,
            "report": reports.report,
            "selftest": self_tests.test,
            "supervisor": supervisors.appoint,
            "lang": this_chat.change_language,
            "sound": this_chat.change_sound,
            "noanswer": this_chat.change_no_answer,
            "whoami": this_chat.who_am_i,
            "help": self._help,
            "start": self._start,
        }

    async def hear(self, message: Message) -> None:
        """Do what a message asks for; whatever goes wrong is said where it was asked."""
        name = speaker_of(message)
        if name is None:
            return
        chat = await self._chat(message)
        voice = Voice(self._catalogue, chat.language if chat else self._language_of(message))
        try:
            await self._do(message, name, chat, voice)
        except ShowmeError as error:
            if error.status >= 500:  # noqa: PLR2004 - ours to mend, not the dispatcher's
                self._report("chat_command_failed", error)
            await self._answering.reply(message, sentence_for(error, voice), chat=chat.id if chat else None)
        except Exception as error:  # noqa: BLE001 - a dispatcher is never left in silence
            self._report("chat_command_failed", error)
            await self._answering.reply(message, unforeseen(voice), chat=chat.id if chat else None)

    async def _do(self, message: Message, name: str, chat: Chat | None, voice: Voice) -> None:
        command = read_command(message.text, username=self._bot.username)
        is_private = message.chat.type == ChatType.PRIVATE
        self._supervisors.meet(message)
        if command is None:
            if chat is not None and self._answers_us(message):
                await self._hear_reply(message, name, chat, voice)
            elif is_private and message.text:
                await self._not_understood(message, chat, voice)
            return
        if command.name == "enrol":
            await self._enrol(message, name, command, voice)
        elif is_private and (command.name == "wall" or (command.name == "start" and command.arguments == START)):
            await self._walls.in_private(message, voice)
        elif chat is None:
            await self._meet_stranger(message, command, voice, is_private=is_private)
        elif command.name in self._deeds:
            await self._do_here(message, name, chat, voice, command)
        elif is_private or "@" in (message.text or "").split(maxsplit=1)[0]:
            await self._not_understood(message, chat, voice)

    async def _do_here(self, message: Message, name: str, chat: Chat, voice: Voice, command: Command) -> None:
        if chat.role == "supervisor" and command.name in _FOR_DISPATCHERS:
            await self._answering.reply(message, voice.html("supervisors_only_follow"), chat=chat.id)
            return
        await self._deeds[command.name](await self._asked(message, name, chat, voice, arguments=command.arguments))

    async def _hear_reply(self, message: Message, name: str, chat: Chat, voice: Voice) -> None:
        """Lead a reply to what we said to the citizen whom that is about; supervisors talk among each other."""
        if chat.role == "dispatcher":
            await self._saying.reply(await self._asked(message, name, chat, voice))

    async def _asked(self, message: Message, name: str, chat: Chat, voice: Voice, *, arguments: str = "") -> Asked:
        person = message.from_user if message.sender_chat is None else None
        dispatcher = await self._appointing.dispatcher(
            organisation=chat.organisation, role=chat.role, name=name, telegram_id=person.id if person else None
        )
        deed = f"message{message.message_id}"
        return Asked(chat=chat, dispatcher=dispatcher, voice=voice, message=message, arguments=arguments, deed=deed)

    def _answers_us(self, message: Message) -> bool:
        replied = message.reply_to_message
        if replied is None or replied.forum_topic_created is not None:
            # In a topic, what replies to nobody replies to the topic's beginning (Bot API, ``is_topic_message``).
            return False
        return replied.from_user is not None and replied.from_user.id == self._bot.id

    async def _enrol(self, message: Message, name: str, command: Command, voice: Voice) -> None:
        if not command.arguments:
            await self._answering.reply(message, voice.html("enrol.how"))
            return
        title = (message.chat.title or name)[:_MOST_TITLE]
        chat = await self._services.enrolling.enrol(
            command.arguments, telegram_id=message.chat.id, title=title, by=name, language=self._language_of(message)
        )
        self._followers.look_again()
        organisation = await self._services.viewing.organisation(chat.organisation)
        said = voice.html(f"enrol.{chat.role}", organisation=organisation.name)
        await self._answering.reply(message, f"{said}\n\n{_help_text(voice, chat.role)}")

    async def _meet_stranger(self, message: Message, command: Command, voice: Voice, *, is_private: bool) -> None:
        if is_private and command.name in {"start", "help"}:
            await self._answering.reply(message, voice.html("start.private"))
            return
        await self._tell_stranger(message, voice)

    async def _not_understood(self, message: Message, chat: Chat | None, voice: Voice) -> None:
        if chat is None:
            await self._tell_stranger(message, voice)
        else:
            await self._answering.reply(message, voice.html("not_understood"), chat=chat.id)

    async def _tell_stranger(self, message: Message, voice: Voice) -> None:
        """Say once a day, in a chat that is not enrolled, that it is not."""
        day = self._clock.now().date().isoformat()

        async def telling(work: Work) -> bool:
            return await work.chats.tell_stranger(message.chat.id, day)

        if await self._records.write(telling):
            await self._answering.reply(message, voice.html("stranger"))

    async def _help(self, asked: Asked) -> None:
        await self._answering.reply(asked.message, _help_text(asked.voice, asked.chat.role), chat=asked.chat.id)

    async def _start(self, asked: Asked) -> None:
        await self._help(asked)

    async def _chat(self, message: Message) -> Chat | None:
        async def looking(work: Work) -> Chat | None:
            return await work.chats.enrolled(message.chat.id)

        return await self._records.read(looking)

    def _language_of(self, message: Message) -> str:
        spoken = (message.from_user.language_code or "") if message.from_user else ""
        language = spoken.split("-")[0].lower()
        return language if language in TEAM_LANGUAGES else FALLBACK


def _help_text(voice: Voice, role: Role) -> str:
    lines = voice.say("help_supervisors" if role == "supervisor" else "help").split("\n")
    return "\n".join(escape(line, quote=False) for line in lines)
