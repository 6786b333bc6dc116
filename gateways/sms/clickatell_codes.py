"""What Clickatell's error and status codes mean for us.

Sources: the One API's Errors Table, https://docs.clickatell.com/channels/one-api/one-api-errors-table/, and Message
Status Table, https://docs.clickatell.com/channels/one-api/one-api-message-status-table/.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from gateways.sms.verdicts import (
    ACCOUNT,
    BUSY,
    FUNDS,
    REFUSED,
    SETUP,
    UNKNOWN,
    Verdict,
    of_the_number,
    of_the_provider,
)

_NO_ROUTE: Final = of_the_provider("sms_no_route")

ERRORS: Final[Mapping[int, Verdict]] = {
    1: ACCOUNT,  # invalid or missing API key
    2: ACCOUNT,  # account not active
    3: ACCOUNT,  # integration not active
    7: ACCOUNT,  # originating IP address not approved
    18: UNKNOWN,  # internal error
    19: UNKNOWN,  # internal error, please retry
    20: FUNDS,  # insufficient balance
    21: REFUSED,  # malformed
    22: REFUSED,  # too many messages in one request
    23: REFUSED,  # invalid or missing parameter
    24: REFUSED,  # content too large
    25: of_the_number("sms_number_wrong"),  # invalid recipient address
    26: of_the_number("sms_opted_out"),  # recipient opted out
    27: _NO_ROUTE,  # recipient not available on channel
    28: ACCOUNT,  # recipient not available on sandbox
    30: REFUSED,  # content type not supported
    38: SETUP,  # channel or feature not active
    39: SETUP,  # channel not available
    40: REFUSED,  # character set not supported
    41: SETUP,  # resource does not exist
    42: REFUSED,  # HTTP method not supported
    43: BUSY,  # rate limit
    44: SETUP,  # "from" is suspended
    45: SETUP,  # "from" is not this integration's
    46: ACCOUNT,  # demo access expired
    100: REFUSED,  # too many parts
    101: _NO_ROUTE,  # destination without two-way messaging
    110: SETUP,  # USA: two-way integration needed
    111: SETUP,  # USA: STOP and SUBSCRIBE commands needed
}

STATES: Final[Mapping[int, Literal["sent", "delivered", "failed"]]] = {
    4: "sent",  # SENT_TO_SUPPLIER
    5: "delivered",  # DEVICE_ACK
    6: "delivered",  # READ
    20: "failed",  # EXPIRED
    21: "failed",  # STOPPED_BY_USER
    22: "failed",  # STOPPED_BY_ADMIN
    23: "failed",  # DELIVERY_FAILURE
    25: "failed",  # INSUFFICIENT_ACCOUNT_BALANCE
    26: "failed",  # VOLUME_LIMIT
    27: "failed",  # VOLUME_LIMIT_DAILY
    28: "failed",  # VOLUME_LIMIT_MONTHLY
    29: "failed",  # RECIPIENT_DOES_NOT_EXIST
    60: "failed",  # ENCRYPTION_ACCESS_DENIED
    61: "failed",  # ENCRYPTION_CONTENT_ERROR
    100: "failed",  # ROUTING_ERROR
}
"""Missing are UNKNOWN, QUEUED, SCHEDULED and EMULATED, which say nothing new, and what only other channels know."""

CAUSES: Final[Mapping[int, str]] = {
    20: "sms_expired",
    25: "sms_provider_funds",
    26: "sms_provider_limit",
    27: "sms_provider_limit",
    28: "sms_provider_limit",
    29: "sms_unknown_handset",
    100: "sms_no_route",
}
"""Why it failed, where the status says it."""
