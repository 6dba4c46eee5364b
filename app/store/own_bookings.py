"""Our own meetings and holds in reps' time, as the calendar library counts them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, Select, cast, func, literal, select, true
from sqlalchemy.dialects.postgresql import ARRAY, Range
from sqlalchemy.orm import Session

from app.models import Booking, Form, GroupSession, Request, Reservation, ReservationState
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
    """What is booked and held of each rep, by key, and when the first of the holds ends. A session that prospects
    share is one, with the seats it has left where it is of the kind asked about. Which meeting type it is for is only
    asked where the one asked about limits its own, or has seats."""
    rows = session.execute(_statement(reps, window, without, _asks_kind(kind)))
    found: dict[int, list[OwnBooking]] = defaultdict(list)
    sessions: dict[int, _Session] = {}
    expiries: dict[int, datetime] = {}
    for rep, state, expires_at, group, start, end, before, after, its_kind in rows:
        if state is ReservationState.HELD and expires_at is not None:
            if expires_at <= now:
                continue
            expiries[rep] = min(expires_at, expiries.get(rep, _NEVER))
        own = OwnBooking(Span(start, end), before, after, its_kind or 0)
        if group is None:
            found[rep].append(own)
        else:
            sessions.setdefault(group, _Session(rep, own)).taken += 1
    for each in sessions.values():
        found[each.rep].append(replace(each.own, open_seats=_seats_left(each, kind)))
    return {rep: tuple(bookings) for rep, bookings in found.items()}, expiries


@dataclass(slots=True)
class _Session:
    """A session of a rep, and how many of its seats are taken or held."""

    rep: int
    own: OwnBooking
    taken: int = 0


def _asks_kind(kind: MeetingTypeView | None) -> bool:
    return kind is not None and (kind.limits != NO_LIMITS or kind.seats > 1)


def _seats_left(group: _Session, kind: MeetingTypeView | None) -> int:
    if kind is None or kind.seats < 2 or group.own.kind != kind.id:
        return 0
    return max(0, kind.seats - group.taken)


def _statement(
    reps: Collection[int], window: Span, without: Collection[int], with_kinds: bool
) -> Select[tuple[Any, ...]]:
    kind: Any = literal(0)
    if with_kinds:
        kind = func.coalesce(GroupSession.meeting_type_id, Booking.meeting_type_id, Form.meeting_type_id)
    wanted = select(
        Reservation.rep_id,
        Reservation.state,
        Reservation.expires_at,
        Reservation.group_session_id,
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
        wanted.outerjoin(GroupSession, GroupSession.id == Reservation.group_session_id)
        .outerjoin(Booking, Booking.id == Reservation.booking_id)
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
