"""Our own meetings and holds in reps' time, as the calendar library counts them."""

from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, Select, cast, func, literal, select, true
from sqlalchemy.dialects.postgresql import ARRAY, Range
from sqlalchemy.orm import Session

from app.models import Booking, Form, Request, Reservation, ReservationState
from app.store.company_views import MeetingTypeView
from calendars.reptime import NO_LIMITS, OwnBooking
from calendars.span import Span
from calendars.zones import to_instant

_NEVER = datetime.max.replace(tzinfo=UTC)


def own_bookings(
    session: Session,
    reps: Collection[int],
    window: Span,
    now: datetime,
    without: Collection[int],
    kind: MeetingTypeView | None,
) -> tuple[dict[int, tuple[OwnBooking, ...]], dict[int, datetime]]:
    """What is booked and held of each rep, by key, and when the first of the holds ends. Which meeting type it is for
    is only asked where the one asked about limits its own."""
    rows = session.execute(_statement(reps, window, without, kind is not None and kind.limits != NO_LIMITS))
    found: dict[int, list[OwnBooking]] = defaultdict(list)
    expiries: dict[int, datetime] = {}
    for rep, state, expires_at, start, end, before, after, its_kind in rows:
        if state is ReservationState.HELD and expires_at is not None:
            if expires_at <= now:
                continue
            expiries[rep] = min(expires_at, expiries.get(rep, _NEVER))
        found[rep].append(OwnBooking(Span(start, end), before, after, its_kind or 0))
    return {rep: tuple(bookings) for rep, bookings in found.items()}, expiries


def _statement(
    reps: Collection[int], window: Span, without: Collection[int], with_kinds: bool
) -> Select[tuple[Any, ...]]:
    kind: Any = func.coalesce(Booking.meeting_type_id, Form.meeting_type_id) if with_kinds else literal(0)
    wanted = select(
        Reservation.rep_id,
        Reservation.state,
        Reservation.expires_at,
        minute_of(func.floor, func.lower(Reservation.during)),
        minute_of(func.floor, func.upper(Reservation.during)),
        Reservation.before,
        Reservation.after,
        kind,
    ).where(
        among(Reservation.rep_id, reps),
        Reservation.state.in_([ReservationState.HELD, ReservationState.CONFIRMED]),
        Reservation.during.overlaps(Range(to_instant(window.start), to_instant(window.end))),
        Reservation.id.not_in(without) if without else true(),
    )
    if not with_kinds:
        return wanted
    return (
        wanted.outerjoin(Booking, Booking.id == Reservation.booking_id)
        .join(Request, Request.id == Reservation.request_id)
        .join(Form, Form.id == Request.form_id)
    )


def minute_of(whole: Any, instant: Any) -> ColumnElement[int]:
    """UTC minutes since the epoch, made by the database: there are tens of thousands of these."""
    return cast(whole(func.extract("epoch", instant) / 60), Integer)


def among(column: Any, keys: Collection[int]) -> ColumnElement[bool]:
    """`column IN keys` as one array parameter, so that the statement is the same however many keys."""
    condition: ColumnElement[bool] = column == func.any(literal(list(keys), ARRAY(BigInteger)))
    return condition
