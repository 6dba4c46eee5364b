"""Trips, more limits, and hours and lengths by meeting type.

Revision: 0010, after 0009
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_SMALL = ("per_month", "minutes_per_day", "minutes_per_week", "in_a_row", "pause")
_KIND = ("schedule_id", "hours_rule", "prefer_days", "limits", "other_minutes", "slot_offset")


def upgrade() -> None:
    for name in _SMALL:
        op.add_column("reps", sa.Column(name, sa.SmallInteger()))
    op.add_column("reps", sa.Column("minutes_per_month", sa.Integer()))
    _add_trips()
    _add_to_meeting_types()
    _add_rep_meeting_hours()


def downgrade() -> None:
    op.drop_table("rep_meeting_hours")
    for name in _KIND:
        op.drop_column("meeting_types", name)
    op.drop_table("rep_trips")
    for name in ("minutes_per_month", *_SMALL):
        op.drop_column("reps", name)


def _add_trips() -> None:
    op.create_table(
        "rep_trips",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("rep_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_rep_trips_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["rep_id"], ["reps.id"], name=op.f("fk_rep_trips_rep_id_reps"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rep_trips")),
        sa.UniqueConstraint("public_id", name=op.f("uq_rep_trips_public_id")),
    )
    op.create_index(op.f("ix_rep_trips_rep_id"), "rep_trips", ["rep_id"])


def _add_to_meeting_types() -> None:
    add = op.add_column
    small = sa.SmallInteger()
    add("meeting_types", sa.Column("slot_offset", small, server_default="0", nullable=False))
    add("meeting_types", sa.Column("other_minutes", postgresql.ARRAY(small), server_default="{}", nullable=False))
    add("meeting_types", sa.Column("limits", postgresql.JSONB(), server_default="{}", nullable=False))
    add("meeting_types", sa.Column("schedule_id", sa.BigInteger()))
    op.create_index(op.f("ix_meeting_types_schedule_id"), "meeting_types", ["schedule_id"])
    op.create_foreign_key(
        op.f("fk_meeting_types_schedule_id_schedules"),
        "meeting_types",
        "schedules",
        ["schedule_id"],
        ["id"],
        ondelete="RESTRICT",
    )
    within = sa.Column("hours_rule", _choice("hours_rule", "within", "instead"), server_default="within", nullable=False)
    add("meeting_types", within)
    add("meeting_types", sa.Column("prefer_days", _choice("preferred_days", "fullest", "emptiest")))


def _add_rep_meeting_hours() -> None:
    name = "rep_meeting_hours"
    op.create_table(
        name,
        sa.Column("meeting_type_id", sa.BigInteger(), nullable=False),
        sa.Column("rep_id", sa.BigInteger(), nullable=False),
        sa.Column("schedule_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_type_id"],
            ["meeting_types.id"],
            name=op.f("fk_rep_meeting_hours_meeting_type_id_meeting_types"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["rep_id"], ["reps.id"], name=op.f("fk_rep_meeting_hours_rep_id_reps"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["schedule_id"],
            ["schedules.id"],
            name=op.f("fk_rep_meeting_hours_schedule_id_schedules"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("meeting_type_id", "rep_id", name=op.f("pk_rep_meeting_hours")),
    )
    op.create_index(op.f("ix_rep_meeting_hours_rep_id"), name, ["rep_id"])
    op.create_index(op.f("ix_rep_meeting_hours_schedule_id"), name, ["schedule_id"])


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
