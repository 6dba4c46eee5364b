"""What is kept in memory never shows: an offer is as new as the last committed change of its reps' time.

A process keeps what it worked out for as long as the reps' versions stand. So after every kind of change the offer of
a process that has kept things is compared with that of one that has kept nothing.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.actor import COMMAND_LINE
from app.db import db
from app.models import TimeOff
from app.store import kept_times
from app.store.company import forget_companies
from app.store.destinations import forget_destinations
from app.store.free_times import forget_free_times
from app.store.kept_times import KeptTimes
from app.store.loads import forget_loads
from app.usecases.add_time_off import Absence, add_time_off, remove_time_off
from app.usecases.book_meeting import BookingOrder, book_meeting
from app.usecases.cancel_meeting import cancel_meeting
from app.usecases.change_configuration import apply_document
from app.usecases.connect_calendar import choose_calendars, disconnect
from app.usecases.describe_times import SlotQuery
from app.usecases.hold_slot import hold_slot, release_hold
from app.usecases.offer_slots import offer_slots, open_request
from app.usecases.reschedule_meeting import reschedule_meeting
from app.usecases.set_hours import Week, set_hours
from app.usecases.sync_calendar import sync_calendar
from tests.fixtures.company import ALL_DAYS, ZONE, first_starts
from tests.fixtures.outside import REMY, Outside, calendars_of, document, rep_of


@dataclass
class Life:
    """What happens to Remy's time, one thing after the other."""

    outside: Outside
    starts: list[datetime]
    others: Iterator[str]
    made: dict[str, str] = field(default_factory=dict)

    def hold(self) -> None:
        self.made["request"] = next(self.others)
        self.made["hold"] = hold_slot(self.made["request"], self.starts[2])["id"]

    def release(self) -> None:
        release_hold(self.made["request"], self.made["hold"])

    def book(self) -> None:
        self.made["booking"] = book_meeting(next(self.others), BookingOrder(self.starts[3]))

    def move(self) -> None:
        reschedule_meeting(self.made["booking"], self.starts[5], by="prospect")

    def cancel(self) -> None:
        cancel_meeting(self.made["booking"], by="prospect")

    def put_an_event_outside(self) -> None:
        start, end = self.starts[4], self.starts[4] + timedelta(minutes=30)
        self.outside.google.create(start={"dateTime": start.isoformat()}, end={"dateTime": end.isoformat()})
        for calendar in calendars_of(REMY):
            sync_calendar(calendar.public_id)

    def take_a_day_off(self) -> None:
        day = self.starts[-1].date().isoformat()
        add_time_off(rep_of(REMY).id, Absence(day, day), COMMAND_LINE)

    def come_back(self) -> None:
        off = db.session.query(TimeOff).one().public_id
        remove_time_off(rep_of(REMY).id, off, COMMAND_LINE)

    def change_hours(self) -> None:
        set_hours(rep_of(REMY).id, Week(ZONE, {day: ["10:00-12:00"] for day in ALL_DAYS}), COMMAND_LINE)

    def lengthen_the_meeting(self) -> None:
        longer = document(REMY)
        longer["meeting_types"][0]["minutes"] = 45
        apply_document(longer, COMMAND_LINE, "test")

    def check_no_calendar(self) -> None:
        choose_calendars(rep_of(REMY).id, set(), None)

    def check_it_again(self) -> None:
        primary = next(calendar for calendar in calendars_of(REMY) if calendar.is_primary)
        choose_calendars(rep_of(REMY).id, {primary.public_id}, primary.public_id)

    def disconnect(self) -> None:
        disconnect(calendars_of(REMY)[0].connection.public_id, rep_of(REMY).id)


BY_VERSION = (
    Life.hold,
    Life.release,
    Life.book,
    Life.move,
    Life.cancel,
    Life.put_an_event_outside,
    Life.check_no_calendar,
    Life.check_it_again,
    Life.disconnect,
)
BY_REVISION = (Life.take_a_day_off, Life.come_back, Life.change_hours, Life.lengthen_the_meeting)
IN_ORDER = (*BY_VERSION[:6], *BY_REVISION, *BY_VERSION[6:])


@pytest.fixture
def life(outside: Outside) -> Life:
    outside.connect_and_read(REMY)
    others = iter([outside.ask(f"other{number}@globex.test")[0] for number in range(2)])
    return Life(outside, [datetime.fromisoformat(start) for start in outside.ask()[1]], others)


def offered(request: str) -> list[str]:
    db.session.remove()
    return first_starts({"slots": offer_slots(open_request(request), SlotQuery(ZONE))})


def forget_everything() -> None:
    for forget in (forget_companies, forget_free_times, forget_loads, forget_destinations):
        forget()


def stale_after(life: Life, watcher: str) -> set[str]:
    """After which changes a process that keeps things offers what a new one would not. Each of them changes the offer,
    so that one who keeps too long is caught."""
    stale = set()
    for change in IN_ORDER:
        before = offered(watcher)
        change(life)
        kept = offered(watcher)
        forget_everything()
        now = offered(watcher)
        assert now != before, f"{change.__name__} changes nothing"
        if kept != now:
            stale.add(change.__name__)
    return stale


def test_after_every_change_a_process_that_keeps_things_offers_what_a_new_one_does(life: Life) -> None:
    assert stale_after(life, life.outside.ask("watcher@globex.test")[0]) == set()


def test_control_one_that_does_not_look_at_the_versions_is_caught_at_every_one_of_them(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[Any, Any] = {}
    fresh = KeptTimes.of

    def of(self: Any, session: Any, company: Any, crowd: Any, key: Any, now: Any, read: Any = None) -> Any:
        where = (id(self), company.revision, crowd.reps, key)
        if where not in kept:
            kept[where] = fresh(self, session, company, crowd, key, now, read)
        return kept[where]

    monkeypatch.setattr(KeptTimes, "of", of)
    monkeypatch.setattr(KeptTimes, "forget", lambda self: kept.clear())
    found = stale_after(life, life.outside.ask("watcher@globex.test")[0])
    assert found == {change.__name__ for change in BY_VERSION}


def elsewhere(life: Life, change: Callable[[], None]) -> None:
    """Have something done in a transaction of its own, and wait for it."""

    def work() -> None:
        with life.outside.app.app_context():
            change()

    with ThreadPoolExecutor() as pool:
        pool.submit(work).result()


def test_a_change_that_commits_while_others_read_is_in_the_next_offer(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    watcher = life.outside.ask("watcher@globex.test")[0]
    forget_everything()
    read: Callable[..., Any] = kept_times.load_times
    changes = iter([life.book])

    def read_then_change(*arguments: Any, **more: Any) -> Any:
        rows = read(*arguments, **more)
        for change in changes:
            elsewhere(life, change)
        return rows

    monkeypatch.setattr(kept_times, "load_times", read_then_change)
    taken = life.starts[3].isoformat()
    assert taken in offered(watcher), "the rows were read before it was taken"
    assert taken not in offered(watcher)
