"""Names what the team chat asks of the services, and how it tells what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from telegram.error import TelegramError

from showme.errors import Unavailable
from showme.services.closing import Closing
from showme.services.commanding import Commanding
from showme.services.conversing import Conversing
from showme.services.enrolling import Enrolling
from showme.services.inviting import Inviting
from showme.services.passing import Passing
from showme.services.reporting import Reporting
from showme.services.self_testing import SelfTesting
from showme.services.signing_in import SigningIn
from showme.services.speaking import Speaking
from showme.services.topping_up import ToppingUp
from showme.services.viewing import Viewing

Report = Callable[[str, BaseException], None]


class Services(Protocol):
    """The services that the team chat needs."""

    @property
    def inviting(self) -> Inviting: ...  # noqa: D102 - each service explains itself
    @property
    def closing(self) -> Closing: ...  # noqa: D102
    @property
    def viewing(self) -> Viewing: ...  # noqa: D102
    @property
    def enrolling(self) -> Enrolling: ...  # noqa: D102
    @property
    def signing_in(self) -> SigningIn: ...  # noqa: D102
    @property
    def speaking(self) -> Speaking: ...  # noqa: D102
    @property
    def topping_up(self) -> ToppingUp: ...  # noqa: D102
    @property
    def reporting(self) -> Reporting: ...  # noqa: D102
    @property
    def self_testing(self) -> SelfTesting: ...  # noqa: D102
    @property
    def commanding(self) -> Commanding: ...  # noqa: D102
    @property
    def conversing(self) -> Conversing: ...  # noqa: D102
    @property
    def passing(self) -> Passing: ...  # noqa: D102


def discreet(report: Report, *, token: str) -> Report:
    """Return a report that never tells the bot's token, which python-telegram-bot writes into some of its errors."""

    def reporting(event: str, error: BaseException) -> None:
        if not isinstance(error, TelegramError):
            report(event, error)
            return
        reason = f"{type(error).__name__}: {error}".replace(token, "…")
        report(event, Unavailable("telegram_unavailable", reason=reason))

    return reporting
