"""An offer: the times one destination of a route has for a request."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.store.company import Crowd, MeetingTypeView
from app.store.free_times import FreeTimes
from calendars.availability import free_reps, has_start, list_starts
from calendars.frame import Frame
from calendars.together import Group, Together
from routing.party import Party
from routing.refusal import Refusal
from routing.route import Destination


@dataclass(frozen=True, slots=True)
class Seat:
    """A further role at the meeting, and the times of those who may fill it."""

    party: Party[Destination]
    offer: "Offer"


@dataclass(frozen=True, slots=True)
class Offer:
    """The times of one destination of a route.

    `index` is its place among the route's destinations. `crowd` are the candidates whose time was looked at, `free`
    are their possible starts as bits of `frame`. The booking window is `[lo, hi)` in UTC minutes: no start before
    `lo`, no end after `hi`. `refused` says why candidates are not among the free ones whatever the time.

    `own` are starts of reps as they look to a request without its own reservations. `seats` are the destination's
    further roles; where there are any, `free` are starts at which all of them can be filled beside the candidate,
    and `alone` are the candidates' starts whoever else is there. `by`: without a meeting that ends by this minute the
    destination is passed over, however many come later.
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
    own: Mapping[str, int] = field(default_factory=dict)
    seats: Sequence[Seat] = ()
    alone: FreeTimes | None = None
    by: int | None = None

    @property
    def starts(self) -> Mapping[str, int]:
        """Each candidate's possible starts."""
        return self.free.by_rep

    def has_times(self) -> bool:
        """Whether there is any start on offer, and one soon enough."""
        return self.in_time()._any(self.free.anyone)

    def able(self) -> list[str]:
        """The candidates who have any start on offer, and one soon enough."""
        soon = self.in_time()
        return [rep for rep, bits in self.starts.items() if soon._any(bits)]

    def in_time(self) -> "Offer":
        """Only what is soon enough."""
        return self if self.by is None else replace(self, hi=min(self.hi, self.by))

    def inside(self, cells: int) -> "Offer":
        """The same offer with only the starts among these cells."""
        return replace(self, free=FreeTimes.of({rep: bits & cells for rep, bits in self.starts.items()}))

    def times(self) -> list[int]:
        """Every start on offer, in UTC minutes, in order."""
        return list_starts(self.free.anyone, self.frame, self.meeting_type.shape, self.lo, self.hi)

    def only(self, reps: Collection[str]) -> "Offer":
        """The same offer with some of its candidates."""
        some = {rep: bits for rep, bits in self.starts.items() if rep in reps}
        return replace(self, free=FreeTimes.of(some))

    def joined_by(self, sessions: FreeTimes) -> "Offer":
        """The same offer with the starts at which a candidate has a session that can be joined, whatever keeps them
        from new ones."""
        if not sessions.anyone:
            return self
        reps = [rep for rep in self.crowd.reps if rep in self.starts or sessions.by_rep.get(rep)]
        both = {rep: self.starts.get(rep, 0) | sessions.by_rep.get(rep, 0) for rep in reps}
        return replace(self, free=FreeTimes.of(both))

    def leaving_out(self, refused: Mapping[str, Refusal]) -> "Offer":
        """The same offer without some of its candidates, and why."""
        rest = self.only(self.starts.keys() - refused.keys())
        return replace(rest, refused={**self.refused, **refused})

    def with_own(self, own: Mapping[str, int]) -> "Offer":
        """The same offer as the request sees it that keeps times of its own."""
        return replace(self.with_starts(own), own=own)

    def seated(self, seats: Sequence[Seat]) -> "Offer":
        """The same offer with only the starts at which every seat can be filled, nobody sitting in two."""
        together = _together(seats)
        anybody = together.without()
        wanted = frozenset[str]().union(*(seat.offer.starts for seat in seats))
        starts = {
            rep: bits & (together.without(rep) if rep in wanted else anybody)
            for rep, bits in self.starts.items()
        }
        roles = {"role": ", ".join(seat.party.role for seat in seats)}
        left_alone = {
            rep: Refusal(rep, "partner", roles)
            for rep, bits in self.starts.items()
            if self._any(bits) and not self._any(starts[rep])
        }
        offer = replace(self, free=FreeTimes.of(starts), seats=seats, alone=self.free)
        return offer.leaving_out(left_alone)

    def _any(self, bits: int) -> bool:
        return has_start(bits, self.frame, self.meeting_type.shape, self.lo, self.hi)

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

    def without_seats(self) -> "Offer":
        """The candidates' own times, whoever else is there."""
        return replace(self, free=self.alone, seats=(), alone=None) if self.alone is not None else self


def _together(seats: Sequence[Seat]) -> Together:
    groups = [Group(seat.offer.starts, seat.party.pick) for seat in seats if not seat.party.is_all]
    panels = [_everybody(seat) for seat in seats if seat.party.is_all]
    return Together(groups, panels)


def _everybody(seat: Seat) -> dict[str, int]:
    """The starts of all who are needed; somebody whose time was not even looked at has none."""
    return {rep: seat.offer.starts.get(rep, 0) for rep in seat.offer.destination.candidates}
