"""What connects all reps at once, and whom it could not reach.

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _add_grants()
    _add_reaches()
    op.add_column("connections", sa.Column("company_grant_id", sa.BigInteger()))
    op.create_index(op.f("ix_connections_company_grant_id"), "connections", ["company_grant_id"])
    op.create_foreign_key(
        op.f("fk_connections_company_grant_id_company_grants"),
        "connections",
        "company_grants",
        ["company_grant_id"],
        ["id"],
        ondelete="SET NULL",
    )


def downgrade() -> None:
    op.drop_column("connections", "company_grant_id")
    op.drop_table("company_reaches")
    op.drop_table("company_grants")


def _add_grants() -> None:
    name, at = "company_grants", sa.DateTime(timezone=True)
    op.create_table(
        name,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("provider", _choice("provider", "google", "microsoft", "caldav", "ics"), nullable=False),
        sa.Column("account", sa.String(length=320), nullable=False),
        sa.Column("client_id", sa.String(length=100), nullable=False),
        sa.Column("tenant", sa.String(length=255)),
        sa.Column("secret", postgresql.BYTEA(), nullable=False),
        sa.Column("token", postgresql.BYTEA()),
        sa.Column("state", _choice("company_grant_state", "active", "broken", "ending"), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("created_at", at, server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("updated_at", at, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_grants")),
        sa.UniqueConstraint("provider", name=op.f("uq_company_grants_provider")),
        sa.UniqueConstraint("public_id", name=op.f("uq_company_grants_public_id")),
    )


def _add_reaches() -> None:
    name = "company_reaches"
    op.create_table(
        name,
        sa.Column("grant_id", sa.BigInteger(), nullable=False),
        sa.Column("rep_id", sa.BigInteger(), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("code", sa.String(length=32)),
        sa.Column("detail", sa.Text()),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["grant_id"],
            ["company_grants.id"],
            name=op.f("fk_company_reaches_grant_id_company_grants"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["rep_id"], ["reps.id"], name=op.f("fk_company_reaches_rep_id_reps"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("grant_id", "rep_id", name=op.f("pk_company_reaches")),
    )
    op.create_index(op.f("ix_company_reaches_rep_id"), name, ["rep_id"])


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
