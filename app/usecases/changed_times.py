"""Reps' free times worked out afresh, so that what is kept in memory is neither asked nor changed: for looking at what
would be offered if something were otherwise."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from app.db import Session
from app.store.availability import load_times
from app.store.company import CompanyView, Crowd, MeetingTypeView, RepView
from app.store.free_times import FreeTimes
from app.store.kept_times import Total
from calendars.availability import compile_rep, start_bits
from calendars.frame import Frame
from calendars.reptime import RepTime
from calendars.span import Span

Change: TypeAlias = Callable[[str, RepTime], RepTime]
"""A rep's public id and time, and their time if it were otherwise."""


@dataclass(slots=True)
class LoadedTimes:
    """Reps' times read once, without the reservations in `without`; good for one look."""

    session: Session
    now: datetime
    without: Collection[int] = ()
    _known: dict[tuple[str, int, int, int], RepTime] = field(default_factory=dict)

    def of(self, views: Collection[RepView], frame: Frame, kind: MeetingTypeView) -> dict[str, RepTime]:
        """The time of each rep for a kind of meeting, by public id, as far as the frame needs it."""
        key = (frame.start, frame.end, kind.id)
        missing = [view for view in views if (view.public_id, *key) not in self._known]
        window = Span(frame.start, frame.end)
        loaded = load_times(self.session, missing, window, self.now, kind=kind, without=self.without)
        for rep, entry in loaded.items():
            self._known[rep, *key] = entry.time
        return {view.public_id: self._known[view.public_id, *key] for view in views}

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
        meeting_type: MeetingTypeView,
        frame: Frame,
        now: datetime,
        read: Total | None = None,
    ) -> FreeTimes:
        """The crowd's possible starts."""
        shape = meeting_type.shape
        times = self.loaded.of([company.reps[rep] for rep in crowd.reps], frame, meeting_type)
        changed = {rep: self.change(rep, time) if self.change else time for rep, time in times.items()}
        return FreeTimes.of(
            {rep: start_bits(compile_rep(time, frame), shape, frame) for rep, time in changed.items()}
        )
