"""The time that a request asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.models import Reservation, ReservationState


@dataclass(frozen=True, slots=True)
class TimeWanted:
    """One start (UTC minutes) for one request; `own` are the reservations that give way to it. `joins`: a seat at a
    session that somebody has booked already, and no new one."""

    request_id: int
    start: int
    state: ReservationState
    expires_at: datetime | None = None
    own: Sequence[Reservation] = ()
    live_busy: frozenset[str] = frozenset()
    joins: bool = False
