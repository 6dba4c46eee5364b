"""Several people at one meeting.

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "assignment_parties",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("assignment_id", sa.BigInteger(), nullable=False),
        sa.Column("charged_id", sa.BigInteger(), nullable=False),
        sa.Column("seat", sa.SmallInteger(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("pool_id", sa.BigInteger(), nullable=True),
        sa.Column("rep_id", sa.BigInteger(), nullable=False),
        sa.Column("inputs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("trace", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignments.id"],
            name=op.f("fk_assignment_parties_assignment_id_assignments"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["charged_id"],
            ["assignments.id"],
            name=op.f("fk_assignment_parties_charged_id_assignments"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["pools.id"], name=op.f("fk_assignment_parties_pool_id_pools"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["rep_id"], ["reps.id"], name=op.f("fk_assignment_parties_rep_id_reps"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_parties")),
    )
    op.create_index("uq_assignment_parties_seat", "assignment_parties", ["assignment_id", "seat"], unique=True)
    op.create_index(
        op.f("ix_assignment_parties_charged_id"), "assignment_parties", ["charged_id"], unique=False
    )
    op.create_index(op.f("ix_assignment_parties_pool_id"), "assignment_parties", ["pool_id"], unique=False)
    op.create_index(op.f("ix_assignment_parties_rep_id"), "assignment_parties", ["rep_id"], unique=False)
    _one_hold_where("state = 'held' AND role = 'primary'")


def downgrade() -> None:
    op.execute("UPDATE reservations SET state = 'released' WHERE state = 'held' AND role <> 'primary'")
    _one_hold_where("state = 'held'")
    op.drop_table("assignment_parties")


def _one_hold_where(condition: str) -> None:
    op.drop_index("uq_reservations_live_hold", table_name="reservations")
    op.create_index(
        "uq_reservations_live_hold",
        "reservations",
        ["request_id"],
        unique=True,
        postgresql_where=sa.text(condition),
    )
