"""What is known of one rep's time."""

from dataclasses import dataclass

from calendars.hours import WorkingHours
from calendars.span import Span
from calendars.stretches import ALWAYS


@dataclass(frozen=True, slots=True)
class OwnBooking:
    """A meeting (or a hold) that we put there ourselves, with the buffers it was made with, in minutes.

    Between it and a neighbor of ours lies the larger of the two buffers, not their sum.
    """

    span: Span
    before: int = 0
    after: int = 0

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

    `per_day` and `per_week` count meetings of ours by the local date of their start, weeks from Monday.
    `max_utilization` is in percent: a meeting is refused if it would bring the week it starts in above that.
    """

    per_day: int | None = None
    per_week: int | None = None
    max_utilization: int | None = None


NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class RepTime:
    """Everything that decides when one rep can meet.

    - `time_off` is taken out of the working hours; a buffer may reach into it, a meeting may not.
    - `known` is what *all* the rep's conflict calendars vouch for (their intersection). Outside it the rep is closed,
      because nobody knows. A rep who declared that there is no calendar to ask has `(ALWAYS,)`.
    - `busy` are the calendars' rows, any order, overlaps allowed, empty rows ignored, our own events left out.
    - `bookings` are ours. Caps and the utilization ceiling look at whole local weeks: where there are limits,
      `busy` and `bookings` must reach over every week that the window touches.
    """

    hours: WorkingHours
    time_off: tuple[Span, ...] = ()
    known: tuple[Span, ...] = (ALWAYS,)
    busy: tuple[Span, ...] = ()
    bookings: tuple[OwnBooking, ...] = ()
    limits: Limits = NO_LIMITS
