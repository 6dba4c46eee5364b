"""The company's keys as rows, whom they reach, and whom they do not."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.models import (
    Calendar,
    CalendarMode,
    CalendarState,
    Company,
    CompanyGrant,
    CompanyGrantState,
    CompanyReach,
    Connection,
    ConnectionState,
    Provider,
    Rep,
)

TRY_AGAIN_AFTER = timedelta(hours=1)
NOT_DELEGATED = "not_delegated"


def find_grant(session: Session, key: int, *, lock: bool = False) -> CompanyGrant | None:
    """A grant; locked while its token is renewed."""
    query = select(CompanyGrant).where(CompanyGrant.id == key).execution_options(populate_existing=True)
    return session.scalar(query.with_for_update() if lock else query)


def find_grant_of(session: Session, provider: Provider, *, lock: bool = False) -> CompanyGrant | None:
    """The company's grant at a service, one that is being given up too."""
    query = select(CompanyGrant).where(CompanyGrant.provider == provider)
    return session.scalar(query.with_for_update() if lock else query)


def list_grants(session: Session) -> Sequence[CompanyGrant]:
    """All of them, by service."""
    return session.scalars(select(CompanyGrant).order_by(CompanyGrant.provider)).all()


def list_to_try(session: Session, grant: CompanyGrant, now: datetime, *, at_once: bool = False) -> list[int]:
    """Keys of the reps whom the grant should reach and does not, those tried longest ago first.

    Each is tried again after an hour, or `at_once`; somebody new, or with another address, without waiting.
    """
    tried = CompanyReach
    is_due = or_(tried.rep_id.is_(None), tried.address != Rep.email, tried.tried_at <= now - TRY_AGAIN_AFTER)
    query = (
        _in_need()
        .outerjoin(tried, and_(tried.rep_id == Rep.id, tried.grant_id == grant.id))
        .where(or_(~_reached(grant), tried.code.is_not(None), tried.address != Rep.email))
        .order_by(tried.tried_at.asc().nulls_first(), Rep.id)
    )
    return list(session.scalars(query if at_once else query.where(is_due)))


def list_left(session: Session, grant: CompanyGrant) -> Sequence[Connection]:
    """Connections by this grant of reps who are no longer in use."""
    return session.scalars(
        _by(grant).join(Rep, Rep.id == Connection.rep_id).where(Rep.archived_at.is_not(None))
    ).all()


def list_by_grant(session: Session, grant: CompanyGrant) -> Sequence[Connection]:
    """Connections that hang on this grant."""
    return session.scalars(_by(grant).order_by(Connection.id)).all()


def find_witness(session: Session, grant: CompanyGrant) -> str:
    """The address of somebody whom the key should open: one it did open, or anybody."""
    known = _by(grant).where(Connection.email.is_not(None)).order_by(Connection.id).limit(1)
    row = session.scalar(known)
    if row is not None and row.email:
        return row.email
    return session.scalar(select(Rep.email).where(Rep.archived_at.is_(None)).order_by(Rep.id).limit(1)) or ""


def count_by_grant(session: Session, grant: CompanyGrant) -> int:
    """How many reps hang on this grant."""
    return session.scalars(
        select(func.count(Connection.rep_id.distinct())).where(
            Connection.company_grant_id == grant.id, Connection.state != ConnectionState.DISCONNECTED
        )
    ).one()


def has_living_grant(session: Session, provider: Provider) -> bool:
    """Whether the company's own grant could take the place of a rep's."""
    found = select(CompanyGrant.id).where(
        CompanyGrant.provider == provider, CompanyGrant.state == CompanyGrantState.ACTIVE
    )
    return session.scalar(found) is not None


def reaches_nobody(session: Session, grant: CompanyGrant) -> bool:
    """Whether everybody was tried, nobody is reached, and somebody because nobody allowed it."""
    codes = session.scalars(select(CompanyReach.code).where(CompanyReach.grant_id == grant.id)).all()
    untried = _in_need().where(
        ~exists().where(CompanyReach.rep_id == Rep.id, CompanyReach.grant_id == grant.id)
    )
    return NOT_DELEGATED in codes and None not in codes and session.scalar(untried.limit(1)) is None


def wait_for_reminders(session: Session) -> None:
    """Hold the company's row until the transaction ends: of two who remind at once, the second sees the first."""
    session.execute(select(Company.id).with_for_update())


def put_reach(
    session: Session,
    grant_id: int,
    rep: Rep,
    code: str | None,
    *,
    at: datetime,
    detail: str | None = None,
) -> None:
    """Note how trying to reach a rep went."""
    values = {"address": rep.email, "code": code, "detail": detail, "tried_at": at}
    statement = insert(CompanyReach).values(grant_id=grant_id, rep_id=rep.id, **values)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[CompanyReach.grant_id, CompanyReach.rep_id], set_=values
        )
    )


def drop_reach(session: Session, grant_id: int, rep_id: int) -> None:
    """Forget that a rep was tried."""
    row = session.get(CompanyReach, (grant_id, rep_id))
    if row is not None:
        session.delete(row)


def _in_need() -> Select[int]:
    """Keys of reps in use whose calendars count."""
    return select(Rep.id).where(Rep.archived_at.is_(None), Rep.calendar_mode == CalendarMode.CONNECTED)


def _by(grant: CompanyGrant) -> Select[Connection]:
    return select(Connection).where(
        Connection.company_grant_id == grant.id, Connection.state != ConnectionState.DISCONNECTED
    )


def _reached(grant: CompanyGrant) -> ColumnElement[bool]:
    """Connected by this grant, and read: who was taken out of the group keeps the connection, which fails."""
    fails = exists().where(
        Calendar.connection_id == Connection.id,
        Calendar.checks_conflicts,
        Calendar.state == CalendarState.FAILING,
    )
    return exists().where(
        Connection.rep_id == Rep.id,
        Connection.company_grant_id == grant.id,
        Connection.state == ConnectionState.ACTIVE,
        ~fails,
    )
