"""Reps who share leads, the people behind a queue, and the ledger that fairness is computed from."""

from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.models.columns import Created, Json, Key, LongText, Name, PublicId, Utc, Words, enum_of, reference
from app.models.people import Rep


class Territory(Base):
    """A named condition over facts, such as a country or a range of postal codes. `settings`: its pool, adjacent
    territories, priority and dates, as in the configuration document, as far as they say something."""

    __tablename__ = "territories"

    id: Mapped[Key]
    name: Mapped[Name] = mapped_column(unique=True)
    condition: Mapped[Json]
    settings: Mapped[Json] = mapped_column(server_default="{}")
    archived_at: Mapped[Utc | None]


class Queue(Base):
    """People who pick up leads that no rep has. `settings` holds how they take them (pull, max_claims …)."""

    __tablename__ = "queues"

    id: Mapped[Key]
    name: Mapped[Name] = mapped_column(unique=True)
    members: Mapped[Words]
    settings: Mapped[Json] = mapped_column(server_default="{}")
    archived_at: Mapped[Utc | None]


class QueueState(StrEnum):
    """Waiting for somebody, taken by somebody, or over."""

    OPEN = "open"
    CLAIMED = "claimed"
    DONE = "done"


class QueueEntry(Base):
    """A request that waits in a queue until it is booked or somebody takes it.

    `told_at`: when the queue's people were told of it; `escalated_at`: when a manager was told that it is overdue.
    """

    __tablename__ = "queue_entries"
    __table_args__ = (
        Index("uq_queue_entries_live", "request_id", unique=True, postgresql_where=text("state <> 'done'")),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    queue_id: Mapped[int] = reference("queues.id")
    request_id: Mapped[int] = reference("requests.id", on_delete="CASCADE")
    state: Mapped[QueueState] = enum_of(QueueState)
    reason: Mapped[str] = mapped_column(String(80))
    due_at: Mapped[Utc]
    claimed_by: Mapped[int | None] = reference("users.id", on_delete="SET NULL")
    claimed_at: Mapped[Utc | None]
    told_at: Mapped[Utc | None]
    escalated_at: Mapped[Utc | None]
    done_at: Mapped[Utc | None]
    created_at: Mapped[Created]


class Pool(Base):
    """Reps who share leads. `settings` holds what the distribution needs (max_credit, charge_owner …)."""

    __tablename__ = "pools"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    name: Mapped[Name] = mapped_column(unique=True)
    offering: Mapped[str] = mapped_column(String(32))
    distribution: Mapped[str] = mapped_column(String(32))
    queue_id: Mapped[int] = reference("queues.id")
    settings: Mapped[Json] = mapped_column(server_default="{}")
    archived_at: Mapped[Utc | None]

    queue: Mapped[Queue] = relationship()
    members: Mapped[list["PoolMember"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="PoolMember.position"
    )


class PoolMember(Base):
    """A rep in a pool with weight (1 to 20) or percentage, tier (1 first) and caps of their own: `per_…` by the
    meeting's date, `new_per_…` by the day it was booked on. `floor` and `cap` bound the share, in percent."""

    __tablename__ = "pool_members"
    __table_args__ = (
        CheckConstraint("weight BETWEEN 1 AND 20", name="weight_one_to_twenty"),
        CheckConstraint("tier BETWEEN 1 AND 9", name="tier_one_to_nine"),
        CheckConstraint("percent BETWEEN 1 AND 100", name="percent_is_percent"),
        CheckConstraint("floor BETWEEN 1 AND 100 AND cap BETWEEN 1 AND 100", name="bounds_are_percent"),
    )

    pool_id: Mapped[int] = reference("pools.id", on_delete="CASCADE", primary_key=True, index=False)
    rep_id: Mapped[int] = reference("reps.id", primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger)
    weight: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    tier: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    per_day: Mapped[int | None] = mapped_column(SmallInteger)
    per_week: Mapped[int | None] = mapped_column(SmallInteger)
    percent: Mapped[int | None] = mapped_column(SmallInteger)
    floor: Mapped[int | None] = mapped_column(SmallInteger)
    cap: Mapped[int | None] = mapped_column(SmallInteger)
    new_per_day: Mapped[int | None] = mapped_column(SmallInteger)
    new_per_week: Mapped[int | None] = mapped_column(SmallInteger)

    rep: Mapped[Rep] = relationship()


class LedgerEntry(Base):
    """One row of a pool's assignment history; appended, never changed. Replaying it gives the positions.

    `actor` is who made a correction; None for what the rules did by themselves.
    """

    __tablename__ = "ledger_entries"
    __table_args__ = (Index("uq_ledger_entries_sequence", "pool_id", "sequence", unique=True),)

    id: Mapped[Key]
    pool_id: Mapped[int] = reference("pools.id", index=False)
    sequence: Mapped[int] = mapped_column(BigInteger)
    rep_id: Mapped[int] = reference("reps.id")
    kind: Mapped[str] = mapped_column(String(32))
    amount: Mapped[int] = mapped_column(BigInteger)
    weight: Mapped[int] = mapped_column(SmallInteger)
    reason: Mapped[LongText | None]
    assignment_id: Mapped[int | None] = reference("assignments.id")
    actor: Mapped[str | None] = mapped_column(String(48))
    at: Mapped[Created]


class LedgerPosition(Base):
    """Where a rep stands in a pool: derived from the entries, kept so that a booking reads one row a rep."""

    __tablename__ = "ledger_positions"

    pool_id: Mapped[int] = reference("pools.id", primary_key=True, index=False)
    rep_id: Mapped[int] = reference("reps.id", primary_key=True)
    virtual_time: Mapped[int] = mapped_column(BigInteger)
    weight: Mapped[int] = mapped_column(SmallInteger)
    is_active: Mapped[bool]
    last_sequence: Mapped[int | None] = mapped_column(BigInteger)
    saved_lag: Mapped[int] = mapped_column(BigInteger, server_default="0")
