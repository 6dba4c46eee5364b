"""Meetings with several seats, taken by prospects who do not know each other.

Revision: 0013, after 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_LIVE = sa.text("state IN ('held', 'confirmed')")


def upgrade() -> None:
    op.add_column("meeting_types", sa.Column("seats", sa.SmallInteger(), server_default="1", nullable=False))
    _add_sessions()
    op.add_column("bookings", sa.Column("group_session_id", sa.BigInteger()))
    op.create_index(op.f("ix_bookings_group_session_id"), "bookings", ["group_session_id"])
    _refer("bookings", "RESTRICT")
    _add_seats()
    _add_entries()


def downgrade() -> None:
    """Sessions become one meeting of each rep again: only the first of their prospects keeps the rep's time, and no
    entry of a session is known any more."""
    op.execute("DELETE FROM provider_events WHERE booking_id IS NULL")
    op.drop_constraint("ck_provider_events_of_one", "provider_events")
    op.drop_column("provider_events", "group_session_id")
    op.alter_column("provider_events", "booking_id", nullable=False)
    op.execute("UPDATE reservations SET state = 'released' WHERE seat > 0 AND state <> 'released'")
    op.drop_constraint("no_overlap", "reservations")
    op.drop_index("uq_reservations_seat", "reservations")
    op.drop_column("reservations", "seat")
    op.drop_column("reservations", "group_session_id")
    op.create_exclude_constraint(
        "no_overlap", "reservations", ("rep_id", "="), ("during", "&&"), where=_LIVE, using="gist"
    )
    op.drop_column("bookings", "group_session_id")
    op.drop_table("group_sessions")
    op.drop_column("meeting_types", "seats")


def _add_sessions() -> None:
    name = "group_sessions"
    op.create_table(
        name,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("rep_id", sa.BigInteger(), nullable=False),
        sa.Column("meeting_type_id", sa.BigInteger(), nullable=False),
        sa.Column("assignment_id", sa.BigInteger(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("join_url", sa.Text(), nullable=True),
        sa.Column("generation", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["rep_id"], ["reps.id"], name=op.f("fk_group_sessions_rep_id_reps"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["meeting_type_id"],
            ["meeting_types.id"],
            name=op.f("fk_group_sessions_meeting_type_id_meeting_types"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignments.id"],
            name=op.f("fk_group_sessions_assignment_id_assignments"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_sessions")),
        sa.UniqueConstraint("public_id", name=op.f("uq_group_sessions_public_id")),
    )
    op.create_index("ix_group_sessions_rep_id_starts_at", name, ["rep_id", "starts_at"])
    op.create_index(op.f("ix_group_sessions_meeting_type_id"), name, ["meeting_type_id"])
    op.create_index(op.f("ix_group_sessions_assignment_id"), name, ["assignment_id"])


def _add_seats() -> None:
    op.add_column("reservations", sa.Column("group_session_id", sa.BigInteger()))
    op.add_column("reservations", sa.Column("seat", sa.SmallInteger()))
    _refer("reservations", "RESTRICT")
    op.drop_constraint("no_overlap", "reservations")
    op.create_exclude_constraint(
        "no_overlap",
        "reservations",
        ("rep_id", "="),
        ("during", "&&"),
        (sa.literal_column("coalesce(group_session_id, -id)", sa.BigInteger()), "<>"),
        where=_LIVE,
        using="gist",
    )
    op.create_index(
        "uq_reservations_seat", "reservations", ["group_session_id", "seat"], unique=True, postgresql_where=_LIVE
    )


def _add_entries() -> None:
    name = "provider_events"
    op.alter_column(name, "booking_id", nullable=True)
    op.add_column(name, sa.Column("group_session_id", sa.BigInteger()))
    _refer(name, "CASCADE")
    op.create_check_constraint(
        op.f("ck_provider_events_of_one"), name, "num_nonnulls(booking_id, group_session_id) = 1"
    )
    op.create_index(
        "uq_provider_events_group_generation", name, ["group_session_id", "generation"], unique=True
    )


def _refer(table: str, on_delete: str) -> None:
    op.create_foreign_key(
        op.f(f"fk_{table}_group_session_id_group_sessions"),
        table,
        "group_sessions",
        ["group_session_id"],
        ["id"],
        ondelete=on_delete,
    )
