"""A calendar's entries as their owner means them, what may be done to them, and when they take time.

The model knows nothing of providers: what it says is busy is reckoned minute by minute from wall clocks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

HOME = "Europe/Berlin"
ZONES = (HOME, "America/New_York", "Pacific/Auckland")
FAULTS = ("429", "500", "reset", "nonsense", "expired", "later page", "empty page", "dies")
EDITS = (
    "add", "add", "add day", "add series", "move", "move", "cancel", "restore", "delete",
    "move one", "move one", "drop one", "show as free", "decline", "zone",
)  # fmt: skip
Stretch = tuple[datetime, datetime]


@dataclass
class Entry:
    """A single event, whole days (`days`), or a weekly series (`weeks` occurrences) at a wall clock time at home.
    `moved` and `dropped` are exceptions of a series, by the number of the occurrence."""

    start: datetime
    minutes: int
    days: int = 0
    weeks: int = 1
    is_cancelled: bool = False
    is_free: bool = False
    is_declined: bool = False
    moved: dict[int, datetime] = field(default_factory=dict)
    dropped: set[int] = field(default_factory=set)
    remote: str = ""

    @property
    def is_series(self) -> bool:
        """Whether it has occurrences."""
        return self.weeks > 1

    def begins(self, number: int) -> datetime:
        """When an occurrence begins by its series' rule."""
        return self.start + timedelta(weeks=number)

    def stretches(self, zone: str) -> Iterator[Stretch]:
        """The stretches of time it takes; whole days lie in the calendar's zone."""
        if self.is_cancelled or self.is_free or self.is_declined:
            return
        if self.days:
            first = self.start.date()
            yield _midnight(first, zone), _midnight(first + timedelta(days=self.days), zone)
            return
        for number in set(range(self.weeks)) - self.dropped:
            begins = instant(self.moved.get(number, self.begins(number)))
            yield begins, begins + timedelta(minutes=self.minutes)


class Step(NamedTuple):
    """One thing that happens: an edit of the owner's, or a reading of ours that may meet a fault."""

    kind: str
    which: int
    day: int
    quarter: int
    size: int
    fault: str


def steps() -> st.SearchStrategy[list[Step]]:
    """Histories: edits, and readings in between."""
    number = st.integers(0, 50)
    edit = st.builds(
        Step,
        kind=st.sampled_from(EDITS),
        which=number,
        day=st.integers(-20, 140),
        quarter=st.integers(0, 50),
        size=st.integers(1, 6),
        fault=st.just(""),
    )
    reading = st.builds(
        Step,
        kind=st.just("read"),
        which=number,
        day=st.just(0),
        quarter=st.just(0),
        size=st.integers(1, 3),
        fault=st.sampled_from(("", *FAULTS)),
    )
    return st.lists(st.one_of(edit, edit, reading), min_size=8, max_size=18)


def wall_clock(today: date, step: Step) -> datetime:
    """The local time a step speaks of: between 06:00 and 18:30, when no clock changes."""
    return datetime.combine(today + timedelta(days=step.day), time(6)) + timedelta(minutes=15 * step.quarter)


def instant(wall: datetime, zone: str = HOME) -> datetime:
    """The instant of a wall clock time."""
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def busy_minutes(stretches: Sequence[Stretch], since: datetime, until: datetime) -> set[int]:
    """Every minute that is taken, of those in `[since, until)`."""
    taken: set[int] = set()
    for begins, ends in stretches:
        first, last = max(begins, since), min(ends, until)
        taken.update(range(int(first.timestamp() // 60), int(last.timestamp() // 60)))
    return taken


def _midnight(day: date, zone: str) -> datetime:
    return instant(datetime.combine(day, time()), zone)
