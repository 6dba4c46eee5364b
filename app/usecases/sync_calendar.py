"""Bring the mirror of one calendar up to date."""

from datetime import UTC, datetime, time, timedelta

from app import clock
from app.crypto import SecretUnreadable
from app.db import Session, transaction
from app.log import get_logger
from app.models import Calendar, CalendarState, Provider, ReadingCause
from app.queue import defer
from app.services import services
from app.store.availability import touch_reps
from app.store.calendars import change_busy, find_calendar, next_reading, rep_zone, replace_busy
from app.store.own_events import list_changed_events
from app.store.readings import add_reading
from app.store.records import add_activity
from app.usecases.announce import event_lock
from app.usecases.open_calendar import note_failure, open_calendar
from app.usecases.reading_turns import reading_turn
from calendars.providers.base import CalendarError, Changes
from calendars.span import Span
from calendars.zones import to_instant, to_minutes

WEEKS_AHEAD = 18
log = get_logger(__name__)


def sync_calendar(calendar_id: str, cause: ReadingCause = ReadingCause.ASKED) -> bool:
    """Read what changed since the last time and store it with the new token in one transaction.

    Returns False when the provider could not be read: the last good mirror stays, with the error beside it, and
    the calendar is tried again later.
    """
    provider = _provider_of(calendar_id)
    if provider is None:
        return False
    with reading_turn(provider) as has_turn:
        return _read(calendar_id, cause) if has_turn else _put_off(calendar_id)


def _provider_of(calendar_id: str) -> Provider | None:
    with transaction() as session:
        calendar = find_calendar(session, calendar_id)
        return calendar.connection.provider if calendar else None


def _put_off(calendar_id: str) -> bool:
    """Nobody is free for this service: the calendar stays due, and the next minute's round takes it up."""
    with transaction() as session:
        calendar = find_calendar(session, calendar_id)
        if calendar is not None:
            calendar.next_sync_at = clock.now()
    return False


def _read(calendar_id: str, cause: ReadingCause) -> bool:
    with transaction() as session:
        calendar = find_calendar(session, calendar_id)
        if calendar is None:
            return False
        connection_id, remote_id = calendar.connection_id, calendar.remote_id
        token = _open_token(calendar)
        calendar.attempted_at = clock.now()
    began = clock.now()
    window = window_at(began)
    try:
        changes = open_calendar(connection_id).read_changes(remote_id, token, window)
    except CalendarError as error:
        _note_failure(calendar_id, connection_id, error, cause, began)
        return False
    with transaction() as session:
        calendar = find_calendar(session, calendar_id, lock=True)
        if calendar is None or _open_token(calendar) != token:
            return False  # somebody else read it in the meantime; their token is the newer one
        _store(session, calendar, changes)
        _note_reading(session, calendar, changes, cause, began)
        calendar.synced_at = began
        _follow_own(session, calendar, changes, began)
    return True


def window_at(now: datetime) -> Span:
    """What is read of a calendar: whole weeks from Monday of last week on. It moves once a week, for a token of an
    earlier window cannot be continued."""
    monday = datetime.combine(now.date() - timedelta(days=now.weekday() + 7), time(), UTC)
    return Span(to_minutes(monday - timedelta(days=1)), to_minutes(monday + timedelta(weeks=WEEKS_AHEAD)))


def _open_token(calendar: Calendar) -> str | None:
    if calendar.token is None:
        return None
    try:
        token = services().secrets.open(calendar.public_id, calendar.token)
    except SecretUnreadable:
        return None  # sealed with a key that is gone: reading everything anew mends it
    return str(token)


def _store(session: Session, calendar: Calendar, changes: Changes) -> None:
    zone = rep_zone(session, calendar.rep_id)
    if changes.timezone:
        calendar.timezone = changes.timezone
    if changes.is_full:
        replace_busy(session, calendar, changes.items, zone)
    else:
        change_busy(session, calendar, changes.items, changes.removed, zone)
    calendar.token = services().secrets.seal(calendar.public_id, changes.token) if changes.token else None
    calendar.known_from = to_instant(changes.known.start)
    calendar.known_until = to_instant(changes.known.end)
    calendar.warnings = list(changes.warnings)
    calendar.state, calendar.failures, calendar.error = CalendarState.OK, 0, None
    calendar.next_sync_at = next_reading(calendar.connection.provider, 0, clock.now())
    touch_reps(session, {calendar.rep_id})


def _follow_own(session: Session, calendar: Calendar, changes: Changes, began: datetime) -> None:
    """Have a look at those of our own entries that somebody seems to have changed."""
    if not (changes.is_full or changes.items or changes.removed):
        return
    session.flush()
    for booking in list_changed_events(session, calendar.id, began, clock.now()):
        defer(session, "follow_event", once=f"follow:{booking}", lock=event_lock(booking), booking=booking)


def _note_reading(
    session: Session, calendar: Calendar, changes: Changes, cause: ReadingCause, began: datetime
) -> None:
    changed = len({item.event_id for item in changes.items} | set(changes.removed))
    if changes.is_full or changed:
        add_reading(
            session, calendar.id, cause, began, clock.now(), was_full=changes.is_full, changed=changed
        )


def _note_failure(
    calendar_id: str, connection_id: int, error: CalendarError, cause: ReadingCause, began: datetime
) -> None:
    note_failure(connection_id, error)
    log.warning("calendar.not_read", calendar=calendar_id, error_code=error.code, detail=str(error))
    with transaction() as session:
        calendar = find_calendar(session, calendar_id, lock=True)
        if calendar is None:
            return
        calendar.failures += 1
        calendar.error = str(error)
        calendar.state = CalendarState.GONE if error.code == "not-found" else CalendarState.FAILING
        wait = next_reading(calendar.connection.provider, calendar.failures, clock.now())
        if error.retry_after:
            wait = max(wait, clock.now() + timedelta(seconds=error.retry_after))
        calendar.next_sync_at = wait
        touch_reps(session, {calendar.rep_id})
        add_reading(session, calendar.id, cause, began, clock.now(), error=str(error))
        if calendar.failures == 1:
            add_activity(
                session,
                "calendar.failing",
                at=clock.now(),
                actor="system",
                rep_id=calendar.rep_id,
                code=error.code,
            )
