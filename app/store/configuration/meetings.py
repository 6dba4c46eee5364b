"""Future meetings that a change of configuration leaves standing under other rules."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.models import Booking, BookingState, MeetingType, Rep, User
from calendars.hours import parse_hours
from calendars.span import Span
from calendars.zones import day_span, first_instant, to_instant

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Meetings:
    """How many, and the public ids of the first of them."""

    count: int
    bookings: tuple[str, ...]


def of_rep(session: Session, email: str, now: datetime) -> Meetings:
    """A rep's confirmed meetings that have not started."""
    return _find(session, now, Rep.email == email)


def of_rep_in(
    session: Session, email: str, timezone: str, time_off: Mapping[str, Any], now: datetime
) -> Meetings:
    """A rep's meetings that touch a time off as the configuration has it: whole local dates, or `hours` of one."""
    first, last = (date.fromisoformat(time_off[edge]) for edge in ("from", "to"))
    span = day_span(timezone, first, last + timedelta(days=1))
    if time_off.get("hours"):
        start, until = parse_hours(time_off["hours"])
        span = Span(first_instant(timezone, first, start), first_instant(timezone, first, until))
    touches = (Booking.starts_at < to_instant(span.end)) & (Booking.ends_at > to_instant(span.start))
    return _find(session, now, (Rep.email == email) & touches)


def of_type(session: Session, slug: str, now: datetime) -> Meetings:
    """Confirmed meetings of a kind that have not started."""
    return _find(session, now, MeetingType.slug == slug)


def user_emails(session: Session, emails: Collection[str]) -> set[str]:
    """Which of these addresses belong to people who can sign in."""
    return set(session.scalars(select(func.lower(User.email)).where(func.lower(User.email).in_(emails))))


def _find(session: Session, now: datetime, which: ColumnElement[bool]) -> Meetings:
    standing: Any = (Booking.state == BookingState.CONFIRMED) & (Booking.starts_at > now) & which
    joined = (
        select(Booking.public_id)
        .join(Rep, Rep.id == Booking.rep_id)
        .join(MeetingType, MeetingType.id == Booking.meeting_type_id)
        .where(standing)
    )
    count = session.scalar(select(func.count()).select_from(joined.subquery())) or 0
    return Meetings(count, tuple(session.scalars(joined.order_by(Booking.starts_at).limit(_SHOWN))))
