"""Whatever is being done, a process that dies at any moment leaves nothing half done, doubled or lost.

Each deed is killed at its first moment, at its second, and so on until it ends by itself; after each death it is done
again as its client or the queue would, and the rules are looked over.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from sqlalchemy import text

from app.db import db, transaction
from app.errors import AlreadyBooked
from app.models import Booking
from app.usecases import notify_booking
from tests.faults.deeds import act
from tests.faults.dying import FINISHED, Mortal, mortal
from tests.fixtures.invariants import broken_rules
from tests.fixtures.outside import REMY, Outside, booking_of, calendars_of

pytestmark = pytest.mark.server
MOST_MOMENTS = 60
BOOKED = "SELECT public_id FROM bookings ORDER BY id DESC LIMIT 1"


@pytest.fixture
def dying(outside: Outside) -> Iterator[Mortal]:
    outside.connect_and_read(REMY)
    with mortal() as process:
        yield process


def kill_at_each_moment(dying: Mortal, deed: str, prepare: Callable[[int], dict[str, Any]]) -> Iterator[str]:
    """Do a deed once for each of its moments, die there, and do it again; the moments' names as they were passed."""
    for moment in count():
        assert moment < MOST_MOMENTS, "it never ends by itself"
        arguments = prepare(moment)
        died = dying.do(deed, moment, **arguments)
        assert died != "failed", f"at moment {moment}"
        act(deed, **arguments)
        db.session.rollback()
        yield died
        if died == FINISHED:
            return


def newest_booking() -> Booking:
    db.session.rollback()
    return booking_of(str(db.session.execute(text(BOOKED)).scalar_one()))


def write(booking: Booking) -> None:
    act("write", booking=booking.public_id, sequence=booking.sequence)


def written(outside: Outside, number: int) -> Booking:
    """A meeting that is on Remy's calendar."""
    booking = outside.book(f"priya{number}@globex.test")
    write(booking)
    return booking


def test_a_booking(outside: Outside, dying: Mortal) -> None:
    def prepare(moment: int) -> dict[str, Any]:
        request, starts = outside.ask(f"priya{moment}@globex.test")
        return {"request": request, "start": starts[2]}

    moments = set()
    for moment in kill_at_each_moment(dying, "book", prepare):
        moments.add(moment)
        write(newest_booking())
        assert not broken_rules(outside.google_events()), moment
    assert {"before a commit", "after a commit"} < moments


def test_a_hold_that_becomes_a_booking(outside: Outside, dying: Mortal) -> None:
    def prepare(moment: int) -> dict[str, Any]:
        request, starts = outside.ask(f"priya{moment}@globex.test")
        held.append({"request": request, "start": starts[2]})
        return held[-1]

    held: list[dict[str, Any]] = []
    for moment in kill_at_each_moment(dying, "hold", prepare):
        act("book", **held[-1])
        write(newest_booking())
        assert not broken_rules(outside.google_events()), moment


def test_a_cancellation(outside: Outside, dying: Mortal) -> None:
    def prepare(moment: int) -> dict[str, Any]:
        return {"booking": written(outside, moment).public_id}

    for moment in kill_at_each_moment(dying, "cancel", prepare):
        write(newest_booking())
        assert not outside.google_events() and not broken_rules([]), moment


def test_a_move(outside: Outside, dying: Mortal) -> None:
    booking = written(outside, 0)
    _, starts = outside.ask("nobody@globex.test")

    def prepare(moment: int) -> dict[str, Any]:
        return {"booking": booking.public_id, "start": starts[5 + moment]}

    for moment in kill_at_each_moment(dying, "reschedule", prepare):
        write(newest_booking())
        assert not broken_rules(outside.google_events()), moment


def test_writing_a_new_meeting_to_the_calendar(outside: Outside, dying: Mortal) -> None:
    def prepare(moment: int) -> dict[str, Any]:
        booking = outside.book(f"priya{moment}@globex.test")
        return {"booking": booking.public_id, "sequence": booking.sequence}

    for moment in kill_at_each_moment(dying, "write", prepare):
        assert not broken_rules(outside.google_events()), moment


