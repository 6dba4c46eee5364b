"""Reps' time: from rows to the calendar library's values, and from those to bits that are kept while they hold.

Three things end the life of kept bits, and nothing else does: the rep's `time_version` (grown in the transaction
of every change to their time), the company's revision, and an instant after which they would be wrong by the mere
passing of time (a calendar grows too old to trust, a hold expires).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, true, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from app.models import (
    BusyBlock,
    Calendar,
    CalendarMode,
    CalendarState,
    Connection,
    ConnectionState,
    Provider,
    Rep,
    Reservation,
    ReservationState,
)
from app.store.company import CompanyView, RepView
from calendars.availability import RepBits, compile_rep, start_bits
from calendars.frame import Frame
from calendars.reptime import Limits, OwnBooking, RepTime
from calendars.shape import MeetingShape
from calendars.span import Span
from calendars.stretches import ALWAYS
from calendars.zones import to_instant, to_minutes

POLL_MINUTES = {Provider.GOOGLE: 5, Provider.MICROSOFT: 5, Provider.CALDAV: 10, Provider.ICS: 15}
MAX_STALENESS = timedelta(hours=6)
_A_WEEK = 8 * 24 * 60
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LoadedTime:
    """A rep's time as read, and the instant at which it must be read again although nothing changed."""

    time: RepTime
    until: datetime
    oldest_sync: datetime | None


def load_times(
    session: Session,
    reps: Iterable[RepView],
    window: Span,
    now: datetime,
    *,
    without: Collection[int] = (),
) -> dict[str, LoadedTime]:
    """The time of each rep over `window` (UTC minutes, a week to spare on both sides), by public id.

    `without`: reservations to leave out, such as the hold that is about to become a booking. Three queries,
    however many reps.
    """
    views = {rep.id: rep for rep in reps}
    wide = Span(window.start - _A_WEEK, window.end + _A_WEEK)
    calendars = _conflict_calendars(session, views)
    busy = _busy_spans(session, calendars, wide)
    bookings, expiries = _own_bookings(session, views, wide, now, without)
    loaded = {}
    for key, rep in views.items():
        known, until, oldest = _vouched(rep, calendars.get(key, ()), now)
        time = RepTime(rep.hours, rep.time_off, known, busy.get(key, ()), bookings.get(key, ()), rep.limits)
        loaded[rep.public_id] = LoadedTime(time, min(until, expiries.get(key, _NEVER)), oldest)
    return loaded


def _conflict_calendars(
    session: Session, reps: Collection[int]
) -> dict[int, list[tuple[Calendar, Connection]]]:
    rows = session.execute(
        select(Calendar, Connection)
        .join(Connection)
        .where(
            Calendar.rep_id.in_(reps),
            Calendar.checks_conflicts,
            Connection.state != ConnectionState.DISCONNECTED,
        )
    )
    found: dict[int, list[tuple[Calendar, Connection]]] = defaultdict(list)
    for calendar, connection in rows:
        found[calendar.rep_id].append((calendar, connection))
    return found


def _busy_spans(
    session: Session, calendars: Mapping[int, Sequence[tuple[Calendar, Connection]]], window: Span
) -> dict[int, tuple[Span, ...]]:
    owner = {calendar.id: rep for rep, pairs in calendars.items() for calendar, _ in pairs}
    rows = session.execute(
        select(BusyBlock.calendar_id, BusyBlock.starts_at, BusyBlock.ends_at).where(
            BusyBlock.calendar_id.in_(owner),
            BusyBlock.booking.is_(None),
            BusyBlock.ends_at > to_instant(window.start),
            BusyBlock.starts_at < to_instant(window.end),
        )
    )
    found: dict[int, list[Span]] = defaultdict(list)
    for calendar_id, starts_at, ends_at in rows:
        found[owner[calendar_id]].append(Span(to_minutes(starts_at), _minutes_up(ends_at)))
    return {rep: tuple(spans) for rep, spans in found.items()}


def _minutes_up(instant: datetime) -> int:
    minute = to_minutes(instant)
    return minute + 1 if instant.second or instant.microsecond else minute


def _own_bookings(
    session: Session, reps: Collection[int], window: Span, now: datetime, without: Collection[int]
) -> tuple[dict[int, tuple[OwnBooking, ...]], dict[int, datetime]]:
    rows = session.execute(
        select(Reservation).where(
            Reservation.rep_id.in_(reps),
            Reservation.state.in_([ReservationState.HELD, ReservationState.CONFIRMED]),
            Reservation.during.overlaps(Range(to_instant(window.start), to_instant(window.end))),
            Reservation.id.not_in(without) if without else true(),
        )
    ).scalars()
    found: dict[int, list[OwnBooking]] = defaultdict(list)
    expiries: dict[int, datetime] = {}
    for row in rows:
        if row.state is ReservationState.HELD and row.expires_at is not None:
            if row.expires_at <= now:
                continue
            expiries[row.rep_id] = min(row.expires_at, expiries.get(row.rep_id, _NEVER))
        assert row.during.lower is not None and row.during.upper is not None
        span = Span(to_minutes(row.during.lower), to_minutes(row.during.upper))
        found[row.rep_id].append(OwnBooking(span, row.before, row.after))
    return {rep: tuple(bookings) for rep, bookings in found.items()}, expiries


