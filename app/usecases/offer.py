"""An offer: the times one destination of a route has for a request."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from app.store.company import Crowd, MeetingTypeView
from app.store.free_times import FreeTimes
from calendars.availability import free_reps, has_start, list_starts
from calendars.frame import Frame
from routing.refusal import Refusal
from routing.route import Destination


@dataclass(frozen=True, slots=True)
class Offer:
    """The times of one destination of a route.

    `index` is its place among the route's destinations. `crowd` are the candidates whose time was looked at, `free`
    are their possible starts as bits of `frame`. The booking window is `[lo, hi)` in UTC minutes: no start before
    `lo`, no end after `hi`. `refused` says why candidates are not among the free ones whatever the time.
    """

    index: int
    destination: Destination
    meeting_type: MeetingTypeView
    crowd: Crowd
    free: FreeTimes
    frame: Frame
    lo: int
    hi: int
    refused: Mapping[str, Refusal] = field(default_factory=dict)

    @property
    def starts(self) -> Mapping[str, int]:
        """Each candidate's possible starts."""
        return self.free.by_rep

    def has_times(self) -> bool:
        """Whether there is any start on offer."""
        shape = self.meeting_type.shape
        return has_start(self.free.anyone, self.frame, shape, self.lo, self.hi)

    def times(self) -> list[int]:
        """Every start on offer, in UTC minutes, in order."""
        return list_starts(self.free.anyone, self.frame, self.meeting_type.shape, self.lo, self.hi)

    def only(self, reps: Collection[str]) -> "Offer":
        """The same offer with some of its candidates."""
        some = {rep: bits for rep, bits in self.starts.items() if rep in reps}
        return replace(self, free=FreeTimes.of(some))

    def leaving_out(self, refused: Mapping[str, Refusal]) -> "Offer":
        """The same offer without some of its candidates, and why."""
        rest = self.only([rep for rep in self.starts if rep not in refused])
        return replace(rest, refused={**self.refused, **refused})

    def with_starts(self, own: Mapping[str, int]) -> "Offer":
        """The same offer with a candidate's starts replaced."""
        changed = {rep: own.get(rep, bits) for rep, bits in self.starts.items()}
        return replace(self, free=FreeTimes.of(changed))

    def moving(self, own: Mapping[str, int]) -> "Offer":
        """The times a meeting can move to with its rep: that is no new turn, so what a pool says of turns, new
        meetings and who is ahead does not count."""
        return replace(self, free=FreeTimes.of(own))

    def free_at(self, start: int) -> list[str]:
        """The candidates who can meet at `start`; nobody when it lies outside the window or off the grid."""
        shape = self.meeting_type.shape
        if not (self.lo <= start and start + shape.minutes <= self.hi and shape.is_on_grid(start)):
            return []
        return free_reps(self.starts, start, self.frame)
