"""Bring the mirror of one calendar up to date."""

from datetime import UTC, datetime, time, timedelta

from app import clock
from app.crypto import SecretUnreadable
from app.db import Session, transaction
from app.log import get_logger
from app.models import Calendar, CalendarState, ReadingCause
from app.queue import defer
from app.services import services
from app.store.availability import touch_reps
from app.store.calendars import change_busy, find_calendar, next_reading, rep_zone, replace_busy
from app.store.own_events import list_changed_events
from app.store.readings import add_reading
from app.store.records import add_activity
from app.usecases.announce import event_lock
from app.usecases.note_calls import NotNow
from app.usecases.provider_turns import Purpose, calling
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
        purpose = Purpose.SYNC if token else Purpose.BACKFILL
        with calling(connection_id, purpose, insist=cause is ReadingCause.ASKED) as provider:
            changes = provider.read_changes(remote_id, token, window)
    except NotNow as refusal:
        _put_off(calendar_id, refusal)
        return False
    except CalendarError as error:
        _note_failure(calendar_id, error, cause, began)
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


def _put_off(calendar_id: str, refusal: NotNow) -> None:
    """Nothing was asked: the calendar stays due, and a later minute's round takes it up. While its service or account
    rests from trouble, its last good mirror serves as long as it would had it been asked in vain."""
    with transaction() as session:
        calendar = find_calendar(session, calendar_id, lock=True)
        if calendar is None:
            return
        calendar.next_sync_at = clock.now()
        if not refusal.is_resting:
            return
        calendar.next_sync_at += timedelta(seconds=refusal.retry_after or 0.0)
        if calendar.state is CalendarState.OK:
            calendar.state, calendar.error = CalendarState.FAILING, str(refusal)
            touch_reps(session, {calendar.rep_id})


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


def _note_failure(calendar_id: str, error: CalendarError, cause: ReadingCause, began: datetime) -> None:
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
