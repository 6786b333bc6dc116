"""What the Bot API takes of a bot that sends, and what it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from telegram import (
    Bot,
    CopyTextButton,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    LoginUrl,
    Message,
    ReplyParameters,
    WebAppInfo,
)
from telegram.error import BadRequest, Forbidden

from practice.telegram.records import Chat, Membership, Person
from practice.telegram.view import view_chat
from tests.practice.telegram.conftest import jpeg

if TYPE_CHECKING:
    from practice.telegram.bot_api import BotApi
    from practice.telegram.chats import Chats


def button(**deed: Any) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("Press", **deed)]])


async def test_a_text_may_have_4096_characters_after_its_entities_are_parsed(bot: Bot, team: Chat) -> None:
    sent = await bot.send_message(team.id, "<b>" + "&amp;" * 4096 + "</b>", parse_mode="HTML")
    assert sent.text == "&" * 4096
    with pytest.raises(BadRequest, match="too long"):
        await bot.send_message(team.id, "x" * 4097)


@pytest.mark.parametrize("nothing", ["", "  \n ", "<b></b>"])
async def test_an_empty_text_is_refused(bot: Bot, team: Chat, nothing: str) -> None:
    with pytest.raises(BadRequest, match="text is empty"):
        await bot.send_message(team.id, nothing, parse_mode="HTML")


async def test_a_caption_may_have_1024_characters(bot: Bot, team: Chat) -> None:
    assert (await bot.send_photo(team.id, jpeg(), caption="x" * 1024)).caption == "x" * 1024
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.send_photo(team.id, jpeg(), caption="x" * 1025)


@pytest.mark.parametrize(("width", "height"), [(9990, 10), (5001, 5000), (210, 10)])
async def test_a_photo_of_strange_dimensions_is_refused(bot: Bot, team: Chat, width: int, height: int) -> None:
    with pytest.raises(BadRequest, match=r"(?i)photo_invalid_dimensions"):
        await bot.send_photo(team.id, jpeg(width, height))


async def test_a_photo_at_the_edge_of_the_limits_is_taken(bot: Bot, team: Chat) -> None:
    assert (await bot.send_photo(team.id, jpeg(200, 10))).photo[-1].width == 200


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"no picture", "(?i)image_process_failed"),
        (jpeg(640, 480)[:-900], "(?i)image_process_failed"),
        (jpeg() + bytes(10 * 1024 * 1024), "too big for a photo"),
    ],
    ids=["not a picture", "cut off", "above 10 MB"],
)
async def test_what_is_no_photo_is_refused(bot: Bot, chats: Chats, team: Chat, content: bytes, reason: str) -> None:
    with pytest.raises(BadRequest, match=reason):
        await bot.send_photo(team.id, content)
    assert chats.messages(team.id) == ()


async def test_a_photo_sent_before_can_be_sent_again_by_its_id(bot: Bot, team: Chat, chats: Chats) -> None:
    first = await bot.send_photo(team.id, jpeg())
    await bot.send_photo(team.id, first.photo[-1].file_id)
    one, other = view_chat(chats, team.id)
    assert one["photo"] == other["photo"]
    with pytest.raises(BadRequest, match="as document"):
        await bot.send_document(team.id, first.photo[-1].file_id)
    with pytest.raises(BadRequest, match="Wrong file identifier"):
        await bot.send_photo(team.id, "photo-9-9")
    with pytest.raises(BadRequest, match=r"(?i)http url"):
        await bot.send_photo(team.id, "https://example.org/photo.jpg")


async def test_documents_and_videos_keep_their_names(bot: Bot, team: Chat) -> None:
    document = await bot.send_document(team.id, b"%PDF-1.7", filename="report.pdf")
    video = await bot.send_video(team.id, b"\0\0\0\x18ftypmp42", width=320, height=240, duration=3)
    assert document.document is not None
    assert document.document.file_name == "report.pdf"
    assert video.video is not None
    assert (video.video.width, video.video.height) == (320, 240)


async def test_an_album_has_2_to_10_photos_all_or_none(bot: Bot, chats: Chats, team: Chat) -> None:
    photo = jpeg()
    for number in (1, 11):
        with pytest.raises(BadRequest, match="2 to 10"):
            await bot.send_media_group(team.id, [InputMediaPhoto(photo)] * number)
    with pytest.raises(BadRequest, match="mixed"):
        await bot.send_media_group(team.id, [InputMediaPhoto(photo), InputMediaDocument(b"x")])
    with pytest.raises(BadRequest, match=r"(?i)image_process_failed"):
        await bot.send_media_group(team.id, [InputMediaPhoto(photo), InputMediaPhoto(b"no picture")])
    assert chats.messages(team.id) == ()
    assert len(await bot.send_media_group(team.id, [InputMediaPhoto(photo)] * 10)) == 10


@pytest.mark.parametrize(
    "deed",
    [
        {"url": "https://showme.example/wall"},
        {"url": "http://127.0.0.1:8080/wall"},
        {"callback_data": "x" * 64},
        {"callback_data": "é" * 32},
        {"login_url": LoginUrl("https://showme.example/sign-in")},
        {"copy_text": CopyTextButton("x" * 256)},
    ],
    ids=lambda deed: next(iter(deed)),
)
async def test_a_group_takes_these_buttons(bot: Bot, team: Chat, deed: dict[str, Any]) -> None:
    sent = await bot.send_message(team.id, "card", reply_markup=button(**deed))
    assert sent.reply_markup == button(**deed)


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        ({"web_app": WebAppInfo("https://showme.example")}, "(?i)button_type_invalid"),
        ({"switch_inline_query": "x"}, "(?i)button_type_invalid"),
        ({"callback_data": "x" * 65}, "(?i)button_data_invalid"),
        ({"callback_data": "é" * 33}, "(?i)button_data_invalid"),
        ({"copy_text": CopyTextButton("x" * 257)}, "(?i)button_copy_text_invalid"),
        ({"url": "javascript:alert(1)"}, "(?i)button_url_invalid"),
        ({"url": "https://x.example", "callback_data": "x"}, "Exactly one"),
        ({}, "Exactly one"),
    ],
    ids=lambda value: next(iter(value), "nothing") if isinstance(value, dict) else "",
)
async def test_a_group_refuses_these_buttons(bot: Bot, team: Chat, deed: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadRequest, match=reason):
        await bot.send_message(team.id, "card", reply_markup=button(**deed))


async def test_a_private_chat_takes_a_web_app_button(bot: Bot, chats: Chats, anna: Person) -> None:
    chats.open_private(anna)
    sent = await bot.send_message(anna.id, "card", reply_markup=button(web_app=WebAppInfo("https://showme.example")))
    assert sent.reply_markup is not None
    forced = await bot.send_message(anna.id, "your name?", reply_markup=ForceReply())
    assert forced.reply_markup is None


async def test_too_many_buttons_are_refused(bot: Bot, team: Chat) -> None:
    one = InlineKeyboardButton("Press", callback_data="x")
    for rows in ([[one] * 9], [[one] * 8] * 13):
        with pytest.raises(BadRequest, match="too long"):
            await bot.send_message(team.id, "card", reply_markup=InlineKeyboardMarkup(rows))


async def test_a_reply_needs_its_message(bot: Bot, team: Chat, chats: Chats) -> None:
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(team.id, "photo 1", reply_to_message_id=99)
    lenient = ReplyParameters(99, allow_sending_without_reply=True)
    assert (await bot.send_message(team.id, "photo 1", reply_parameters=lenient)).reply_to_message is None
    deleted = await bot.send_message(team.id, "card")
    await deleted.delete()
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(team.id, "photo 2", reply_to_message_id=deleted.message_id)
    assert [message["deleted"] for message in view_chat(chats, team.id)] == [False, True]


async def test_nobody_is_written_to_who_is_not_there(bot: Bot, chats: Chats, anna: Person) -> None:
    elsewhere = chats.open_group("Without the bot", anna)
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await bot.send_message(anna.id, "hello")
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await bot.send_message("@showme_news", "hello")
    with pytest.raises(Forbidden, match="not a member of the supergroup"):
        await bot.send_message(elsewhere.id, "hello")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("<b>1 &lt; 2</b> &#233;&nbsp;&copy", "1 < 2 é&nbsp;&copy"),
        ('<a href="https://x.example/?a=1&amp;b=2">link</a>', "link"),
        ('<span class="tg-spoiler">hidden</span> <tg-spoiler>too</tg-spoiler>', "hidden too"),
        ("<blockquote expandable>a\n<i>b</i></blockquote>", "a\nb"),
    ],
)
async def test_html_is_read(bot: Bot, team: Chat, text: str, seen: str) -> None:
    assert (await bot.send_message(team.id, text, parse_mode="HTML")).text == seen


@pytest.mark.parametrize(
    "text", ["<b>open", "1 < 2", "<br>", "<b><i>crossing</b></i>", "</b>", "<span>x</span>", "<!-- x -->", "<b"]
)
async def test_bad_html_is_refused(bot: Bot, team: Chat, text: str) -> None:
    with pytest.raises(BadRequest, match="parse entities"):
        await bot.send_message(team.id, text, parse_mode="HTML")
    assert (await bot.send_message(team.id, text)).text == text


async def test_markdown_is_said_to_be_missing(bot: Bot, team: Chat) -> None:
    with pytest.raises(BadRequest, match="parse_mode"):
        await bot.send_message(team.id, "*bold*", parse_mode="MarkdownV2")


async def test_a_place_is_shown(bot: Bot, chats: Chats, team: Chat) -> None:
    sent = await bot.send_location(team.id, 50.8467, 4.3525, horizontal_accuracy=12.5)
    assert sent.location is not None
    assert sent.location.horizontal_accuracy == 12.5
    (shown,) = view_chat(chats, team.id)
    assert shown["location"] == {"latitude": 50.8467, "longitude": 4.3525, "accuracy": 12.5, "live_until": None}


@pytest.mark.parametrize(
    "wrong",
    [{"latitude": 91}, {"longitude": -181}, {"horizontal_accuracy": 1501}, {"live_period": 59}, {"heading": 361}],
)
async def test_a_place_off_the_map_is_refused(bot: Bot, team: Chat, wrong: dict[str, Any]) -> None:
    with pytest.raises(BadRequest, match="Wrong"):
        await bot.send_location(team.id, **{"latitude": 50, "longitude": 4, **wrong})


async def test_a_topic_keeps_its_messages(bot: Bot, chats: Chats, team: Chat, anna: Person) -> None:
    leader = Membership(chats.bot, "administrator", frozenset({"can_manage_topics"}))
    forum = chats.open_group("Forum", anna, bot=leader, is_forum=True)
    topic = await bot.create_forum_topic(forum.id, "Invitations")
    sent = await bot.send_message(forum.id, "card", message_thread_id=topic.message_thread_id)
    assert sent.is_topic_message
    answer = await bot.send_message(forum.id, "photo", reply_to_message_id=sent.message_id)
    assert answer.message_thread_id == topic.message_thread_id
    assert view_chat(chats, forum.id)[-1]["thread"] == topic.message_thread_id
    with pytest.raises(BadRequest, match="thread not found"):
        await bot.send_message(forum.id, "card", message_thread_id=99)
    with pytest.raises(BadRequest, match="not a forum"):
        await bot.create_forum_topic(team.id, "Invitations")


async def test_what_is_not_documented_is_refused(bot: Bot, api: BotApi, team: Chat) -> None:
    with pytest.raises(BadRequest, match="not documented"):
        await bot.send_message(team.id, "x", api_kwargs={"colour": "red"})
    status, body = await api.call("sendMessage", {"chat_id": str(team.id)})
    assert (status, body["description"]) == (400, "Bad Request: message text is empty")
    status, _ = await api.call("sendLocation", {"chat_id": team.id, "latitude": "north", "longitude": "4"})
    assert status == 400
    status, _ = await api.call("sendMessage", {"text": "x"})
    assert status == 400


async def test_a_lenient_telegram_passes_over_what_it_does_not_know(chats: Chats, team: Chat) -> None:
    from practice.telegram.bot_api import BotApi  # noqa: PLC0415 - the only test that makes its own

    lenient = BotApi(chats, token="42:practice", strict=False)
    status, body = await lenient.call("sendMessage", {"chat_id": team.id, "text": "x", "colour": "red"})
    assert status == 200
    assert Message.de_json(body["result"], None).text == "x"
