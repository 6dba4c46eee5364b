"""Compare the meetings we have with the entries that calendars show, mend what is safe to mend, and report the rest.

Compared is what was read lately, so nothing is asked of any provider for it. Mended are entries that are missing from
a calendar because they were never written, and entries that stand for a meeting that is over or elsewhere. What a
person may have meant is only reported: a deleted entry (its rep is asked), a second entry for one meeting, and
entries of meetings that this database does not know.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from app import clock
from app.db import Session, transaction
from app.log import get_logger
from app.models import Booking, GroupSession
from app.queue import defer
from app.store.bookings import find_booking
from app.store.calendars import find_calendar_by_key
from app.store.group_sessions import find_group_session
from app.store.lives import is_paused
from app.store.reconciling import (
    Mark,
    Wanted,
    fresh_calendars,
    known_bookings,
    list_marks,
    list_unwritten,
    list_wanted,
)
from app.store.records import add_audit
from app.usecases.announce import announce, announce_session, event_lock
from app.usecases.provider_turns import Purpose, calling
from calendars.providers.base import CalendarError

LATELY = timedelta(minutes=30)
GRACE = timedelta(hours=1)
"""How long an entry that is not written yet is simply on its way."""

MOST_AT_ONCE, MOST_SHARE = 5, 0.1
"""More differences than five, and than a tenth of all entries, are no mishaps but something else: a restored backup,
another installation. Nothing is mended then."""

log = get_logger(__name__)


class Kind(StrEnum):
    """How calendar and meetings differ."""

    UNWRITTEN = "unwritten"
    GHOST = "ghost"
    MISSING = "missing"
    TWIN = "twin"
    UNKNOWN = "unknown"


SAFE = (Kind.UNWRITTEN, Kind.GHOST)


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference; `calendar` is the key of where it shows, None where nothing shows."""

    kind: Kind
    booking: str
    calendar: int | None = None


@dataclass(slots=True)
class Reconciliation:
    """What was compared, how it differed, and what was mended. `is_refused`: too much differs to mend anything, or
    the database was restored and nothing may go out (`is_paused`)."""

    entries: int
    calendars: int
    differences: list[Difference]
    mended: list[Difference] = field(default_factory=list)
    is_refused: bool = False
    is_paused: bool = False

    def counts(self) -> dict[str, int]:
        """How many there are of each kind."""
        return dict(Counter(difference.kind.value for difference in self.differences))


def reconcile(*, repair: bool, force: bool = False, by: str = "system") -> Reconciliation:
    """Compare, and with `repair` mend what is safe, unless too much differs and nobody insists (`force`)."""
    now = clock.now()
    with transaction() as session:
        found = _compare(session, now)
        found.is_paused = is_paused(session)
    if repair:
        safe = [each for each in found.differences if each.kind in SAFE]
        too_many = len(safe) > max(MOST_AT_ONCE, MOST_SHARE * found.entries)
        found.is_refused = found.is_paused or (too_many and not force)
        if not found.is_refused:
            found.mended = [each for each in safe if _MENDING[each.kind](each)]
    if found.differences:
        log.warning("calendars.differ", counts=found.counts(), mended=len(found.mended))
        with transaction() as session:
            detail = {"mended": len(found.mended), "is_refused": found.is_refused, **found.counts()}
            add_audit(session, by, "calendars.reconciled", "company", "1", **detail)
    return found


def _compare(session: Session, now: datetime) -> Reconciliation:
    fresh = fresh_calendars(session, now - LATELY)
    marks = [mark for mark in list_marks(session, now) if mark.calendar in fresh]
    wanted = list_wanted(session, now)
    known = known_bookings(session, [mark.booking for mark in marks])
    differences = [
        *(Difference(Kind.UNWRITTEN, each.public_id) for each in list_unwritten(session, now - GRACE, now)),
        *_on_calendars(marks, wanted, known),
        *_off_calendars(marks, wanted, fresh),
    ]
    return Reconciliation(len(wanted), len(fresh), differences)


def _on_calendars(marks: Sequence[Mark], wanted: Sequence[Wanted], known: set[str]) -> Iterator[Difference]:
    """Entries that should not be there."""
    places = {each.booking: each.calendar for each in wanted}
    seen: set[tuple[int, str]] = set()
    for mark in marks:
        place = (mark.calendar, mark.booking)
        if mark.booking not in known:
            yield Difference(Kind.UNKNOWN, mark.booking, mark.calendar)
        elif mark.booking not in places or places[mark.booking] not in {None, mark.calendar}:
            yield Difference(Kind.GHOST, mark.booking, mark.calendar)
        elif place in seen:
            yield Difference(Kind.TWIN, mark.booking, mark.calendar)
        seen.add(place)


def _off_calendars(
    marks: Sequence[Mark], wanted: Sequence[Wanted], fresh: Mapping[int, datetime]
) -> Iterator[Difference]:
    """Entries that should be there, and were not when their calendar was read after they were written."""
    shown = {(mark.calendar, mark.booking) for mark in marks}
    for each in wanted:
        if each.calendar is None or each.written_at is None or each.calendar not in fresh:
            continue
        if each.written_at < fresh[each.calendar] and (each.calendar, each.booking) not in shown:
            yield Difference(Kind.MISSING, each.booking, each.calendar)


def _write(difference: Difference) -> bool:
    with transaction() as session:
        booking = find_booking(session, difference.booking, lock=True)
        if booking is None:
            return False
        announce(session, booking)
        return True


def _remove(difference: Difference) -> bool:
    """Take every entry that the meeting ever had in this calendar away, but for the one that should be there."""
    assert difference.calendar is not None
    with transaction() as session:
        found = find_group_session(session, difference.booking) or find_booking(session, difference.booking)
        calendar = find_calendar_by_key(session, difference.calendar)
        if found is None:
            return False
        connection_id, remote_id = calendar.connection_id, calendar.remote_id
        keys = _ghost_keys(session, found, difference.calendar)
    try:
        for key in keys:
            with calling(connection_id, Purpose.CANCEL) as provider:
                provider.cancel_event(remote_id, key)
    except CalendarError:
        return False
    with transaction() as session:
        _write_again(session, found)
    return True


def _write_again(session: Session, found: Booking | GroupSession) -> None:
    if isinstance(found, GroupSession):
        announce_session(session, found)
        return
    lock, sequence = event_lock(found.public_id), found.sequence
    defer(session, "write_event", lock=lock, booking=found.public_id, sequence=sequence)


def _ghost_keys(session: Session, found: Booking | GroupSession, calendar: int) -> list[str]:
    places = {each.booking: each.calendar for each in list_wanted(session, clock.now())}
    last = found.generation
    if places.get(found.public_id) == calendar:
        last -= 1
    return [f"{found.public_id}:{generation}" for generation in range(1, last + 1)]


_MENDING: Mapping[Kind, Callable[[Difference], bool]] = {Kind.UNWRITTEN: _write, Kind.GHOST: _remove}
