"""A meeting that changes hands, and whoever takes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.db import Session
from app.models import Booking, Reservation
from app.store.company import CompanyView, MeetingTypeView, RepView
from calendars.zones import to_minutes
from routing.assignment import Assignment
from routing.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Taker:
    """Whoever takes it: their time, taken; how they were chosen, on which ledger, from what."""

    rep: RepView
    reservation: Reservation
    assignment: Assignment
    ledger: Ledger | None
    inputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Moving:
    """A meeting that changes hands, in its transaction. `own` is the reservation that gives way."""

    session: Session
    company: CompanyView
    booking: Booking
    own: Reservation
    now: datetime
    start: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", to_minutes(self.booking.starts_at))

    @property
    def meeting_type(self) -> MeetingTypeView:
        """Its kind."""
        return self.company.meeting_types[self.booking.meeting_type_id].lasting(self.booking.minutes)

    @property
    def slot(self) -> tuple[int, int]:
        """UTC minutes, half-open; as long as it was booked for."""
        return self.start, to_minutes(self.booking.ends_at)
