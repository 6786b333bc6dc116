"""Read Telegram's HTML: which tags it knows, and the plain text that people see."""

from __future__ import annotations

import html
import re

from practice.telegram.rejected import Rejected, bad_request

KNOWN_TAGS = frozenset(
    {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "span", "tg-spoiler", "a", "tg-emoji", "code", "pre"}
    | {"blockquote", "tg-time"}
)
"""Bot API, "HTML style"."""

_ATTRIBUTE = r"""\s+[\w-]+(?:\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>]+))?"""
_TOKEN = re.compile(
    rf"<(?P<closes>/?)(?P<tag>[A-Za-z][A-Za-z0-9-]*)(?P<attributes>(?:{_ATTRIBUTE})*)\s*>"
    r"|(?P<character>&(?:lt|gt|amp|quot|\#[0-9]+|\#[xX][0-9A-Fa-f]+);)"
    r"|(?P<stray><)"
)


def plain_text(marked_up: str) -> str:
    """Return what people see of a text with ``parse_mode`` HTML.

    Raise Rejected (400, "can't parse entities") for unknown, unclosed or crossing tags and for a bare ``<``.
    """
    seen: list[str] = []
    open_tags: list[str] = []
    read_to = 0
    for token in _TOKEN.finditer(marked_up):
        seen.append(marked_up[read_to : token.start()])
        read_to = token.end()
        if token["character"]:
            seen.append(html.unescape(token["character"]))
        elif token["stray"]:
            raise _unparsable(f'unsupported start tag "" at character offset {token.start()}')
        else:
            _follow(open_tags, token["tag"].lower(), token["attributes"], closes=bool(token["closes"]))
    if open_tags:
        raise _unparsable(f'can\'t find end tag corresponding to start tag "{open_tags[-1]}"')
    return "".join([*seen, marked_up[read_to:]])


def escaped(text: str) -> str:
    """Return HTML that shows exactly this text."""
    return html.escape(text, quote=False)


def _follow(open_tags: list[str], tag: str, attributes: str, *, closes: bool) -> None:
    if closes:
        if not open_tags or open_tags.pop() != tag:
            raise _unparsable(f'unmatched end tag "{tag}"')
        return
    if tag not in KNOWN_TAGS:
        raise _unparsable(f'unsupported start tag "{tag}"')
    if tag == "span" and "tg-spoiler" not in attributes:
        raise _unparsable('tag "span" must have class "tg-spoiler"')
    open_tags.append(tag)


def _unparsable(reason: str) -> Rejected:
    return bad_request(f"can't parse entities: {reason}")
