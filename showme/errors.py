"""The two families of error that every door knows how to tell.

::

    ShowmeError
    ├── Refused                   the rules say no; asking again unchanged will not help
    │   ├── WrongKey              404  no invitation answers to this key
    │   ├── NotFound              404  nothing of yours has this id
    │   ├── LinkEnded             410  the invitation is closed or expired
    │   ├── NotSignedIn           401  no session, or it was revoked
    │   ├── NotAllowed            403  signed in, and still not yours to do
    │   ├── NotInvitable          422  this cannot be invited (the number, the purpose, the language)
    │   ├── NotUnderstood         422  a field is missing or malformed
    │   ├── NotAPicture           415  the bytes are not a picture that we read
    │   ├── NotReadable           422  a picture, but damaged or with too many pixels
    │   ├── TooLarge              413  more bytes than we take
    │   ├── Contradiction         409  this id was used for something else
    │   ├── NotAsSent             460  a piece's checksum says that it was damaged on its way
    │   ├── NumberRefused         422  no SMS can reach this number, whoever sends it
    │   ├── ProviderRefused       422  this provider will not send it; another one may
    │   └── TooMany               429  too often; carries how long to wait
    └── Unavailable               503  the outside, or we ourselves, failed; trying again may help
        ├── Unreachable           503  nothing left us: whoever else can do it may be asked
        ├── Busy                  503  too many bytes in flight
        └── StorageFull           507  the disk is full

Every error carries a ``cause``: a key of the catalogue's ``refusals`` section, from which each door
makes a sentence in the reader's language. A sentence says the cause and the next step, and whether a
credit was taken.
"""

from __future__ import annotations

from typing import ClassVar


class ShowmeError(Exception):
    """An error that a person can be told about.

    ``cause`` is a key below ``refusals`` in the catalogue; ``facts`` fill the sentence's blanks.
    """

    status: ClassVar[int] = 500
    default_cause: ClassVar[str] = "unexpected"

    def __init__(self, cause: str | None = None, *, retry_after: int | None = None, **facts: object) -> None:
        """Keep the cause, the seconds to wait (if any) and the facts."""
        self.cause = cause or self.default_cause
        self.retry_after = retry_after
        self.facts = facts
        super().__init__(self.cause)


class Refused(ShowmeError):
    """The rules say no."""

    status = 422


class WrongKey(Refused):
    """No invitation answers to this key."""

    status = 404
    default_cause = "wrong_key"


class NotFound(Refused):
    """Nothing that belongs to the asker has this id."""

    status = 404
    default_cause = "not_found"


class LinkEnded(Refused):
    """The invitation was closed or has expired."""

    status = 410
    default_cause = "link_expired"


class NotSignedIn(Refused):
    """No session or token, or it was revoked."""

    status = 401
    default_cause = "not_signed_in"


class NotAllowed(Refused):
    """Known, and still not theirs to do."""

    status = 403
    default_cause = "not_allowed"


class NotInvitable(Refused):
    """Nobody can be invited with this number, purpose or language."""

    default_cause = "number_not_understood"


class NotUnderstood(Refused):
    """A field is missing or malformed."""

    default_cause = "not_understood"


class NotAPicture(Refused):
    """The bytes are not a picture of a kind that we read."""

    status = 415
    default_cause = "not_a_picture"


class NotReadable(Refused):
    """A picture, but damaged, or with more pixels than we decode."""

    default_cause = "picture_damaged"


class TooLarge(Refused):
    """More bytes than we take."""

    status = 413
    default_cause = "too_large"


class Contradiction(Refused):
    """The id was used before, for something else."""

    status = 409
    default_cause = "id_used_before"


class NotAsSent(Refused):
    """A piece does not come to its checksum; 460 is tus's own status for it."""

    status = 460
    default_cause = "checksum_wrong"


class TooMany(Refused):
    """Too often; ``retry_after`` says how many seconds to wait."""

    status = 429
    default_cause = "too_many"


class NumberRefused(Refused):
    """No SMS can reach this number, whichever provider sends it."""

    default_cause = "sms_number_refused"


class ProviderRefused(Refused):
    """This provider will not send the SMS; another one may."""

    default_cause = "sms_refused"


class Unavailable(ShowmeError):
    """The outside, or we ourselves, failed; trying again may help."""

    status = 503
    default_cause = "unavailable"


class Unreachable(Unavailable):
    """It is certain that nothing left us, so that asking somebody else repeats nothing."""

    default_cause = "unreachable"


class Busy(Unavailable):
    """Too many bytes are on their way in; ``retry_after`` says when to come back."""

    default_cause = "busy"


class StorageFull(Unavailable):
    """The disk is full; what was acknowledged is safe."""

    status = 507
    default_cause = "storage_full"
