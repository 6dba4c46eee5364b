"""What needs an operator's eye, once for each trouble, and how much may be asked of calendar services.

Revision: 0014, after 0013
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_KINDS = (
    "misconfigured",
    "quota",
    "outage",
    "company_grant",
    "calendar_stale",
    "channels",
    "event_unwritten",
    "queue_behind",
    "mail_failing",
)


def upgrade() -> None:
    _add_alerts()
    _add_gates()


def downgrade() -> None:
    op.drop_table("provider_gates")
    op.drop_table("alerts")


def _add_alerts() -> None:
    name, at = "alerts", sa.DateTime(timezone=True)
    kinds = sa.Enum(*_KINDS, name="alert_kind", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        name,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("kind", kinds, nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("rep_id", sa.BigInteger()),
        sa.Column("calendar_id", sa.BigInteger()),
        sa.Column("booking_id", sa.BigInteger()),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("detail", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("count", sa.Integer(), server_default="1", nullable=False),
        sa.Column("first_seen_at", at, nullable=False),
        sa.Column("last_seen_at", at, nullable=False),
        sa.Column("settled_at", at),
        sa.Column("mailed_at", at),
        sa.Column("acknowledged_at", at),
        sa.Column("acknowledged_by", sa.String(length=48)),
        *[
            sa.ForeignKeyConstraint(
                [f"{each}_id"], [f"{each}s.id"], name=op.f(f"fk_alerts_{each}_id_{each}s"), ondelete="CASCADE"
            )
            for each in ("rep", "calendar", "booking")
        ],
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sa.UniqueConstraint("public_id", name=op.f("uq_alerts_public_id")),
    )
    for each in ("rep_id", "calendar_id", "booking_id"):
        op.create_index(op.f(f"ix_alerts_{each}"), name, [each])
    op.create_index("uq_alerts_kind_subject", name, ["kind", "subject"], unique=True)
    op.create_index("ix_alerts_open", name, ["first_seen_at"], postgresql_where=sa.text("settled_at IS NULL"))


def _add_gates() -> None:
    at = sa.DateTime(timezone=True)
    op.create_table(
        "provider_gates",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reason", sa.String(length=32)),
        sa.Column("since", at),
        sa.Column("shut_until", at),
        sa.Column("tokens", sa.Double()),
        sa.Column("filled_at", at),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_provider_gates")),
    )