def test_writing_a_moved_meeting_to_the_calendar(outside: Outside, dying: Mortal) -> None:
    booking = written(outside, 0).public_id
    _, starts = outside.ask("nobody@globex.test")

    def prepare(moment: int) -> dict[str, Any]:
        act("reschedule", booking=booking, start=starts[5 + moment])
        return {"booking": booking, "sequence": booking_of(booking).sequence}

    for moment in kill_at_each_moment(dying, "write", prepare):
        assert not broken_rules(outside.google_events()), moment


def test_taking_a_cancelled_meeting_from_the_calendar(outside: Outside, dying: Mortal) -> None:
    def prepare(moment: int) -> dict[str, Any]:
        booking = written(outside, moment).public_id
        act("cancel", booking=booking)
        return {"booking": booking, "sequence": booking_of(booking).sequence}

    for moment in kill_at_each_moment(dying, "write", prepare):
        assert not broken_rules(outside.google_events()), moment


def test_control_without_ids_of_our_own_a_death_after_the_writing_makes_a_second_entry(
    outside: Outside, dying: Mortal
) -> None:
    def prepare(moment: int) -> dict[str, Any]:
        booking = outside.book(f"priya{moment}@globex.test")
        return {"booking": booking.public_id, "sequence": booking.sequence}

    broken: list[str] = []
    for _ in kill_at_each_moment(dying, "write-with-new-ids", prepare):
        broken += broken_rules(outside.google_events())
        if broken:
            break
    assert any("entries for one meeting" in words for words in broken)


def test_the_mails_of_a_meeting(outside: Outside, dying: Mortal) -> None:
    def prepare(moment: int) -> dict[str, Any]:
        outside.mail.clear()
        booking = outside.book(f"priya{moment}@globex.test")
        return {"booking": booking.public_id, "sequence": booking.sequence}

    for number, moment in enumerate(kill_at_each_moment(dying, "notify", prepare)):
        counts = Counter(str(message["Message-ID"]) for message in outside.mail.messages)
        assert outside.mail.to(f"priya{number}@globex.test"), moment
        # a mail that was handed over when nobody could note it any more goes out again, and is known by its id
        assert sum(counts.values()) - len(counts) <= (moment in {"after a mail", "before a commit"}), moment


def test_the_reading_of_a_calendar(outside: Outside, dying: Mortal) -> None:
    calendar = next(each for each in calendars_of(REMY) if each.checks_conflicts).public_id

    def prepare(moment: int) -> dict[str, Any]:
        outside.google.create(
            start={"dateTime": f"2026-12-{moment % 28 + 1:02}T10:00:00Z"},
            end={"dateTime": f"2026-12-{moment % 28 + 1:02}T11:00:00Z"},
        )
        return {"calendar_id": calendar}

    for moment in kill_at_each_moment(dying, "sync", prepare):
        piecemeal = mirror()
        with transaction() as session:
            session.execute(text("UPDATE calendars SET token = NULL"))
        act("sync", calendar_id=calendar)
        assert mirror() == piecemeal and piecemeal, moment


def mirror() -> list[Any]:
    """What Remy's calendar looks like from here."""
    db.session.rollback()
    return list(
        db.session.execute(text("SELECT event_id, starts_at, ends_at FROM busy_blocks ORDER BY 1, 2"))
    )


def test_control_without_a_key_the_repetition_of_a_booking_is_refused(outside: Outside) -> None:
    outside.connect_and_read(REMY)
    request, starts = outside.ask()
    outside.book_request(request, starts[2])
    with pytest.raises(AlreadyBooked):
        outside.book_request(request, starts[2])


def test_control_without_the_note_every_mail_goes_out_again(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notify_booking, "MOST_MAILS", 4)
    monkeypatch.setattr(notify_booking, "_record", lambda *args: None)
    outside.connect_and_read(REMY)
    booking = outside.book()
    act("notify", booking=booking.public_id, sequence=booking.sequence)
    assert len(outside.mail.messages) == 4, "it would never end"
    assert len({str(message["Message-ID"]) for message in outside.mail.messages}) == 1
