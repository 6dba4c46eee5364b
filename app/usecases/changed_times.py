"""Reps' free times worked out afresh, so that what is kept in memory is neither asked nor changed: for looking at what
would be offered if something were otherwise."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from app.db import Session
from app.store.availability import load_times
from app.store.company import CompanyView, Crowd, RepView
from app.store.free_times import FreeTimes
from app.store.kept_times import Total
from calendars.availability import compile_rep, start_bits
from calendars.frame import Frame
from calendars.reptime import RepTime
from calendars.shape import MeetingShape
from calendars.span import Span

Change: TypeAlias = Callable[[str, RepTime], RepTime]
"""A rep's public id and time, and their time if it were otherwise."""


@dataclass(slots=True)
class LoadedTimes:
    """Reps' times read once, without the reservations in `without`; good for one look."""

    session: Session
    now: datetime
    without: Collection[int] = ()
    _known: dict[tuple[str, int, int], RepTime] = field(default_factory=dict)

    def of(self, views: Collection[RepView], frame: Frame) -> dict[str, RepTime]:
        """The time of each rep, by public id, as far as the frame needs it."""
        missing = [view for view in views if self._key(view, frame) not in self._known]
        window = Span(frame.start, frame.end)
        for rep, entry in load_times(self.session, missing, window, self.now, without=self.without).items():
            self._known[rep, frame.start, frame.end] = entry.time
        return {view.public_id: self._known[self._key(view, frame)] for view in views}

    def _key(self, view: RepView, frame: Frame) -> tuple[str, int, int]:
        return view.public_id, frame.start, frame.end

    def free_of(self, change: Change | None = None) -> "Recomputed":
        """When reps are free, if their times were changed like this."""
        return Recomputed(self, change)


@dataclass(frozen=True, slots=True)
class Recomputed:
    """Stands in for `free_times`."""

    loaded: LoadedTimes
    change: Change | None

    def __call__(
        self,
        session: Session,
        company: CompanyView,
        crowd: Crowd,
        shape: MeetingShape,
        frame: Frame,
        now: datetime,
        read: Total | None = None,
    ) -> FreeTimes:
        """The crowd's possible starts."""
        times = self.loaded.of([company.reps[rep] for rep in crowd.reps], frame)
        changed = {rep: self.change(rep, time) if self.change else time for rep, time in times.items()}
        return FreeTimes.of(
            {rep: start_bits(compile_rep(time, frame), shape, frame) for rep, time in changed.items()}
        )
