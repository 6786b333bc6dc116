"""The tables, as SQLite and PostgreSQL both hold them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    func,
    true,
)

if TYPE_CHECKING:
    from sqlalchemy import Dialect


class Moment(TypeDecorator[datetime]):
    """A point in time in UTC; SQLite forgets the zone, so it is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a moment without a zone, and store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a moment without a zone"
            raise ValueError(message)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return UTC with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

PASSING: Final = {"passing": True}
"""Marks tables of which nothing has to be kept, backed up or moved."""

organisations: Final = Table(
    "organisations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(60), nullable=False),
    Column("region", String(2), nullable=False),
    Column("language", String(8), nullable=False),
    Column("blurring", String(16), nullable=False, server_default="until_revealed"),
    Column("retention_hours", Integer, nullable=False),
    Column("sound", Boolean, nullable=False, server_default=false()),
    Column("unanswered_minutes", Integer, nullable=False, server_default="5"),
    Column("made_at", Moment, nullable=False),
    Column("last_invitation", Integer, nullable=False),
    Column("credits", Integer, nullable=False),
    Column("last_line", Integer, nullable=False),
    Column("last_event", BigInteger, nullable=False),
    Column("last_chain", String(64), nullable=False),
)
"""``last_invitation``, ``last_event`` and ``last_chain`` are counters that move in the transaction that uses them: the
row's lock puts one organisation's writers in a line: events have no gaps and stand in the order of commitment."""

