"""Skips, claims and corrections by managers.

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _grow_queues()
    op.add_column("ledger_entries", sa.Column("actor", sa.String(48)))
    op.add_column("routes", sa.Column("override", postgresql.JSONB(astext_type=sa.Text())))
    _grow_bookings()
    _make_pending_credits()
    _make_handovers()


def downgrade() -> None:
    op.drop_table("handovers")
    op.drop_table("pending_credits")
    for column in ("accepted_at", "outcome_at", "outcome_by", "outcome"):
        op.drop_column("bookings", column)
    op.drop_column("routes", "override")
    op.drop_column("ledger_entries", "actor")
    for column in ("done_at", "escalated_at", "told_at", "claimed_at", "public_id"):
        op.drop_column("queue_entries", column)
    op.drop_column("queues", "settings")


def _grow_queues() -> None:
    op.add_column(
        "queues",
        sa.Column("settings", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
    )
    op.add_column("queue_entries", sa.Column("public_id", sa.String(40)))
    op.execute("UPDATE queue_entries SET public_id = 'que_' || replace(gen_random_uuid()::text, '-', '')")
    op.alter_column("queue_entries", "public_id", nullable=False)
    op.create_unique_constraint(op.f("uq_queue_entries_public_id"), "queue_entries", ["public_id"])
    for column in ("claimed_at", "told_at", "escalated_at", "done_at"):
        op.add_column("queue_entries", sa.Column(column, INSTANT))
    # what waited before nobody was told of: it must not all be mailed at once on the day of the upgrade
    op.execute("UPDATE queue_entries SET told_at = created_at, escalated_at = created_at")


def _grow_bookings() -> None:
    op.add_column("bookings", sa.Column("outcome", sa.String(32)))
    op.create_check_constraint(op.f("ck_bookings_outcome"), "bookings", "outcome IN ('held', 'no_show', 'done')")
    op.add_column("bookings", sa.Column("outcome_by", sa.String(48)))
    op.add_column("bookings", sa.Column("outcome_at", INSTANT))
    op.add_column("bookings", sa.Column("accepted_at", INSTANT))


def _make_pending_credits() -> None:
    op.create_table(
        "pending_credits",
        _key(),
        sa.Column("public_id", sa.String(40), nullable=False),
        _reference("pending_credits", "pool_id", "pools"),
        _reference("pending_credits", "rep_id", "reps"),
        _reference("pending_credits", "assignment_id", "assignments"),
        sa.Column("reason", sa.String(80), nullable=False),
        _states("state", "credit_state", "waiting", "accepted", "refused"),
        sa.Column("decided_by", sa.String(48)),
        sa.Column("decided_at", INSTANT),
        _made("created_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_credits")),
        sa.UniqueConstraint("public_id", name=op.f("uq_pending_credits_public_id")),
    )
    for column in ("pool_id", "rep_id"):
        op.create_index(op.f(f"ix_pending_credits_{column}"), "pending_credits", [column])
    op.create_index(
        "uq_pending_credits_waiting",
        "pending_credits",
        ["assignment_id", "rep_id"],
        unique=True,
        postgresql_where=sa.text("state = 'waiting'"),
    )


def _make_handovers() -> None:
    op.create_table(
        "handovers",
        _key(),
        _reference("handovers", "request_id", "requests", "CASCADE"),
        _reference("handovers", "booking_id", "bookings", "CASCADE", nullable=True),
        _reference("handovers", "rep_id", "reps"),
        _states("kind", "handover_kind", "skipped", "reassigned"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(48), nullable=False),
        _reference("handovers", "taken_by", "reps", nullable=True),
        _made("at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
    )
    for column in ("request_id", "booking_id", "rep_id", "taken_by"):
        op.create_index(op.f(f"ix_handovers_{column}"), "handovers", [column])


def _key() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False)


def _made(name: str) -> sa.Column[object]:
    return sa.Column(name, INSTANT, server_default=sa.text("clock_timestamp()"), nullable=False)


def _reference(
    table: str, column: str, target: str, on_delete: str = "RESTRICT", *, nullable: bool = False
) -> sa.Column[int]:
    key = sa.ForeignKey(f"{target}.id", ondelete=on_delete, name=op.f(f"fk_{table}_{column}_{target}"))
    return sa.Column(column, sa.BigInteger(), key, nullable=nullable)


def _states(column: str, name: str, *states: str) -> sa.Column[str]:
    kind = sa.Enum(*states, name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(column, kind, nullable=False)
