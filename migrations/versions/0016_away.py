"""Who stood in the way of a move in a rep's calendar, who replaced whom beside a rep, and who was erased.

Revision: 0016, after 0015
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("provider_events", sa.Column("obstacle", postgresql.JSONB(none_as_null=True)))
    op.add_column("assignments", sa.Column("beside_id", sa.BigInteger()))
    op.create_foreign_key(
        op.f("fk_assignments_beside_id_assignments"),
        "assignments",
        "assignments",
        ["beside_id"],
        ["id"],
        ondelete="RESTRICT",
    )
    op.create_index(op.f("ix_assignments_beside_id"), "assignments", ["beside_id"])
    _add_erasures()


def downgrade() -> None:
    op.drop_table("erasures")
    op.drop_index(op.f("ix_assignments_beside_id"), "assignments")
    op.drop_constraint(op.f("fk_assignments_beside_id_assignments"), "assignments")
    op.drop_column("assignments", "beside_id")
    op.drop_column("provider_events", "obstacle")


def _add_erasures() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("key_hash", postgresql.BYTEA(), nullable=False),
        sa.Column("lead_id", sa.BigInteger()),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(length=48), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["leads.id"], name=op.f("fk_erasures_lead_id_leads"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_erasures_key_hash")),
    )
    op.create_index(op.f("ix_erasures_lead_id"), "erasures", ["lead_id"])
