"""What can happen, as the journal writes it down."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Kind(StrEnum):
    """The kinds of event, in the past tense."""

    INVITATION_CREATED = "InvitationCreated"
    INVITATION_RESENT = "InvitationResent"
    INVITATION_CLOSED = "InvitationClosed"
    INVITATION_EXPIRED = "InvitationExpired"
    INVITATION_FORGOTTEN = "InvitationForgotten"
    INVITATION_UNANSWERED = "InvitationUnanswered"
    LINK_COPIED = "LinkCopied"
    HANDED_OVER = "HandedOver"
    INVITATION_SHARED = "InvitationShared"
    SHARE_OPENED = "ShareOpened"
    SHARE_ENDED = "ShareEnded"
    SMS_ACCEPTED = "SmsAccepted"
    SMS_DELIVERED = "SmsDelivered"
    SMS_REFUSED = "SmsRefused"
    SMS_UNKNOWN = "SmsUnknown"
    SMS_SILENT = "SmsSilent"
    SMS_ANSWERED = "SmsAnswered"
    SMS_PROVIDER_FAILED = "SmsProviderFailed"
    DELIVERY_DROPPED = "DeliveryDropped"
    DELIVERY_RECOVERED = "DeliveryRecovered"
    LIMIT_HIT = "LimitHit"
    CREDITS_TOPPED_UP = "CreditsToppedUp"
    CODE_SHOWN = "CodeShown"
    OPENED_BY_CODE = "OpenedByCode"
    CODES_GUESSED = "CodesGuessed"
    PAGE_LOADED = "PageLoaded"
    TAPPED = "Tapped"
    CAMERA_ASKED = "CameraAsked"
    CAMERA_ALLOWED = "CameraAllowed"
    CAMERA_REFUSED = "CameraRefused"
    LIVE_BEGAN = "LiveBegan"
    LIVE_ENDED = "LiveEnded"
    VIEWER_JOINED = "ViewerJoined"
    VIEWER_LEFT = "ViewerLeft"
    STILL_RECEIVED = "StillReceived"
    PICTURE_SEEN = "PictureSeen"
    PHONE_COMMANDED = "PhoneCommanded"
    SOUND_ALLOWED = "SoundAllowed"
    SOUND_REFUSED = "SoundRefused"
    TORCH_SWITCHED_ON = "TorchSwitchedOn"
    TORCH_SWITCHED_OFF = "TorchSwitchedOff"
    TORCH_REFUSED = "TorchRefused"
    PAGE_SHOWN = "PageShown"
    PAGE_HIDDEN = "PageHidden"
    PAGE_LEFT = "PageLeft"
    PAGE_SILENT = "PageSilent"
    PAGE_TOLD = "PageTold"
    SENTENCE_SAID = "SentenceSaid"
    SENTENCE_SHOWN = "SentenceShown"
    SENTENCE_HEARD = "SentenceHeard"
    PHONE_DESCRIBED = "PhoneDescribed"
    LOCATION_REPORTED = "LocationReported"
    PHOTO_RECEIVED = "PhotoReceived"
    PHOTO_SHOWN = "PhotoShown"
    PHOTO_COMPLETED = "PhotoCompleted"
    PHOTO_UNREADABLE = "PhotoUnreadable"
    PHOTO_FORGOTTEN = "PhotoForgotten"
    CLIP_READY = "ClipReady"
    CLIP_UNPLAYABLE = "ClipUnplayable"
    ORIGINAL_ASKED = "OriginalAsked"
    ORIGINAL_GONE = "OriginalGone"
    ORIGINAL_DOWNLOADED = "OriginalDownloaded"
    PHOTO_REVEALED = "PhotoRevealed"
    PHOTO_SEEN = "PhotoSeen"
    PHOTO_MARKED = "PhotoMarked"
    PHOTO_UNMARKED = "PhotoUnmarked"
    PHOTO_PRINTED = "PhotoPrinted"
    PHOTO_COPIED = "PhotoCopied"
    PHOTO_KEPT_LONGER = "PhotoKeptLonger"
    PHOTO_KEPT_NO_LONGER = "PhotoKeptNoLonger"
    PHOTO_LEFT_CHATS = "PhotoLeftChats"
    PHOTO_QUARANTINED = "PhotoQuarantined"
    PHOTO_RELEASED = "PhotoReleased"
    QUARANTINE_WAITS = "QuarantineWaits"
    BLURRING_CHOSEN = "BlurringChosen"
    CHAT_ENROLLED = "ChatEnrolled"
    CHAT_LEFT = "ChatLeft"
    CHAT_JOINED = "ChatJoined"
    BOT_ADDED = "BotAdded"
    BOT_REMOVED = "BotRemoved"
    MESSAGE_NOT_FORGOTTEN = "MessageNotForgotten"
    SUPERVISOR_APPOINTED = "SupervisorAppointed"
    SUPERVISOR_DISMISSED = "SupervisorDismissed"
    SIGNED_IN = "SignedIn"
    SIGNED_OUT = "SignedOut"
    SESSION_REVOKED = "SessionRevoked"
    SCREEN_INVITED = "ScreenInvited"
    PASSKEY_ADDED = "PasskeyAdded"
    PASSKEY_REMOVED = "PasskeyRemoved"
    PASSKEY_DOUBTED = "PasskeyDoubted"
    TROUBLE_BEGAN = "TroubleBegan"
    TROUBLE_ENDED = "TroubleEnded"
    DAY_SUMMARISED = "DaySummarised"
    SECRET_ROTATED = "SecretRotated"  # noqa: S105 - the name of an event, not a secret
    JOURNAL_EXPORTED = "JournalExported"
    JOURNAL_CONDENSED = "JournalCondensed"
    BACKUP_RESTORED = "BackupRestored"


@dataclass(frozen=True, kw_only=True)
class Event:
    """One line of the journal: an envelope that stays, and a detail that can be forgotten."""

    organisation: int
    number: int
    at: datetime
    kind: Kind
    actor: str
    invitation: str | None
    photo: str | None
    digest: str
    chain: str
    origin: str | None = None
    """From where somebody of ours acted: an address, a chat, the command line. Never where a citizen is."""
    detail: Mapping[str, object] = field(default_factory=dict)


def digest_of(detail: Mapping[str, object], salt: bytes) -> str:
    """Return the salted SHA-256 of a detail: it proves the detail while that is there, and tells nothing afterwards."""
    return hashlib.sha256(salt + _canonical(detail)).hexdigest()


def chain_of(previous: str, *, organisation: int, number: int, at: datetime, kind: str, actor: str,
             invitation: str | None, photo: str | None, digest: str, origin: str | None = None) -> str:  # fmt: skip
    """Return the link of the audit chain: SHA-256 over the link before and this event's envelope."""
    envelope = [organisation, number, at.astimezone(UTC).isoformat(), kind, actor, invitation, photo, digest]
    if origin is not None:  # left out where there is none: the oldest journals know of no origins
        envelope.append(origin)
    return hashlib.sha256(previous.encode() + _canonical(envelope)).hexdigest()


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
