"""Stand in for Telegram's Bot API, in memory, behind the real python-telegram-bot objects.

Put together in five lines::

    chats = Chats(clock=clock, bot=Person(id=1, first_name="showme", username="showme_bot", is_bot=True))
    api = BotApi(chats, token="1:practice")
    people = People(chats)
    builder = Application.builder().token("1:practice").updater(None)
    builder.request(InMemoryRequest(api)).get_updates_request(InMemoryRequest(api)).build()

``Chats`` is what is so (chats, members, messages, waiting updates); ``BotApi`` is what a bot may ask, with the
documented parameters and limits; ``People`` is the human side; ``view_chat`` and ``photo_bytes`` show a chat to
somebody who is neither; ``api.faults`` scripts what goes wrong; ``InMemoryRequest`` and ``server.create_app`` are the
two wires to it. Source of every limit: https://core.telegram.org/bots/api (Bot API 10.0), unless a line says otherwise.

How it differs from the real Telegram:

- One bot; no channels, inline mode, business connections, payments, stories, polls, stickers, reactions, ``@username``
  as chat id. What is not in ``documented.METHODS`` answers 404, as a method that does not exist would.
- A parameter that is not documented is refused with 400; the real one ignores it (``strict=False`` does so too).
- ``parse_mode`` is HTML or none; ``Markdown`` and ``MarkdownV2`` are refused. Answers carry plain text: of the entities
  only ``bot_command`` in what people say. ``entities`` given explicitly are accepted and dropped. Links, phone numbers
  and mentions are not detected, and no link preview is made.
- Photos are checked and kept as sent. The real one recompresses and scales them to about 1280 pixels; here the sizes
  are listed so, with the same bytes behind each. Bytes disappear with the last message that shows them, and so does
  what ``getFile`` answers.
- Videos, documents and thumbnails are not decoded. Files by URL are refused, files by ``file_id`` work.
- Message numbers count per chat, also in private chats and basic groups, where the real ones count per bot. When a
  group becomes a supergroup, its messages stay behind, unreachable for the bot.
- Rates are enforced only with ``enforce_rates=True``: 20 messages a minute in a group (an album counts as its photos),
  one a second in a chat after a short burst (an album counts once), 30 a second in all. The real figures are not
  published exactly, vary, and also slow down edits and other calls.
- Buttons may lead to ``http://127.0.0.1`` and ``localhost``, which the real one refuses; ``switch_inline_*``,
  ``callback_game`` and ``pay`` buttons are always refused (no such bot). Custom keyboards are accepted and not shown.
- Nobody restricts the bot: in a group it is a member, an administrator, gone or kicked. Of an administrator's rights
  ``can_delete_messages`` and ``can_manage_topics`` matter: with the latter it also writes in closed topics.
- A callback query never grows too old, but can be answered only once.
- Commands, chat actions and webhook settings are kept, not acted upon: ``deliveries.next_request`` tells what would be
  POSTed to the webhook, and the caller posts it.
- The wording of errors follows the real one where it is known and matters (``message is not modified``,
  ``message to be replied not found``, ``chat not found``, 403, 409, 429); elsewhere it only has the right status.
- Nothing is kept when the process ends. Pass ``first_message`` to have numbers that an earlier run did not use.
"""
