"""The times a request may choose from."""

from datetime import datetime
from typing import Any

from app import clock
from app.db import Session, db
from app.errors import FieldError, Invalid, NotFound
from app.models import RequestState
from app.store.company import CompanyView, MeetingTypeView, company_at
from app.store.destinations import destinations_of
from app.store.requests import OpenRequest, find_open_request, remember_crowd
from app.usecases.describe_times import SlotList, SlotQuery
from app.usecases.find_offer import find_offer
from app.usecases.offer import Offer
from app.usecases.own_time import own_starts

__all__ = [
    "SlotQuery",
    "current_offer",
    "list_slots",
    "meeting_type_of",
    "offer_slots",
    "open_request",
    "slots_of",
]


def open_request(request_id: str) -> OpenRequest:
    """A request as far as its times need it; one query. Raises NotFound."""
    request = find_open_request(db.session(), request_id)
    if request is None:
        raise NotFound
    return request


def offer_slots(request: OpenRequest, query: SlotQuery) -> dict[str, Any]:
    """The times on offer to a request as the public API shows them. Raises NotFound."""
    return list_slots(request, query).to_json()


def list_slots(request: OpenRequest, query: SlotQuery) -> SlotList:
    """The times on offer to a request. Raises NotFound. One query while nobody's time changed, none for a
    request that was shown them before."""
    session = db.session()
    now = clock.now()
    company = company_at(session, request.revision, now.date())
    return slots_of(session, company, request, query, now)


def slots_of(
    session: Session, company: CompanyView, request: OpenRequest, query: SlotQuery, now: datetime
) -> SlotList:
    """As `list_slots`, for a company already read."""
    meeting_type = meeting_type_of(company, request.form_id, query.minutes)
    offer = current_offer(session, company, request, meeting_type, now)
    return SlotList.of(
        offer.times() if offer else (),
        meeting_type.shape.minutes,
        query,
        now,
        company.revision,
        meeting_type.prefer_days,
    )


def current_offer(
    session: Session, company: CompanyView, request: OpenRequest, meeting_type: MeetingTypeView, now: datetime
) -> Offer | None:
    """The offer a request sees: its own hold does not hide the time it holds."""
    if request.route_id is None:
        return None
    own = None
    if request.keeps_time and request.state is RequestState.OFFERED:
        own = own_starts(session, company, request.id, meeting_type, now)
    destinations = destinations_of(session, request.route_id)
    offer = find_offer(session, company, destinations, meeting_type, now, own=own, read=request.total)
    if offer is not None:
        remember_crowd(request.public_id, offer.crowd)
    return offer


def meeting_type_of(company: CompanyView, form_id: int, minutes: int | None = None) -> MeetingTypeView:
    """The meeting type a form leads to, of the length that was chosen. Raises NotFound when the form is archived, and
    Invalid for a length that is not on offer."""
    for form in company.forms.values():
        if form.id == form_id:
            return _of_length(form.meeting_type, minutes)
    raise NotFound("This form is no longer in use")


def _of_length(meeting_type: MeetingTypeView, minutes: int | None) -> MeetingTypeView:
    lengths = (meeting_type.shape.minutes, *meeting_type.other_minutes)
    if minutes is not None and minutes not in lengths:
        words = f"Choose one of {', '.join(str(length) for length in sorted(lengths))} minutes"
        raise Invalid([FieldError("minutes", "length", words)])
    return meeting_type.lasting(minutes)
