"""Time on a rep, and the meeting made of it."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import BigInteger, Index, SmallInteger, String, literal_column, text
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from app.db import Base
from app.models.columns import Created, Key, LongText, PublicId, Utc, Words, Zone, enum_of, reference
from app.models.decision import PartyRecord
from app.models.form import MeetingType
from app.models.lead import Lead, Request
from app.models.people import Rep


class BookingState(StrEnum):
    """A meeting stands or it does not."""

    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class Outcome(StrEnum):
    """What became of a meeting whose time has come: it took place, the prospect did not come, or it was settled
    in another way (by phone, by mail)."""

    HELD = "held"
    NO_SHOW = "no_show"
    DONE = "done"


class GroupSession(Base):
    """A meeting of one rep that several prospects share, each with a booking of their own; it stands while one of
    those does.

    `assignment_id` is the decision that charged the rep's turn for it; `generation` grows when its entry at the
    provider must be made anew; `join_url` is everybody's.
    """

    __tablename__ = "group_sessions"
    __table_args__ = (Index("ix_group_sessions_rep_id_starts_at", "rep_id", "starts_at"),)

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    rep_id: Mapped[int] = reference("reps.id", index=False)
    meeting_type_id: Mapped[int] = reference("meeting_types.id")
    assignment_id: Mapped[int | None] = reference("assignments.id")
    starts_at: Mapped[Utc]
    ends_at: Mapped[Utc]
    join_url: Mapped[LongText | None]
    generation: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    created_at: Mapped[Created]

    rep: Mapped[Rep] = relationship()
    meeting_type: Mapped[MeetingType] = relationship()


class Booking(Base):
    """A meeting of ours. `generation` grows when the event at the provider must be made anew (another rep);
    `sequence` grows with every change a guest is told of; `token_version` revokes manage links; `accepted_at`: when its
    rep said that they will be there."""

    __tablename__ = "bookings"
    __table_args__ = (
        Index("uq_bookings_live", "request_id", unique=True, postgresql_where=text("state = 'confirmed'")),
        Index("ix_bookings_rep_id_starts_at", "rep_id", "starts_at"),
        Index("ix_bookings_lead_id_starts_at", "lead_id", "starts_at"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    request_id: Mapped[int] = reference("requests.id", index=False)
    lead_id: Mapped[int] = reference("leads.id", index=False)
    rep_id: Mapped[int] = reference("reps.id", index=False)
    assignment_id: Mapped[int] = reference("assignments.id")
    meeting_type_id: Mapped[int] = reference("meeting_types.id")
    group_session_id: Mapped[int | None] = reference("group_sessions.id")
    starts_at: Mapped[Utc]
    ends_at: Mapped[Utc]
    timezone: Mapped[Zone]
    state: Mapped[BookingState] = enum_of(BookingState)
    guests: Mapped[Words]
    notes: Mapped[LongText] = mapped_column(server_default="")
    join_url: Mapped[LongText | None]
    generation: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    sequence: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    token_version: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    cancelled_by: Mapped[str | None] = mapped_column(String(32))
    cancel_reason: Mapped[LongText | None]
    cancelled_at: Mapped[Utc | None]
    outcome: Mapped[Outcome | None] = enum_of(Outcome)
    outcome_by: Mapped[str | None] = mapped_column(String(48))
    outcome_at: Mapped[Utc | None]
    accepted_at: Mapped[Utc | None]
    created_at: Mapped[Created]

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return (self.ends_at - self.starts_at) // timedelta(minutes=1)

    request: Mapped[Request] = relationship()
    lead: Mapped[Lead] = relationship()
    rep: Mapped[Rep] = relationship()
    meeting_type: Mapped[MeetingType] = relationship()
    group: Mapped[GroupSession | None] = relationship()
    parties: Mapped[list[PartyRecord]] = relationship(
        primaryjoin=lambda: Booking.assignment_id == foreign(PartyRecord.assignment_id),
        order_by=PartyRecord.seat,
        viewonly=True,
    )
    """Who takes part beside the rep, by the decision that stands."""


class ReservationState(StrEnum):
    """Kept while the prospect confirms, taken, or given back."""

    HELD = "held"
    CONFIRMED = "confirmed"
    RELEASED = "released"


class Reservation(Base):
    """A stretch of a rep's time. `during` is the bare meeting `[start, end)`; buffers stand beside it.

    A meeting of several people takes one for each, told apart by `role`. At a session that prospects share each has
    one, with a `seat` of their own, from 0; `uq_reservations_seat` keeps a seat from being taken twice.

    `live_check` is what the provider itself said while the time was held: `{state: pending | free | busy |
    unknown, at}`. `no_overlap` is what makes a double booking impossible, whatever the code above does.
    """

    __tablename__ = "reservations"
    __table_args__ = (
        ExcludeConstraint(
            ("rep_id", "="),
            ("during", "&&"),
            # those who share a session are at one meeting; whoever does not is at one of their own
            (literal_column("coalesce(group_session_id, -id)", BigInteger()), "<>"),
            using="gist",
            where=text("state IN ('held', 'confirmed')"),
            name="no_overlap",
        ),
        Index(
            "uq_reservations_live_hold",
            "request_id",
            unique=True,
            postgresql_where=text("state = 'held' AND role = 'primary'"),
        ),
        Index(
            "uq_reservations_seat",
            "group_session_id",
            "seat",
            unique=True,
            postgresql_where=text("state IN ('held', 'confirmed')"),
        ),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    rep_id: Mapped[int] = reference("reps.id", index=False)
    request_id: Mapped[int] = reference("requests.id", on_delete="CASCADE")
    booking_id: Mapped[int | None] = reference("bookings.id", on_delete="CASCADE")
    role: Mapped[str] = mapped_column(String(32), server_default="primary")
    group_session_id: Mapped[int | None] = reference("group_sessions.id", index=False)
    seat: Mapped[int | None] = mapped_column(SmallInteger)
    during: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    before: Mapped[int] = mapped_column(SmallInteger)
    after: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[ReservationState] = enum_of(ReservationState)
    expires_at: Mapped[Utc | None]
    live_check: Mapped[dict[str, object] | None] = mapped_column(JSONB)
    created_at: Mapped[Created]
