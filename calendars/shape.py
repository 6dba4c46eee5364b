"""What is to be fitted into a rep's time."""

from dataclasses import dataclass

from calendars.zones import MINUTES_A_DAY, find_zone, local_minute


@dataclass(frozen=True, slots=True)
class MeetingShape:
    """A meeting's length, its buffers, and the grid on which it may start. All in minutes.

    Starts lie where the wall clock of `timezone` reads `offset` plus a multiple of `step` since midnight; `step`
    divides the day, so that the grid is the same every day and on both sides of a clock change. Buffers may stick
    out of working hours and of the booking window; nothing busy may touch them.
    """

    minutes: int
    before: int
    after: int
    step: int
    offset: int
    timezone: str

    def __post_init__(self) -> None:
        find_zone(self.timezone)
        if not 1 <= self.minutes <= MINUTES_A_DAY:
            raise ValueError("a meeting lasts from one minute to one day")
        if not (0 <= self.before <= MINUTES_A_DAY and 0 <= self.after <= MINUTES_A_DAY):
            raise ValueError("a buffer lasts from no time to one day")
        if self.step < 1 or MINUTES_A_DAY % self.step:
            raise ValueError("the slot interval must divide the 1440 minutes of a day")
        if not 0 <= self.offset < self.step:
            raise ValueError("the offset lies between 0 and the slot interval")

    def is_on_grid(self, start: int) -> bool:
        """Whether the wall clock allows a meeting to start at this UTC minute."""
        return local_minute(self.timezone, start) % self.step == self.offset
