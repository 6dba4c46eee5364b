"""The configured company as immutable values, kept in memory for as long as its revision stands.

Requests read forms, meeting types, pools and reps from here without a query: one number, the company's revision,
says whether the copy is still true.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, selectinload

from app.models import (
    CalendarMode,
    Company,
    Form,
    MeetingType,
    PoolMember,
    Rep,
    RouterVersion,
    Schedule,
    Territory,
)
from app.models import Pool as PoolRow
from app.models import Queue as QueueRow
from app.models import Router as RouterRow
from app.store.hours import rest_of, working_hours
from calendars.hours import WorkingHours
from calendars.reptime import Limits
from calendars.shape import MeetingShape
from calendars.span import Span
from routing import roster as routing
from routing.conditions import parse_condition
from routing.router import Router, parse_router


@dataclass(frozen=True, slots=True)
class RepView:
    """A rep as the application needs them. `time_off` in UTC minutes."""

    id: int
    public_id: str
    email: str
    name: str
    timezone: str
    is_active: bool
    manager_email: str | None
    meeting_link: str | None
    calendar_mode: CalendarMode
    hours: WorkingHours
    time_off: tuple[Span, ...]
    limits: Limits


@dataclass(frozen=True, slots=True)
class MeetingTypeView:
    """A kind of meeting. `minimum_notice` in minutes; `booking_window` such as `10 business days`."""

    id: int
    slug: str
    name: str
    description: str
    location: str
    shape: MeetingShape
    minimum_notice: int
    booking_window: str


@dataclass(frozen=True, slots=True)
class FieldView:
    """One question. Texts by locale; `choices` as `{value, label: {locale: text}}`."""

    name: str
    type: str
    label: Mapping[str, str]
    help: Mapping[str, str]
    placeholder: Mapping[str, str]
    required: bool
    autocomplete: str | None
    choices: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class FormView:
    """A form with all it leads to."""

    id: int
    public_id: str
    slug: str
    router: str
    meeting_type: MeetingTypeView
    origins: frozenset[str]
    branding: Mapping[str, Any]
    privacy_notice: Mapping[str, Any] | None
    strings: Mapping[str, Any]
    messages: Mapping[str, Any]
    shows_rep: bool
    fields: tuple[FieldView, ...]


@dataclass(frozen=True, slots=True)
class PublishedRouter:
    """The rules in force: the version's number and the parsed document."""

    id: int
    version: int
    router: Router


@dataclass(frozen=True, slots=True)
class Crowd:
    """Reps who are looked at together: their public ids, in order, and their keys as PostgreSQL writes an array."""

    reps: tuple[str, ...]
    array: str


_MOST_CROWDS = 1024
_PORTION = 500


@dataclass(frozen=True, slots=True)
class CompanyView:
    """Everything configured, as of one revision and one day (absences depend on the day)."""

    revision: int
    day: date
    name: str
    timezone: str
    settings: Mapping[str, Any]
    roster: routing.Roster
    digest: str
    reps: Mapping[str, RepView]
    pools: Mapping[str, int]
    queues: Mapping[str, int]
    forms: Mapping[str, FormView]
    meeting_types: Mapping[int, MeetingTypeView]
    routers: Mapping[str, PublishedRouter]
    _by_key: dict[int, RepView] = field(init=False, repr=False, compare=False)
    _crowds: dict[tuple[str, ...], Crowd] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_key", {rep.id: rep for rep in self.reps.values()})

    def rep_by_key(self, key: int) -> RepView:
        """The rep with this internal key, archived ones included. Raises KeyError."""
        return self._by_key[key]

    def crowd(self, reps: tuple[str, ...]) -> Crowd:
        """Those of these reps who are still there and active, in the same order."""
        crowd = self._crowds.get(reps)
        if crowd is None:
            active = tuple(rep for rep in reps if rep in self.reps and self.reps[rep].is_active)
            keys = ",".join(str(self.reps[rep].id) for rep in active)
            if len(self._crowds) >= _MOST_CROWDS:
                self._crowds.clear()
            crowd = self._crowds[reps] = Crowd(active, f"{{{keys}}}")
        return crowd


_kept: dict[Engine, CompanyView] = {}


def load_company(session: Session, today: date) -> CompanyView:
    """The company as configured now; one query when nothing changed since the last call."""
    revision = session.execute(select(Company.revision)).scalar_one()
    return company_at(session, revision, today)


def company_at(session: Session, revision: int, today: date) -> CompanyView:
    """The company for a revision that was just read; builds it when the kept copy is older."""
    where = session.get_bind().engine
    kept = _kept.get(where)
    if kept is None or kept.revision != revision or kept.day != today:
        kept = _kept[where] = _build(session, today)
    return kept


def forget_companies() -> None:
    """Drop what is kept in memory."""
    _kept.clear()


def _build(session: Session, today: date) -> CompanyView:
    company = session.execute(select(Company).execution_options(populate_existing=True)).scalar_one()
    reps, members = _reps(session, today)
    pools = session.scalars(
        select(PoolRow)
        .where(PoolRow.archived_at.is_(None))
        .options(selectinload(PoolRow.queue))
        .execution_options(populate_existing=True)
    ).all()
    queues = session.scalars(select(QueueRow).where(QueueRow.archived_at.is_(None))).all()
    roster = _roster(session, reps, members, pools, queues)
    meeting_types = {
        row.id: _meeting_type(row, company.timezone) for row in session.scalars(select(MeetingType))
    }
    return CompanyView(
        revision=company.revision,
        day=today,
        name=company.name,
        timezone=company.timezone,
        settings=company.settings,
        roster=roster,
        digest=roster.digest(),
        reps=reps,
        pools={pool.name: pool.id for pool in pools},
        queues={queue.name: queue.id for queue in queues},
        forms=_forms(session, meeting_types),
        meeting_types=meeting_types,
        routers=_routers(session),
    )


