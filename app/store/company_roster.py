"""Reps, pools and territories as rows, read into what the routing library looks at."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.models import Pool as PoolRow
from app.models import PoolMember, Rep, RepMeetingHours, Schedule, Territory, TimeOff
from app.store.company_views import Ration, RepView
from app.store.hours import on_the_way, rest_of, trips_of, working_hours
from calendars.hours import WorkingHours
from calendars.reptime import DEFAULT_PAUSE, Limits
from routing import roster as routing
from routing.pool import DEFAULT_MAX_AHEAD, Success, WhenOut

_PORTION = 500
NO_COVERS: Mapping[str, str] = {}


def read_reps(session: Session, today: date) -> tuple[dict[str, RepView], dict[int, routing.Rep]]:
    """All reps, archived ones included: by public id as we see them, by key as routing does.

    Read in portions, because ten thousand rows as objects, all at once, would take a hundred megabytes.
    """
    hours = _hours(session, today.year)
    by_kind = _hours_by_kind(session, hours)
    covers = _covers(session)
    views: dict[str, RepView] = {}
    routed: dict[int, routing.Rep] = {}
    for row in _rep_rows(session):
        own = hours.get(row.schedule_id) if row.schedule_id is not None else None
        usual = own or working_hours(None, row.timezone, today.year)
        views[row.public_id] = _rep_view(row, usual, by_kind.get(row.id, {}))
        routed[row.id] = routing_rep(row, today, covers)
    return views, routed


def _covers(session: Session) -> dict[str, str]:
    """The public ids of the reps who cover for somebody, by address."""
    named = select(TimeOff.cover_email).where(TimeOff.cover_email.is_not(None))
    rows = session.execute(select(Rep.email, Rep.public_id).where(Rep.email.in_(named)))
    return {email: public_id for email, public_id in rows}  # noqa: C416 - rows are no pairs to mypy


def _rep_rows(session: Session) -> Iterator[Rep]:
    """All reps in the order of their keys; no cursor stays open, for there may be no transaction."""
    last = 0
    while True:
        rows = session.scalars(
            select(Rep)
            .where(Rep.id > last)
            .order_by(Rep.id)
            .limit(_PORTION)
            .options(selectinload(Rep.skills), selectinload(Rep.time_off), selectinload(Rep.trips))
            .execution_options(populate_existing=True)
        ).all()
        if not rows:
            return
        yield from rows
        last = rows[-1].id


def _hours(session: Session, year: int) -> dict[int, WorkingHours]:
    """The working hours of each schedule, by its key; reps who share a schedule share them."""
    rows = session.scalars(
        select(Schedule).options(selectinload(Schedule.overrides)).execution_options(populate_existing=True)
    )
    return {row.id: working_hours(row, row.timezone, year) for row in rows}


def _hours_by_kind(session: Session, hours: Mapping[int, WorkingHours]) -> dict[int, dict[int, WorkingHours]]:
    """The hours that reps keep for some meeting types, by the keys of the rep and the meeting type."""
    found: dict[int, dict[int, WorkingHours]] = defaultdict(dict)
    rows = session.execute(
        select(RepMeetingHours.rep_id, RepMeetingHours.meeting_type_id, RepMeetingHours.schedule_id)
    )
    for rep, meeting_type, schedule in rows:
        found[rep][meeting_type] = hours[schedule]
    return found


def _limits(row: Rep) -> Limits:
    return Limits(
        per_day=row.per_day,
        per_week=row.per_week,
        per_month=row.per_month,
        minutes_per_day=row.minutes_per_day,
        minutes_per_week=row.minutes_per_week,
        minutes_per_month=row.minutes_per_month,
        max_utilization=row.max_utilization,
        in_a_row=row.in_a_row,
        pause=DEFAULT_PAUSE if row.pause is None else row.pause,
    )


def _rep_view(row: Rep, hours: WorkingHours, by_kind: Mapping[int, WorkingHours]) -> RepView:
    travel = trips_of(row.trips)
    return RepView(
        id=row.id,
        public_id=row.public_id,
        email=row.email,
        name=row.name,
        timezone=row.timezone,
        is_active=row.is_active and row.archived_at is None,
        manager_email=row.manager_email,
        meeting_link=row.meeting_link,
        calendar_mode=row.calendar_mode,
        hours=on_the_way(hours, travel),
        time_off=tuple(rest_of(off, row.timezone, travel) for off in row.time_off),
        limits=_limits(row),
        ration=Ration(row.new_per_day, row.new_per_week, row.open_leads),
        kind_hours={kind: on_the_way(each, travel) for kind, each in by_kind.items()},
    )


def read_roster(
    session: Session,
    views: Mapping[str, RepView],
    reps: Mapping[int, routing.Rep],
    pools: Any,
    queues: Any,
) -> routing.Roster:
    members = _members(session, reps)
    territories = session.scalars(select(Territory).where(Territory.archived_at.is_(None)))
    return routing.Roster(
        reps={rep.id: rep for rep in reps.values()},
        pools={pool.name: routing_pool(pool, tuple(members.get(pool.id, ()))) for pool in pools},
        territories={
            row.name: routing.Territory.from_json({"name": row.name, "when": row.condition, **row.settings})
            for row in territories
        },
        queues=frozenset(queue.name for queue in queues),
        rep_keys={view.email: view.public_id for view in views.values()},
    )


def _members(session: Session, reps: Mapping[int, routing.Rep]) -> dict[int, list[routing.Member]]:
    """The members of all pools, by the pool's key, in their order."""
    rows = session.execute(
        select(
            PoolMember.pool_id,
            PoolMember.rep_id,
            PoolMember.weight,
            PoolMember.tier,
            PoolMember.per_day,
            PoolMember.per_week,
            PoolMember.percent,
            PoolMember.floor,
            PoolMember.cap,
            PoolMember.new_per_day,
            PoolMember.new_per_week,
        ).order_by(PoolMember.pool_id, PoolMember.position)
    )
    members: dict[int, list[routing.Member]] = defaultdict(list)
    for pool, rep, *own in rows:
        members[pool].append(routing.Member(reps[rep], *own))
    return members


