"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.tables import Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the step."""
    op.create_table(
        "early_receipts",
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("provider_id", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("provider", "provider_id", "state", name=op.f("pk_early_receipts")),
    )
    with op.batch_alter_table("early_receipts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_early_receipts_at"), ["at"], unique=False)

    op.create_table(
        "event_details",
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("organisation", "number", name=op.f("pk_event_details")),
    )
    op.create_table(
        "kept_sms",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("recipient", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_sms")),
    )
    with op.batch_alter_table("kept_sms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kept_sms_at"), ["at"], unique=False)

    op.create_table(
        "organisations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("region", sa.String(length=2), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("blur", sa.Boolean(), nullable=False),
        sa.Column("retention_hours", sa.Integer(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("last_invitation", sa.Integer(), nullable=False),
        sa.Column("credits", sa.Integer(), nullable=False),
        sa.Column("last_line", sa.Integer(), nullable=False),
        sa.Column("last_event", sa.BigInteger(), nullable=False),
        sa.Column("last_chain", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
    )
    op.create_table(
        "strangers",
        sa.Column("telegram_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("told_on", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("telegram_id", name=op.f("pk_strangers")),
    )
    op.create_table(
        "wrong_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wrong_codes")),
    )
    with op.batch_alter_table("wrong_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wrong_codes_at"), ["at"], unique=False)

    op.create_table(
        "chats",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("enrolled_at", Moment(), nullable=False),
        sa.Column("left_at", Moment(), nullable=True),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name=op.f("fk_chats_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chats")),
        sa.UniqueConstraint("telegram_id", name=op.f("uq_chats_telegram_id")),
    )
    with op.batch_alter_table("chats", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chats_organisation"), ["organisation"], unique=False)

    op.create_table(
        "cursors",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name=op.f("fk_cursors_organisation")),
        sa.PrimaryKeyConstraint("name", "organisation", name=op.f("pk_cursors")),
    )
    op.create_table(
        "enrolment_codes",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name=op.f("fk_enrolment_codes_organisation")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_enrolment_codes")),
    )
    op.create_table(
        "events",
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("invitation", sa.String(length=24), nullable=True),
        sa.Column("photo", sa.String(length=64), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name=op.f("fk_events_organisation")),
        sa.PrimaryKeyConstraint("organisation", "number", name=op.f("pk_events")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index("ix_events_invitation", ["organisation", "invitation"], unique=False)

    op.create_table(
        "ledger",
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("entry", sa.String(length=12), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("balance", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("invitation", sa.String(length=24), nullable=True),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name=op.f("fk_ledger_organisation")),
        sa.PrimaryKeyConstraint("organisation", "number", name=op.f("pk_ledger")),
    )
    op.create_table(
        "organisation_secrets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("value", sa.LargeBinary(length=64), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("retired_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.id"], name=op.f("fk_organisation_secrets_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_secrets")),
    )
    with op.batch_alter_table("organisation_secrets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organisation_secrets_organisation"), ["organisation"], unique=False)

    op.create_table(
        "sessions",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name=op.f("fk_sessions_organisation")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sessions")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sessions_organisation"), ["organisation"], unique=False)

    op.create_table(
        "sign_in_links",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=True),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name=op.f("fk_sign_in_links_organisation")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sign_in_links")),
    )
    with op.batch_alter_table("sign_in_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_links_organisation"), ["organisation"], unique=False)

    op.create_table(
        "tokens",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name=op.f("fk_tokens_organisation")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_tokens")),
    )
    with op.batch_alter_table("tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tokens_organisation"), ["organisation"], unique=False)

    op.create_table(
        "invitations",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("incident", sa.String(length=40), nullable=True),
        sa.Column("masked_number", sa.String(length=40), nullable=True),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(length=8), nullable=False),
        sa.Column("secret", sa.Integer(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("forgotten_at", Moment(), nullable=True),
        sa.Column("sms_state", sa.String(length=12), nullable=False),
        sa.Column("sms_provider", sa.String(length=20), nullable=True),
        sa.Column("sms_cause", sa.String(length=40), nullable=True),
        sa.Column("sms_failed_at", Moment(), nullable=True),
        sa.Column("camera_refused_at", Moment(), nullable=True),
        sa.Column("photo_unreadable_at", Moment(), nullable=True),
        sa.Column("phone_kind", sa.String(length=60), nullable=True),
        sa.Column("phone_browser", sa.String(length=60), nullable=True),
        sa.Column("phone_battery", sa.Float(), nullable=True),
        sa.Column("phone_network", sa.String(length=20), nullable=True),
        sa.Column("phone_clock", sa.Integer(), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("accuracy", sa.Float(), nullable=True),
        sa.Column("located_at", Moment(), nullable=True),
        sa.Column("photos", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name=op.f("fk_invitations_organisation")),
        sa.ForeignKeyConstraint(["secret"], ["organisation_secrets.id"], name=op.f("fk_invitations_secret")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("organisation", "nonce", name=op.f("uq_invitations_organisation_nonce")),
        sa.UniqueConstraint("organisation", "number", name=op.f("uq_invitations_organisation_number")),
    )
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.create_index("ix_invitations_remembered", ["forgotten_at", "created_at"], unique=False)

    op.create_table(
        "parcels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chat", sa.Integer(), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("errand", sa.String(length=20), nullable=False),
        sa.Column("invitation", sa.String(length=24), nullable=True),
        sa.Column("photo", sa.String(length=64), nullable=True),
        sa.Column("event", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", Moment(), nullable=True),
        sa.Column("perhaps_sent", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["chat"], ["chats.id"], name=op.f("fk_parcels_chat")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcels")),
    )
    with op.batch_alter_table("parcels", schema=None) as batch_op:
        batch_op.create_index("ix_parcels_next", ["chat", "urgency", "id"], unique=False)

    op.create_table(
        "posted",
        sa.Column("chat", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("errand", sa.String(length=20), nullable=False),
        sa.Column("invitation", sa.String(length=24), nullable=False),
        sa.Column("photo", sa.String(length=64), nullable=True),
        sa.Column("sent_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["chat"], ["chats.id"], name=op.f("fk_posted_chat")),
        sa.PrimaryKeyConstraint("chat", "message_id", name=op.f("pk_posted")),
    )
    with op.batch_alter_table("posted", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_posted_invitation"), ["invitation"], unique=False)

    op.create_table(
        "invitation_numbers",
        sa.Column("invitation", sa.String(length=24), nullable=False),
        sa.Column("e164", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["invitation"], ["invitations.id"], name=op.f("fk_invitation_numbers_invitation")),
        sa.PrimaryKeyConstraint("invitation", name=op.f("pk_invitation_numbers")),
    )
    with op.batch_alter_table("invitation_numbers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_numbers_e164"), ["e164"], unique=False)

    op.create_table(
        "photos",
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("invitation", sa.String(length=24), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("format", sa.String(length=8), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("stored_as", sa.String(length=64), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("shown_at", Moment(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("clock", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.String(length=40), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("camera", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(["invitation"], ["invitations.id"], name=op.f("fk_photos_invitation")),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name=op.f("fk_photos_organisation")),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("pk_photos")),
        sa.UniqueConstraint("invitation", "number", name=op.f("uq_photos_invitation_number")),
        sa.UniqueConstraint("stored_as", name=op.f("uq_photos_stored_as")),
    )
    with op.batch_alter_table("photos", schema=None) as batch_op:
        batch_op.create_index("ix_photos_expires_at", ["expires_at"], unique=False)
        batch_op.create_index("ix_photos_newest", ["organisation", "received_at"], unique=False)
        batch_op.create_index("ix_photos_state", ["state"], unique=False)

    op.create_table(
        "rungs",
        sa.Column("invitation", sa.String(length=24), nullable=False),
        sa.Column("rung", sa.String(length=20), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["invitation"], ["invitations.id"], name=op.f("fk_rungs_invitation")),
        sa.PrimaryKeyConstraint("invitation", "rung", name=op.f("pk_rungs")),
    )
    op.create_table(
        "sms_messages",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("invitation", sa.String(length=24), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("number_digest", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["invitation"], ["invitations.id"], name=op.f("fk_sms_messages_invitation")),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name=op.f("fk_sms_messages_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sms_messages")),
    )
    with op.batch_alter_table("sms_messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sms_messages_invitation"), ["invitation"], unique=False)
        batch_op.create_index("ix_sms_messages_recent", ["organisation", "made_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_sms_messages_state"), ["state"], unique=False)

    op.create_table(
        "spoken_codes",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("invitation", sa.String(length=24), nullable=False),
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["invitation"], ["invitations.id"], name=op.f("fk_spoken_codes_invitation")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_spoken_codes")),
    )
    with op.batch_alter_table("spoken_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_spoken_codes_invitation"), ["invitation"], unique=False)

    op.create_table(
        "uploads",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("invitation", sa.String(length=24), nullable=False),
        sa.Column("photo", sa.String(length=64), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("metadata", sa.Text(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["invitation"], ["invitations.id"], name=op.f("fk_uploads_invitation")),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name=op.f("fk_uploads_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
        sa.UniqueConstraint("organisation", "photo", name=op.f("uq_uploads_organisation_photo")),
    )
    with op.batch_alter_table("uploads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_uploads_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_uploads_invitation"), ["invitation"], unique=False)

    op.create_table(
        "sms_attempts",
        sa.Column("sms", sa.String(length=24), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("provider_id", sa.String(length=80), nullable=True),
        sa.Column("cause", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["sms"], ["sms_messages.id"], name=op.f("fk_sms_attempts_sms")),
        sa.PrimaryKeyConstraint("sms", "provider", name=op.f("pk_sms_attempts")),
    )
    with op.batch_alter_table("sms_attempts", schema=None) as batch_op:
        batch_op.create_index("ix_sms_attempts_provider_id", ["provider", "provider_id"], unique=False)


def downgrade() -> None:
    """Take the step back."""
    with op.batch_alter_table("sms_attempts", schema=None) as batch_op:
        batch_op.drop_index("ix_sms_attempts_provider_id")

    op.drop_table("sms_attempts")
    with op.batch_alter_table("uploads", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_uploads_invitation"))
        batch_op.drop_index(batch_op.f("ix_uploads_expires_at"))

    op.drop_table("uploads")
    with op.batch_alter_table("spoken_codes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_spoken_codes_invitation"))

    op.drop_table("spoken_codes")
    with op.batch_alter_table("sms_messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sms_messages_state"))
        batch_op.drop_index("ix_sms_messages_recent")
        batch_op.drop_index(batch_op.f("ix_sms_messages_invitation"))

    op.drop_table("sms_messages")
    op.drop_table("rungs")
    with op.batch_alter_table("photos", schema=None) as batch_op:
        batch_op.drop_index("ix_photos_state")
        batch_op.drop_index("ix_photos_newest")
        batch_op.drop_index("ix_photos_expires_at")

    op.drop_table("photos")
    with op.batch_alter_table("invitation_numbers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_numbers_e164"))

    op.drop_table("invitation_numbers")
    with op.batch_alter_table("posted", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_posted_invitation"))

    op.drop_table("posted")
    with op.batch_alter_table("parcels", schema=None) as batch_op:
        batch_op.drop_index("ix_parcels_next")

    op.drop_table("parcels")
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_index("ix_invitations_remembered")

    op.drop_table("invitations")
    with op.batch_alter_table("tokens", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tokens_organisation"))

    op.drop_table("tokens")
    with op.batch_alter_table("sign_in_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_links_organisation"))

    op.drop_table("sign_in_links")
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sessions_organisation"))

    op.drop_table("sessions")
    with op.batch_alter_table("organisation_secrets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organisation_secrets_organisation"))

    op.drop_table("organisation_secrets")
    op.drop_table("ledger")
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_index("ix_events_invitation")

    op.drop_table("events")
    op.drop_table("enrolment_codes")
    op.drop_table("cursors")
    with op.batch_alter_table("chats", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_chats_organisation"))

    op.drop_table("chats")
    with op.batch_alter_table("wrong_codes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_wrong_codes_at"))

    op.drop_table("wrong_codes")
    op.drop_table("strangers")
    op.drop_table("organisations")
    with op.batch_alter_table("kept_sms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_kept_sms_at"))

    op.drop_table("kept_sms")
    op.drop_table("event_details")
    with op.batch_alter_table("early_receipts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_early_receipts_at"))

    op.drop_table("early_receipts")
