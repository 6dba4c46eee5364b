"""Scores, qualification and behaviors of leads.

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_JSON = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.create_table(
        "standard_versions",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", _JSON, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["published_by"],
            ["users.id"],
            name=op.f("fk_standard_versions_published_by_users"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("kind", "number", name=op.f("pk_standard_versions")),
    )
    op.create_index(op.f("ix_standard_versions_published_by"), "standard_versions", ["published_by"])
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON standard_versions "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.create_table(
        "lead_behaviors",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("topic", sa.String(length=120), server_default=sa.text("''"), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("reported_by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _created_at(),
        sa.CheckConstraint("reported_by IN ('page', 'api')", name=op.f("ck_lead_behaviors_reported_by")),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["leads.id"], name=op.f("fk_lead_behaviors_lead_id_leads"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_behaviors")),
        sa.UniqueConstraint(
            "lead_id", "kind", "topic", "at", name=op.f("uq_lead_behaviors_lead_id_kind_topic_at")
        ),
    )
    op.create_index("ix_lead_behaviors_lead_id_at", "lead_behaviors", ["lead_id", "at"])
    op.create_table(
        "judgments",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("made_for", sa.String(length=32), nullable=False),
        sa.Column("scoring_version", sa.Integer(), nullable=True),
        sa.Column("qualification_version", sa.Integer(), nullable=True),
        sa.Column("inputs", _JSON, nullable=False),
        sa.Column("outcome", _JSON, nullable=False),
        _created_at(),
        sa.CheckConstraint("made_for IN ('routing', 'late')", name=op.f("ck_judgments_judged_for")),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["request_facts.request_id"],
            name=op.f("fk_judgments_request_id_request_facts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgments")),
    )
    op.create_index("ix_judgments_request_id_id", "judgments", ["request_id", "id"])


def _created_at() -> sa.Column[object]:
    return sa.Column(
        "created_at",
        sa.DateTime(timezone=True),
        server_default=sa.text("clock_timestamp()"),
        nullable=False,
    )


def downgrade() -> None:
    op.drop_table("judgments")
    op.drop_table("lead_behaviors")
    op.drop_table("standard_versions")
