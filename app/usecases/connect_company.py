"""Connect one rep by the company's key: find their account, try its calendars, then keep the connection.

Done again, it changes nothing. Nothing is kept of an account that cannot be read, only why it could not.
"""

from collections.abc import Sequence
from typing import NamedTuple

from app import clock
from app.db import Session, transaction
from app.ids import new_id
from app.models import (
    CalendarMode,
    CompanyGrant,
    CompanyGrantState,
    Connection,
    ConnectionState,
    Provider,
    Rep,
)
from app.store.calendars import find_account
from app.store.company_grants import NOT_DELEGATED, find_grant_of, list_by_grant, put_reach
from app.store.records import add_activity, add_audit
from app.usecases.close_connection import close_connection, forget_places
from app.usecases.company_services import COMPANY, CompanyService, Secret
from app.usecases.company_tokens import keep_own, open_grant, shared_token
from app.usecases.company_trouble import (
    UNAVAILABLE,
    break_grant,
    break_if_nobody_is_reached,
    mend_grant,
    reach_code,
)
from app.usecases.connect_calendar import take_calendars
from calendars.providers.base import CalendarError, RemoteCalendar
from calendars.providers.company import CompanyAccount, CompanyToken


class _Plan(NamedTuple):
    """Whom to look for, and with what."""

    grant: int
    secret: Secret
    address: str


class _Found(NamedTuple):
    """An account that can be read, and the token that did."""

    account: CompanyAccount
    token: CompanyToken
    calendars: Sequence[RemoteCalendar]


def connect_company_rep(provider: Provider, rep_id: int) -> str | None:
    """Connect one rep; returns why not, as a code, or None. A rep's own living sign-in of the same account stays."""
    plan = _plan(provider, rep_id)
    if plan is None:
        return "not_needed"
    service, is_known = COMPANY[provider], False
    try:
        token = _token(service, plan)
        account = service.find_account(plan.secret, token, plan.address)
        is_known = True
        calendars = service.open(lambda force: token.access_token, account.account).list_calendars()
    except CalendarError as error:
        return _note_failure(provider, rep_id, error, is_known=is_known)
    return _keep(provider, rep_id, _Found(account, token, calendars))


def _plan(provider: Provider, rep_id: int) -> _Plan | None:
    with transaction() as session:
        grant, rep = find_grant_of(session, provider), session.get(Rep, rep_id)
        if grant is None or grant.state is CompanyGrantState.ENDING or not _is_in_need(rep):
            return None
        assert rep is not None
        return _Plan(grant.id, open_grant(grant), rep.email)


def _is_in_need(rep: Rep | None) -> bool:
    return rep is not None and rep.archived_at is None and rep.calendar_mode is CalendarMode.CONNECTED


def _token(service: CompanyService, plan: _Plan) -> CompanyToken:
    if service.shares_token:
        return CompanyToken(shared_token(plan.grant, None, is_trial=True), clock.now())
    return service.fetch_token(plan.secret, plan.address, clock.now())


def _note_failure(provider: Provider, rep_id: int, error: CalendarError, *, is_known: bool) -> str:
    code = reach_code(provider, error, is_known=is_known)
    with transaction() as session:
        grant, rep = find_grant_of(session, provider, lock=True), session.get_one(Rep, rep_id)
        if grant is None:
            return "not_needed"
        if code is None:
            break_grant(session, grant, error)
            return "broken"
        put_reach(session, grant.id, rep, code, at=clock.now(), detail=str(error))
        if code == NOT_DELEGATED:
            break_if_nobody_is_reached(session, grant, error)
        elif code != UNAVAILABLE:
            mend_grant(session, grant)  # the key was taken; it is this one person who is not reached
    return code


def _keep(provider: Provider, rep_id: int, found: _Found) -> str | None:
    with transaction() as session:
        grant, rep = find_grant_of(session, provider, lock=True), session.get(Rep, rep_id)
        if grant is None or grant.state is CompanyGrantState.ENDING or not _is_in_need(rep):
            return "not_needed"
        assert rep is not None
        mend_grant(session, grant)
        row = find_account(session, provider, found.account.account)
        code = _hindrance(row, rep)
        if code is None:
            _take(session, grant, rep, row, found)
        put_reach(session, grant.id, rep, code, at=clock.now())
        return code


def _hindrance(row: Connection | None, rep: Rep) -> str | None:
    """Why an account is not taken: another rep has it, or this one signed in there and that sign-in lives."""
    if row is not None and row.rep_id != rep.id:
        return "taken"
    if row is not None and row.company_grant_id is None and row.state is ConnectionState.ACTIVE:
        return "own"
    return None


def _take(session: Session, grant: CompanyGrant, rep: Rep, row: Connection | None, found: _Found) -> None:
    is_new = row is None or row.company_grant_id != grant.id
    if row is None:
        row = Connection(public_id=new_id("conn"), rep_id=rep.id, provider=grant.provider, scopes=[])
        session.add(row)
    elif is_new:
        forget_places(row)
    row.account, row.email, row.label = found.account.account, found.account.email, found.account.name
    row.company_grant_id, row.secret = grant.id, None
    row.state, row.error, row.updated_at = ConnectionState.ACTIVE, None, clock.now()
    session.flush()
    if not COMPANY[grant.provider].shares_token:
        keep_own(row, found.token)
    if is_new:
        _record(session, grant, row)
    for other in list_by_grant(session, grant):
        if other.rep_id == rep.id and other.id != row.id:  # the rep's address was another one before
            close_connection(session, other, "company")
    session.flush()
    take_calendars(session, row, found.calendars)


def _record(session: Session, grant: CompanyGrant, row: Connection) -> None:
    name, now = grant.provider.value, clock.now()
    add_activity(session, "connection.made", at=now, actor="company", rep_id=row.rep_id, provider=name)
    add_audit(session, "company", "connection.made", "connection", row.public_id)
