"""Which times a route leads to, and with whom. Offering and accepting both come through here."""

import math
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from app.db import Session
from app.store.company import CompanyView, Crowd, MeetingTypeView
from app.store.free_times import FreeTimes, free_times
from app.store.loads import loads_of, over_ceiling
from calendars.availability import free_reps, list_starts
from calendars.frame import Frame
from calendars.window import horizon_end
from calendars.zones import to_minutes
from routing.roster import Pool
from routing.route import FINAL, Destination, DestinationKind

_HOURS = re.compile(r"([0-9]{1,3}) ?(?:hours?|h)")
_SHORT_DAYS = re.compile(r"([0-9]{1,3})d")


@dataclass(frozen=True, slots=True)
class Offer:
    """The times of one destination of a route.

    `index` is its place among the route's destinations. `free` are the candidates' possible starts as bits of
    `frame`. The booking window is `[lo, hi)` in UTC minutes: no start before `lo`, no end after `hi`.
    """

    index: int
    destination: Destination
    meeting_type: MeetingTypeView
    free: FreeTimes
    frame: Frame
    lo: int
    hi: int

    @property
    def starts(self) -> Mapping[str, int]:
        """Each candidate's possible starts."""
        return self.free.by_rep

    def times(self) -> list[int]:
        """Every start on offer, in UTC minutes, in order."""
        return list_starts(self.free.anyone, self.frame, self.meeting_type.shape, self.lo, self.hi)

    def only(self, reps: Collection[str]) -> "Offer":
        """The same offer with some of its candidates."""
        some = {rep: bits for rep, bits in self.starts.items() if rep in reps}
        return replace(self, free=FreeTimes.of(some))

    def with_starts(self, own: Mapping[str, int]) -> "Offer":
        """The same offer with a candidate's starts replaced."""
        changed = {rep: own.get(rep, bits) for rep, bits in self.starts.items()}
        return replace(self, free=FreeTimes.of(changed))

    def free_at(self, start: int) -> list[str]:
        """The candidates who can meet at `start`; nobody when it lies outside the window or off the grid."""
        shape = self.meeting_type.shape
        if not (self.lo <= start and start + shape.minutes <= self.hi and shape.is_on_grid(start)):
            return []
        return free_reps(self.starts, start, self.frame)


def find_offer(
    session: Session,
    company: CompanyView,
    destinations: Iterable[Destination],
    meeting_type: MeetingTypeView,
    now: datetime,
    *,
    own: Mapping[str, int] | None = None,
) -> Offer | None:
    """The first of a route's destinations that has any time to offer; None when it ends in a queue or a message.

    Where none has a time, the last that could have is returned with no times. `own`: starts of a rep as they are
    without the request's own hold or booking, in place of what is kept.
    """
    offer = None
    for index, destination in enumerate(destinations):
        if destination.kind in FINAL:
            break
        offer = offer_of(session, company, index, destination, meeting_type, now)
        if own:
            offer = offer.with_starts(own)
        if offer.times():
            return offer
    return offer


def offer_of(
    session: Session,
    company: CompanyView,
    index: int,
    destination: Destination,
    meeting_type: MeetingTypeView,
    now: datetime,
) -> Offer:
    """The times of one destination."""
    minute = to_minutes(now)
    lo = math.ceil(now.timestamp() / 60) + meeting_type.minimum_notice
    end = horizon_end(minute, meeting_type.booking_window, meeting_type.shape.timezone, frozenset())
    hi = end
    if destination.kind is DestinationKind.OWNER:
        hi = min(end, _wait_end(minute, destination.owner_wait, meeting_type))
    frame = Frame.for_shape(minute, max(end, lo), meeting_type.shape)
    crowd = _candidates(session, company, destination, now)
    free = free_times(session, company, crowd, meeting_type.shape, frame, now)
    return Offer(index, destination, meeting_type, free, frame, lo, hi)


def pool_of(company: CompanyView, destination: Destination) -> Pool | None:
    """The pool a destination stands for."""
    if destination.kind is not DestinationKind.POOL:
        return None
    return company.roster.pools.get(destination.name)


def _candidates(session: Session, company: CompanyView, destination: Destination, now: datetime) -> Crowd:
    """Those the route allows who are still there and whom the pool's utilization ceiling admits."""
    present = company.crowd(destination.candidates)
    pool = pool_of(company, destination)
    if pool is None or pool.max_utilization is None:
        return present
    loads = loads_of(session, company, present, now)
    return company.crowd(
        tuple(rep for rep in present.reps if not over_ceiling(loads[rep], pool.max_utilization))
    )


def _wait_end(minute: int, wait: str | None, meeting_type: MeetingTypeView) -> int:
    """The minute by which an owner must have a time: `2 business days`, `3 days`, `3d`, `48h`."""
    text = (wait or "2 business days").strip()
    if hours := _HOURS.fullmatch(text):
        return minute + 60 * int(hours[1])
    if days := _SHORT_DAYS.fullmatch(text):
        text = f"{days[1]} days"
    return horizon_end(minute, text, meeting_type.shape.timezone, frozenset())
