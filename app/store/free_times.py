"""When each rep of a crowd can start a meeting, and when anyone of them can."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from sqlalchemy.orm import Session

from app.store.company import CompanyView, Crowd, MeetingTypeView
from app.store.kept_times import KeptTimes, Total
from calendars.availability import any_of, compile_rep, start_bits
from calendars.frame import Frame
from calendars.reptime import RepTime
from calendars.sessions import joinable_starts
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
    [Session, CompanyView, Crowd, MeetingTypeView, Frame, datetime, Total | None], FreeTimes
]
"""Says when a crowd can start a meeting; `free_times` is the one that is true."""


@dataclass(frozen=True, slots=True)
class _Key:
    """A frame, the meeting's shape and its type's number; the rest of the type is the same for one revision."""

    frame: Frame
    shape: MeetingShape
    kind: int
    meeting_type: MeetingTypeView = field(compare=False)


def _starts(rep: RepTime, key: _Key) -> int:
    return start_bits(compile_rep(rep, key.frame), key.shape, key.frame)


def _window(key: _Key) -> Span:
    return Span(key.frame.start, key.frame.end)


def _meeting_type(key: _Key) -> MeetingTypeView:
    return key.meeting_type


def _joinable(rep: RepTime, key: _Key) -> int:
    return joinable_starts(rep, key.shape, key.frame)


_sessions: KeptTimes[_Key, int, FreeTimes] = KeptTimes(_window, _joinable, FreeTimes.of, _meeting_type)
_kept: KeptTimes[_Key, int, FreeTimes] = KeptTimes(_window, _starts, FreeTimes.of, _meeting_type)


def free_times(
    session: Session,
    company: CompanyView,
    crowd: Crowd,
    meeting_type: MeetingTypeView,
    frame: Frame,
    now: datetime,
    read: Total | None = None,
) -> FreeTimes:
    """The crowd's possible starts for a meeting of this type; one query while nobody's time changed, none when the
    caller has just `read` that."""
    if not crowd.reps:
        return NOBODY
    key = _Key(frame, meeting_type.shape, meeting_type.id, meeting_type)
    return _kept.of(session, company, crowd, key, now, read)


def open_sessions(
    session: Session,
    company: CompanyView,
    crowd: Crowd,
    meeting_type: MeetingTypeView,
    frame: Frame,
    now: datetime,
    read: Total | None = None,
) -> FreeTimes:
    """The starts at which the crowd's sessions of this kind begin that can still be joined; nothing where a meeting is
    shared with nobody."""
    if not crowd.reps or not meeting_type.is_shared:
        return NOBODY
    key = _Key(frame, meeting_type.shape, meeting_type.id, meeting_type)
    return _sessions.of(session, company, crowd, key, now, read)


def forget_free_times() -> None:
    """Drop what is kept in memory."""
    _kept.forget()
    _sessions.forget()
