"""Troubles that are found by looking: calendars too old, meetings not written, channels, work and mail left lying.

Each function gives the troubles of one kind that are there at an instant.
"""

from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session, joinedload

from app.models import (
    Booking,
    Calendar,
    CalendarMode,
    CalendarState,
    ChannelState,
    Connection,
    ConnectionState,
    PushChannel,
    Rep,
)
from app.store.alerts import Trouble
from app.store.availability import trust_ends
from app.store.channels import CAN_TELL, HALF_LIFE

UNWRITTEN_AFTER = timedelta(hours=1)
"""How long a meeting may be missing from its rep's calendar."""
BEHIND_AFTER = timedelta(minutes=10)
"""How long a job that is due may wait."""
UNWATCHED_AFTER = timedelta(hours=2)


def stale_calendars(session: Session, at: datetime) -> list[Trouble]:
    """Calendars whose rep is closed because of them: read too long ago, or gone. Dead grants are not among them:
    their reps are asked to connect again."""
    rows = session.scalars(
        select(Calendar)
        .join(Connection)
        .join(Rep, Rep.id == Calendar.rep_id)
        .where(
            Calendar.checks_conflicts,
            Calendar.state != CalendarState.NEW,
            Connection.state == ConnectionState.ACTIVE,
            Rep.is_active,
            Rep.archived_at.is_(None),
            Rep.calendar_mode != CalendarMode.NONE,
        )
        .options(joinedload(Calendar.connection, innerjoin=True))
        .order_by(Calendar.id)
    )
    return [_stale(calendar) for calendar in rows if _is_closed(calendar, at)]


def _is_closed(calendar: Calendar, at: datetime) -> bool:
    trusted = trust_ends(
        calendar.connection.provider, calendar.connection.state, calendar.state, calendar.synced_at
    )
    return trusted is None or trusted <= at


def _stale(calendar: Calendar) -> Trouble:
    detail = {"state": calendar.state.value, "provider": calendar.connection.provider.value}
    return Trouble(
        calendar.public_id,
        calendar.error or "",
        rep_id=calendar.rep_id,
        calendar_id=calendar.id,
        detail=detail,
    )


_UNWRITTEN = text("""
    SELECT b.id FROM bookings b
    WHERE b.ends_at > :at AND (
      EXISTS (
        SELECT FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'
        WHERE j.task_name = 'write_event' AND j.status IN ('todo', 'failed', 'aborted') AND e.at < :before
          AND j.args ->> 'booking' = b.public_id AND (j.args ->> 'sequence')::int = b.sequence)
      OR (b.state = 'confirmed' AND b.created_at < :before
        AND EXISTS (
          SELECT FROM calendars c JOIN connections n ON n.id = c.connection_id
          WHERE c.rep_id = b.rep_id AND c.is_destination AND n.state <> 'disconnected')
        AND NOT EXISTS (
          SELECT FROM provider_events p WHERE p.booking_id = b.id AND p.generation = b.generation
            AND p.state = 'written')))
    ORDER BY b.starts_at LIMIT 200
""")


def unwritten_meetings(session: Session, at: datetime) -> list[Trouble]:
    """Meetings to come whose rep's calendar is not as it should be, an hour after they were made or changed."""
    keys = session.scalars(_UNWRITTEN, {"at": at, "before": at - UNWRITTEN_AFTER}).all()
    rows = session.scalars(select(Booking).where(Booking.id.in_(keys)).order_by(Booking.starts_at))
    return [
        Trouble(
            row.public_id,
            rep_id=row.rep_id,
            booking_id=row.id,
            detail={"state": row.state.value},
        )
        for row in rows
    ]


def silent_services(session: Session, at: datetime) -> list[Trouble]:
    """Services that do not tell us of changes: channels that were refused, or whose renewal is long overdue."""
    live = (
        select(PushChannel.id)
        .where(
            PushChannel.calendar_id == Calendar.id,
            PushChannel.state == ChannelState.OPEN,
            PushChannel.expires_at > at + HALF_LIFE,
        )
        .exists()
    )
    rows = session.execute(
        select(Connection.provider, Calendar.id)
        .select_from(Calendar)
        .join(Connection)
        .where(
            Calendar.checks_conflicts,
            Calendar.state != CalendarState.GONE,
            Connection.state == ConnectionState.ACTIVE,
            Connection.provider.in_(CAN_TELL),
            Connection.created_at < at - UNWATCHED_AFTER,
            ~live,
        )
    )
    by_service: dict[str, list[int]] = defaultdict(list)
    for provider, calendar in rows:
        by_service[provider.value].append(calendar)
    return [
        Trouble(service, _channel_error(session, calendars), detail={"calendars": len(calendars)})
        for service, calendars in sorted(by_service.items())
    ]


def _channel_error(session: Session, calendars: list[int]) -> str:
    error = session.scalar(
        select(PushChannel.error)
        .where(PushChannel.calendar_id.in_(calendars), PushChannel.error.is_not(None))
        .order_by(PushChannel.id.desc())
        .limit(1)
    )
    return error or ""


_WAITING = text("""
    SELECT count(*) AS waiting, min(coalesce(j.scheduled_at, e.at)) AS since
    FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'
    WHERE j.status = 'todo' AND coalesce(j.scheduled_at, e.at) <= :before AND NOT EXISTS (
      SELECT FROM procrastinate_jobs o WHERE o.lock = j.lock AND o.id < j.id AND o.status IN ('todo', 'doing'))
""")


def work_left_lying(session: Session, at: datetime) -> list[Trouble]:
    """Jobs that are due since more than ten minutes and wait for nothing but a worker."""
    row = session.execute(_WAITING, {"before": at - BEHIND_AFTER}).one()
    if not row.waiting:
        return []
    minutes = int((at - row.since).total_seconds() // 60)
    return [Trouble("jobs", detail={"waiting": row.waiting, "minutes": minutes})]


_UNSENT = text("""
    SELECT count(*) FROM procrastinate_jobs j
    WHERE (j.task_name LIKE 'mail_%' OR j.task_name = 'notify_booking') AND (
      j.status = 'todo' AND j.attempts >= :tries
      OR j.status = 'failed' AND j.attempts >= :tries AND EXISTS (
        SELECT FROM procrastinate_events e WHERE e.job_id = j.id AND e.at > :lately))
""")


def unsent_mail(session: Session, at: datetime) -> list[Trouble]:
    """Mails that were tried three times in vain and wait, or gave up within the hour. A single address that is
    refused for good is not among them."""
    waiting = session.scalar(_UNSENT, {"tries": 3, "lately": at - timedelta(hours=1)})
    return [Trouble("mail", detail={"waiting": waiting})] if waiting else []
