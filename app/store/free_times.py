"""When each rep of a crowd can start a meeting, and when anyone of them can."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy.orm import Session

from app.store.company import CompanyView, Crowd
from app.store.kept_times import KeptTimes, Total
from calendars.availability import any_of, compile_rep, start_bits
from calendars.frame import Frame
from calendars.reptime import RepTime
from calendars.shape import MeetingShape
from calendars.span import Span


@dataclass(frozen=True, slots=True)
class FreeTimes:
    """Possible starts as bits of a frame: of each rep, in the crowd's order, and of any of them."""

    by_rep: Mapping[str, int]
    anyone: int

    @classmethod
    def of(cls, by_rep: Mapping[str, int]) -> "FreeTimes":
        """The reps' starts with their union."""
        return cls(by_rep, any_of(by_rep.values()))


NOBODY = FreeTimes({}, 0)

FreeOf: TypeAlias = Callable[
    [Session, CompanyView, Crowd, MeetingShape, Frame, datetime, Total | None], FreeTimes
]
"""Says when a crowd can start a meeting; `free_times` is the one that is true."""


def _starts(rep: RepTime, key: tuple[Frame, MeetingShape]) -> int:
    frame, shape = key
    return start_bits(compile_rep(rep, frame), shape, frame)


def _window(key: tuple[Frame, MeetingShape]) -> Span:
    return Span(key[0].start, key[0].end)


_kept: KeptTimes[tuple[Frame, MeetingShape], int, FreeTimes] = KeptTimes(_window, _starts, FreeTimes.of)


def free_times(
    session: Session,
    company: CompanyView,
    crowd: Crowd,
    shape: MeetingShape,
    frame: Frame,
    now: datetime,
    read: Total | None = None,
) -> FreeTimes:
    """The crowd's possible starts for a meeting of this shape; one query while nobody's time changed, none when the
    caller has just `read` that."""
    return _kept.of(session, company, crowd, (frame, shape), now, read) if crowd.reps else NOBODY


def forget_free_times() -> None:
    """Drop what is kept in memory."""
    _kept.forget()
