"""How a provider's "no" becomes one of our errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from showme.errors import NumberRefused, ProviderRefused, ShowmeError, Unavailable, Unreachable


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Which of our errors, and with which cause."""

    family: type[ShowmeError]
    cause: str

    def error(self, *, code: int | None = None) -> ShowmeError:
        """Return the error; the provider's own code stays in its facts, for whoever operates showme."""
        return self.family(self.cause, code=code)


def of_the_number(cause: str) -> Verdict:
    """Return the verdict that no provider can help."""
    return Verdict(family=NumberRefused, cause=cause)


def of_the_provider(cause: str) -> Verdict:
    """Return the verdict that another provider may help."""
    return Verdict(family=ProviderRefused, cause=cause)


ACCOUNT: Final = of_the_provider("sms_provider_account")
FUNDS: Final = of_the_provider("sms_provider_funds")
SETUP: Final = of_the_provider("sms_provider_setup")
LIMIT: Final = of_the_provider("sms_provider_limit")
REFUSED: Final = of_the_provider("sms_refused")
BUSY: Final = Verdict(family=Unreachable, cause="sms_provider_busy")
"""The provider said "too many": it took nothing, and may take it a moment later."""
DOWN: Final = Verdict(family=Unreachable, cause="sms_provider_down")
"""No connection was made, so that not one byte of the SMS has left."""
UNKNOWN: Final = Verdict(family=Unavailable, cause="sms_unknown")
"""The SMS may have left: it must never be sent again by the same provider."""

_BY_STATUS: Final[Mapping[int, Verdict]] = {
    HTTPStatus.UNAUTHORIZED: ACCOUNT,
    HTTPStatus.PAYMENT_REQUIRED: FUNDS,
    HTTPStatus.FORBIDDEN: ACCOUNT,
    HTTPStatus.NOT_FOUND: ACCOUNT,
    HTTPStatus.REQUEST_TIMEOUT: UNKNOWN,
    HTTPStatus.TOO_MANY_REQUESTS: BUSY,
}


def by_status(status: int) -> Verdict:
    """Return what an HTTP status alone says.

    A 4xx is a refusal: nothing was taken. Everything else that is not a readable success leaves it open: a 5xx can
    come from a machine in front of the one that has taken the SMS.
    """
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return _BY_STATUS.get(status, REFUSED)
    return UNKNOWN


def by_code(status: int, verdict: Verdict | None) -> Verdict:
    """Return what a readable refusal says: the verdict on the provider's own code, where the status lets us believe."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        return UNKNOWN
    if verdict is not None:
        return verdict
    return by_status(status) if status >= HTTPStatus.BAD_REQUEST else REFUSED
