"""Leads and their requests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.ids import new_id
from app.models import (
    Booking,
    BookingState,
    Company,
    Lead,
    Request,
    RequestFacts,
    RequestState,
    Reservation,
    ReservationState,
    RouteRecord,
)
from app.store.company import Crowd
from app.store.kept_times import Total, sum_of_versions


def upsert_lead(session: Session, email: str, name: str | None, company: str | None) -> Lead:
    """The lead with this normalised address, made if new; a later submission's name and company win."""
    fresh = {"name": name, "company": company}
    session.execute(
        insert(Lead)
        .values(public_id=new_id("lead"), email=email, **fresh)
        .on_conflict_do_update(
            index_elements=[Lead.email], set_={k: v for k, v in fresh.items() if v} or {"email": email}
        )
    )
    return session.scalars(select(Lead).where(Lead.email == email)).one()


def find_lead(session: Session, public_id: str) -> Lead | None:
    """A lead by public id."""
    return session.scalar(select(Lead).where(Lead.public_id == public_id))


def find_lead_by_email(session: Session, email: str) -> Lead | None:
    """A lead by normalised address."""
    return session.scalar(select(Lead).where(Lead.email == email))


def add_request(
    session: Session,
    lead: Lead,
    form_id: int,
    *,
    timezone: str,
    locale: str,
    answers: Mapping[str, Any],
    source: Mapping[str, Any],
    facts: Mapping[str, Any],
    flags: Sequence[Mapping[str, str]],
) -> Request:
    """Store a submission as it came, with the facts read from it so far."""
    request = Request(
        public_id=new_id("req"),
        lead=lead,
        form_id=form_id,
        state=RequestState.CAPTURED,
        timezone=timezone,
        locale=locale,
    )
    request.facts = RequestFacts(
        answers=dict(answers), source=dict(source), facts=dict(facts), flags=[dict(flag) for flag in flags]
    )
    session.add(request)
    session.flush()
    return request


def find_request(session: Session, public_id: str) -> Request | None:
    """A request by its public id."""
    return session.scalar(select(Request).where(Request.public_id == public_id))


def lock_request(session: Session, request_id: int) -> Request:
    """The request, locked: whoever changes what became of it goes through here one at a time."""
    return session.scalars(
        select(Request)
        .where(Request.id == request_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def find_and_lock_request(session: Session, public_id: str) -> Request | None:
    """The request of this public id, locked; None when there is none."""
    return session.scalar(
        select(Request)
        .where(Request.public_id == public_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """All that offering times needs of a request, read in one query."""

    id: int
    public_id: str
    form_id: int
    timezone: str
    token_version: int
    state: RequestState
    route_id: int | None
    revision: int
    keeps_time: bool
    total: Total | None


_MOST_REMEMBERED = 4096
_crowds: dict[str, str] = {}
"""Whose times a request was last shown, so that the same query asks whether they changed."""


_requests, _routes, _reservations = Request.__table__.c, RouteRecord.__table__.c, Reservation.__table__.c
# Asked for at every look at the times, so it is put together once, and of tables: it makes no objects.
_OPEN = select(
    _requests.id,
    _requests.public_id,
    _requests.form_id,
    _requests.timezone,
    _requests.token_version,
    _requests.state,
    select(_routes.id)
    .where(_routes.request_id == _requests.id)
    .order_by(_routes.id.desc())
    .limit(1)
    .scalar_subquery(),
    select(Company.__table__.c.revision).scalar_subquery(),
    select(_reservations.id)
    .where(_reservations.request_id == _requests.id, _reservations.state != ReservationState.RELEASED)
    .exists(),
    sum_of_versions("ids").scalar_subquery(),
).where(_requests.public_id == bindparam("public_id"))


def find_open_request(session: Session, public_id: str) -> OpenRequest | None:
    """A request with the key of its newest route, the company's revision, and whether it holds or has booked a
    time; one query. It also tells what is known of the crowd that `remember_crowd` was given."""
    array = _crowds.get(public_id, "{}")
    row = session.execute(_OPEN, {"public_id": public_id, "ids": array}).one_or_none()
    if row is None:
        return None
    facts: tuple[Any, ...] = (*row[:-1], Total(array, int(row[-1])))
    return OpenRequest(*facts)


def remember_crowd(public_id: str, crowd: Crowd) -> None:
    """Look after this crowd the next time the request is read."""
    if len(_crowds) >= _MOST_REMEMBERED:
        _crowds.clear()
    _crowds[public_id] = crowd.array


def find_upcoming_booking(session: Session, lead_id: int, now: datetime) -> Booking | None:
    """The lead's next meeting that still stands."""
    return session.scalar(
        select(Booking)
        .where(Booking.lead_id == lead_id, Booking.state == BookingState.CONFIRMED, Booking.ends_at > now)
        .order_by(Booking.starts_at)
        .limit(1)
    )
