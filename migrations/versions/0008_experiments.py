"""Replays of past requests under other rules; draws of experiments found quickly.

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "replays",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("router_id", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "running",
                "done",
                "cancelled",
                "failed",
                name="replay_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("started_by", sa.String(length=48), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["router_id"], ["routers.id"], name=op.f("fk_replays_router_id_routers"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replays")),
        sa.UniqueConstraint("public_id", name=op.f("uq_replays_public_id")),
    )
    op.create_index("ix_replays_router_id_id", "replays", ["router_id", "id"], unique=False)
    op.create_table(
        "replay_rows",
        sa.Column("replay_id", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("row", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["replay_id"], ["replays.id"], name=op.f("fk_replay_rows_replay_id_replays"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["requests.id"],
            name=op.f("fk_replay_rows_request_id_requests"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("replay_id", "request_id", name=op.f("pk_replay_rows")),
    )
    op.create_index(op.f("ix_replay_rows_request_id"), "replay_rows", ["request_id"], unique=False)
    op.create_index(
        "ix_routes_with_splits", "routes", ["id"], unique=False, postgresql_where=sa.text("trace ? 'splits'")
    )


def downgrade() -> None:
    op.drop_index("ix_routes_with_splits", table_name="routes")
    op.drop_table("replay_rows")
    op.drop_table("replays")
