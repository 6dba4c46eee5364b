"""What the chosen rep's calendars say right now, asked while the prospect reads the last step.

A hold defers the question as a job; the booking waits for the answer at most 300 ms and otherwise lets a fresh
enough mirror decide. Which of the two decided is recorded with the decision.
"""

import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app import clock
from app.db import reading, transaction
from app.models import ReadingCause
from app.queue import URGENT
from app.store.calendars import conflict_calendars_of
from app.store.reservations import HeldCheck, find_held_check, find_reservation, note_live_check
from app.usecases.check_calendars import defer_sync
from app.usecases.provider_turns import Purpose, calling
from calendars.busy_table import Choices, closes_time, read_choices
from calendars.providers.base import CalendarError
from calendars.span import Span
from calendars.zones import to_minutes

BUDGET_SECONDS = 0.3
_LOOK_EVERY = 0.03


@dataclass(frozen=True, slots=True)
class LiveVerdict:
    """Who or what decided whether the rep is free: `live` (the provider's own answer) or `mirror`.

    `busy`: reps whom the provider reports as busy at the wanted time.
    """

    source: str
    state: str
    busy: frozenset[str] = frozenset()
    checked_at: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As stored with a decision."""
        return {"source": self.source, "state": self.state, "checked_at": self.checked_at}


MIRROR = LiveVerdict("mirror", "not_asked")


def live_verdict(request_id: str, start: int) -> LiveVerdict:
    """The provider's answer for the time a request holds, if it comes within the budget."""
    deadline = time.monotonic() + BUDGET_SECONDS
    while True:
        held = find_held_check(reading(), request_id)
        if held is None or held.start != start:
            return MIRROR
        if held.state != "pending":
            return _verdict(held)
        if time.monotonic() + _LOOK_EVERY > deadline:
            return LiveVerdict("mirror", "too_slow")
        time.sleep(_LOOK_EVERY)


def _verdict(held: HeldCheck) -> LiveVerdict:
    if held.state == "unknown":
        return LiveVerdict("mirror", "unknown", checked_at=held.at)
    return LiveVerdict("live", held.state, held.busy, held.at)


def check_live(reservation_id: int) -> str:
    """Ask the provider about a held time and keep the answer on the hold. Returns `free`, `busy` or `unknown`.

    A busy answer means that the mirror is behind: its calendars are read again at once.
    """
    with transaction() as session:
        reservation = find_reservation(session, reservation_id)
        if reservation is None or reservation.during.lower is None or reservation.during.upper is None:
            return "unknown"
        wanted = Span(
            to_minutes(reservation.during.lower - timedelta(minutes=reservation.before)),
            to_minutes(reservation.during.upper + timedelta(minutes=reservation.after)),
        )
        by_connection = defaultdict(list)
        for calendar in conflict_calendars_of(session, reservation.rep_id):
            by_connection[calendar.connection_id].append(calendar)
        plan = {
            key: {c.remote_id: (c.public_id, read_choices(c.busy_choices)) for c in group}
            for key, group in by_connection.items()
        }
    answers = {
        _ask(connection, {remote: choices for remote, (_, choices) in group.items()}, wanted)
        for connection, group in plan.items()
    }
    state = "busy" if "busy" in answers else "unknown" if "unknown" in answers or not answers else "free"
    with transaction() as session:
        note_live_check(session, reservation_id, state, clock.now())
        if state == "busy":
            for group in plan.values():
                for public_id, _ in group.values():
                    defer_sync(session, public_id, ReadingCause.CHECKED, URGENT)
    return state


def _ask(connection_id: int, calendars: Mapping[str, Choices], wanted: Span) -> str:
    """What counts is what counted when the time was offered: each calendar's own choices."""
    try:
        with calling(connection_id, Purpose.LIVE) as account:
            answer = account.check_busy(
                list(calendars), wanted, lambda calendar, kind: closes_time(kind, calendars[calendar])
            )
    except CalendarError:
        return "unknown"
    if any(span.overlaps(wanted) for span in answer.busy):
        return "busy"
    return "unknown" if answer.unknown else "free"