def _vouched(
    rep: RepView, calendars: Sequence[tuple[Calendar, Connection]], now: datetime
) -> tuple[tuple[Span, ...], datetime, datetime | None]:
    """What all conflict calendars vouch for, until when that holds, and the oldest of their last readings."""
    if rep.calendar_mode is CalendarMode.NONE and not calendars:
        return (ALWAYS,), _NEVER, None
    known, until, oldest = (ALWAYS if calendars else Span(0, 0)), _NEVER, None
    for calendar, connection in calendars:
        trusted_until = trust_ends(calendar, connection)
        if trusted_until is None or trusted_until <= now or calendar.known_from is None:
            return (), _NEVER, calendar.synced_at
        assert calendar.known_until is not None and calendar.synced_at is not None
        until = min(until, trusted_until)
        oldest = min(oldest or calendar.synced_at, calendar.synced_at)
        vouches = Span(to_minutes(calendar.known_from), to_minutes(calendar.known_until))
        known = Span(max(known.start, vouches.start), min(known.end, vouches.end))
    return ((known,) if known.start < known.end else ()), until, oldest


def trust_ends(calendar: Calendar, connection: Connection) -> datetime | None:
    """The instant at which a calendar's mirror is too old to offer times from; None when it never was good.

    Three times the poll interval; while the provider does not answer (`failing`), up to six hours. A dead grant
    ends all trust at once.
    """
    if connection.state is not ConnectionState.ACTIVE or calendar.synced_at is None:
        return None
    if calendar.state is CalendarState.FAILING:
        return calendar.synced_at + MAX_STALENESS
    if calendar.state is not CalendarState.OK:
        return None
    return calendar.synced_at + timedelta(minutes=3 * POLL_MINUTES[connection.provider])


def touch_reps(session: Session, reps: Collection[int]) -> None:
    """Note that the time of these reps changes in this transaction, so that nobody uses older bits."""
    if reps:
        session.execute(update(Rep).where(Rep.id.in_(reps)).values(time_version=Rep.time_version + 1))


@dataclass(slots=True)
class _Kept:
    stamp: tuple[int, int, Limits]
    until: datetime
    bits: RepBits
    starts: dict[MeetingShape, int]


_kept: dict[tuple[str, int, Frame], _Kept] = {}
_MOST_KEPT = 50_000


def starts_by_rep(
    session: Session,
    company: CompanyView,
    reps: Sequence[str],
    shape: MeetingShape,
    frame: Frame,
    now: datetime,
    limits: Mapping[str, Limits] | None = None,
) -> dict[str, int]:
    """For each rep the cells in which a meeting of this shape may start, in the order given.

    One query while nothing changed; the rows of reps that did change are read in three more. `limits` replaces
    a rep's own where a pool is stricter.
    """
    views = [company.reps[rep] for rep in reps]
    where = str(session.get_bind().engine.url)
    # versions are read before the rows they cover: a change in between makes the copy look old, never new
    ids = [view.id for view in views]
    rows = session.execute(select(Rep.id, Rep.time_version).where(Rep.id.in_(ids)))
    versions = {rep_id: version for rep_id, version in rows}  # noqa: C416 - rows are no pairs to mypy
    stamps = {
        view.id: (versions[view.id], company.revision, (limits or {}).get(view.public_id, view.limits))
        for view in views
    }
    stale = [view for view in views if not _is_good(_kept.get((where, view.id, frame)), stamps[view.id], now)]
    if stale:
        _compile(session, where, stale, stamps, frame, now)
    return {view.public_id: _starts(_kept[where, view.id, frame], shape, frame) for view in views}


def _is_good(kept: _Kept | None, stamp: tuple[int, int, Limits], now: datetime) -> bool:
    return kept is not None and kept.stamp == stamp and now < kept.until


def _compile(
    session: Session,
    where: str,
    reps: Sequence[RepView],
    stamps: Mapping[int, tuple[int, int, Limits]],
    frame: Frame,
    now: datetime,
) -> None:
    if len(_kept) > _MOST_KEPT:
        _kept.clear()
    loaded = load_times(session, reps, Span(frame.start, frame.end), now)
    for rep in reps:
        entry = loaded[rep.public_id]
        bits = compile_rep(replace(entry.time, limits=stamps[rep.id][2]), frame)
        _kept[where, rep.id, frame] = _Kept(stamps[rep.id], entry.until, bits, {})


def _starts(kept: _Kept, shape: MeetingShape, frame: Frame) -> int:
    found = kept.starts.get(shape)
    if found is None:
        found = kept.starts[shape] = start_bits(kept.bits, shape, frame)
    return found


def forget_times() -> None:
    """Drop what is kept in memory."""
    _kept.clear()
