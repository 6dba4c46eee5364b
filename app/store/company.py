"""The configured company, kept in memory for as long as its revision stands.

Requests read forms, meeting types, pools and reps from here without a query: one number, the company's revision,
says whether the copy is still true.
"""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, selectinload

from app.models import Company, Form, RouterVersion
from app.models import Pool as PoolRow
from app.models import Queue as QueueRow
from app.models import Router as RouterRow
from app.store.company_meetings import read_meeting_types
from app.store.company_roster import read_reps, read_roster, routing_rep
from app.store.company_views import (
    CompanyView,
    Crowd,
    FieldView,
    FormView,
    MeetingTypeView,
    PublishedRouter,
    RepView,
)
from app.store.hours import holiday_dates
from app.store.judging import standards_in_force
from routing.router import parse_router

__all__ = [
    "CompanyView",
    "Crowd",
    "FieldView",
    "FormView",
    "MeetingTypeView",
    "PublishedRouter",
    "RepView",
    "company_at",
    "forget_companies",
    "load_company",
    "routing_rep",
]

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
    reps, members = read_reps(session, today)
    pools = session.scalars(
        select(PoolRow)
        .where(PoolRow.archived_at.is_(None))
        .options(selectinload(PoolRow.queue))
        .execution_options(populate_existing=True)
    ).all()
    queues = session.scalars(select(QueueRow).where(QueueRow.archived_at.is_(None))).all()
    roster = read_roster(session, reps, members, pools, queues)
    meeting_types = read_meeting_types(session, company.timezone, today.year)
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
        standards=standards_in_force(session, company.settings),
        holidays=holiday_dates(code, today.year)
        if (code := company.settings.get("holidays"))
        else frozenset(),
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
