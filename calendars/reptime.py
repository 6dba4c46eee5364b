"""What is known of one rep's time."""

from dataclasses import dataclass, replace

from calendars.hours import WorkingHours
from calendars.span import Span
from calendars.stretches import ALWAYS

DEFAULT_PAUSE = 15
"""Minutes between two meetings that end a row of them."""


@dataclass(frozen=True, slots=True)
class OwnBooking:
    """A meeting (or a hold) that we put there ourselves, with the buffers it was made with, in minutes.

    Between it and a neighbor of ours lies the larger of the two buffers, not their sum. `kind` is its meeting type's
    number, 0 where that is not known. `open_seats`: how many more prospects it can take, where it is a session of the
    very kind that is asked about.
    """

    span: Span
    before: int = 0
    after: int = 0
    kind: int = 0
    open_seats: int = 0

    def __post_init__(self) -> None:
        if self.span.start >= self.span.end or self.before < 0 or self.after < 0:
            raise ValueError("a booking has a length, and buffers are not negative")

    def widened(self, before: int, after: int) -> Span:
        """The stretch that a meeting with these buffers must keep clear of, buffers included."""
        return Span(
            self.span.start - max(0, self.before - after),
            self.span.end + max(0, self.after - before),
        )


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is enough; None is no limit.

    `per_…` count meetings of ours, `minutes_per_…` their length, by the local date of their start, weeks from Monday.
    `max_utilization` is in percent: a meeting is refused if it would bring the week it starts in above that.
    `in_a_row` is how many meetings of ours may follow one another with less than `pause` minutes between them.
    """

    per_day: int | None = None
    per_week: int | None = None
    max_utilization: int | None = None
    per_month: int | None = None
    minutes_per_day: int | None = None
    minutes_per_week: int | None = None
    minutes_per_month: int | None = None
    in_a_row: int | None = None
    pause: int = DEFAULT_PAUSE

    @property
    def by_month(self) -> bool:
        """Whether anything is counted in months."""
        return self.per_month is not None or self.minutes_per_month is not None


NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class RepTime:
    """Everything that decides when one rep can meet.

    - `time_off` is taken out of the working hours; a buffer may reach into it, a meeting may not.
    - `known` is what *all* the rep's conflict calendars vouch for (their intersection). Outside it the rep is closed,
      because nobody knows. A rep who declared that there is no calendar to ask has `(ALWAYS,)`.
    - `busy` are the calendars' rows, any order, overlaps allowed, empty rows ignored, our own events left out.
    - `bookings` are ours. Limits look at whole local weeks and months: where there are any, `busy` must reach over
      every week, and `bookings` over every week and month, that the window touches.
    - `within` are the hours a meeting must lie in, all of them: the rep's `hours` when nothing is said. Utilization
      is a share of `hours` in any case.
    - `kind` is the meeting type asked about. `kind_limits` are limits on its meetings alone; of them `in_a_row` and
      `max_utilization` mean nothing.
    - Limits count days by the clock of `timezone`, by that of the hours when it is empty.
    """

    hours: WorkingHours
    time_off: tuple[Span, ...] = ()
    known: tuple[Span, ...] = (ALWAYS,)
    busy: tuple[Span, ...] = ()
    bookings: tuple[OwnBooking, ...] = ()
    limits: Limits = NO_LIMITS
    within: tuple[WorkingHours, ...] = ()
    kind: int = 0
    kind_limits: Limits = NO_LIMITS
    timezone: str = ""

    @property
    def open_hours(self) -> tuple[WorkingHours, ...]:
        """The hours that a meeting must lie in, all of them."""
        return self.within or (self.hours,)

    def joining(self, meeting: Span) -> "RepTime":
        """The time as it looks to somebody who would join the session that takes place then, if there is one with a
        seat left: the session does not stand in its own way, and is not counted twice."""
        for index, booking in enumerate(self.bookings):
            if booking.open_seats > 0 and booking.span == meeting:
                return replace(self, bookings=(*self.bookings[:index], *self.bookings[index + 1 :]))
        return self

    @property
    def clock(self) -> str:
        """The zone whose days, weeks and months count."""
        return self.timezone or self.hours.timezone
