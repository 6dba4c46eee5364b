"""Between which two minutes a meeting may be booked, and the frame that its times are worked out in."""

import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from app.store.company import CompanyView, MeetingTypeView
from calendars.frame import Frame
from calendars.window import horizon_end, window_start
from calendars.zones import to_minutes

_HOURS = re.compile(r"([0-9]{1,3}) ?(?:hours?|h)")
_SHORT_DAYS = re.compile(r"([0-9]{1,3})d")


@dataclass(frozen=True, slots=True)
class Bounds:
    """The booking window `[lo, hi)` in UTC minutes, and a frame that holds it."""

    lo: int
    hi: int
    frame: Frame


def bounds_of(
    company: CompanyView, meeting_type: MeetingTypeView, now: datetime, reps: Collection[str] = ()
) -> Bounds:
    """The window of a meeting type at an instant. Days that are no business days for the company or for any of `reps`
    do not count towards it."""
    minute, zone = to_minutes(now), meeting_type.shape.timezone
    first = window_start(meeting_type.booking_window, zone)
    lo = math.ceil(now.timestamp() / 60) + meeting_type.minimum_notice
    lo = lo if first is None else max(lo, first)
    hi = horizon_end(minute, meeting_type.booking_window, zone, days_off(company, reps))
    return Bounds(lo, hi, Frame.for_shape(minute, max(hi, lo), meeting_type.shape))


def days_off(company: CompanyView, reps: Collection[str]) -> frozenset[date]:
    """The holidays of the company, and of the working hours of these reps."""
    return company.holidays.union(*(company.reps[rep].hours.holidays for rep in reps if rep in company.reps))


def wait_end(
    company: CompanyView,
    meeting_type: MeetingTypeView,
    now: datetime,
    wait: str | None,
    reps: Collection[str],
) -> int:
    """The UTC minute by which an owner, or somebody of a destination, must have a time: `2 business days`, `3 days`,
    `3d`, `48h`. Their holidays do not count."""
    minute, text = to_minutes(now), (wait or "2 business days").strip()
    if hours := _HOURS.fullmatch(text):
        return minute + 60 * int(hours[1])
    if days := _SHORT_DAYS.fullmatch(text):
        text = f"{days[1]} days"
    return horizon_end(minute, text, meeting_type.shape.timezone, days_off(company, reps))
