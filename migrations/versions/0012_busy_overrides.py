"""What counts as busy, by calendar.

Entries are told apart more finely than before: so every calendar is read as a whole once. Until then what was read
closes time as it did.

Revision: 0012, after 0011
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What owners wish otherwise; and a reading of everything."""
    op.add_column("calendars", sa.Column("busy_choices", JSONB, nullable=False, server_default="{}"))
    op.execute("UPDATE calendars SET token = NULL")


def downgrade() -> None:
    """Everything is read anew, and told apart as before."""
    op.execute("UPDATE calendars SET token = NULL")
    op.drop_column("calendars", "busy_choices")