def _reps(session: Session, today: date) -> tuple[dict[str, RepView], dict[int, routing.Rep]]:
    """All reps, archived ones included: by public id as we see them, by key as routing does.

    Read in portions, because ten thousand rows as objects, all at once, would take a hundred megabytes.
    """
    hours = _hours(session, today.year)
    views: dict[str, RepView] = {}
    routed: dict[int, routing.Rep] = {}
    for row in _rep_rows(session):
        own = hours.get(row.schedule_id) if row.schedule_id is not None else None
        views[row.public_id] = _rep_view(row, own or working_hours(None, row.timezone, today.year))
        routed[row.id] = routing_rep(row, today)
    return views, routed


def _rep_rows(session: Session) -> Iterator[Rep]:
    """All reps in the order of their keys; no cursor stays open, for there may be no transaction."""
    last = 0
    while True:
        rows = session.scalars(
            select(Rep)
            .where(Rep.id > last)
            .order_by(Rep.id)
            .limit(_PORTION)
            .options(selectinload(Rep.skills), selectinload(Rep.time_off))
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


def _rep_view(row: Rep, hours: WorkingHours) -> RepView:
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
        hours=hours,
        time_off=tuple(rest_of(off, row.timezone) for off in row.time_off),
        limits=Limits(row.per_day, row.per_week, row.max_utilization),
    )


def _roster(
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
        pools={pool.name: _routing_pool(pool, tuple(members.get(pool.id, ()))) for pool in pools},
        territories={
            row.name: routing.Territory(row.name, parse_condition(row.condition)) for row in territories
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
        ).order_by(PoolMember.pool_id, PoolMember.position)
    )
    members: dict[int, list[routing.Member]] = defaultdict(list)
    for pool, rep, weight, tier, per_day, per_week in rows:
        members[pool].append(routing.Member(reps[rep], weight, tier, per_day, per_week))
    return members


def routing_rep(row: Rep, today: date) -> routing.Rep:
    """A rep as the routing library sees them on a day."""
    return routing.Rep(
        id=row.public_id,
        is_active=row.is_active and row.archived_at is None,
        languages=frozenset(row.languages),
        skills={skill.skill: skill.level for skill in row.skills},
        territories=frozenset(row.territories),
        timezone=row.timezone,
        manager=row.manager_email,
        away=_away(row, today),
    )


def _away(row: Rep, today: date) -> routing.Away | None:
    """A rep is away on a day inside an absence of more than one day; a single day off is only a busy day."""
    for off in row.time_off:
        if off.starts_on <= today <= off.ends_on and off.ends_on > off.starts_on:
            return routing.Away("time_off", (off.ends_on + timedelta(days=1)).isoformat())
    return None


def _routing_pool(row: PoolRow, members: tuple[routing.Member, ...]) -> routing.Pool:
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
    )


def _meeting_type(row: MeetingType, company_zone: str) -> MeetingTypeView:
    shape = MeetingShape(
        minutes=row.minutes,
        before=row.buffer_before,
        after=row.buffer_after,
        step=row.slot_interval,
        offset=0,
        timezone=row.timezone or company_zone,
    )
    return MeetingTypeView(
        row.id,
        row.slug,
        row.name,
        row.description,
        row.location,
        shape,
        row.minimum_notice,
        row.booking_window,
    )


def _forms(session: Session, meeting_types: Mapping[int, MeetingTypeView]) -> dict[str, FormView]:
    rows = session.scalars(
        select(Form)
        .where(Form.archived_at.is_(None))
        .options(selectinload(Form.fields), selectinload(Form.router))
        .execution_options(populate_existing=True)
    )
    return {row.slug: _form_view(row, meeting_types[row.meeting_type_id]) for row in rows}


def _form_view(row: Form, meeting_type: MeetingTypeView) -> FormView:
    return FormView(
        id=row.id,
        public_id=row.public_id,
        slug=row.slug,
        router=row.router.name,
        meeting_type=meeting_type,
        origins=frozenset(row.origins),
        branding=row.branding,
        privacy_notice=row.privacy_notice,
        strings=row.strings,
        messages=row.messages,
        shows_rep=row.shows_rep,
        fields=tuple(
            FieldView(
                f.name, f.type, f.label, f.help, f.placeholder, f.required, f.autocomplete, tuple(f.choices)
            )
            for f in row.fields
        ),
    )


def _routers(session: Session) -> dict[str, PublishedRouter]:
    rows = session.execute(
        select(RouterRow, RouterVersion)
        .join(
            RouterVersion,
            (RouterVersion.router_id == RouterRow.id) & (RouterVersion.number == RouterRow.published_version),
        )
        .where(RouterRow.archived_at.is_(None))
    )
    return {
        row.name: PublishedRouter(row.id, version.number, parse_router(version.document))
        for row, version in rows
    }
