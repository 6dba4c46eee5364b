"""Reps' time: from rows to the calendar library's values. What is worked out from them is kept in `kept_times`."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.models import (
    Booking,
    BookingState,
    BusyBlock,
    Calendar,
    CalendarMode,
    CalendarState,
    Connection,
    ConnectionState,
    EventState,
    Provider,
    ProviderEvent,
    Rep,
)
from app.store.busy_kinds import closes_time
from app.store.company import MeetingTypeView, RepView
from app.store.group_entries import session_as_we_know_it
from app.store.own_bookings import among, minute_of, own_bookings
from calendars.causes import InCalendar
from calendars.reptime import NO_LIMITS, RepTime
from calendars.span import Span
from calendars.stretches import ALWAYS
from calendars.zones import to_instant, to_minutes

POLL_MINUTES = {Provider.GOOGLE: 5, Provider.MICROSOFT: 5, Provider.CALDAV: 10, Provider.ICS: 15}
MAX_STALENESS = timedelta(hours=6)
_A_WEEK = 8 * 24 * 60
_A_MONTH = 33 * 24 * 60
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LoadedTime:
    """A rep's time as read, and the instant at which it must be read again although nothing changed."""

    time: RepTime
    until: datetime
    oldest_sync: datetime | None


@dataclass(frozen=True, slots=True)
class _Mirror:
    """A conflict calendar: the stretch it vouches for, when it was read, and until when that is trusted."""

    calendar: int
    synced_at: datetime | None
    known_from: datetime | None
    known_until: datetime | None
    trusted_until: datetime | None


def load_times(
    session: Session,
    reps: Iterable[RepView],
    window: Span,
    now: datetime,
    *,
    kind: MeetingTypeView | None = None,
    without: Collection[int] = (),
    entry: str | None = None,
) -> dict[str, LoadedTime]:
    """The time of each rep over `window` (UTC minutes, a week to spare on both sides), by public id.

    `kind`: the meeting type that is asked about, with its hours and limits. `without`: reservations to leave out, such
    as the hold that is about to become a booking. `entry`: an event of ours whose copies in colleagues' calendars (with
    its id, at some providers) close no time. Three queries at most, however many reps.
    """
    views = {rep.id: rep for rep in reps}
    wide = Span(window.start - _A_WEEK, window.end + _A_WEEK)
    calendars = _conflict_calendars(session, views)
    busy = _busy_spans(session, calendars, wide, entry)
    far = Span(window.start - _A_MONTH, window.end + _A_MONTH) if _by_month(views.values(), kind) else wide
    bookings, expiries = own_bookings(session, views, far, now, without, kind)
    loaded = {}
    for key, rep in views.items():
        known, until, oldest = _vouched(rep, calendars.get(key, ()), now)
        time = RepTime(
            rep.hours,
            rep.time_off,
            known,
            busy.get(key, ()),
            bookings.get(key, ()),
            rep.limits,
            within=rep.hours_for(kind) if kind else (),
            kind=kind.id if kind else 0,
            kind_limits=kind.limits if kind else NO_LIMITS,
            timezone=rep.timezone,
        )
        loaded[rep.public_id] = LoadedTime(time, min(until, expiries.get(key, _NEVER)), oldest)
    return loaded


def _by_month(reps: Iterable[RepView], kind: MeetingTypeView | None) -> bool:
    return any(
        limits.by_month for limits in (*(rep.limits for rep in reps), kind.limits if kind else NO_LIMITS)
    )


def _conflict_calendars(session: Session, reps: Collection[int]) -> dict[int, list[_Mirror]]:
    rows = session.execute(
        select(
            Calendar.rep_id,
            Calendar.id,
            Calendar.state,
            Calendar.synced_at,
            Calendar.known_from,
            Calendar.known_until,
            Connection.provider,
            Connection.state.label("connection_state"),
        )
        .join(Connection)
        .where(
            among(Calendar.rep_id, reps),
            Calendar.checks_conflicts,
            Connection.state != ConnectionState.DISCONNECTED,
        )
    )
    found: dict[int, list[_Mirror]] = defaultdict(list)
    for row in rows:
        trusted = trust_ends(row.provider, row.connection_state, row.state, row.synced_at)
        found[row.rep_id].append(_Mirror(row.id, row.synced_at, row.known_from, row.known_until, trusted))
    return found


def load_busy_calendars(
    session: Session, reps: Iterable[RepView], window: Span
) -> dict[str, dict[InCalendar, tuple[Span, ...]]]:
    """By public id, the busy spans of each kind in each conflict calendar; nothing of those without any calendar."""
    views = {rep.id: rep.public_id for rep in reps}
    calendars = _conflict_calendars(session, views)
    wide = Span(window.start - _A_WEEK, window.end + _A_WEEK)
    ids = [mirror.calendar for mirrors in calendars.values() for mirror in mirrors]
    labels = session.execute(select(Calendar.id, Calendar.name).where(among(Calendar.id, ids)))
    names = {key: name for key, name in labels}  # noqa: C416 - rows are no pairs to mypy
    owner = {mirror.calendar: views[rep] for rep, mirrors in calendars.items() for mirror in mirrors}
    found: dict[str, dict[InCalendar, list[Span]]] = {views[rep]: {} for rep in calendars}
    for calendar_id, start, end, kind in _busy_rows(session, owner, wide, BusyBlock.kind):
        places = found[owner[calendar_id]]
        places.setdefault(InCalendar(names[calendar_id], kind), []).append(Span(start, end))
    return {
        rep: {place: tuple(spans) for place, spans in sorted(places.items())} for rep, places in found.items()
    }


