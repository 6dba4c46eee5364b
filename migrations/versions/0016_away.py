"""Who stood in the way of a move in a rep's calendar, and who replaced whom beside a rep.

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


def downgrade() -> None:
    op.drop_column("provider_events", "obstacle")