organisation_secrets: Final = Table(
    "organisation_secrets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("organisation", ForeignKey("organisations.id"), nullable=False, index=True),
    Column("value", LargeBinary(64), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("retired_at", Moment),
)

events: Final = Table(
    "events",
    metadata,
    Column("organisation", ForeignKey("organisations.id"), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("actor", String(60), nullable=False),
    Column("invitation", String(24)),
    Column("photo", String(64)),
    Column("digest", String(64), nullable=False),
    Column("chain", String(64), nullable=False),
    Column("origin", String(60)),
    Index("ix_events_invitation", "organisation", "invitation"),
)

event_details: Final = Table(
    "event_details",
    metadata,
    Column("organisation", Integer, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("salt", LargeBinary(16), nullable=False),
    Column("detail", JSON, nullable=False),
)

checkpoints: Final = Table(
    "checkpoints",
    metadata,
    Column("organisation", ForeignKey("organisations.id"), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("chain", String(64), nullable=False),
    Column("gone", BigInteger, nullable=False),
    Column("signature", String(64), nullable=False),
)
"""Signed words that the audit chain stood so at a line; ``gone`` lines up to it were condensed into it."""

cursors: Final = Table(
    "cursors",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("organisation", ForeignKey("organisations.id"), primary_key=True),
    Column("number", BigInteger, nullable=False),
)
"""How far each reader of the journal outside the chats has come."""

invitations: Final = Table(
    "invitations",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("organisation", ForeignKey("organisations.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("purpose", String(12), nullable=False),
    Column("language", String(8), nullable=False),
    Column("language_chosen", Boolean, nullable=False, server_default=true()),
    Column("incident", String(40)),
    Column("masked_number", String(40)),
    Column("by", String(60), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("nonce", LargeBinary(8), nullable=False),
    Column("secret", ForeignKey("organisation_secrets.id"), nullable=False),
    Column("ended_at", Moment),
    Column("closed", Boolean, nullable=False),
    Column("forgotten_at", Moment),
    Column("sms_state", String(12), nullable=False),
    Column("sms_provider", String(20)),
    Column("sms_cause", String(40)),
    Column("sms_failed_at", Moment),
    Column("camera_refused_at", Moment),
    Column("camera_reason", String(12)),
    Column("photo_unreadable_at", Moment),
    Column("page_state", String(8)),
    Column("page_unsent", Integer),
    Column("page_trouble", String(24)),
    Column("page_told", BigInteger),
    Column("page_at", Moment),
    Column("phone_kind", String(60)),
    Column("phone_browser", String(60)),
    Column("phone_battery", Float),
    Column("phone_network", String(20)),
    Column("phone_clock", Integer),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("accuracy", Float),
    Column("located_at", Moment),
    Column("photos", Integer, nullable=False),
    Column("live_began_at", Moment),
    Column("live_ended_at", Moment),
    Column("live_heard_at", Moment, index=True),
    Column("live_lost_at", Moment),
    Column("handed_to", String(60)),
    Column("handed_by", String(60)),
    Column("handed_at", Moment),
    UniqueConstraint("organisation", "nonce"),
    UniqueConstraint("organisation", "number"),
    Index("ix_invitations_remembered", "forgotten_at", "created_at"),
    Index("ix_invitations_incident", "organisation", "incident"),
)
"""``live_heard_at`` is the last noted sign of a phone whose camera runs for us, and empty otherwise."""

invitation_numbers: Final = Table(
    "invitation_numbers",
    metadata,
    Column("invitation", ForeignKey("invitations.id"), primary_key=True),
    Column("e164", String(20), nullable=False, index=True),
)
"""The citizen's number stands apart from everything else, so that forgetting it is one deletion."""

shares: Final = Table(
    "shares",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("organisation", ForeignKey("organisations.id"), nullable=False),
    Column("recipient", String(60), nullable=False),
    Column("invitation", ForeignKey("invitations.id")),
    Column("incident", String(40)),
    Column("secret", ForeignKey("organisation_secrets.id"), nullable=False),
    Column("made_by", String(60), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("ended_at", Moment),
    Column("ended_by", String(60)),
    Column("opened", Integer, nullable=False, server_default="0"),
    Column("opened_at", Moment),
    Index("ix_shares_newest", "organisation", "expires_at"),
)
"""Links for crews and other centres. What proves one is signed and rests nowhere; the row can be ended."""

share_visits: Final = Table(
    "share_visits",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("share", ForeignKey("shares.id"), nullable=False, index=True),
    Column("address", String(60), nullable=False),
    Column("browser", String(60), nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("left_at", Moment),
)
"""Browsers in which a share was opened, by the SHA-256 of what they were then given."""

rungs: Final = Table(
    "rungs",
    metadata,
    Column("invitation", ForeignKey("invitations.id"), primary_key=True),
    Column("rung", String(20), primary_key=True),
    Column("at", Moment, nullable=False),
)

photos: Final = Table(
    "photos",
    metadata,
    Column("organisation", ForeignKey("organisations.id"), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("invitation", ForeignKey("invitations.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    Column("format", String(8), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("stored_as", String(64), nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("shown_at", Moment),
    Column("width", Integer),
    Column("height", Integer),
    Column("clock", Integer),
    Column("taken_at", String(40)),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("camera", String(60)),
    Column("kind", String(8), nullable=False, server_default="photo"),
    Column("size", String(8), nullable=False, server_default="original"),
    Column("fuller_as", String(64)),
    Column("fuller_size", String(8)),
    Column("fuller_unreadable", Boolean, nullable=False, server_default=false()),
    Column("original", String(8)),
    Column("clip", String(12)),
    Column("seconds", Float),
    Column("kept_at", Moment),
    Column("kept_by", String(60)),
    Column("kept_reason", String(200)),
    Column("due_at", Moment),
    Column("left_chats", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("invitation", "number"),
    UniqueConstraint("stored_as"),
    Index("ix_photos_newest", "organisation", "received_at"),
    Index("ix_photos_expires_at", "expires_at"),
    Index("ix_photos_state", "state"),
    Index("ix_photos_due_at", "due_at"),
)
"""``due_at`` is when a photo that is kept longer would have gone by itself; empty for every other."""

photo_marks: Final = Table(
    "photo_marks",
    metadata,
    Column("organisation", ForeignKey("organisations.id"), primary_key=True),
    Column("photo", String(64), primary_key=True),
    Column("kind", String(12), primary_key=True),
    Column("by", String(60), primary_key=True),
    Column("at", Moment, nullable=False),
)
"""A photo in quarantine keeps its marks, for the day on which it is released."""

sealed_photos: Final = Table(
    "sealed_photos",
    metadata,
    Column("organisation", ForeignKey("organisations.id"), primary_key=True),
    Column("photo", String(64), primary_key=True),
    Column("invitation", ForeignKey("invitations.id"), nullable=False),
    Column("stored_as", String(64), nullable=False),
    Column("fuller_as", String(64)),
    Column("sealed_at", Moment, nullable=False),
    Column("by", String(60), nullable=False),
    Column("ends_at", Moment, nullable=False, index=True),
    Column("reminded_at", Moment),
    Column("row", JSON, nullable=False),
)
"""Photos in quarantine stand here and not among the photos: whatever reads photos, now or later, cannot meet them.

``row`` is the whole row as it stood, moments as ISO 8601, so that it comes back as it went."""

blur_choices: Final = Table(
    "blur_choices",
    metadata,
    Column("organisation", ForeignKey("organisations.id"), primary_key=True),
    Column("person", String(60), primary_key=True),
    Column("blurring", String(16), nullable=False),
)

shifts: Final = Table(
    "shifts",
    metadata,
    Column("organisation", ForeignKey("organisations.id"), primary_key=True),
    Column("person", String(60), primary_key=True),
    Column("began_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False, index=True),
    Column("revealed", Integer, nullable=False),
)
"""What each person has revealed in the newest shift, for that person alone; gone a day after it."""

reveal_hours: Final = Table(
    "reveal_hours",
    metadata,
    Column("organisation", ForeignKey("organisations.id"), primary_key=True),
    Column("hour", Moment, primary_key=True),
    Column("revealed", Integer, nullable=False),
)
"""How many pictures were revealed in each hour, by all together."""

uploads: Final = Table(
    "uploads",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("organisation", ForeignKey("organisations.id"), nullable=False),
    Column("invitation", ForeignKey("invitations.id"), nullable=False, index=True),
    Column("photo", String(64), nullable=False),
    Column("length", BigInteger, nullable=False),
    Column("metadata", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("size", String(8), nullable=False, server_default="original"),
    UniqueConstraint("organisation", "photo", "size"),
)
"""Uploads under way. How far one has come is what its file holds; whether it is done, whether its photo is there."""

sms_messages: Final = Table(
    "sms_messages",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("organisation", ForeignKey("organisations.id"), nullable=False),
    Column("invitation", ForeignKey("invitations.id"), nullable=False, index=True),
    Column("made_at", Moment, nullable=False),
    Column("state", String(12), nullable=False, index=True),
    Column("by", String(60), nullable=False),
    Column("number_digest", String(64)),
    Index("ix_sms_messages_recent", "organisation", "made_at"),
)
"""An order to send; ``number_digest`` counts what one number got lately, and goes with the number."""

sms_attempts: Final = Table(
    "sms_attempts",
    metadata,
    Column("sms", ForeignKey("sms_messages.id"), primary_key=True),
    Column("provider", String(20), primary_key=True),
    Column("made_at", Moment, nullable=False),
    Column("state", String(12), nullable=False),
    Column("provider_id", String(80)),
    Column("cause", String(40)),
    Index("ix_sms_attempts_provider_id", "provider", "provider_id"),
)
"""What one provider did with an order; at most two per order."""

early_receipts: Final = Table(
    "early_receipts",
    metadata,
    Column("provider", String(20), primary_key=True),
    Column("provider_id", String(80), primary_key=True),
    Column("state", String(12), primary_key=True),
    Column("cause", String(40)),
    Column("at", Moment, nullable=False, index=True),
)
"""Receipts that came before the provider's own answer was written down, or for nothing of ours."""

ledger: Final = Table(
    "ledger",
    metadata,
    Column("organisation", ForeignKey("organisations.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("entry", String(12), nullable=False),
    Column("amount", Integer, nullable=False),
    Column("balance", Integer, nullable=False),
    Column("actor", String(60), nullable=False),
    Column("invitation", String(24)),
)

spoken_codes: Final = Table(
    "spoken_codes",
    metadata,
    Column("code", String(8), primary_key=True),
    Column("invitation", ForeignKey("invitations.id"), nullable=False, index=True),
    Column("organisation", Integer, nullable=False),
    Column("expires_at", Moment, nullable=False),
)
"""Codes that a dispatcher shows at this moment; a used or late one is a row that is gone."""

wrong_codes: Final = Table(
    "wrong_codes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("address", String(64), nullable=False),
    Column("at", Moment, nullable=False, index=True),
)
"""Tries at codes that are none, by a digest of their address."""

kept_sms: Final = Table(
    "kept_sms",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("recipient", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Moment, nullable=False, index=True),
)
"""The embedded outbox: what a provider would have sent."""

sign_in_links: Final = Table(
    "sign_in_links",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("organisation", ForeignKey("organisations.id"), nullable=False, index=True),
    Column("role", String(12), nullable=False),
    Column("name", String(40)),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("ended_at", Moment),
)

sessions: Final = Table(
    "sessions",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("organisation", ForeignKey("organisations.id"), nullable=False, index=True),
    Column("role", String(12), nullable=False),
    Column("name", String(40), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("id", String(16), nullable=False, unique=True),
    Column("way", String(12), nullable=False),
    Column("browser", String(40), nullable=False),
    Column("address", String(60), nullable=False),
    Column("ended_by", String(40)),
    Column("passkey", String(16)),
    Column("language", String(8)),
)
"""``id`` names a session in lists and proves nothing; where it is, is kept coarsely."""

passkeys: Final = Table(
    "passkeys",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("organisation", ForeignKey("organisations.id"), nullable=False, index=True),
    Column("role", String(12), nullable=False),
    Column("name", String(40), nullable=False),
    Column("handle", LargeBinary(64), nullable=False),
    Column("credential", LargeBinary(1023), nullable=False, unique=True),
    Column("public_key", LargeBinary(4096), nullable=False),
    Column("counter", BigInteger, nullable=False),
    Column("label", String(40), nullable=False),
    Column("transports", JSON, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("used_at", Moment),
)
"""Public halves only: whoever reads this table can sign nobody in."""

challenges: Final = Table(
    "challenges",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("session", String(16)),
    Column("handle", LargeBinary(64), nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
)
"""What a passkey has been asked to sign and has not yet; ``session`` is whose passkey is being added."""

tokens: Final = Table(
    "tokens",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("organisation", ForeignKey("organisations.id"), nullable=False, index=True),
    Column("role", String(12), nullable=False),
    Column("name", String(40), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("ended_at", Moment),
)

chats: Final = Table(
    "chats",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("organisation", ForeignKey("organisations.id"), nullable=False, index=True),
    Column("telegram_id", BigInteger, nullable=False, unique=True),
    Column("title", String(255), nullable=False),
    Column("role", String(12), nullable=False),
    Column("language", String(8), nullable=False),
    Column("enrolled_at", Moment, nullable=False),
    Column("left_at", Moment),
    Column("cursor", BigInteger, nullable=False),
    Column("sound", String(8), nullable=False, server_default="some"),
    Column("quiet_start", Integer),
    Column("quiet_end", Integer),
    Column("quiet_zone", String(40)),
)

enrolment_codes: Final = Table(
    "enrolment_codes",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("organisation", ForeignKey("organisations.id"), nullable=False),
    Column("role", String(12), nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)

strangers: Final = Table(
    "strangers",
    metadata,
    Column("telegram_id", BigInteger, primary_key=True, autoincrement=False),
    Column("told_on", String(10), nullable=False),
)

parcels: Final = Table(
    "parcels",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chat", ForeignKey("chats.id"), nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("errand", String(20), nullable=False),
    Column("invitation", String(24)),
    Column("photo", String(64)),
    Column("event", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Moment),
    Column("perhaps_sent", Boolean, nullable=False),
    Index("ix_parcels_next", "chat", "urgency", "id"),
)

topics: Final = Table(
    "topics",
    metadata,
    Column("chat", ForeignKey("chats.id"), primary_key=True),
    Column("subject", String(48), primary_key=True),
    Column("thread", BigInteger),
    Column("is_closed", Boolean, nullable=False),
)
"""Telegram's topics, one for each incident, in chats that are forums."""

supervisors: Final = Table(
    "supervisors",
    metadata,
    Column("organisation", ForeignKey("organisations.id"), primary_key=True),
    Column("telegram_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(60), nullable=False),
    Column("by", String(60), nullable=False),
    Column("at", Moment, nullable=False),
)
"""Persons who are supervisors in every chat of the organisation."""

posted: Final = Table(
    "posted",
    metadata,
    Column("chat", ForeignKey("chats.id"), primary_key=True),
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("errand", String(20), nullable=False),
    Column("invitation", String(24), nullable=False, index=True),
    Column("photo", String(64)),
    Column("sent_at", Moment, nullable=False),
    Column("note", String(20)),
)

upload_pieces: Final = Table(
    "upload_pieces",
    metadata,
    Column("upload", String(64), primary_key=True),
    Column("first", BigInteger, primary_key=True, autoincrement=False),
    Column("bytes", BigInteger, nullable=False),
    Column("stored_as", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    info=PASSING,
)
"""Where the media store is not a folder: the pieces of uploads under way, each an object, one beginning where another
ends. Of two who write at the same place at once, the key lets one through."""

node_messages: Final = Table(
    "node_messages",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("sender", Integer, nullable=False),
    Column("receiver", Integer),
    Column("body", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now(), index=True),
    info=PASSING,
)
"""What nodes say to each other, for seconds: a crash of the database may lose it, and nothing lasting with it."""

node_places: Final = Table(
    "node_places",
    metadata,
    Column("peer", String(64), primary_key=True),
    Column("node", Integer, nullable=False, index=True),
    Column("body", Text, nullable=False),
    info=PASSING,
)
"""Who is on the line, and at which node."""

node_stills: Final = Table(
    "node_stills",
    metadata,
    Column("invitation", String(24), primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("picture", LargeBinary, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now(), index=True),
    info=PASSING,
)
"""The newest still of an invitation that somebody watches through another node, for half a minute at most."""
