"""Writes what happens to standard error, one line each, and never a secret."""

from __future__ import annotations

import logging
import re
import sys
from typing import TYPE_CHECKING, Any, Final, TextIO, cast

import structlog

if TYPE_CHECKING:
    from collections.abc import MutableMapping

_SECRETS: Final = (
    (re.compile(r"\b1[0-9A-Za-z]{39}\b"), "[key]"),
    (re.compile(r"\b\d{5,}:[0-9A-Za-z_-]{30,}"), "[bot token]"),
    (re.compile(r"(?<=/sign-in/)[0-9A-Za-z_-]+"), "[link]"),
    (re.compile(r"(?<=/watch/)[0-9A-Za-z]+/[0-9A-Za-z]+"), "[pass]"),
    (re.compile(r"(?<=[?&]token=)[^&\s\"']+"), "[token]"),
    (re.compile(r"(?i)(?<=bearer )\S+"), "[token]"),
    (re.compile(r"\+\d{7,15}\b"), "[number]"),
)


def start_logging() -> None:
    """Send our own and the libraries' lines through one place."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _without_secrets,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        logger_factory=structlog.PrintLoggerFactory(file=cast("TextIO", _StandardError())),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, handlers=[_ToStructlog()], force=True)


class _StandardError:
    """Standard error as it stands at each moment: whoever runs us may put another file in its place."""

    def write(self, text: str) -> int:
        """Write a text."""
        return sys.stderr.write(text)

    def flush(self) -> None:
        """Hand on what was written."""
        sys.stderr.flush()


def report(event: str, error: BaseException) -> None:
    """Write down what went wrong without anyone being at fault, with the way it came."""
    facts = {name: str(value) for name, value in getattr(error, "facts", {}).items()}
    structlog.get_logger().error(event, error=type(error).__name__, exc_info=error, **facts)


def tell(event: str, **facts: object) -> None:
    """Write down something that an operator may want to know."""
    structlog.get_logger().info(event, **facts)


def redacted(text: str) -> str:
    """Return a text with keys, tokens, links and numbers blotted out."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


def _without_secrets(_: object, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: redacted(value) if isinstance(value, str) else value for name, value in line.items()}


class _ToStructlog(logging.Handler):
    """Hands the libraries' lines on."""

    def emit(self, record: logging.LogRecord) -> None:
        """Hand a line on, at its own level."""
        logger = structlog.get_logger().bind(of=record.name)
        logger.log(record.levelno, record.getMessage(), exc_info=record.exc_info)