def _busy_spans(
    session: Session, calendars: Mapping[int, Sequence[_Mirror]], window: Span, entry: str | None
) -> dict[int, tuple[Span, ...]]:
    owner = {mirror.calendar: rep for rep, mirrors in calendars.items() for mirror in mirrors}
    found: dict[int, list[Span]] = defaultdict(list)
    for calendar_id, start, end in _busy_rows(session, owner, window, entry=entry):
        found[owner[calendar_id]].append(Span(start, end))
    return {rep: tuple(spans) for rep, spans in found.items()}


def _busy_rows(
    session: Session,
    calendars: Collection[int],
    window: Span,
    *more: InstrumentedAttribute[Any],
    entry: str | None = None,
) -> Iterable[Any]:
    """Calendar, start and end of each stretch that closes time, with more columns; without the event `entry`."""
    if not calendars:
        return ()
    return session.execute(
        select(
            BusyBlock.calendar_id,
            minute_of(func.floor, BusyBlock.starts_at),
            minute_of(func.ceil, BusyBlock.ends_at),
            *more,
        )
        .join(Calendar, Calendar.id == BusyBlock.calendar_id)
        .where(
            among(BusyBlock.calendar_id, calendars),
            closes_time(),
            or_(BusyBlock.booking.is_(None), _is_not_as_booked()),
            BusyBlock.ends_at > to_instant(window.start),
            BusyBlock.starts_at < to_instant(window.end),
            *([BusyBlock.event_id != entry] if entry is not None else ()),
        )
    )


def _is_not_as_booked() -> ColumnElement[bool]:
    """Whether an event that carries our mark takes time that our own bookings do not show.

    It belongs to another installation, or the rep moved it: the calendar was read after we last wrote the event, and
    it does not stand where the booking does. Older readings of events that we have changed since say nothing.
    """
    ours = (
        select(Booking.id)
        .outerjoin(
            ProviderEvent,
            (ProviderEvent.booking_id == Booking.id) & (ProviderEvent.generation == Booking.generation),
        )
        .where(Booking.public_id == BusyBlock.booking)
    )
    as_we_know_it = or_(
        Booking.state != BookingState.CONFIRMED,
        (Booking.starts_at == BusyBlock.starts_at) & (Booking.ends_at == BusyBlock.ends_at),
        ProviderEvent.state.is_distinct_from(EventState.WRITTEN),
        ProviderEvent.updated_at >= Calendar.synced_at,
    )
    return ~or_(
        ours.where(as_we_know_it).correlate(BusyBlock, Calendar).exists(), session_as_we_know_it().exists()
    )


def _vouched(
    rep: RepView, mirrors: Sequence[_Mirror], now: datetime
) -> tuple[tuple[Span, ...], datetime, datetime | None]:
    """What all conflict calendars vouch for, until when that holds, and the oldest of their last readings."""
    if rep.calendar_mode is CalendarMode.NONE and not mirrors:
        return (ALWAYS,), _NEVER, None
    known, until, oldest = (ALWAYS if mirrors else Span(0, 0)), _NEVER, None
    for mirror in mirrors:
        if mirror.trusted_until is None or mirror.trusted_until <= now or mirror.known_from is None:
            return (), _NEVER, mirror.synced_at
        assert mirror.known_until is not None and mirror.synced_at is not None
        until = min(until, mirror.trusted_until)
        oldest = min(oldest or mirror.synced_at, mirror.synced_at)
        vouches = Span(to_minutes(mirror.known_from), to_minutes(mirror.known_until))
        known = Span(max(known.start, vouches.start), min(known.end, vouches.end))
    return ((known,) if known.start < known.end else ()), until, oldest


def trust_ends(
    provider: Provider, connection: ConnectionState, calendar: CalendarState, synced_at: datetime | None
) -> datetime | None:
    """The instant at which a calendar's mirror is too old to offer times from; None when it never was good.

    Three times the poll interval; while the provider does not answer (`failing`), up to six hours. A dead grant
    ends all trust at once.
    """
    if connection is not ConnectionState.ACTIVE or synced_at is None:
        return None
    if calendar is CalendarState.FAILING:
        return synced_at + MAX_STALENESS
    if calendar is not CalendarState.OK:
        return None
    return synced_at + timedelta(minutes=3 * POLL_MINUTES[provider])


def touch_reps(session: Session, reps: Collection[int]) -> None:
    """Note that the time of these reps changes in this transaction, so that nobody uses older bits."""
    if reps:
        session.execute(update(Rep).where(Rep.id.in_(reps)).values(time_version=Rep.time_version + 1))
