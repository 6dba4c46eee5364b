"""A calendar service that hangs takes none of another one's time: the bulkhead, at a real worker."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.db import db, transaction
from app.jobs.worker import CONCURRENCY
from app.models import Booking
from app.queue import defer
from app.usecases import provider_turns
from tests.fixtures.outside import REMY, ROSA, Outside, fault, rep_of

BOTH = pytest.mark.parametrize("reps", [(REMY, ROSA)], indirect=True)
HANGS = 3.0

_AFTER = text("""
    SELECT max(e.at) FILTER (WHERE j.args ->> 'booking' = :booking)
      - min(e.at) FILTER (WHERE j.args ->> 'booking' <> :booking)
    FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id
    WHERE j.task_name = 'write_event' AND e.type = 'succeeded'
""")


def written_after_the_first_of_google(outside: Outside) -> timedelta:
    """How long after the first of Google's writes Microsoft's is done, when Google hangs and as much as a worker can do
    is for it; negative when it did not wait for any of them."""
    outside.connect_and_read(REMY, ROSA)
    outside.work()
    by_rep: dict[int, Booking] = {}
    for number in range(2):
        booking = outside.book(f"p{number}@globex.test")
        by_rep[booking.rep_id] = booking
    remys, rosas = by_rep[rep_of(REMY).id].public_id, by_rep[rep_of(ROSA).id].public_id
    with transaction() as session:
        session.execute(text("DELETE FROM procrastinate_jobs"))
        for number in range(CONCURRENCY + 4):
            defer(session, "write_event", lock=f"google-{number}", booking=remys, sequence=0)
        defer(session, "write_event", lock="microsoft", booking=rosas, sequence=0)
    with fault(outside.google, "delay", delay=HANGS):
        outside.work(rounds=1)
    waited = db.session.scalar(_AFTER, {"booking": rosas})
    assert isinstance(waited, timedelta) and len(outside.microsoft_events()) == 1
    return waited


@BOTH
def test_while_google_hangs_microsofts_meetings_are_written_at_their_own_pace(outside: Outside) -> None:
    assert written_after_the_first_of_google(outside) < timedelta(0)


@BOTH
def test_control_without_places_of_their_own_they_wait_until_google_is_done(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider_turns, "_places", provider_turns.places(100))
    assert written_after_the_first_of_google(outside) >= timedelta(0)
