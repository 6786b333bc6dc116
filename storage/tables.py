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

organisations: Final = Table(
    "organisations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(60), nullable=False),
    Column("region", String(2), nullable=False),
    Column("language", String(8), nullable=False),
    Column("blur", Boolean, nullable=False),
    Column("retention_hours", Integer, nullable=False),
    Column("sound", Boolean, nullable=False, server_default=false()),
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
    UniqueConstraint("organisation", "nonce"),
    UniqueConstraint("organisation", "number"),
    Index("ix_invitations_remembered", "forgotten_at", "created_at"),
)
"""``live_heard_at`` is the last noted sign of a phone whose camera runs for us, and empty otherwise."""

invitation_numbers: Final = Table(
    "invitation_numbers",
    metadata,
    Column("invitation", ForeignKey("invitations.id"), primary_key=True),
    Column("e164", String(20), nullable=False, index=True),
)
"""The citizen's number stands apart from everything else, so that forgetting it is one deletion."""

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
    UniqueConstraint("invitation", "number"),
    UniqueConstraint("stored_as"),
    Index("ix_photos_newest", "organisation", "received_at"),
    Index("ix_photos_expires_at", "expires_at"),
    Index("ix_photos_state", "state"),
)

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
)

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
