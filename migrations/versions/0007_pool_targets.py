"""Shares in percent with bounds, and caps by the day of the booking.

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_MEMBER = ("percent", "floor", "cap", "new_per_day", "new_per_week")
_REP = ("new_per_day", "new_per_week", "open_leads")


def upgrade() -> None:
    for table, names in (("pool_members", _MEMBER), ("reps", _REP)):
        for name in names:
            op.add_column(table, sa.Column(name, sa.SmallInteger()))
    op.create_check_constraint(
        op.f("ck_pool_members_percent_is_percent"), "pool_members", "percent BETWEEN 1 AND 100"
    )
    op.create_check_constraint(
        op.f("ck_pool_members_bounds_are_percent"),
        "pool_members",
        "floor BETWEEN 1 AND 100 AND cap BETWEEN 1 AND 100",
    )


def downgrade() -> None:
    for table, names in (("reps", _REP), ("pool_members", _MEMBER)):
        for name in reversed(names):
            op.drop_column(table, name)
