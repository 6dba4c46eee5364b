"""How far requests came, whatever brought them: asked, routed, offered times, booked, met."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from app.models import Activity, Booking, BookingState, Form, Outcome, Request, RequestFacts, RouteRecord
from routing.route import FINAL

MOST_GROUPS = 50
_UNKNOWN = "(not known)"


class GroupBy(StrEnum):
    """What requests are told apart by."""

    SOURCE = "source"
    CAMPAIGN = "campaign"
    FORM = "form"
    RULE = "rule"
    COUNTRY = "country"
    INDUSTRY = "industry"
    LEAD_TYPE = "lead_type"


@dataclass(frozen=True, slots=True)
class FunnelRow:
    """Requests of one group. `hours_to_booking` and `hours_to_meeting` are medians from the request on, of those who
    booked (their first meeting)."""

    group: str
    requests: int
    routed: int
    offered: int
    booked: int
    met: int
    hours_to_booking: float | None
    hours_to_meeting: float | None


_of_request = aliased(RouteRecord)
_newest = (
    select(func.max(_of_request.id))
    .where(_of_request.request_id == Request.id)
    .correlate(Request)
    .scalar_subquery()
)
_mine = Booking.request_id == Request.id
_first_booking = select(func.min(Booking.id)).where(_mine).correlate(Request).scalar_subquery()


def _column(by: GroupBy) -> ColumnElement[Any]:
    if by is GroupBy.FORM:
        return select(Form.slug).where(Form.id == Request.form_id).scalar_subquery()
    if by is GroupBy.RULE:
        return case((RouteRecord.id.is_(None), None), else_=func.coalesce(RouteRecord.rule, "(catch-all)"))
    value: ColumnElement[Any] = RequestFacts.facts[by.value].astext
    return value


def funnel(session: Session, by: GroupBy, since: datetime, until: datetime, now: datetime) -> list[FunnelRow]:
    """Groups of the requests with `since <= created_at < until`, the largest first.

    Offered: the route leads to somebody. Met: a meeting stood until its end, and nobody said that nobody came.
    """
    group = func.coalesce(func.nullif(_column(by), ""), literal(_UNKNOWN)).label("grouped")
    kind = RouteRecord.trace["destinations"][0]["kind"].astext
    booked = exists().where(_mine)
    stood = and_(_mine, Booking.state == BookingState.CONFIRMED, Booking.ends_at <= now)
    met = exists().where(stood, Booking.outcome.is_distinct_from(Outcome.NO_SHOW))
    offered = or_(and_(RouteRecord.id.is_not(None), kind.not_in([each.value for each in FINAL])), booked)
    first = Booking.__table__.alias("first_booking")
    asked = Request.created_at
    columns = (
        func.count(),
        func.count(RouteRecord.id),
        *(func.count().filter(each) for each in (offered, booked, met)),
        *(_median_hours(till - asked) for till in (first.c.created_at, first.c.starts_at)),
    )
    query = (
        select(group, *columns)
        .select_from(Request)
        .outerjoin(RouteRecord, RouteRecord.id == _newest)
        .outerjoin(RequestFacts, RequestFacts.request_id == Request.id)
        .outerjoin(first, first.c.id == _first_booking)
        .where(asked >= since, asked < until)
        .group_by("grouped")
        .order_by(func.count().desc(), "grouped")
        .limit(MOST_GROUPS)
    )
    return [FunnelRow(*row) for row in session.execute(query)]


def _median_hours(lasts: ColumnElement[Any]) -> ColumnElement[Any]:
    hours = func.extract("epoch", lasts) / 3600.0
    return func.percentile_cont(0.5).within_group(hours)


def count_touches(session: Session, since: datetime, until: datetime) -> Mapping[str, int]:
    """What people did by hand to leads in a stretch of time: activities by kind, those of prospects left out."""
    by_people = or_(Activity.actor.like("user\\_%"), Activity.actor.like("rep\\_%"), Activity.actor == "rep")
    query = (
        select(Activity.kind, func.count())
        .where(by_people, Activity.at >= since, Activity.at < until)
        .group_by(Activity.kind)
        .order_by(func.count().desc(), Activity.kind)
    )
    return {kind: count for kind, count in session.execute(query)}  # noqa: C416 - rows are no pairs to mypy
