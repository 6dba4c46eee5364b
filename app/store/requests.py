"""Leads and their requests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from app.ids import new_id
from app.models import (
    Account,
    Booking,
    BookingState,
    Company,
    Lead,
    Rep,
    Request,
    RequestFacts,
    RequestState,
    Reservation,
    ReservationState,
    RouteRecord,
)


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


# Asked for at every look at the times, so it is put together once.
_OPEN = select(
    Request.id,
    Request.public_id,
    Request.form_id,
    Request.timezone,
    Request.token_version,
    Request.state,
    select(RouteRecord.id)
    .where(RouteRecord.request_id == Request.id)
    .order_by(RouteRecord.id.desc())
    .limit(1)
    .scalar_subquery(),
    select(Company.revision).scalar_subquery(),
    select(Reservation.id)
    .where(Reservation.request_id == Request.id, Reservation.state != ReservationState.RELEASED)
    .exists(),
).where(Request.public_id == bindparam("public_id"))


def find_open_request(session: Session, public_id: str) -> OpenRequest | None:
    """A request with the key of its newest route, the company's revision, and whether it holds or has booked a
    time; one query."""
    row = session.execute(_OPEN, {"public_id": public_id}).one_or_none()
    return OpenRequest(*row) if row else None


def find_upcoming_booking(session: Session, lead_id: int, now: datetime) -> Booking | None:
    """The lead's next meeting that still stands."""
    return session.scalar(
        select(Booking)
        .where(Booking.lead_id == lead_id, Booking.state == BookingState.CONFIRMED, Booking.ends_at > now)
        .order_by(Booking.starts_at)
        .limit(1)
    )


@dataclass(frozen=True, slots=True)
class MatchedAccount:
    """An account with its owner's and parent's names, as facts need them."""

    id: int
    name: str
    domain: str
    attributes: Mapping[str, Any]
    owner: str | None
    parent: str | None


def match_account(session: Session, domain: str) -> MatchedAccount | None:
    """The account whose domain, or one of whose aliases, is this one or its nearest parent domain."""
    parts = domain.split(".")
    candidates = [".".join(parts[i:]) for i in range(len(parts) - 1)]
    parent = aliased(Account)
    rows = session.execute(
        select(Account, Rep.public_id, parent.domain)
        .outerjoin(Rep, Rep.id == Account.owner_rep_id)
        .outerjoin(parent, parent.id == Account.parent_id)
        .where(Account.domain.in_(candidates) | Account.aliases.overlap(candidates))
        .order_by(func.length(Account.domain).desc(), Account.id)
    ).all()
    for account, owner, above in rows:
        return MatchedAccount(account.id, account.name, account.domain, account.attributes, owner, above)
    return None
