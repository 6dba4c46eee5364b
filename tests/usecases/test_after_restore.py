"""The restore drill: after a backup is loaded, nothing that was done already is done again.

A day of a small company: meetings are made, the backup is taken, and life goes on; another meeting is booked, one is
moved, one is cancelled. Then the backup is loaded. The control lets the same database work on without the check.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from app.db import transaction
from app.errors import Conflict
from app.jobs import pause
from app.jobs.tasks import OUTWARD
from app.store.lives import is_paused
from app.usecases import follow_event
from app.usecases.after_restore import finish_restore, report_on_restore
from app.usecases.cancel_meeting import cancel_meeting
from app.usecases.reconcile import reconcile
from app.usecases.reschedule_meeting import reschedule_meeting
from app.usecases.sync_calendar import sync_calendar
from calendars.providers.google_busy import BOOKING
from tests.fixtures.backup import back_up, load_backup
from tests.fixtures.outside import REMY, Outside, booking_of, calendars_of, jobs


@dataclass
class Day:
    """What became of each meeting after the backup; `later` was booked after it, `waiting` had its jobs waiting."""

    outside: Outside
    moved: str
    cancelled: str
    waiting: str
    later: str
    moved_to: datetime

    def entries(self) -> dict[str, Any]:
        """What Remy's calendar shows, by the meeting that each entry stands for."""
        return {each["extendedProperties"]["private"][BOOKING]: each for each in self.outside.google_events()}

    def read(self) -> None:
        """Read Remy's calendars."""
        for calendar in calendars_of(REMY):
            if calendar.checks_conflicts:
                assert sync_calendar(calendar.public_id)

    def live_on(self) -> None:
        """Let the worker do all there is to do, calendars read included, and what waits for a later time as well."""
        self.outside.work()
        self.read()
        self.outside.work(hurry=True)


@pytest.fixture
def day(outside: Outside, fresh_database: str, tmp_path: Path) -> Iterator[Day]:
    """The evening of that day, with the backup loaded and no process started yet."""
    outside.connect_and_read(REMY)
    moved, cancelled = (outside.book(f"{name}@globex.test").public_id for name in ("max", "cara"))
    outside.settle()
    waiting = outside.book("walt@globex.test").public_id
    back_up(fresh_database, tmp_path / "backup")
    outside.settle()
    later = outside.book("lara@globex.test").public_id
    _, starts = outside.ask("nobody@globex.test")
    reschedule_meeting(moved, datetime.fromisoformat(starts[40]), by="prospect")
    cancel_meeting(cancelled, by="prospect", reason="")
    outside.settle()
    moved_to = booking_of(moved).starts_at
    load_backup(fresh_database, tmp_path / "backup")
    outside.mail.clear()
    yield Day(outside, moved, cancelled, waiting, later, moved_to)


def test_nothing_that_was_done_is_done_again_before_or_after_the_operators_word(day: Day) -> None:
    shown = day.entries()
    day.live_on()
    assert (day.outside.mail.messages, day.entries()) == ([], shown), "while it waits"
    report = report_on_restore(OUTWARD)
    assert report is not None and report.doubt.value == "copied" and not report.unread
    assert [each.booking for each in report.unknown] == [day.later]
    assert report.gone == [day.cancelled]
    assert report.from_before == {"notify_booking": 1, "write_event": 1}
    assert booking_of(day.moved).starts_at == day.moved_to, "taken over from the calendar"
    done = finish_restore(OUTWARD, by="ada")
    assert done.to_do == [] and sum(done.left_out.values()) == 2
    day.live_on()
    assert (day.outside.mail.messages, day.entries()) == ([], shown), "afterwards"
    assert report_on_restore(OUTWARD) is None and not jobs("failed")


def test_control_without_the_check_people_are_told_again(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (pause, follow_event):
        monkeypatch.setattr(module, "is_paused", lambda session: False)
    day.live_on()
    told = {to for envelope in day.outside.mail.envelopes for to in envelope}
    assert {"max@globex.test", "walt@globex.test"} <= told


def test_what_was_not_done_after_the_backup_is_done_after_the_operators_word(day: Day) -> None:
    day.outside.google.delete(day.entries()[day.waiting]["id"])
    day.outside.mail.clear()
    day.live_on()
    assert finish_restore(OUTWARD, by="ada").to_do == [day.waiting]
    day.live_on()
    assert day.waiting in day.entries() and day.outside.mail.to("walt@globex.test")


def test_what_is_booked_while_it_waits_goes_out_after_the_operators_word(day: Day) -> None:
    day.live_on()
    lost = datetime.fromisoformat(day.entries()[day.later]["start"]["dateTime"])
    request, starts = day.outside.ask("nina@globex.test")
    assert lost not in map(datetime.fromisoformat, starts), (
        "the time of a meeting that only the calendar knows"
    )
    booking = day.outside.book_request(request, starts[2]).public_id
    day.live_on()
    assert not day.outside.mail.messages
    finish_restore(OUTWARD, by="ada")
    day.live_on()
    assert booking in day.entries() and day.outside.mail.to("nina@globex.test")


def test_unread_calendars_hold_the_operators_word_up_and_nothing_is_mended_without_it(day: Day) -> None:
    found = reconcile(repair=True, force=True)
    assert found.is_paused and found.is_refused and not found.mended
    with pytest.raises(Conflict):
        finish_restore(OUTWARD, by="ada")
    finish_restore(OUTWARD, by="ada", force=True)
    with pytest.raises(Conflict):
        finish_restore(OUTWARD, by="ada", force=True)


def test_a_database_that_only_went_forward_waits_for_nobody(outside: Outside) -> None:
    outside.connect_and_read(REMY)
    outside.book()
    outside.work()
    assert outside.google_events() and report_on_restore(OUTWARD) is None
    with transaction() as session:
        assert not is_paused(session)