def routing_rep(row: Rep, today: date, ids: Mapping[str, str] = NO_COVERS) -> routing.Rep:
    """A rep as the routing library sees them on a day; `ids` gives the public ids of those who cover, by address."""
    return routing.Rep(
        id=row.public_id,
        is_active=row.is_active and row.archived_at is None,
        languages=frozenset(row.languages),
        skills={skill.skill: skill.level for skill in row.skills},
        territories=frozenset(row.territories),
        timezone=row.timezone,
        manager=row.manager_email,
        away=_away(row, today, ids),
    )


def _away(row: Rep, today: date, ids: Mapping[str, str]) -> routing.Away | None:
    """A rep is away on a day inside an absence of more than one day; a single day off is only a busy day."""
    for off in row.time_off:
        if off.starts_on <= today <= off.ends_on and off.ends_on > off.starts_on:
            back = (off.ends_on + timedelta(days=1)).isoformat()
            return routing.Away("time_off", back, ids.get(off.cover_email) if off.cover_email else None)
    return None


def routing_pool(row: PoolRow, members: tuple[routing.Member, ...]) -> routing.Pool:
    """A pool as the routing library sees it."""
    settings = row.settings
    return routing.Pool(
        name=row.name,
        members=members,
        distribution=routing.Distribution(row.distribution),
        offering=routing.Offering(row.offering),
        queue=row.queue.name,
        max_credit=settings.get("max_credit", 10),
        charge_owner=settings.get("charge_owner", False),
        max_utilization=settings.get("max_utilization"),
        max_ahead=settings.get("max_ahead", DEFAULT_MAX_AHEAD),
        when_everybody_is_out=WhenOut(settings.get("when_everybody_is_out", WhenOut.FALLBACK)),
        performance=Success(settings["performance"]) if settings.get("performance") else None,
    )
