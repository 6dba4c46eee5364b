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


def downgrade() -> None:
    op.drop_index(op.f("ix_assignments_beside_id"), "assignments")
    op.drop_constraint(op.f("fk_assignments_beside_id_assignments"), "assignments")
    op.drop_column("assignments", "beside_id")
    op.drop_column("provider_events", "obstacle")
