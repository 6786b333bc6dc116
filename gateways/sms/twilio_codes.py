"""What Twilio's error codes mean for us.

Source: Twilio's Error and Warning Dictionary, https://www.twilio.com/docs/api/errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gateways.sms.verdicts import (
    ACCOUNT,
    BUSY,
    LIMIT,
    REFUSED,
    SETUP,
    Verdict,
    of_the_number,
    of_the_provider,
)

_WRONG: Final = of_the_number("sms_number_wrong")
_LANDLINE: Final = of_the_number("sms_landline")
_NO_ROUTE: Final = of_the_provider("sms_no_route")
_FILTERED: Final = of_the_provider("sms_filtered")

CODES: Final[Mapping[int, Verdict]] = {
    # the number
    21211: _WRONG,  # invalid "To"
    21217: _WRONG,  # not a valid phone number
    21265: _WRONG,  # "To" is a short code
    21266: _WRONG,  # "To" and "From" are the same
    21268: _WRONG,  # "To" is a premium or information service
    21604: _WRONG,  # "To" is missing
    21614: _LANDLINE,  # "To" is not a mobile number
    21635: _LANDLINE,  # "To" is a landline
    21610: of_the_number("sms_opted_out"),  # the recipient has answered STOP
    30005: of_the_number("sms_unknown_handset"),  # unknown or inactive
    30006: _LANDLINE,  # landline, or carrier that takes no SMS
    # the way to it
    21408: of_the_provider("sms_country_not_enabled"),  # no permission for this region
    21214: _NO_ROUTE,  # "To" cannot be reached
    21612: _NO_ROUTE,  # not with this pair of "To" and "From"
    30003: of_the_provider("sms_unreachable_handset"),  # off, or out of reach
    30004: of_the_provider("sms_blocked"),  # blocked by recipient or carrier
    30007: _FILTERED,  # taken for spam by Twilio or a carrier
    30450: _FILTERED,  # delivery blocked
    30008: of_the_provider("sms_failed"),  # unknown error
    30036: of_the_provider("sms_expired"),  # validity period over
    # our account there
    10001: ACCOUNT,  # not active
    20003: ACCOUNT,  # authentication
    20005: ACCOUNT,  # not active
    20006: ACCOUNT,  # access denied
    20008: ACCOUNT,  # test credentials
    20403: ACCOUNT,  # forbidden
    20404: ACCOUNT,  # no such account
    21219: ACCOUNT,  # trial accounts reach verified numbers only
    21608: ACCOUNT,  # likewise
    30002: ACCOUNT,  # suspended
    # our sender there
    21212: SETUP,  # invalid "From"
    21267: SETUP,  # trial accounts have no alphanumeric sender
    21603: SETUP,  # "From" is missing
    21606: SETUP,  # "From" is not ours, or cannot send there
    21609: SETUP,  # invalid "StatusCallback"
    21659: SETUP,  # "From" is not Twilio's
    21660: SETUP,  # "From" belongs to another account
    21661: SETUP,  # "From" cannot send SMS
    21703: SETUP,  # messaging service without a sender
    21704: SETUP,  # likewise
    21705: SETUP,  # no such messaging service
    30018: SETUP,  # the carrier wants the sender registered
    30024: SETUP,  # numeric sender not provisioned at the carrier
    30032: SETUP,  # toll-free sender not verified
    30034: SETUP,  # sender not registered in the USA
    # what it was given
    21602: REFUSED,  # no text
    21617: REFUSED,  # text too long
    21619: REFUSED,  # no text, no media
    # too much
    14107: BUSY,  # rate exceeded
    20429: BUSY,  # too many requests
    21611: BUSY,  # the sender's queue is full
    30001: BUSY,  # queue overflow
    30017: BUSY,  # carrier congested
    30022: BUSY,  # carrier's rate exceeded
    30023: LIMIT,  # carrier's daily limit
    63038: LIMIT,  # account's daily limit
}
