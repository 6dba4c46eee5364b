"""The times a request may choose from, as its visitor reads the clock."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app import clock
from app.db import Session, db
from app.errors import NotFound
from app.models import RequestState
from app.store.company import CompanyView, MeetingTypeView, company_at
from app.store.requests import OpenRequest, find_open_request
from app.usecases.find_offer import Offer, find_offer
from app.usecases.own_time import own_starts
from calendars.zones import EPOCH_DAY, MINUTES_A_DAY, find_zone, local_day, offset_stretches, to_minutes
from routing.route import Route

MOST_DAYS = 31
_LAST_DAY = date(2200, 1, 1)


@dataclass(frozen=True, slots=True)
class SlotQuery:
    """Local dates in the visitor's zone, both inclusive; None starts today and runs as far as is allowed."""

    timezone: str
    first: date | None = None
    last: date | None = None


def open_request(request_id: str) -> OpenRequest:
    """A request as far as its times need it; one query. Raises NotFound."""
    request = find_open_request(db.session(), request_id)
    if request is None:
        raise NotFound
    return request


def offer_slots(request: OpenRequest, query: SlotQuery) -> dict[str, Any]:
    """The times on offer to a request as the public API shows them. Raises NotFound.

    Two queries when nothing changed since the last call.
    """
    session = db.session()
    now = clock.now()
    company = company_at(session, request.revision, now.date())
    return slots_of(session, company, request, query, now)


def slots_of(
    session: Session, company: CompanyView, request: OpenRequest, query: SlotQuery, now: datetime
) -> dict[str, Any]:
    """As `offer_slots`, for a request already read."""
    meeting_type = meeting_type_of(company, request.form_id)
    offer = current_offer(session, company, request, meeting_type, now)
    return describe_times(offer.times() if offer else [], meeting_type, query, now, company.revision)


def current_offer(
    session: Session, company: CompanyView, request: OpenRequest, meeting_type: MeetingTypeView, now: datetime
) -> Offer | None:
    """The offer a request sees: its own hold does not hide the time it holds."""
    if request.trace is None:
        return None
    route = Route.from_json(request.trace)
    own = None
    if request.state is RequestState.OFFERED:
        own = own_starts(session, company, request.id, meeting_type, now)
    return find_offer(session, company, route, meeting_type, now, own=own)


def meeting_type_of(company: CompanyView, form_id: int) -> MeetingTypeView:
    """The meeting type a form leads to. Raises NotFound when the form is archived."""
    for form in company.forms.values():
        if form.id == form_id:
            return form.meeting_type
    raise NotFound("This form is no longer in use")


def describe_times(
    times: Sequence[int], meeting_type: MeetingTypeView, query: SlotQuery, now: datetime, revision: int
) -> dict[str, Any]:
    """Starts as days and times of the visitor's zone. `next_available` is the first start from `first` on."""
    find_zone(query.timezone)
    first, last = _dates(query, now)
    minutes = meeting_type.shape.minutes
    days: dict[str, list[dict[str, str]]] = {}
    following = None
    for label_start, label_end, day in _labels(times, minutes, query.timezone):
        if day < first:
            continue
        following = following or label_start
        if day > last:
            break
        days.setdefault(day.isoformat(), []).append({"start": label_start, "end": label_end})
    return {
        "timezone": query.timezone,
        "duration_minutes": minutes,
        "days": [{"date": day, "slots": slots} for day, slots in days.items()],
        "next_available": following,
        "window": {"from": first.isoformat(), "to": last.isoformat()},
        "version": f"{revision}.{hash(tuple(times)) & 0xFFFFFFFF:x}",
        "reason": None
        if times
        else {"code": "no-times", "message": "There is no free time in the coming days."},
    }


def _dates(query: SlotQuery, now: datetime) -> tuple[date, date]:
    """The dates to look at: never more than a month, never backwards, never outside what calendars reach."""
    today = local_day(query.timezone, to_minutes(now))
    first = min(max(query.first or today, EPOCH_DAY), _LAST_DAY)
    latest = first + timedelta(days=MOST_DAYS - 1)
    return first, min(max(query.last or latest, first), latest)


def _labels(times: Sequence[int], minutes: int, timezone: str) -> list[tuple[str, str, date]]:
    """Each start with its RFC 3339 texts and its local date; integer arithmetic, no datetime for each time."""
    if not times:
        return []
    offsets = _Offsets(timezone, times[0], times[-1] + minutes + 1)
    found = []
    for start in times:
        offset, end = offsets.at(start), start + minutes
        day = EPOCH_DAY + timedelta(days=(start + offset) // MINUTES_A_DAY)
        found.append((write_time(start, offset), write_time(end, offsets.at(end)), day))
    return found


class _Offsets:
    """A zone's offsets over a stretch, looked up without a datetime."""

    def __init__(self, timezone: str, start: int, end: int) -> None:
        stretches = offset_stretches(timezone, start, end)
        self._begins = [stretch.start for stretch in stretches]
        self._offsets = [stretch.offset for stretch in stretches]

    def at(self, minute: int) -> int:
        """Minutes ahead of UTC."""
        return self._offsets[bisect_right(self._begins, minute) - 1]


def write_time(minute: int, offset: int) -> str:
    """A UTC minute as RFC 3339 in a zone that is `offset` minutes ahead of UTC."""
    days, of_day = divmod(minute + offset, MINUTES_A_DAY)
    sign, shift = ("-", -offset) if offset < 0 else ("+", offset)
    clock_time = f"T{of_day // 60:02}:{of_day % 60:02}:00{sign}{shift // 60:02}:{shift % 60:02}"
    return (EPOCH_DAY + timedelta(days=days)).isoformat() + clock_time
