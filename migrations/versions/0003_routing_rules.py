"""Rules in layers, territories with dates, nurture lists, the company a lead comes back from.

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STATES = ("captured", "offered", "queued", "booked", "refused", "repeated")


def upgrade() -> None:
    empty = postgresql.JSONB(astext_type=sa.Text())
    op.add_column("territories", sa.Column("settings", empty, server_default="{}", nullable=False))
    op.add_column("leads", sa.Column("company_domain", sa.String(253), nullable=True))
    op.add_column("leads", sa.Column("nurture_list", sa.String(200), nullable=True))
    op.add_column("leads", sa.Column("nurtured_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_leads_company_domain", "leads", ["company_domain"])
    op.create_index("ix_leads_nurture_list", "leads", ["nurture_list"])
    # Near enough until the lead asks again; domains of mail services are never looked for.
    op.execute("UPDATE leads SET company_domain = split_part(email, '@', 2) WHERE email IS NOT NULL")
    _allow((*STATES, "nurtured"))


def downgrade() -> None:
    op.execute("UPDATE requests SET state = 'refused' WHERE state = 'nurtured'")
    _allow(STATES)
    op.drop_index("ix_leads_nurture_list", "leads")
    op.drop_index("ix_leads_company_domain", "leads")
    for column in ("nurtured_at", "nurture_list", "company_domain"):
        op.drop_column("leads", column)
    op.drop_column("territories", "settings")


def _allow(states: tuple[str, ...]) -> None:
    name = op.f("ck_requests_request_state")
    op.drop_constraint(name, "requests", type_="check")
    op.create_check_constraint(name, "requests", sa.column("state").in_(states))
