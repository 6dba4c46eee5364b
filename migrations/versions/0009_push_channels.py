"""Channels over which calendar services tell of changes, the history of readings, and entries of ours that
people changed.

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "push_channels",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("calendar_id", sa.BigInteger(), nullable=False),
        sa.Column("secret_hash", postgresql.BYTEA(), nullable=False),
        sa.Column("remote_id", sa.String(length=1024), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "opening", "open", "failed", name="channel_state", native_enum=False,
                create_constraint=True, length=32,
            ),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendars.id"], name=op.f("fk_push_channels_calendar_id_calendars"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_channels")),
        sa.UniqueConstraint("public_id", name=op.f("uq_push_channels_public_id")),
    )
    op.create_index(op.f("ix_push_channels_calendar_id"), "push_channels", ["calendar_id"])
    op.create_index(
        "uq_push_channels_remote_id", "push_channels", ["remote_id"], unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )


    op.create_table(
        "calendar_readings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("calendar_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "cause",
            sa.Enum(
                "due", "told", "asked", "connected", "checked", name="reading_cause", native_enum=False,
                create_constraint=True, length=32,
            ),
            nullable=False,
        ),
        sa.Column("was_full", sa.Boolean(), nullable=False),
        sa.Column("changed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["calendars.id"], name=op.f("fk_calendar_readings_calendar_id_calendars"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_readings")),
    )
    op.create_index("ix_calendar_readings_calendar_id_at", "calendar_readings", ["calendar_id", "at"])


    op.add_column(
        "provider_events",
        sa.Column(
            "deviation",
            sa.Enum(
                "moved", "gone", "let_go", name="deviation", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
        ),
    )
    op.add_column("provider_events", sa.Column("deviated_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("provider_events", sa.Column("seen_start", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "provider_events", sa.Column("replies", postgresql.JSONB(), server_default="{}", nullable=False)
    )


def downgrade() -> None:
    for column in ("replies", "seen_start", "deviated_at", "deviation"):
        op.drop_column("provider_events", column)
    op.drop_table("calendar_readings")
    op.drop_table("push_channels")
