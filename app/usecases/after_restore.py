"""After a restore: say what differs from the world outside, and let things go out again.

What was done between the backup and the restore must not be done again. Entries that people and we changed since then
are taken over from the calendars without a word (`follow_event`, while the database is paused). What remains are the
jobs that waited when the backup was made: most likely they ran soon after it. The entry itself says so for calendar
writes; of mails nobody can know, and they are left out unless the operator wants them sent.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app import clock
from app.db import transaction
from app.errors import Conflict
from app.models import Doubt
from app.store.bookings import find_booking
from app.store.lives import UnknownEntry, begin_life, find_life, is_paused, list_unknown_entries, list_unread
from app.store.own_events import list_deviations
from app.store.records import add_audit
from app.store.waiting_jobs import (
    WaitingJob,
    count_parked,
    drop_jobs,
    list_from_before,
    release_parked,
)
from app.usecases.entry_place import Place
from app.usecases.open_calendar import open_calendar
from app.usecases.watch_life import look_at_life
from app.usecases.write_event import keep_written, places_to_leave, wanted_place
from calendars.providers.base import CalendarError, WrittenEvent


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """How a database that waits differs from the world outside.

    `last_beat_at` is when a worker last worked before the backup. `unread`: rep and name of calendars that were not
    read since. `unknown`: entries of meetings made after the backup. `gone`: meetings whose entries are gone, with
    their reps' keys. `from_before`: waiting jobs of the backup by task; `parked`: all jobs that wait.
    """

    doubt: Doubt
    doubted_at: datetime
    last_beat_at: datetime | None
    unread: Sequence[tuple[str, str]]
    unknown: Sequence[UnknownEntry]
    gone: Sequence[str]
    from_before: dict[str, int]
    parked: int


@dataclass(slots=True)
class Resumed:
    """What finishing a restore did: jobs that were left out (by task), meetings whose jobs run after all because the
    calendar does not show them as they are, and how many jobs were let go."""

    left_out: dict[str, int]
    to_do: list[str] = field(default_factory=list)
    released: int = 0


def report_on_restore(outward: Collection[str]) -> RestoreReport | None:
    """What an operator has to know; None when nothing is paused. `outward`: tasks that do something outside."""
    look_at_life()
    now = clock.now()
    with transaction() as session:
        life = find_life(session)
        if life is None or life.doubt is None or life.doubted_at is None:
            return None
        waiting = list_from_before(session, outward, life.doubted_at)
        return RestoreReport(
            life.doubt,
            life.doubted_at,
            life.beat_at,
            list_unread(session, life.doubted_at),
            list_unknown_entries(session, now),
            [booking.public_id for booking, _ in list_deviations(session, now)],
            dict(Counter(job.task for job in waiting)),
            count_parked(session),
        )


def finish_restore(
    outward: Collection[str], *, by: str, force: bool = False, send_mails: bool = False
) -> Resumed:
    """Let things go out again, but for what was done already.

    Raises Conflict when nothing is paused, and while calendars are unread unless `force`. `send_mails`: also run
    the waiting jobs that nobody can know of whether they ran.
    """
    report = report_on_restore(outward)
    if report is None:
        raise Conflict("Nothing is paused: this database is the one that worked last")
    if report.unread and not force:
        raise Conflict("Some calendars were not read since the restore; see: scheduler restore status")
    with transaction() as session:
        waiting = list_from_before(session, outward, report.doubted_at)
    to_write = sorted({job.booking for job in waiting if job.task == "write_event" and job.booking})
    to_do = [booking for booking in to_write if not _is_done(booking)]
    dropped = [
        job for job in waiting if job.booking not in to_do and _is_left_out(job, send_mails=send_mails)
    ]
    return _resume(dropped, to_do, by)


def _is_left_out(job: WaitingJob, *, send_mails: bool) -> bool:
    """Whether a job of the backup is taken for done. All others run: to do them twice is to do them once."""
    return job.task == "write_event" or (not send_mails and job.task.startswith(("mail_", "notify_")))


def _resume(dropped: Sequence[WaitingJob], to_do: list[str], by: str) -> Resumed:
    counts = dict(Counter(job.task for job in dropped))
    with transaction() as session:
        if not is_paused(session):
            raise Conflict("Somebody else has finished this restore")
        find_life(session, lock=True)
        drop_jobs(session, [job.id for job in dropped])
        released = release_parked(session)
        life = begin_life(session, by)
        detail = {"left_out": len(dropped), "released": released}
        add_audit(session, by, "database.resumed", "life", str(life.id), **detail)
    return Resumed(counts, to_do, released)


def _is_done(booking_id: str) -> bool:
    """Whether the calendars show a meeting as we have it, so that nothing is left to write."""
    with transaction() as session:
        booking = find_booking(session, booking_id)
        if booking is None:
            return True
        if booking.group is not None:
            return False  # who is at a session is looked at when its entry is written
        stale = places_to_leave(session, booking)
        wanted = wanted_place(session, booking)
    try:
        if any(_look(place) is not None for place in stale):
            return False
        seen = _look(wanted) if wanted is not None else None
    except CalendarError:
        return False  # the job asks again, and does nothing that is done already
    return wanted is None or (seen is not None and _is_as_we_have_it(booking_id, wanted, seen))


def _look(place: Place) -> WrittenEvent | None:
    return open_calendar(place.connection_id).get_event(place.remote_id, place.key)


def _is_as_we_have_it(booking_id: str, place: Place, seen: WrittenEvent) -> bool:
    with transaction() as session:
        booking = find_booking(session, booking_id)
        assert booking is not None
        if not seen.holds_time or (seen.start, seen.end) != (booking.starts_at, booking.ends_at):
            return False
        keep_written(session, booking, place, seen)  # somebody wrote it, after the backup
        return True
